//! A call to somebody who was paid, because a sample drew the payment: what they say, and whether it agrees with the bank. It
//! is written down once; whoever hears something else calls again.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::payment::{Payment, PaymentId};
use super::sample::SampleId;
use super::words::{CallOutcome, CallVerdict, PaymentWord};
use crate::access::UserId;
use crate::error::{Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::money::Paisa;
use crate::kernel::time::Time;
use crate::work::Event;

pub type CallId = Id<Call>;

/// What the caller writes down.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCall {
    /// The sample that drew the payment.
    pub sample_id: SampleId,
    pub outcome: CallOutcome,
    /// What the payee says has arrived: needed for both outcomes that tell of money, and for no other.
    pub received_paisa: Option<Paisa>,
    /// Now, if left out. The rules of safe contact are asked for this moment.
    pub called_at: Option<Time>,
}

/// A call that was made. It names nobody.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Call {
    pub id: CallId,
    pub sample_id: SampleId,
    pub payment_id: PaymentId,
    pub outcome: CallOutcome,
    pub received_paisa: Option<Paisa>,
    /// As the bank's word was then.
    pub verdict: CallVerdict,
    pub called_at: Time,
    pub recorded_at: Time,
    pub called_by: UserId,
}

impl Call {
    pub fn new(id: CallId, new: &NewCall, payment: &Payment, (by, now): (UserId, Time)) -> Result<Self> {
        let NewCall { sample_id, outcome, received_paisa, called_at } = *new;
        let called_at = called_at.unwrap_or(now);
        let is_early = payment.state.sent().is_none_or(|sent| called_at < sent.released_at);
        if called_at > now || is_early {
            let why = "a call is made after the payment was released, and not in the future";
            return Err(Error::invalid("/called_at", "out_of_range", why));
        }
        Ok(Self {
            id,
            sample_id,
            payment_id: payment.id,
            outcome,
            received_paisa,
            verdict: verdict(payment, outcome, received_paisa)?,
            called_at,
            recorded_at: now,
            called_by: by,
        })
    }

    /// It stays out of the case's timeline: whoever prepared the claim would be warned.
    pub fn event(&self, action: &'static str) -> Event {
        let event = Event::new(action, self.payment_id)
            .with("sample", self.sample_id.to_string())
            .with("outcome", self.outcome.word())
            .with("verdict", self.verdict.word());
        match self.received_paisa {
            Some(paisa) => event.with("received_paisa", paisa.get()),
            None => event,
        }
    }
}

/// Whether what somebody says agrees with the bank.
fn verdict(payment: &Payment, outcome: CallOutcome, received: Option<Paisa>) -> Result<CallVerdict> {
    let says = |paisa: Paisa| received == Some(paisa);
    let fault = |code: &'static str, why: &str| Err(Error::invalid("/received_paisa", code, why));
    let paid = payment.state.sent().map_or(Paisa::ZERO, |sent| sent.paid_paisa);
    let sum = payment.amount_paisa;
    match outcome {
        CallOutcome::ReachedAndReceived | CallOutcome::ReachedLessReceived if received.is_none() => {
            fault("missing", "say how much has arrived")
        }
        CallOutcome::ReachedAndReceived if !says(sum) => {
            fault("contradiction", "the whole payment is meant; if it was less, say `reached_less_received`")
        }
        CallOutcome::ReachedLessReceived if received.is_none_or(|less| less <= Paisa::ZERO || less >= sum) => {
            fault("out_of_range", "less than the payment, and more than nothing")
        }
        CallOutcome::ReachedAndReceived | CallOutcome::ReachedLessReceived => Ok(agreement(payment, says(paid))),
        _ if received.is_some() => fault("contradiction", "leave it out: nobody says that money has arrived"),
        CallOutcome::ReachedNotReceived => Ok(agreement(payment, paid == Paisa::ZERO)),
        CallOutcome::NotReached | CallOutcome::WrongNumber | CallOutcome::Refused => Ok(CallVerdict::Open),
    }
}

/// While the bank has money in its hands, what of it is where may be true on both sides.
fn agreement(payment: &Payment, is_alike: bool) -> CallVerdict {
    match payment.state.word() {
        PaymentWord::Paid if is_alike => CallVerdict::Confirms,
        _ if is_alike || payment.state.word() == PaymentWord::Released => CallVerdict::Open,
        _ => CallVerdict::Contradicts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payouts::model::payment::{PaymentState, Sent};

    fn payment(of: fn(Sent) -> PaymentState, paid: i64) -> Payment {
        let released_at = Time::from_micros(1000).unwrap();
        let (paid_paisa, returned_paisa) = (Paisa::new(paid), Paisa::ZERO);
        let (settled_on, bank_reason) = (None, None);
        let sent = Sent { batch_id: Id::nil(), released_at, paid_paisa, returned_paisa, settled_on, bank_reason };
        Payment {
            id: Id::nil(),
            award_id: Id::nil(),
            case_id: Id::nil(),
            victim_id: Id::nil(),
            district: "PK508".parse().unwrap(),
            payee_id: Id::nil(),
            account_id: Id::nil(),
            instalment: 1,
            reference: crate::payouts::model::reference::PaymentReference::from_random([7; 16]),
            instrument_id: Id::nil(),
            method: crate::claims::Method::Ibft,
            amount_paisa: Paisa::new(100),
            usable_from: released_at,
            planned_at: released_at,
            fund_id: None,
            reissue_of: None,
            state: of(sent),
            confirmed: None,
            version: 1,
        }
    }

    #[test]
    fn what_a_payee_says_is_held_against_what_the_bank_said() {
        use CallOutcome::{NotReached, ReachedAndReceived, ReachedLessReceived, ReachedNotReceived, Refused};
        use CallVerdict::{Confirms, Contradicts, Open};
        let paid = || payment(|sent| PaymentState::Paid { sent }, 100);
        let waiting = || payment(|sent| PaymentState::Released { sent }, 0);
        let returned = || payment(|sent| PaymentState::Returned { sent }, 0);
        for (payment, outcome, says, expected) in [
            (paid(), ReachedAndReceived, Some(100), Confirms),
            (paid(), ReachedLessReceived, Some(99), Contradicts),
            (paid(), ReachedNotReceived, None, Contradicts),
            (paid(), NotReached, None, Open),
            (paid(), Refused, None, Open),
            (waiting(), ReachedAndReceived, Some(100), Open),
            (waiting(), ReachedNotReceived, None, Open),
            (returned(), ReachedNotReceived, None, Open),
            (returned(), ReachedAndReceived, Some(100), Contradicts),
            (returned(), ReachedLessReceived, Some(1), Contradicts),
        ] {
            let told = verdict(&payment, outcome, says.map(Paisa::new)).unwrap();
            assert_eq!(told, expected, "{outcome} of {}", payment.state.word());
        }
    }

    #[test]
    fn an_amount_fits_its_outcome() {
        use CallOutcome::{ReachedAndReceived, ReachedLessReceived, ReachedNotReceived, WrongNumber};
        for (outcome, says, code) in [
            (ReachedAndReceived, None, "missing"),
            (ReachedAndReceived, Some(99), "contradiction"),
            (ReachedAndReceived, Some(101), "contradiction"),
            (ReachedLessReceived, None, "missing"),
            (ReachedLessReceived, Some(0), "out_of_range"),
            (ReachedLessReceived, Some(-1), "out_of_range"),
            (ReachedLessReceived, Some(100), "out_of_range"),
            (ReachedNotReceived, Some(1), "contradiction"),
            (WrongNumber, Some(1), "contradiction"),
        ] {
            let paid = payment(|sent| PaymentState::Paid { sent }, 100);
            match verdict(&paid, outcome, says.map(Paisa::new)) {
                Err(Error::Invalid(faults)) => assert_eq!(faults[0].code, code, "{outcome} {says:?}"),
                other => panic!("{other:?}"),
            }
        }
    }
}
