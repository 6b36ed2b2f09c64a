//! One payment and its moves. What the bank says is counted to the paisa; a payment that came back is paid by a new one.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::batch::BatchId;
use super::reference::PaymentReference;
use super::words::{CancelReason, ConfirmedHow, Effect, PaymentWord};
use crate::access::UserId;
use crate::access::policy::Subject;
use crate::cases::CaseId;
use crate::claims::{AccountId, Award, AwardId, AwardPayee, Method, PayeeId};
use crate::error::{Code, Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::money::Paisa;
use crate::kernel::moves::{Move, Refusal, refuse};
use crate::kernel::places::Pcode;
use crate::kernel::time::{Date, Time};
use crate::ledger::FundId;
use crate::tariffs::InstrumentId;
use crate::victims::VictimId;
use crate::work::Event;

pub type PaymentId = Id<Payment>;

/// What the bank has said of a payment that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sent {
    pub batch_id: BatchId,
    pub released_at: Time,
    /// As the bank says. Never more than was sent.
    pub paid_paisa: Paisa,
    /// What came back, or never left.
    pub returned_paisa: Paisa,
    /// The day on which the last of it was said.
    pub settled_on: Option<Date>,
    /// The bank's code of why money came back, such as `AC04`.
    pub bank_reason: Option<String>,
}

/// Where a payment stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PaymentState {
    Planned,
    Batched {
        batch_id: BatchId,
    },
    /// In the bank's hands; perhaps paid in part.
    Released {
        #[serde(flatten)]
        sent: Sent,
    },
    Paid {
        #[serde(flatten)]
        sent: Sent,
    },
    Returned {
        #[serde(flatten)]
        sent: Sent,
    },
    Failed {
        #[serde(flatten)]
        sent: Sent,
    },
    /// What came back is sent again by another payment.
    Reissued {
        #[serde(flatten)]
        sent: Sent,
        reissued_at: Time,
        reissued_by: UserId,
    },
    Cancelled {
        cancelled_at: Time,
        cancelled_by: UserId,
        cancel_reason: CancelReason,
    },
}

impl PaymentState {
    pub const fn word(&self) -> PaymentWord {
        match self {
            Self::Planned => PaymentWord::Planned,
            Self::Batched { .. } => PaymentWord::Batched,
            Self::Released { .. } => PaymentWord::Released,
            Self::Paid { .. } => PaymentWord::Paid,
            Self::Returned { .. } => PaymentWord::Returned,
            Self::Failed { .. } => PaymentWord::Failed,
            Self::Reissued { .. } => PaymentWord::Reissued,
            Self::Cancelled { .. } => PaymentWord::Cancelled,
        }
    }

    pub const fn sent(&self) -> Option<&Sent> {
        match self {
            Self::Released { sent }
            | Self::Paid { sent }
            | Self::Returned { sent }
            | Self::Failed { sent }
            | Self::Reissued { sent, .. } => Some(sent),
            Self::Planned | Self::Batched { .. } | Self::Cancelled { .. } => None,
        }
    }

    /// The batch that it is in, or went out with.
    pub fn batch(&self) -> Option<BatchId> {
        match self {
            Self::Batched { batch_id } => Some(*batch_id),
            _ => self.sent().map(|sent| sent.batch_id),
        }
    }
}

/// Every move there is; all others are refused.
pub const MOVES: &[Move] = &[
    Move { from: "planned", verb: "batch", to: "batched" },
    Move { from: "planned", verb: "redirect", to: "planned" },
    Move { from: "planned", verb: "cancel", to: "cancelled" },
    Move { from: "batched", verb: "redirect", to: "batched" },
    Move { from: "batched", verb: "take-out", to: "planned" },
    Move { from: "batched", verb: "release", to: "released" },
    Move { from: "released", verb: "results", to: "released" },
    Move { from: "released", verb: "results", to: "paid" },
    Move { from: "released", verb: "results", to: "returned" },
    Move { from: "released", verb: "results", to: "failed" },
    Move { from: "released", verb: "undo", to: "released" },
    Move { from: "cancelled", verb: "plan-again", to: "cancelled" },
    Move { from: "paid", verb: "confirm", to: "paid" },
    Move { from: "paid", verb: "undo", to: "released" },
    Move { from: "returned", verb: "reissue", to: "reissued" },
    Move { from: "returned", verb: "undo", to: "released" },
    Move { from: "failed", verb: "reissue", to: "reissued" },
    Move { from: "failed", verb: "undo", to: "released" },
];

/// That the payee has the money, as they say themselves: another thing than that the bank paid it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Confirmed {
    pub confirmed_at: Time,
    pub confirmed_by: UserId,
    pub confirmed_how: ConfirmedHow,
}

/// One instalment of an award to one payee. It names nobody.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Payment {
    pub id: PaymentId,
    pub award_id: AwardId,
    pub case_id: CaseId,
    pub victim_id: VictimId,
    /// P-code of the case's district when the payment was planned.
    pub district: Pcode,
    pub payee_id: PayeeId,
    /// Where the money goes: an account of the payee, which is never edited.
    pub account_id: AccountId,
    /// From 1.
    pub instalment: i64,
    pub reference: PaymentReference,
    pub instrument_id: InstrumentId,
    pub method: Method,
    /// Above zero.
    pub amount_paisa: Paisa,
    /// In no batch before: bank details that were changed wait 72 hours.
    pub usable_from: Time,
    pub planned_at: Time,
    /// The fund it is committed on; nothing while none has enough.
    pub fund_id: Option<FundId>,
    /// The payment in whose place it stands: its money came back, or it was given up.
    pub reissue_of: Option<PaymentId>,
    #[serde(flatten)]
    pub state: PaymentState,
    /// Once the payee has said that the money is there.
    pub confirmed: Option<Confirmed>,
    pub version: i64,
}

impl Payment {
    /// A payee's whole part of an award, or what of it is not paid yet, as the first instalment. On no fund yet.
    pub fn plan(
        id: PaymentId,
        (award, payee): (&Award, &AwardPayee),
        amount_paisa: Paisa,
        (reference, planned_at): (PaymentReference, Time),
    ) -> Self {
        let Award { id: award_id, case_id, victim_id, district, instrument_id, .. } = *award;
        let AwardPayee { payee_id, method, account_id, usable_from, .. } = *payee;
        Self {
            id,
            award_id,
            case_id,
            victim_id,
            district,
            payee_id,
            account_id,
            instalment: 1,
            reference,
            instrument_id,
            method,
            amount_paisa,
            usable_from,
            planned_at,
            fund_id: None,
            reissue_of: None,
            state: PaymentState::Planned,
            confirmed: None,
            version: 1,
        }
    }

    /// To be paid to another account of the payee. What was approved in its batch is not this any more.
    pub fn redirect(self, to: &AwardPayee) -> Result<(Self, Event)> {
        if !matches!(self.state, PaymentState::Planned | PaymentState::Batched { .. }) {
            return Err(self.illegal("redirect").into());
        }
        let AwardPayee { method, account_id, usable_from, .. } = *to;
        let redirected = Self { method, account_id, usable_from, version: self.version + 1, ..self };
        let event = redirected.event("payment.redirected").with("usable_from", usable_from.to_string());
        Ok((redirected, event))
    }

    fn illegal(&self, verb: &'static str) -> Refusal {
        refuse(MOVES, self.state.word().word(), verb)
    }

    /// That it stands where this could be done, and there is nothing to do it to: 409.
    pub fn nothing_to(&self, verb: &'static str) -> Error {
        Refusal { allowed: Vec::new(), ..self.illegal(verb) }.into()
    }

    /// What the bank has not yet accounted for; nothing for what was not sent.
    pub fn outstanding(&self) -> Paisa {
        let Some(sent) = self.state.sent() else { return Paisa::ZERO };
        let left = self.amount_paisa.checked_sub(sent.paid_paisa);
        left.and_then(|left| left.checked_sub(sent.returned_paisa)).unwrap_or_default()
    }

    pub fn cancel(self, reason: CancelReason, by: UserId, at: Time) -> Result<(Self, Event)> {
        let PaymentState::Planned = self.state else { return Err(self.illegal("cancel").into()) };
        let state = PaymentState::Cancelled { cancelled_at: at, cancelled_by: by, cancel_reason: reason };
        let cancelled = Self { state, version: self.version + 1, ..self };
        let event = cancelled.event("payment.cancelled").with("reason", reason.word());
        Ok((cancelled, event))
    }

    /// What was given up is paid after all, to the account the payee has now, by a new payment that is on no fund yet. Whoever
    /// gave it up does not plan it again.
    pub fn plan_again(
        &self,
        id: PaymentId,
        to: &AwardPayee,
        by: UserId,
        (reference, planned_at): (PaymentReference, Time),
    ) -> Result<(Self, Event)> {
        let PaymentState::Cancelled { cancelled_by, cancel_reason, .. } = self.state else {
            return Err(self.illegal("plan-again").into());
        };
        match cancel_reason {
            CancelReason::AwardReversed => return Err(self.nothing_to("plan-again")),
            CancelReason::PaidOtherwise => return Err(Code::PaidOtherwise.into()),
            CancelReason::PayeeDied | CancelReason::PlannedInError | CancelReason::RiskUpheld => {}
        }
        if cancelled_by == by {
            return Err(Code::SecondPerson.into());
        }
        let AwardPayee { method, account_id, usable_from, .. } = *to;
        let (fund_id, reissue_of, state) = (None, Some(self.id), PaymentState::Planned);
        let again = Self {
            id,
            reference,
            planned_at,
            method,
            account_id,
            usable_from,
            fund_id,
            reissue_of,
            state,
            version: 1,
            ..self.clone()
        };
        let event = again.event("payment.planned").with("instead_of", self.id.to_string());
        Ok((again, event))
    }

    /// The payee has the money.
    pub fn confirm(self, how: ConfirmedHow, by: UserId, at: Time) -> Result<(Self, Event)> {
        let PaymentState::Paid { .. } = self.state else { return Err(self.illegal("confirm").into()) };
        let confirmed = Confirmed { confirmed_at: at, confirmed_by: by, confirmed_how: how };
        let confirmed = Self { confirmed: Some(confirmed), version: self.version + 1, ..self };
        let event = confirmed.event("payment.confirmed").with("how", how.word());
        Ok((confirmed, event))
    }

    /// The payee says something else: what was confirmed before is so no more.
    #[must_use]
    pub fn denied(self) -> Self {
        Self { confirmed: None, version: self.version + 1, ..self }
    }

    /// What came back goes out again: the old payment, and how much the new one is about.
    pub fn reissue(self, by: UserId, at: Time) -> Result<(Self, Paisa)> {
        let sent = match self.state {
            PaymentState::Returned { ref sent } | PaymentState::Failed { ref sent } => sent.clone(),
            _ => return Err(self.illegal("reissue").into()),
        };
        let again = sent.returned_paisa;
        let state = PaymentState::Reissued { sent, reissued_at: at, reissued_by: by };
        Ok((Self { state, version: self.version + 1, ..self }, again))
    }

    /// Counts what the bank says. `paisa` is no more than is outstanding; money comes back whole.
    pub fn take(self, effect: Effect, paisa: Paisa, on: Date) -> Result<Self> {
        let PaymentState::Released { ref sent } = self.state else { return Err(self.illegal("results").into()) };
        let left = self.outstanding().checked_sub(paisa).filter(|left| *left >= Paisa::ZERO && paisa > Paisa::ZERO);
        let left = left.ok_or(Error::Corrupt("bank result"))?;
        let is_back = matches!(effect, Effect::Returned | Effect::Failed);
        let add = |so_far: Paisa| so_far.checked_add(paisa).ok_or(Error::Corrupt("bank result"));
        let sent = Sent { settled_on: Some(on), ..sent.clone() };
        let sent = if is_back {
            Sent { returned_paisa: add(sent.returned_paisa)?, ..sent }
        } else {
            Sent { paid_paisa: add(sent.paid_paisa)?, ..sent }
        };
        let state = match effect {
            Effect::Returned => PaymentState::Returned { sent },
            Effect::Failed => PaymentState::Failed { sent },
            Effect::Paid | Effect::PartlyPaid if left == Paisa::ZERO => PaymentState::Paid { sent },
            Effect::Paid | Effect::PartlyPaid => PaymentState::Released { sent },
        };
        if is_back && left != Paisa::ZERO {
            return Err(Error::Corrupt("bank result"));
        }
        Ok(Self { state, version: self.version + 1, ..self })
    }

    /// Takes back what a result added. A receipt that was confirmed goes with it.
    pub fn undo(self, effect: Effect, paisa: Paisa) -> Result<(Self, Event)> {
        let sent = match self.state {
            PaymentState::Released { ref sent }
            | PaymentState::Paid { ref sent }
            | PaymentState::Returned { ref sent }
            | PaymentState::Failed { ref sent } => sent.clone(),
            _ => return Err(self.illegal("undo").into()),
        };
        let less = |so_far: Paisa| {
            so_far.checked_sub(paisa).filter(|left| *left >= Paisa::ZERO).ok_or(Error::Corrupt("bank result"))
        };
        let sent = match effect {
            Effect::Returned | Effect::Failed => Sent { returned_paisa: less(sent.returned_paisa)?, ..sent },
            Effect::Paid | Effect::PartlyPaid => Sent { paid_paisa: less(sent.paid_paisa)?, ..sent },
        };
        let sent = Sent { settled_on: None, bank_reason: None, ..sent };
        let undone =
            Self { state: PaymentState::Released { sent }, confirmed: None, version: self.version + 1, ..self };
        let event = undone.event("payment.result_undone").with("was", effect.word());
        Ok((undone, event))
    }

    pub fn subject(&self) -> Subject {
        Subject::of(self.id.uuid()).in_district(self.district)
    }

    pub fn event(&self, action: &'static str) -> Event {
        Event::new(action, self.id)
            .of_case(self.case_id)
            .with("award", self.award_id.to_string())
            .with("reference", self.reference.to_string())
            .with("amount_paisa", self.amount_paisa.get())
            .with("state", self.state.word().word())
    }
}
