//! Single payments: read, cancelled, confirmed, sent again, and what the bank said of one taken back.
use super::paid_up::{self, paid_up};
use super::plan::{booking, commit, give_up, new_reference, uncommit};
use super::{expect_no_part, get, permit};
use crate::access::policy::{self, Action, Actor, Permit};
use crate::claims::{self, AwardPayee};
use crate::db::Isolation;
use crate::error::{Code, Error, Result};
use crate::kernel::page::{Page, Paged};
use crate::ledger::{self, Reason, TransferId};
use crate::payouts::follow::now_paid_to;
use crate::payouts::model::payment::{Payment, PaymentId, PaymentState};
use crate::payouts::model::words::{CancelReason, ConfirmedHow, UndoReason};
use crate::payouts::store;
use crate::work::{Done, Key, Tx, Work, Written};

pub use crate::payouts::store::PaymentFilter;

pub async fn view(work: &Work, actor: &Actor, id: PaymentId) -> Result<Payment> {
    let scope = policy::scope(actor, Action::ReadPayment);
    work.read(async move |tx: &mut Tx| store::find_payment(tx, &scope, id).await?.ok_or(Error::NOT_FOUND)).await
}

/// The payments of one's own area, newest first. They name nobody.
pub async fn list(work: &Work, actor: &Actor, filter: PaymentFilter, page: Page) -> Result<Paged<Payment>> {
    let scope = policy::scope(actor, Action::ReadPayment);
    work.read(async move |tx: &mut Tx| {
        let rows = store::list_payments(tx, &scope, &filter, &page).await?;
        Ok(Paged::cut(rows, &page, |payment| payment.id.uuid()))
    })
    .await
}

/// The payment for whoever acts, held. Refuses another version than the one that was read.
async fn hold(tx: &mut Tx, actor: &Actor, action: Action, at: (PaymentId, i64)) -> Result<(Payment, Permit)> {
    let scope = policy::scope(actor, Action::ReadPayment);
    let found = store::find_payment(tx, &scope, at.0).await?.ok_or(Error::NOT_FOUND)?;
    let leave = policy::permit(actor, action, &found.subject())?;
    let now = store::hold_payment(tx, &leave, at.0).await?;
    Error::stale_unless(at.1 == now)?;
    Ok((store::find_payment(tx, &scope, at.0).await?.ok_or(Error::NOT_FOUND)?, leave))
}

/// Gives up a planned payment; its fund has the money again. Nothing is left to pay if the others of its award were paid.
pub async fn cancel(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (PaymentId, i64),
    reason: CancelReason,
) -> Result<Written<Payment>> {
    let (asking, now) = (actor.clone(), work.now());
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let (payment, permit) = hold(tx, &asking, Action::BuildBatch, at).await?;
        let (payment, cancelled) = payment.cancel(reason, asking.user, now)?;
        uncommit(tx, &payment, (asking.user, now)).await?;
        store::update_payment(tx, &permit, &payment, at.1).await?;
        let paid_up = paid_up(tx, payment.instrument_id, &[payment.id]).await?;
        let paid_up = paid_up::told(tx, payment.instrument_id, &paid_up, (asking.user, now)).await?;
        Ok(Done::new(payment, cancelled).and_all(paid_up))
    })
    .await
}

/// Plans what was given up again, as a new payment; the answer is that one. Only while its award stands, nothing else is
/// planned in its place, and the payee did not get the money another way: 409.
pub async fn plan_again(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (PaymentId, i64),
) -> Result<Written<Payment>> {
    let (asking, now, id) = (actor.clone(), work.now(), PaymentId::new());
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let (old, permit) = hold(tx, &asking, Action::BuildBatch, at).await?;
        if claims::is_reversed(tx, &policy::scope(&Actor::system(), Action::ReadClaim), old.award_id).await? {
            return Err(old.nothing_to("plan-again"));
        }
        let was_paid_up = !paid_up(tx, old.instrument_id, &[old.id]).await?.is_empty();
        let to = now_paid_to(tx, &old).await?;
        let (mut new, planned) = old.plan_again(id, &to, asking.user, (new_reference()?, now))?;
        let booked = commit(tx, new.instrument_id, std::slice::from_mut(&mut new), (asking.user, now)).await?;
        let kept = store::insert_payments(tx, &permit, std::slice::from_ref(&new)).await;
        kept.map_err(|error| if error.is_duplicate() { Code::AlreadyExists.into() } else { error })?;
        ledger::post(tx, &booked).await?;
        let planned = planned.with("is_funded", new.fund_id.is_some());
        let unpaid = if was_paid_up { Some(claims::unpaid(tx, &asking, new.award_id).await?) } else { None };
        Ok(Done::new(new, planned).and_all(unpaid))
    })
    .await
}

/// Records that the payee says the money is there. Nobody who had a part in the payment does it: 409 `second_person`.
pub async fn confirm(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (PaymentId, i64),
    how: ConfirmedHow,
) -> Result<Written<Payment>> {
    let (asking, now) = (actor.clone(), work.now());
    work.write(actor, key, async move |tx: &mut Tx| {
        let (payment, permit) = hold(tx, &asking, Action::ConfirmPayment, at).await?;
        expect_no_part(tx, payment.id, asking.user).await?;
        let (payment, confirmed) = payment.confirm(how, asking.user, now)?;
        store::update_payment(tx, &permit, &payment, at.1).await?;
        Ok(Done::new(payment, confirmed))
    })
    .await
}

/// Sends what came back again, as a new payment of the same instalment, to the account that the payee has now; the answer
/// is that one. If the award was reversed meanwhile, the new payment is given up at once.
pub async fn reissue(work: &Work, actor: &Actor, key: Option<Key>, at: (PaymentId, i64)) -> Result<Written<Payment>> {
    let (asking, now, id) = (actor.clone(), work.now(), PaymentId::new());
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let (old, permit) = hold(tx, &asking, Action::ReconcilePayment, at).await?;
        let (old, amount_paisa) = old.reissue(asking.user, now)?;
        let fund = old.fund_id.ok_or(Error::Corrupt("payment"))?;
        let AwardPayee { method, account_id, usable_from, .. } = now_paid_to(tx, &old).await?;
        let new = Payment {
            id,
            reference: new_reference()?,
            amount_paisa,
            planned_at: now,
            method,
            account_id,
            usable_from,
            reissue_of: Some(old.id),
            state: PaymentState::Planned,
            confirmed: None,
            version: 1,
            ..old.clone()
        };
        store::update_payment(tx, &permit, &old, at.1).await?;
        let (umeed, who) = (Actor::system(), (asking.user, now));
        store::insert_payments(tx, &permit, std::slice::from_ref(&new)).await?;
        ledger::post(tx, &[booking(&new, fund, (Reason::Recommit, amount_paisa), who)?]).await?;
        let planned = new.event("payment.planned").with("is_funded", true).with("reissue_of", old.id.to_string());
        let reissued = old.event("payment.reissued").with("by_payment", new.id.to_string());
        if !claims::is_reversed(tx, &policy::scope(&umeed, Action::ReadClaim), new.award_id).await? {
            return Ok(Done::new(new, reissued).and(planned));
        }
        // Another award has taken its place: the fund has the money again, and nobody is paid.
        let cancelled = give_up(tx, new, who).await?;
        let everywhere = policy::scope(&umeed, Action::ReadPayment);
        let new = store::find_payment(tx, &everywhere, id).await?.ok_or(Error::Corrupt("payment"))?;
        Ok(Done::new(new, reissued).and(planned).and_all(cancelled))
    })
    .await
}

/// Takes back the last thing that a bank said of a payment, by an entry the other way round. Whoever took the bank's file
/// in does not do it: 409 `second_person`.
pub async fn undo(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (PaymentId, i64),
    reason: UndoReason,
) -> Result<Written<Payment>> {
    let (asking, now) = (actor.clone(), work.now());
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let (payment, leave) = hold(tx, &asking, Action::ReconcilePayment, at).await?;
        let found = store::find_live(tx, payment.id).await?;
        // A payment of which nothing was said has nothing to undo, whatever its state.
        let found = found.ok_or_else(|| payment.nothing_to("undo"))?;
        let was = payment.state.word();
        let was_paid_up = !paid_up(tx, payment.instrument_id, &[payment.id]).await?.is_empty();
        let (payment, undone) = payment.undo(found.effect, found.amount)?;
        if found.imported_by == asking.user {
            return Err(Code::SecondPerson.into());
        }
        let who = (asking.user, now);
        let reasons = [Reason::Settle, Reason::ComeBack];
        let booked = ledger::postings_of(tx, &[payment.id], &reasons).await?;
        let booked = booked.into_iter().find(|transfer| transfer.id == found.transfer_id);
        let back = booked.and_then(|transfer| transfer.undone(TransferId::new(), who));
        ledger::post(tx, &[back.ok_or(Error::Corrupt("bank result"))?]).await?;
        store::undo(tx, &leave, (payment.id, &found), reason, who).await?;
        store::update_payment(tx, &leave, &payment, at.1).await?;
        reopen(tx, &asking, &payment).await?;
        let undone = undone.with("from", was.word()).with("reason", reason.word());
        let unpaid = if was_paid_up { Some(claims::unpaid(tx, &asking, payment.award_id).await?) } else { None };
        Ok(Done::new(payment, undone).and_all(unpaid))
    })
    .await
}

/// The batch of a payment of which the bank's word was taken back waits again.
async fn reopen(tx: &mut Tx, actor: &Actor, payment: &Payment) -> Result<()> {
    let id = payment.state.sent().map(|sent| sent.batch_id).ok_or(Error::Corrupt("payment"))?;
    // Out of the payer's area the permit below says 404: who undoes is in charge of the whole batch.
    let batch = get(tx, &policy::scope(&Actor::system(), Action::ReadPayment), id).await?;
    let leave = permit(actor, Action::ReconcilePayment, &batch)?;
    let waiting = store::figures(tx, id).await?.waiting;
    let version = store::hold(tx, &leave, id).await?;
    store::update(tx, &leave, &batch.settle(waiting)?, version).await
}
