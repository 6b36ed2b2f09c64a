//! A transfer: one district offers a case, another one takes it or sends it back. The case moves only when it is taken.
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::UserId;
use crate::access::policy::Subject;
use crate::cases::{Case, CaseId, Phase};
use crate::directory::{Domain, Urgency};
use crate::error::{Code, Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::moves::{Move, Refusal, refuse};
use crate::kernel::numbers::CaseNumber;
use crate::kernel::places::Pcode;
use crate::kernel::time::Time;
use crate::kernel::words::words;
use crate::work::Event;

pub type TransferId = Id<Transfer>;

words! {
    /// Why a case should be kept elsewhere.
    pub enum TransferReason {
        VictimMoved = "victim_moved",
        VictimAsked = "victim_asked",
        NearerToServices = "nearer_to_services",
        /// It was opened in a district that does not keep it.
        WrongDistrict = "wrong_district",
        Security = "security",
        ConflictOfInterest = "conflict_of_interest",
    }
}

words! {
    /// Why a district does not take a case.
    pub enum ReturnReason {
        NoCapacity = "no_capacity",
        WrongDistrict = "wrong_district",
        VictimDidNotAgree = "victim_did_not_agree",
        FileIncomplete = "file_incomplete",
        BetterWhereItIs = "better_where_it_is",
    }
}

/// A case offered to another district.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Transfer {
    pub id: TransferId,
    pub case_id: CaseId,
    /// P-code of the district that kept the case when it was offered.
    pub from_district: Pcode,
    pub to_district: Pcode,
    pub reason: TransferReason,
    #[serde(flatten)]
    pub state: TransferState,
    pub offered_at: Time,
    pub offered_by: UserId,
    pub version: i64,
}

/// When an offer ended, and who ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ended {
    pub ended_at: Time,
    pub ended_by: UserId,
}

/// Where a transfer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum TransferState {
    Offered,
    Accepted {
        #[serde(flatten)]
        ended: Ended,
    },
    Returned {
        #[serde(flatten)]
        ended: Ended,
        return_reason: ReturnReason,
    },
    Withdrawn {
        #[serde(flatten)]
        ended: Ended,
    },
}

impl TransferState {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Accepted { .. } => "accepted",
            Self::Returned { .. } => "returned",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
}

/// Every move there is; all others are refused.
pub const MOVES: &[Move] = &[
    Move { from: "offered", verb: "accept", to: "accepted" },
    Move { from: "offered", verb: "return", to: "returned" },
    Move { from: "offered", verb: "withdraw", to: "withdrawn" },
];

/// What ends an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferMove {
    Accept,
    Return(ReturnReason),
    Withdraw,
}

impl TransferMove {
    const fn verb(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Return(_) => "return",
            Self::Withdraw => "withdraw",
        }
    }
}

impl Transfer {
    /// Offers a case to another district.
    pub fn offer(
        id: TransferId,
        case: &Case,
        (to, reason): (Pcode, TransferReason),
        by: UserId,
        at: Time,
    ) -> Result<(Self, Event)> {
        case.expect_transferable()?;
        if case.district == to {
            return Err(Error::invalid("/district", "contradiction", "the case is in this district already"));
        }
        let transfer = Self {
            id,
            case_id: case.id,
            from_district: case.district,
            to_district: to,
            reason,
            state: TransferState::Offered,
            offered_at: at,
            offered_by: by,
            version: 1,
        };
        let event = transfer.event("transfer.offered").with("reason", reason.word()).announced();
        Ok((transfer, event))
    }

    pub fn make(self, step: TransferMove, by: UserId, at: Time) -> Result<(Self, Event), Refusal> {
        if self.state != TransferState::Offered {
            return Err(refuse(MOVES, self.state.word(), step.verb()));
        }
        let ended = Ended { ended_at: at, ended_by: by };
        let (state, happened) = match step {
            TransferMove::Accept => (TransferState::Accepted { ended }, "transfer.accepted"),
            TransferMove::Return(return_reason) => {
                (TransferState::Returned { ended, return_reason }, "transfer.returned")
            }
            TransferMove::Withdraw => (TransferState::Withdrawn { ended }, "transfer.withdrawn"),
        };
        let moved = Self { state, version: self.version + 1, ..self };
        let event = moved.event(happened).announced();
        let event = match step {
            TransferMove::Return(reason) => event.with("reason", reason.word()),
            TransferMove::Accept | TransferMove::Withdraw => event,
        };
        Ok((moved, event))
    }

    /// Refuses an answer of the one who offered, whatever their area is: it takes two to hand over.
    pub fn expect_other(&self, answering: UserId) -> Result<()> {
        if self.offered_by == answering { Err(Code::OwnTransfer.into()) } else { Ok(()) }
    }

    /// The offer as its sender sees it, as far as permission asks.
    pub fn sent(&self) -> Subject {
        Subject::of(self.id.uuid()).in_district(self.from_district)
    }

    /// The offer as its recipient sees it, as far as permission asks.
    pub fn received(&self) -> Subject {
        Subject::of(self.id.uuid()).in_district(self.to_district)
    }

    fn event(&self, action: &'static str) -> Event {
        let event = Event::new(action, self.id).of_case(self.case_id).with("state", self.state.word());
        event.with("from", self.from_district.as_str()).with("to", self.to_district.as_str())
    }
}

/// What a district has to know of a case to take it, and no more: nothing of it says who the victim is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CaseBrief {
    pub phase: Phase,
    /// Of the most urgent need that is open.
    pub urgency: Option<Urgency>,
    /// In which something is still to be done.
    pub domains: BTreeSet<Domain>,
}

/// A transfer as both districts see it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct TransferView {
    #[serde(flatten)]
    pub transfer: Transfer,
    pub case_number: CaseNumber,
    /// While it is offered; afterwards for those alone who keep the case.
    pub about: Option<CaseBrief>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::moves::is_allowed;

    fn at(hours: i64) -> Time {
        Time::from_micros(0).unwrap().plus_hours(hours)
    }

    fn transfer(state: TransferState) -> Transfer {
        Transfer {
            id: Id::new(),
            case_id: Id::new(),
            from_district: "PK508".parse().unwrap(),
            to_district: "PK603".parse().unwrap(),
            reason: TransferReason::VictimMoved,
            state,
            offered_at: at(0),
            offered_by: Id::new(),
            version: 1,
        }
    }

    #[test]
    fn every_verb_in_every_state_does_what_the_table_says() {
        let ended = Ended { ended_at: at(1), ended_by: Id::new() };
        let states = [
            TransferState::Offered,
            TransferState::Accepted { ended },
            TransferState::Returned { ended, return_reason: ReturnReason::NoCapacity },
            TransferState::Withdrawn { ended },
        ];
        let steps = [TransferMove::Accept, TransferMove::Return(ReturnReason::NoCapacity), TransferMove::Withdraw];
        for state in states {
            for step in steps {
                let made = transfer(state).make(step, Id::new(), at(2));
                assert_eq!(made.is_ok(), is_allowed(MOVES, state.word(), step.verb()), "{state:?} {step:?}");
                if let Ok((moved, event)) = made {
                    let row = MOVES.iter().find(|row| row.verb == step.verb()).unwrap();
                    assert_eq!((moved.state.word(), moved.version, event.fact("state")), (row.to, 2, Some(row.to)));
                }
            }
        }
    }

    #[test]
    fn whoever_offered_may_not_answer() {
        let transfer = transfer(TransferState::Offered);
        assert_eq!(transfer.expect_other(transfer.offered_by).unwrap_err().code(), Code::OwnTransfer);
        transfer.expect_other(Id::new()).unwrap();
    }
}
