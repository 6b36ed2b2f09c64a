//! Calling those whom a sample drew. Nobody calls about a payment that they had a part in, nor when the victim's rules of safe
//! contact allow no call.
use schemars::JsonSchema;
use serde::Serialize;

use super::expect_no_part;
use crate::access::policy::{self, Action, Actor, Permit};
use crate::claims;
use crate::error::{Code, Error, Result};
use crate::kernel::names::PersonName;
use crate::kernel::phone::Mobile;
use crate::kernel::time::Date;
use crate::payouts::model::call::{Call, CallId, CallView, NewCall, Origin};
use crate::payouts::model::payment::{Payment, PaymentId};
use crate::payouts::model::words::{CallVerdict, ConfirmedHow};
use crate::payouts::{store, tiers};
use crate::victims::{self, ContactRules, MayContact, Means, SafeContact};
use crate::work::{Done, Key, Tx, Work, Written};

/// What somebody has to know before they call.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CallSheet {
    pub payment_id: PaymentId,
    /// Whether a call is safe now.
    pub may_call: MayContact,
    /// What the victim said of how they may be reached; their family is reached alike.
    pub rules: ContactRules,
    /// Not told if the victim is hidden from whoever looks.
    pub payee_name: Option<PersonName>,
    /// The number that is safe, or else the payee's. Not told where no call may be made.
    pub mobile: Option<Mobile>,
    #[serde(flatten)]
    pub origin: Origin,
}

/// The payment for whoever may call about it. Refuses those who had a part in it.
async fn find(tx: &mut Tx, actor: &Actor, id: PaymentId) -> Result<(Payment, Permit)> {
    let scope = policy::scope(actor, Action::ReadPayment);
    let payment = store::find_payment(tx, &scope, id).await?.ok_or(Error::NOT_FOUND)?;
    let permit = policy::permit(actor, Action::CallPayee, &payment.subject())?;
    expect_no_part(tx, id, actor.user).await?;
    Ok((payment, permit))
}

/// The calls about a payment so far. Refuses another one once there are as many as anybody is called on this day.
async fn so_far(tx: &mut Tx, id: PaymentId, day: Date) -> Result<Vec<Call>> {
    let calls = store::calls_about(tx, id).await?;
    if calls.len() < tiers::most_calls(day)? { Ok(calls) } else { Err(Code::CallsExhausted.into()) }
}

/// Where the number comes from that is safe to call. Whoever had a part in the payment could have named their own; and the
/// payee's, which is called where none is safe, was written down by whoever prepared the claim.
async fn origin(tx: &mut Tx, payment: PaymentId, contact: &SafeContact) -> Result<Origin> {
    let named = contact.safe_number.as_ref().and(contact.recorded_by.zip(contact.recorded_at));
    let is_independent = match named {
        Some((by, _)) => !store::has_part(tx, payment, by).await?,
        None => false,
    };
    let (contact_recorded_by, contact_recorded_at) = named.unzip();
    Ok(Origin { contact_recorded_by, contact_recorded_at, is_independent })
}

/// Whether to call now, whom, and what to heed.
pub async fn prepare(work: &Work, actor: &Actor, id: PaymentId) -> Result<CallSheet> {
    let (asking, keys, now) = (actor.clone(), work.keys(), work.now());
    work.view_whole(actor, async move |tx: &mut Tx| {
        let (payment, _) = find(tx, &asking, id).await?;
        so_far(tx, id, now.local_date()).await?;
        let eyes = policy::scope(&Actor::system(), Action::ReadVictim).on_word_of(asking.user);
        let contact = victims::safe_contact(tx, &keys, &eyes, payment.victim_id).await?;
        let may_call = contact.rules.allow(Means::Call, now);
        let origin = origin(tx, id, &contact).await?;
        let to = claims::accounts(tx, (&keys, &eyes), &[payment.account_id]).await?.remove(&payment.account_id);
        let number = contact.safe_number.or_else(|| to.as_ref().and_then(|to| to.person.mobile.clone()));
        let told = CallSheet {
            payment_id: id,
            may_call,
            rules: contact.rules,
            payee_name: to.as_ref().map(|to| to.name().clone()),
            mobile: number.filter(|_| may_call != MayContact::No),
            origin,
        };
        let told_of = payment.event("payment.call_prepared").with("may_call", may_call.word());
        Ok(Done::new(told, told_of.masked(to.is_none())))
    })
    .await
}

/// Writes down what came of a call. If the payee has the whole of what the bank paid, the payment is confirmed, unless they
/// denied it before; if they deny it, it is confirmed no more.
pub async fn record(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, new): (PaymentId, NewCall),
) -> Result<Written<CallView>> {
    let (asking, keys, now, call) = (actor.clone(), work.keys(), work.now(), CallId::new());
    work.write(actor, key, async move |tx: &mut Tx| {
        let (_, permit) = find(tx, &asking, id).await?;
        if !store::is_drawn(tx, new.sample_id, id).await? {
            return Err(Error::unknown_reference("/sample_id"));
        }
        // Nothing changes the payment until this unit of work ends.
        let version = store::hold_payment(tx, &permit, id).await?;
        let scope = policy::scope(&asking, Action::ReadPayment);
        let payment = store::find_payment(tx, &scope, id).await?.ok_or(Error::NOT_FOUND)?;
        let before = so_far(tx, id, now.local_date()).await?;
        let was_denied = before.iter().any(|call| call.was_denial(&payment));
        let everybody = policy::scope(&Actor::system(), Action::ReadVictim);
        let contact = victims::safe_contact(tx, &keys, &everybody, payment.victim_id).await?;
        let origin = origin(tx, id, &contact).await?;
        let call = Call::new(call, &new, &payment, origin, (asking.user, now))?;
        if contact.rules.allow(Means::Call, call.called_at) != MayContact::Yes {
            return Err(Code::CallUnsafe.into());
        }
        store::insert_call(tx, &permit, &call).await?;
        let told = CallView::new(call, &payment);
        let done = Done::new(told.clone(), told.event("payment.called"));
        match (told.verdict, payment.confirmed) {
            (CallVerdict::Confirms, None) if !was_denied => {
                let (payment, confirmed) = payment.confirm(ConfirmedHow::SampledCall, asking.user, now)?;
                store::update_payment(tx, &permit, &payment, version).await?;
                Ok(done.and(confirmed))
            }
            (CallVerdict::Contradicts, confirmed) => {
                if confirmed.is_some() {
                    store::update_payment(tx, &permit, &payment.denied(), version).await?;
                }
                Ok(done.and(told.event("payment.receipt_denied")))
            }
            // What somebody has confirmed before stays as it was said then.
            _ => Ok(done),
        }
    })
    .await
}
