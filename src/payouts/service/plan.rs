//! Planning: one payment for each payee of an award, once, and the money for them committed if the fund holds it. A fund
//! that is empty takes nobody's right away: such a payment is planned, and waits for money.
use std::collections::BTreeMap;

use super::paid_up;
use crate::access::UserId;
use crate::access::policy::{self, Action, Actor, Subject};
use crate::claims::{self, Award, AwardId, PayeeId};
use crate::crypto;
use crate::error::{Code, Error, Result};
use crate::kernel::money::Paisa;
use crate::kernel::time::Time;
use crate::ledger::{self, FiscalYear, FundId, Reason, Tie, Transfer, TransferId};
use crate::payouts::model::payment::{Payment, PaymentId};
use crate::payouts::model::reference::PaymentReference;
use crate::payouts::model::words::{CancelReason, PaymentWord};
use crate::payouts::store;
use crate::tariffs::InstrumentId;
use crate::work::{Event, Tx};

/// Plans the payments of an award, in the caller's unit of work. An award is planned once, whoever asks. One that takes
/// the place of another plans what is not paid yet.
pub async fn plan(tx: &mut Tx, award: &Award, who: (UserId, Time)) -> Result<Vec<Event>> {
    let umeed = policy::scope(&Actor::system(), Action::ReadPayment);
    let permit = policy::permit(&Actor::system(), Action::PostLedger, &Subject::of(award.id.uuid()))?;
    if !store::of_award(tx, &umeed, award.id).await?.is_empty() {
        return Ok(Vec::new());
    }
    let (paid, mut events) = match award.reverses {
        Some(old) => replace(tx, old, who).await?,
        None => (BTreeMap::new(), Vec::new()),
    };
    let mut payments = Vec::new();
    for payee in &award.payees {
        let paid = paid.get(&payee.first_id).copied().unwrap_or_default();
        let due = payee.amount_paisa.checked_sub(paid).filter(|due| *due > Paisa::ZERO);
        let Some(due) = due else { continue };
        payments.push(Payment::plan(PaymentId::new(), (award, payee), due, (new_reference()?, who.1)));
    }
    let before = Paisa::checked_sum(paid.values().copied());
    let sum = Paisa::checked_sum(payments.iter().map(|payment| payment.amount_paisa));
    let all = before.zip(sum).and_then(|(before, sum)| before.checked_add(sum)).ok_or(Error::Corrupt("award"))?;
    if all > award.amount_paisa {
        // Somebody was paid by an award before it whom this one does not pay: for the auditor to look at.
        let beyond = Event::new("award.paid_beyond", award.id).of_case(award.case_id);
        events.push(beyond.with("awarded_paisa", award.amount_paisa.get()).with("paid_paisa", all.get()));
    }
    if payments.is_empty() {
        let paid_up = [(award.id, award.case_id, award.claim_id)];
        events.extend(paid_up::told(tx, award.instrument_id, &paid_up, who).await?);
    }
    let booked = commit(tx, award.instrument_id, &mut payments, who).await?;
    store::insert_payments(tx, &permit, &payments).await?;
    ledger::post(tx, &booked).await?;
    let planned = |payment: &Payment| payment.event("payment.planned").with("is_funded", payment.fund_id.is_some());
    events.extend(payments.iter().map(planned));
    Ok(events)
}

/// Puts all of them on the fund of this fiscal year, if it holds as much; what is to be booked for it.
pub(super) async fn commit(
    tx: &mut Tx,
    instrument: InstrumentId,
    payments: &mut [Payment],
    who: (UserId, Time),
) -> Result<Vec<Transfer>> {
    let sum = Paisa::checked_sum(payments.iter().map(|payment| payment.amount_paisa));
    let year = FiscalYear::of(who.1.local_date());
    let fund = ledger::fund_for(tx, instrument, year).await?;
    let Some((sum, fund)) = sum.zip(fund) else { return Ok(Vec::new()) };
    if ledger::available(tx, fund).await? < sum {
        return Ok(Vec::new());
    }
    let mut booked = Vec::new();
    for payment in payments {
        payment.fund_id = Some(fund);
        booked.push(booking(payment, fund, (Reason::Commit, payment.amount_paisa), who)?);
    }
    Ok(booked)
}

/// Gives up what an award that was reversed had planned, and says what it and those before it have paid to whom, by the
/// payee of the first claim. Refuses while some of it is on its way, or came back and was not sent again: it could be paid
/// twice.
async fn replace(tx: &mut Tx, old: AwardId, who: (UserId, Time)) -> Result<(BTreeMap<PayeeId, Paisa>, Vec<Event>)> {
    let umeed = Actor::system();
    let (awards, payments) = (policy::scope(&umeed, Action::ReadClaim), policy::scope(&umeed, Action::ReadPayment));
    let (mut paid, mut events, mut next) = (BTreeMap::new(), Vec::new(), Some(old));
    while let Some(id) = next {
        let award = claims::award(tx, &awards, id).await?;
        let first: BTreeMap<_, _> = award.payees.iter().map(|payee| (payee.payee_id, payee.first_id)).collect();
        for payment in store::of_award(tx, &payments, id).await? {
            if let Some(sent) = payment.state.sent() {
                let payee = first.get(&payment.payee_id).copied().unwrap_or(payment.payee_id);
                let sum: &mut Paisa = paid.entry(payee).or_default();
                *sum = sum.checked_add(sent.paid_paisa).ok_or(Error::Corrupt("payment"))?;
            }
            events.extend(give_up(tx, payment, who).await?);
        }
        next = award.reverses;
    }
    Ok((paid, events))
}

/// Cancels a payment of an award that was reversed, if it has not gone out.
pub(super) async fn give_up(tx: &mut Tx, payment: Payment, who: (UserId, Time)) -> Result<Option<Event>> {
    match payment.state.word() {
        PaymentWord::Planned => {
            let permit = policy::permit(&Actor::system(), Action::PostLedger, &payment.subject())?;
            let version = payment.version;
            let (payment, cancelled) = payment.cancel(CancelReason::AwardReversed, who.0, who.1)?;
            uncommit(tx, &payment, who).await?;
            store::update_payment(tx, &permit, &payment, version).await?;
            Ok(Some(cancelled))
        }
        PaymentWord::Paid | PaymentWord::Reissued | PaymentWord::Cancelled => Ok(None),
        PaymentWord::Batched | PaymentWord::Released | PaymentWord::Returned | PaymentWord::Failed => {
            Err(Error::conflict_with(Code::PaymentUnderWay, payment.id))
        }
    }
}

/// Frees the money of a payment that is given up.
pub(super) async fn uncommit(tx: &mut Tx, payment: &Payment, who: (UserId, Time)) -> Result<()> {
    let Some(fund) = payment.fund_id else { return Ok(()) };
    let free = booking(payment, fund, (Reason::Uncommit, payment.amount_paisa), who)?;
    ledger::post(tx, &[free]).await
}

/// A transfer tied to a payment.
pub(super) fn booking(
    payment: &Payment,
    fund: FundId,
    amount: (Reason, Paisa),
    who: (UserId, Time),
) -> Result<Transfer> {
    let tie = Tie::payment(payment.id, payment.award_id);
    Transfer::new(TransferId::new(), fund, amount, tie, who).ok_or(Error::Corrupt("payment"))
}

pub(super) fn new_reference() -> Result<PaymentReference> {
    crypto::random().map(PaymentReference::from_random)
}
