//! A call to somebody who was paid, because a sample drew the payment: what they say, and whether it agrees with the bank. It
//! is written down once; whoever hears something else calls again. No later call takes back that the payee denied the money.
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

/// Where the number that is called comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// Who recorded it as the one that is safe to call, and when; nobody, if it stands on the claim alone.
    pub contact_recorded_by: Option<UserId>,
    pub contact_recorded_at: Option<Time>,
    /// Whether whoever recorded it had no part in the payment; else a call to it confirms nothing.
    pub is_independent: bool,
}

/// A call that was made. It names nobody.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Call {
    pub id: CallId,
    pub sample_id: SampleId,
    pub payment_id: PaymentId,
    pub outcome: CallOutcome,
    pub received_paisa: Option<Paisa>,
    /// Where the payment stood when it was written down.
    pub payment_state: PaymentWord,
    #[serde(flatten)]
    pub origin: Origin,
    pub called_at: Time,
    pub recorded_at: Time,
    pub called_by: UserId,
}

/// A call, and what it says of the bank's word as that is now.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CallView {
    #[serde(flatten)]
    pub call: Call,
    pub verdict: CallVerdict,
}

impl CallView {
    pub fn new(call: Call, payment: &Payment) -> Self {
        let verdict = call.verdict(payment);
        Self { call, verdict }
    }

    /// It stays out of the case's timeline: whoever prepared the claim would be warned.
    pub fn event(&self, action: &'static str) -> Event {
        let call = &self.call;
        let event = Event::new(action, call.payment_id)
            .with("call", call.id.to_string())
            .with("sample", call.sample_id.to_string())
            .with("outcome", call.outcome.word())
            .with("verdict", self.verdict.word());
        match call.received_paisa {
            Some(paisa) => event.with("received_paisa", paisa.get()),
            None => event,
        }
    }
}

impl Call {
    pub fn new(
        id: CallId,
        new: &NewCall,
        payment: &Payment,
        origin: Origin,
        (by, now): (UserId, Time),
    ) -> Result<Self> {
        let NewCall { sample_id, outcome, received_paisa, called_at } = *new;
        check(payment, outcome, received_paisa)?;
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
            payment_state: payment.state.word(),
            origin,
            called_at,
            recorded_at: now,
            called_by: by,
        })
    }

    /// How much has arrived, if the payee told it.
    fn says(&self) -> Option<Paisa> {
        if self.outcome == CallOutcome::ReachedNotReceived { Some(Paisa::ZERO) } else { self.received_paisa }
    }

    /// Whether it may have contradicted the bank when it was written down, whatever the bank says now.
    pub fn was_denial(&self, payment: &Payment) -> bool {
        match (self.says(), self.payment_state) {
            (None, _) | (_, PaymentWord::Released) => false,
            (Some(says), PaymentWord::Paid) => says != payment.amount_paisa,
            (Some(says), _) => says != Paisa::ZERO,
        }
    }

    /// Held against what the bank says now. While it has the money in its hands, both may be true.
    pub fn verdict(&self, payment: &Payment) -> CallVerdict {
        let Some(says) = self.says() else { return CallVerdict::Open };
        let paid = payment.state.sent().map_or(Paisa::ZERO, |sent| sent.paid_paisa);
        let (now, then) = (payment.state.word(), self.payment_state);
        match now {
            PaymentWord::Paid if says == paid && self.origin.is_independent => CallVerdict::Confirms,
            // What had not come before the bank said that it paid may have come since.
            PaymentWord::Paid if says < paid && then != PaymentWord::Paid => CallVerdict::Open,
            _ if says == paid || now == PaymentWord::Released => CallVerdict::Open,
            _ => CallVerdict::Contradicts,
        }
    }
}

/// Refuses an amount that does not go with the outcome.
fn check(payment: &Payment, outcome: CallOutcome, received: Option<Paisa>) -> Result<()> {
    let fault = |code: &'static str, why: &str| Err(Error::invalid("/received_paisa", code, why));
    let sum = payment.amount_paisa;
    match outcome {
        CallOutcome::ReachedAndReceived | CallOutcome::ReachedLessReceived if received.is_none() => {
            fault("missing", "say how much has arrived")
        }
        CallOutcome::ReachedAndReceived if received != Some(sum) => {
            fault("contradiction", "the whole payment is meant; if it was less, say `reached_less_received`")
        }
        CallOutcome::ReachedLessReceived if received.is_none_or(|less| less <= Paisa::ZERO || less >= sum) => {
            fault("out_of_range", "less than the payment, and more than nothing")
        }
        CallOutcome::ReachedAndReceived | CallOutcome::ReachedLessReceived => Ok(()),
        _ if received.is_some() => fault("contradiction", "leave it out: nobody says that money has arrived"),
        _ => Ok(()),
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

    const ORIGIN: Origin = Origin { contact_recorded_by: None, contact_recorded_at: None, is_independent: true };

    /// What came of a call a moment after the release.
    fn call(payment: &Payment, outcome: CallOutcome, received: Option<i64>, origin: Origin) -> Result<Call> {
        let now = Time::from_micros(2000).unwrap();
        let (received_paisa, called_at) = (received.map(Paisa::new), None);
        let new = NewCall { sample_id: Id::nil(), outcome, received_paisa, called_at };
        Call::new(Id::nil(), &new, payment, origin, (Id::nil(), now))
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
            let call = call(&payment, outcome, says, ORIGIN).unwrap();
            assert_eq!(call.verdict(&payment), expected, "{outcome} of {}", payment.state.word());
            assert_eq!(call.was_denial(&payment), expected == Contradicts);
        }
    }

    #[test]
    fn what_was_said_while_the_bank_had_the_money_is_held_against_what_it_says_later() {
        use CallOutcome::{ReachedAndReceived, ReachedLessReceived, ReachedNotReceived};
        use CallVerdict::{Confirms, Contradicts, Open};
        let (waiting, paid) =
            (payment(|sent| PaymentState::Released { sent }, 0), payment(|sent| PaymentState::Paid { sent }, 100));
        let returned = payment(|sent| PaymentState::Returned { sent }, 0);
        for (outcome, says, once_paid, once_returned) in [
            (ReachedAndReceived, Some(100), Confirms, Contradicts),
            // It may have come since; whoever wants to know calls again.
            (ReachedLessReceived, Some(40), Open, Contradicts),
            (ReachedNotReceived, None, Open, Open),
        ] {
            let call = call(&waiting, outcome, says, ORIGIN).unwrap();
            assert_eq!((call.verdict(&paid), call.verdict(&returned)), (once_paid, once_returned), "{outcome}");
        }
    }

    #[test]
    fn a_number_of_somebody_who_had_a_part_confirms_nothing_and_may_deny() {
        let paid = payment(|sent| PaymentState::Paid { sent }, 100);
        let origin = Origin { is_independent: false, ..ORIGIN };
        let told = |outcome, says| call(&paid, outcome, says, origin).unwrap().verdict(&paid);
        assert_eq!(told(CallOutcome::ReachedAndReceived, Some(100)), CallVerdict::Open);
        assert_eq!(told(CallOutcome::ReachedNotReceived, None), CallVerdict::Contradicts);
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
            match call(&paid, outcome, says, ORIGIN) {
                Err(Error::Invalid(faults)) => assert_eq!(faults[0].code, code, "{outcome} {says:?}"),
                other => panic!("{other:?}"),
            }
        }
    }
}
