//! Where a need stands, and what leads from there to where. What a need ended as, it stays.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::UserId;
use crate::kernel::moves::Move;
use crate::kernel::time::Time;
use crate::kernel::words::words;

words! {
    /// Why a need was left unmet.
    pub enum UnmetReason {
        NoServiceAvailable = "no_service_available",
        NotEligible = "not_eligible",
        VictimUnreachable = "victim_unreachable",
        ServiceFailed = "service_failed",
        NoLongerNeeded = "no_longer_needed",
    }
}

/// Where a need stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum NeedState {
    Identified,
    InProgress {
        started_at: Time,
    },
    Met {
        started_at: Time,
        ended_at: Time,
        ended_by: UserId,
    },
    Unmet {
        started_at: Time,
        ended_at: Time,
        ended_by: UserId,
        reason: UnmetReason,
    },
    /// By the victim.
    Declined {
        started_at: Option<Time>,
        ended_at: Time,
        ended_by: UserId,
    },
}

impl NeedState {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Identified => "identified",
            Self::InProgress { .. } => "in_progress",
            Self::Met { .. } => "met",
            Self::Unmet { .. } => "unmet",
            Self::Declined { .. } => "declined",
        }
    }

    /// Whether something is still to be done.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Identified | Self::InProgress { .. })
    }
}

/// Every move there is; all others are refused.
pub const MOVES: &[Move] = &[
    Move { from: "identified", verb: "start", to: "in_progress" },
    Move { from: "identified", verb: "decline", to: "declined" },
    Move { from: "in_progress", verb: "meet", to: "met" },
    Move { from: "in_progress", verb: "leave-unmet", to: "unmet" },
    Move { from: "in_progress", verb: "decline", to: "declined" },
];

/// What can be done to a need.
#[derive(Debug, Clone, Copy)]
pub enum NeedMove {
    Start,
    Meet,
    LeaveUnmet(UnmetReason),
    Decline,
}

impl NeedMove {
    pub(super) fn verb(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Meet => "meet",
            Self::LeaveUnmet(_) => "leave-unmet",
            Self::Decline => "decline",
        }
    }

    pub(super) fn happened(self) -> &'static str {
        match self {
            Self::Start => "need.started",
            Self::Meet => "need.met",
            Self::LeaveUnmet(_) => "need.left_unmet",
            Self::Decline => "need.declined",
        }
    }

    /// Where it leads from `state`, if it leads anywhere.
    pub(super) fn from(self, state: &NeedState, by: UserId, at: Time) -> Option<NeedState> {
        let (ended_at, ended_by) = (at, by);
        match (self, *state) {
            (Self::Start, NeedState::Identified) => Some(NeedState::InProgress { started_at: at }),
            (Self::Meet, NeedState::InProgress { started_at }) => {
                Some(NeedState::Met { started_at, ended_at, ended_by })
            }
            (Self::LeaveUnmet(reason), NeedState::InProgress { started_at }) => {
                Some(NeedState::Unmet { started_at, ended_at, ended_by, reason })
            }
            (Self::Decline, NeedState::Identified) => {
                Some(NeedState::Declined { started_at: None, ended_at, ended_by })
            }
            (Self::Decline, NeedState::InProgress { started_at }) => {
                Some(NeedState::Declined { started_at: Some(started_at), ended_at, ended_by })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::moves::is_allowed;

    const STEPS: [NeedMove; 4] =
        [NeedMove::Start, NeedMove::Meet, NeedMove::LeaveUnmet(UnmetReason::NotEligible), NeedMove::Decline];

    fn states() -> [NeedState; 5] {
        let started_at = Time::from_micros(0).unwrap();
        let (ended_at, ended_by) = (started_at.plus_hours(1), UserId::new());
        [
            NeedState::Identified,
            NeedState::InProgress { started_at },
            NeedState::Met { started_at, ended_at, ended_by },
            NeedState::Unmet { started_at, ended_at, ended_by, reason: UnmetReason::ServiceFailed },
            NeedState::Declined { started_at: None, ended_at, ended_by },
        ]
    }

    #[test]
    fn every_verb_in_every_state_does_what_the_table_says() {
        for state in states() {
            for step in STEPS {
                let (from, verb) = (state.word(), step.verb());
                match step.from(&state, UserId::new(), Time::from_micros(0).unwrap()) {
                    Some(new) => assert!(MOVES.contains(&Move { from, verb, to: new.word() }), "{from} {verb}"),
                    None => assert!(!is_allowed(MOVES, from, verb), "{from} {verb}"),
                }
            }
        }
        for step in MOVES {
            assert!(STEPS.iter().any(|known| known.verb() == step.verb), "{}", step.verb);
        }
    }
}
