//! Where a claim stands, and what leads from there to where. A decision is not taken back: an appeal may lead to another.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::{RejectReason, ReturnReason, WithdrawReason};
use crate::access::UserId;
use crate::kernel::moves::Move;
use crate::kernel::time::Time;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Submitted {
    pub submitted_at: Time,
    pub submitted_by: UserId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Returned {
    pub returned_at: Time,
    pub returned_by: UserId,
    pub return_reason: ReturnReason,
}

/// Who asked for a decision, and who found it right to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verified {
    #[serde(flatten)]
    pub submitted: Submitted,
    pub verified_at: Time,
    pub verified_by: UserId,
}

/// Where a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ClaimState {
    Draft,
    Submitted {
        #[serde(flatten)]
        submitted: Submitted,
    },
    Returned {
        #[serde(flatten)]
        submitted: Submitted,
        #[serde(flatten)]
        returned: Returned,
    },
    Verified {
        #[serde(flatten)]
        verified: Verified,
    },
    /// With the last approval that was needed; its award says the rest.
    Approved {
        #[serde(flatten)]
        verified: Verified,
        ended_at: Time,
        ended_by: UserId,
    },
    Rejected {
        #[serde(flatten)]
        verified: Verified,
        ended_at: Time,
        ended_by: UserId,
        reject_reason: RejectReason,
    },
    Withdrawn {
        ended_at: Time,
        ended_by: UserId,
        withdraw_reason: WithdrawReason,
    },
}

impl ClaimState {
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted { .. } => "submitted",
            Self::Returned { .. } => "returned",
            Self::Verified { .. } => "verified",
            Self::Approved { .. } => "approved",
            Self::Rejected { .. } => "rejected",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    /// Who asked for the decision, if anybody has by now.
    pub const fn submitted(&self) -> Option<Submitted> {
        match self {
            Self::Submitted { submitted } | Self::Returned { submitted, .. } => Some(*submitted),
            Self::Verified { verified } | Self::Approved { verified, .. } | Self::Rejected { verified, .. } => {
                Some(verified.submitted)
            }
            Self::Draft | Self::Withdrawn { .. } => None,
        }
    }

    pub const fn verified(&self) -> Option<Verified> {
        match self {
            Self::Verified { verified } | Self::Approved { verified, .. } | Self::Rejected { verified, .. } => {
                Some(*verified)
            }
            Self::Draft | Self::Submitted { .. } | Self::Returned { .. } | Self::Withdrawn { .. } => None,
        }
    }
}

/// Every move there is; all others are refused.
pub const MOVES: &[Move] = &[
    Move { from: "draft", verb: "change", to: "draft" },
    Move { from: "draft", verb: "submit", to: "submitted" },
    Move { from: "draft", verb: "withdraw", to: "withdrawn" },
    Move { from: "submitted", verb: "verify", to: "verified" },
    Move { from: "submitted", verb: "return", to: "returned" },
    Move { from: "submitted", verb: "withdraw", to: "withdrawn" },
    Move { from: "returned", verb: "change", to: "returned" },
    Move { from: "returned", verb: "submit", to: "submitted" },
    Move { from: "returned", verb: "withdraw", to: "withdrawn" },
    Move { from: "verified", verb: "approve", to: "approved" },
    Move { from: "verified", verb: "approve", to: "verified" },
    Move { from: "verified", verb: "reject", to: "rejected" },
    Move { from: "verified", verb: "return", to: "returned" },
];

/// What can be done to a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimMove {
    /// Its tariff, its papers or its payees become different.
    Change,
    Submit,
    Verify,
    Return(ReturnReason),
    /// One approval; whether none is needed after it.
    Approve {
        is_last: bool,
    },
    Reject(RejectReason),
    Withdraw(WithdrawReason),
}

impl ClaimMove {
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Submit => "submit",
            Self::Verify => "verify",
            Self::Return(_) => "return",
            Self::Approve { .. } => "approve",
            Self::Reject(_) => "reject",
            Self::Withdraw(_) => "withdraw",
        }
    }

    pub(super) const fn happened(self) -> &'static str {
        match self {
            Self::Change => "claim.changed",
            Self::Submit => "claim.submitted",
            Self::Verify => "claim.verified",
            Self::Return(_) => "claim.returned",
            Self::Approve { is_last: false } => "claim.voted",
            Self::Approve { is_last: true } => "claim.approved",
            Self::Reject(_) => "claim.rejected",
            Self::Withdraw(_) => "claim.withdrawn",
        }
    }

    /// The word of the reason that was given.
    pub(super) const fn reason(self) -> Option<&'static str> {
        match self {
            Self::Return(reason) => Some(reason.word()),
            Self::Reject(reason) => Some(reason.word()),
            Self::Withdraw(reason) => Some(reason.word()),
            Self::Change | Self::Submit | Self::Verify | Self::Approve { .. } => None,
        }
    }

    /// Where it leads; nothing if it is not allowed there.
    pub(super) fn from(self, state: ClaimState, by: UserId, at: Time) -> Option<ClaimState> {
        use ClaimState as State;
        let (ended_at, ended_by) = (at, by);
        Some(match (state, self) {
            (State::Draft | State::Returned { .. }, Self::Change)
            | (State::Verified { .. }, Self::Approve { is_last: false }) => state,
            (State::Draft | State::Returned { .. }, Self::Submit) => {
                State::Submitted { submitted: Submitted { submitted_at: at, submitted_by: by } }
            }
            (State::Submitted { submitted }, Self::Verify) => {
                State::Verified { verified: Verified { submitted, verified_at: at, verified_by: by } }
            }
            (
                State::Submitted { submitted } | State::Verified { verified: Verified { submitted, .. } },
                Self::Return(return_reason),
            ) => State::Returned { submitted, returned: Returned { returned_at: at, returned_by: by, return_reason } },
            (State::Verified { verified }, Self::Approve { is_last: true }) => {
                State::Approved { verified, ended_at, ended_by }
            }
            (State::Verified { verified }, Self::Reject(reject_reason)) => {
                State::Rejected { verified, ended_at, ended_by, reject_reason }
            }
            (State::Draft | State::Submitted { .. } | State::Returned { .. }, Self::Withdraw(withdraw_reason)) => {
                State::Withdrawn { ended_at, ended_by, withdraw_reason }
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::kernel::moves::is_allowed;

    const STEPS: [ClaimMove; 8] = [
        ClaimMove::Change,
        ClaimMove::Submit,
        ClaimMove::Verify,
        ClaimMove::Return(ReturnReason::WrongPayee),
        ClaimMove::Approve { is_last: false },
        ClaimMove::Approve { is_last: true },
        ClaimMove::Reject(RejectReason::Fraudulent),
        ClaimMove::Withdraw(WithdrawReason::VictimAsked),
    ];

    /// One of each.
    pub fn states() -> Vec<ClaimState> {
        let at = Time::from_micros(0).unwrap();
        let mut states = vec![ClaimState::Draft];
        let mut go = |from: usize, step: ClaimMove| {
            states.push(step.from(states[from], UserId::new(), at).unwrap());
        };
        go(0, ClaimMove::Submit);
        go(1, ClaimMove::Return(ReturnReason::EvidenceMissing));
        go(1, ClaimMove::Verify);
        go(3, ClaimMove::Approve { is_last: true });
        go(3, ClaimMove::Reject(RejectReason::PaidAlready));
        go(0, ClaimMove::Withdraw(WithdrawReason::PreparedInError));
        states
    }

    #[test]
    fn every_move_does_in_every_state_what_the_table_says() {
        for state in states() {
            for step in STEPS {
                let to = step.from(state, UserId::new(), Time::from_micros(1).unwrap());
                assert_eq!(to.is_some(), is_allowed(MOVES, state.word(), step.verb()), "{} {step:?}", state.word());
                let leads =
                    |to: &str| MOVES.iter().any(|one| (one.from, one.verb, one.to) == (state.word(), step.verb(), to));
                assert!(to.is_none_or(|to| leads(to.word())), "{} {step:?}", state.word());
            }
        }
    }

    #[test]
    fn every_state_survives_the_wire() {
        for state in states() {
            let wire = serde_json::to_value(state).unwrap();
            assert_eq!(serde_json::from_value::<ClaimState>(wire).unwrap(), state);
        }
    }
}
