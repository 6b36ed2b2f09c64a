//! An appeal and its moves. It is never decided by whoever lodged it, nor by anybody who had a part in the claim.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::{AppealFinding, AppealGround, AppealOutcome, AppealWord};
use crate::access::UserId;
use crate::access::policy::Subject;
use crate::cases::CaseId;
use crate::claims::{Claim, ClaimId};
use crate::error::{Code, Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::moves::{Move, refuse};
use crate::kernel::places::Pcode;
use crate::kernel::time::{Date, Time};
use crate::victims::VictimId;
use crate::work::Event;

pub type AppealId = Id<Appeal>;

/// An appeal against one decision, to one rung of the ladder. It names nobody.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Appeal {
    pub id: AppealId,
    pub claim_id: ClaimId,
    pub case_id: CaseId,
    pub victim_id: VictimId,
    /// P-code of the case's district.
    pub district: Pcode,
    /// On the ladder, from 1.
    #[schemars(range(min = 1, max = 10))]
    pub step: i32,
    /// Code of the rung.
    pub rung: String,
    pub ground: AppealGround,
    /// The last day for it; none if the instrument publishes no term.
    pub due_on: Option<Date>,
    /// Whether it came after that day. It is taken all the same: whoever decides weighs why.
    pub is_late: bool,
    pub lodged_at: Time,
    pub lodged_by: UserId,
    #[serde(flatten)]
    pub state: AppealState,
    pub version: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reviewed {
    pub review_at: Time,
    pub review_by: UserId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decided {
    #[serde(flatten)]
    pub reviewed: Reviewed,
    pub ended_at: Time,
    pub ended_by: UserId,
    pub finding: AppealFinding,
}

/// Where an appeal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum AppealState {
    Lodged,
    UnderReview {
        #[serde(flatten)]
        reviewed: Reviewed,
    },
    Upheld {
        #[serde(flatten)]
        decided: Decided,
    },
    PartlyUpheld {
        #[serde(flatten)]
        decided: Decided,
    },
    Dismissed {
        #[serde(flatten)]
        decided: Decided,
    },
    Withdrawn {
        ended_at: Time,
        ended_by: UserId,
    },
}

impl AppealState {
    pub const fn word(&self) -> AppealWord {
        match self {
            Self::Lodged => AppealWord::Lodged,
            Self::UnderReview { .. } => AppealWord::UnderReview,
            Self::Upheld { .. } => AppealWord::Upheld,
            Self::PartlyUpheld { .. } => AppealWord::PartlyUpheld,
            Self::Dismissed { .. } => AppealWord::Dismissed,
            Self::Withdrawn { .. } => AppealWord::Withdrawn,
        }
    }

    pub const fn decided(&self) -> Option<Decided> {
        match self {
            Self::Upheld { decided } | Self::PartlyUpheld { decided } | Self::Dismissed { decided } => Some(*decided),
            Self::Lodged | Self::UnderReview { .. } | Self::Withdrawn { .. } => None,
        }
    }
}

/// Every move there is; all others are refused.
pub const MOVES: &[Move] = &[
    Move { from: "lodged", verb: "review", to: "under_review" },
    Move { from: "lodged", verb: "withdraw", to: "withdrawn" },
    Move { from: "under_review", verb: "decide", to: "upheld" },
    Move { from: "under_review", verb: "decide", to: "partly_upheld" },
    Move { from: "under_review", verb: "decide", to: "dismissed" },
    Move { from: "under_review", verb: "withdraw", to: "withdrawn" },
];

/// What can be done to an appeal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppealMove {
    Review,
    Decide(AppealOutcome, AppealFinding),
    Withdraw,
}

impl AppealMove {
    const fn verb(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Decide(..) => "decide",
            Self::Withdraw => "withdraw",
        }
    }

    const fn happened(self) -> &'static str {
        match self {
            Self::Review => "appeal.review_begun",
            Self::Decide(AppealOutcome::Upheld, _) => "appeal.upheld",
            Self::Decide(AppealOutcome::PartlyUpheld, _) => "appeal.partly_upheld",
            Self::Decide(AppealOutcome::Dismissed, _) => "appeal.dismissed",
            Self::Withdraw => "appeal.withdrawn",
        }
    }

    fn from(self, state: AppealState, by: UserId, at: Time) -> Option<AppealState> {
        use AppealState as State;
        let (ended_at, ended_by) = (at, by);
        Some(match (state, self) {
            (State::Lodged, Self::Review) => State::UnderReview { reviewed: Reviewed { review_at: at, review_by: by } },
            (State::UnderReview { reviewed }, Self::Decide(outcome, finding)) => {
                let decided = Decided { reviewed, ended_at, ended_by, finding };
                match outcome {
                    AppealOutcome::Upheld => State::Upheld { decided },
                    AppealOutcome::PartlyUpheld => State::PartlyUpheld { decided },
                    AppealOutcome::Dismissed => State::Dismissed { decided },
                }
            }
            (State::Lodged | State::UnderReview { .. }, Self::Withdraw) => State::Withdrawn { ended_at, ended_by },
            _ => return None,
        })
    }
}

/// What an appeal is lodged with, beside the claim.
#[derive(Debug, Clone)]
pub struct Lodging {
    pub step: i32,
    pub rung: String,
    pub ground: AppealGround,
    pub due_on: Option<Date>,
}

impl Appeal {
    pub fn lodge(id: AppealId, claim: &Claim, with: Lodging, (by, at): (UserId, Time)) -> (Self, Event) {
        let Lodging { step, rung, ground, due_on } = with;
        let appeal = Self {
            id,
            claim_id: claim.id,
            case_id: claim.case_id,
            victim_id: claim.victim_id,
            district: claim.district,
            step,
            rung,
            ground,
            due_on,
            is_late: due_on.is_some_and(|day| at.local_date() > day),
            lodged_at: at,
            lodged_by: by,
            state: AppealState::Lodged,
            version: 1,
        };
        let event = appeal.event("appeal.lodged");
        (appeal, event)
    }

    pub fn make(self, step: AppealMove, by: UserId, at: Time) -> Result<(Self, Event)> {
        let Some(state) = step.from(self.state, by, at) else {
            return Err(refuse(MOVES, self.state.word().word(), step.verb()).into());
        };
        if step != AppealMove::Withdraw && by == self.lodged_by {
            return Err(Code::SecondPerson.into());
        }
        let moved = Self { state, version: self.version + 1, ..self };
        let event = moved.event(step.happened());
        let event = match step {
            AppealMove::Decide(_, finding) => event.with("finding", finding.word()),
            AppealMove::Review | AppealMove::Withdraw => event,
        };
        Ok((moved, event))
    }

    /// Whether nobody has decided it yet.
    pub const fn is_open(&self) -> bool {
        matches!(self.state, AppealState::Lodged | AppealState::UnderReview { .. })
    }

    /// Whoever took it up or decided it.
    pub fn judges(&self) -> Vec<UserId> {
        match self.state {
            AppealState::UnderReview { reviewed } => vec![reviewed.review_by],
            AppealState::Upheld { decided }
            | AppealState::PartlyUpheld { decided }
            | AppealState::Dismissed { decided } => vec![decided.reviewed.review_by, decided.ended_by],
            AppealState::Lodged | AppealState::Withdrawn { .. } => Vec::new(),
        }
    }

    /// Refuses to claim again unless the victim was found to be in the right.
    pub fn expect_upheld(&self) -> Result<()> {
        match self.state {
            AppealState::Upheld { .. } | AppealState::PartlyUpheld { .. } => Ok(()),
            _ => Err(Error::from(refuse(MOVES, self.state.word().word(), "claim"))),
        }
    }

    pub fn subject(&self) -> Subject {
        Subject::of(self.id.uuid()).in_district(self.district)
    }

    pub fn event(&self, action: &'static str) -> Event {
        Event::new(action, self.id)
            .of_case(self.case_id)
            .with("claim", self.claim_id.to_string())
            .with("rung", self.rung.as_str())
            .with("ground", self.ground.word())
            .with("is_late", self.is_late)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::state::ClaimState;
    use crate::incidents::IncidentId;
    use crate::tariffs::{HarmCode, InstrumentId, LineId, Track};

    fn at(hours: i64) -> Time {
        Time::from_micros(0).unwrap().plus_hours(hours)
    }

    fn lodged(due_on: Option<&str>, hours: i64) -> Appeal {
        let claim = Claim {
            id: ClaimId::new(),
            case_id: CaseId::new(),
            victim_id: VictimId::new(),
            incident_id: IncidentId::new(),
            district: "PK508".parse().unwrap(),
            instrument_id: InstrumentId::new(),
            line_id: LineId::new(),
            harm: HarmCode::Death,
            track: Track::Civilian,
            registered_by: UserId::new(),
            prepared_at: at(0),
            prepared_by: UserId::new(),
            replaces: None,
            state: ClaimState::Draft,
            version: 1,
        };
        let due_on = due_on.map(|day| day.parse().unwrap());
        let with = Lodging { step: 1, rung: "review".into(), ground: AppealGround::AmountTooLow, due_on };
        Appeal::lodge(AppealId::new(), &claim, with, (UserId::new(), at(hours))).0
    }

    #[test]
    fn a_late_appeal_is_taken_and_says_so() {
        assert!(!lodged(None, 1_000_000).is_late);
        assert!(!lodged(Some("1970-01-02"), 24).is_late);
        assert!(lodged(Some("1970-01-02"), 48).is_late);
    }

    #[test]
    fn whoever_lodged_it_may_withdraw_it_and_nothing_else() {
        let appeal = lodged(None, 0);
        let (own, other) = (appeal.lodged_by, UserId::new());
        assert_eq!(appeal.clone().make(AppealMove::Review, own, at(1)).unwrap_err().code(), Code::SecondPerson);
        assert!(appeal.clone().make(AppealMove::Withdraw, own, at(1)).is_ok());
        let (appeal, _) = appeal.make(AppealMove::Review, other, at(1)).unwrap();
        let uphold = AppealMove::Decide(AppealOutcome::Upheld, AppealFinding::TariffMisapplied);
        assert_eq!(appeal.clone().make(uphold, own, at(2)).unwrap_err().code(), Code::SecondPerson);
        let (appeal, event) = appeal.make(uphold, other, at(2)).unwrap();
        assert!(appeal.expect_upheld().is_ok());
        assert_eq!((event.action(), appeal.judges(), appeal.is_open()), ("appeal.upheld", vec![other, other], false));
    }

    #[test]
    fn what_is_decided_stays_and_a_dismissal_lets_nobody_claim_again() {
        let by = UserId::new();
        let dismiss = AppealMove::Decide(AppealOutcome::Dismissed, AppealFinding::DecisionWasRight);
        assert_eq!(lodged(None, 0).make(dismiss, by, at(1)).unwrap_err().code(), Code::IllegalMove);
        let (appeal, _) = lodged(None, 0).make(AppealMove::Review, by, at(1)).unwrap();
        let (appeal, _) = appeal.make(dismiss, by, at(1)).unwrap();
        assert_eq!(appeal.expect_upheld().unwrap_err().code(), Code::IllegalMove);
        for step in [AppealMove::Review, AppealMove::Withdraw, dismiss] {
            assert_eq!(appeal.clone().make(step, by, at(2)).unwrap_err().code(), Code::IllegalMove);
        }
    }
}
