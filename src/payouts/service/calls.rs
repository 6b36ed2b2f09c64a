//! Calling those whom a sample drew. Nobody calls about a payment that they had a part in, nor when the victim's rules of safe
//! contact allow no call.
use schemars::JsonSchema;
use serde::Serialize;

use super::get;
use crate::access::policy::{self, Action, Actor, Permit};
use crate::claims;
use crate::error::{Code, Error, Result};
use crate::kernel::names::PersonName;
use crate::kernel::phone::Mobile;
use crate::payouts::model::call::{Call, CallId, NewCall};
use crate::payouts::model::payment::{Payment, PaymentId};
use crate::payouts::model::words::{CallVerdict, ConfirmedHow};
use crate::payouts::store;
use crate::victims::{self, ContactRules, MayContact, Means};
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
}

/// The payment for whoever may call about it. Refuses those who had a part in its claim or its batch.
async fn find(tx: &mut Tx, actor: &Actor, id: PaymentId) -> Result<(Payment, Permit)> {
    let scope = policy::scope(actor, Action::ReadPayment);
    let payment = store::find_payment(tx, &scope, id).await?.ok_or(Error::NOT_FOUND)?;
    let permit = policy::permit(actor, Action::CallPayee, &payment.subject())?;
    let umeed = Actor::system();
    let everywhere = policy::scope(&umeed, Action::ReadClaim);
    let award = claims::award(tx, &everywhere, payment.award_id).await?;
    claims::expect_no_part(tx, &everywhere, award.claim_id, actor.user).await?;
    if let Some(batch) = payment.state.batch() {
        let batch = get(tx, &policy::scope(&umeed, Action::ReadPayment), batch).await?;
        let votes = store::votes(tx, batch.id).await?;
        if batch.is_work_of(actor.user, &votes) {
            return Err(Code::SecondPerson.into());
        }
    }
    Ok((payment, permit))
}

/// Whether to call now, whom, and what to heed.
pub async fn prepare(work: &Work, actor: &Actor, id: PaymentId) -> Result<CallSheet> {
    let (asking, keys, now) = (actor.clone(), work.keys(), work.now());
    work.view_whole(actor, async move |tx: &mut Tx| {
        let (payment, _) = find(tx, &asking, id).await?;
        let eyes = policy::scope(&Actor::system(), Action::ReadVictim).on_word_of(asking.user);
        let contact = victims::safe_contact(tx, &keys, &eyes, payment.victim_id).await?;
        let may_call = contact.rules.allow(Means::Call, now);
        let to = claims::accounts(tx, (&keys, &eyes), &[payment.account_id]).await?.remove(&payment.account_id);
        let number = contact.safe_number.or_else(|| to.as_ref().and_then(|to| to.person.mobile.clone()));
        let told = CallSheet {
            payment_id: id,
            may_call,
            rules: contact.rules,
            payee_name: to.as_ref().map(|to| to.name().clone()),
            mobile: number.filter(|_| may_call != MayContact::No),
        };
        let told_of = payment.event("payment.call_prepared").with("may_call", may_call.word());
        Ok(Done::new(told, told_of.masked(to.is_none())))
    })
    .await
}

/// Writes down what came of a call. If the payee has the whole of what the bank paid, the payment is confirmed.
pub async fn record(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, new): (PaymentId, NewCall),
) -> Result<Written<Call>> {
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
        let call = Call::new(call, &new, &payment, (asking.user, now))?;
        let how = (Means::Call, call.called_at);
        if victims::may_contact(tx, &keys, payment.victim_id, how).await? != MayContact::Yes {
            return Err(Code::CallUnsafe.into());
        }
        store::insert_call(tx, &permit, &call).await?;
        let mut done = Done::new(call.clone(), call.event("payment.called"));
        // That somebody has confirmed before stays as it was said then.
        if call.verdict == CallVerdict::Confirms && payment.confirmed.is_none() {
            let (payment, confirmed) = payment.confirm(ConfirmedHow::SampledCall, asking.user, now)?;
            store::update_payment(tx, &permit, &payment, version).await?;
            done = done.and(confirmed);
        }
        if call.verdict == CallVerdict::Contradicts {
            done = done.and(call.event("payment.receipt_denied"));
        }
        Ok(done)
    })
    .await
}
