//! Where a batch stands, and what leads from there to where. What was handed over is not taken back.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::UserId;
use crate::kernel::moves::Move;
use crate::kernel::time::Time;
use crate::kernel::words::words;

words! {
    /// Why a reviewer sent a batch back.
    pub enum ReturnReason {
        WrongPerson = "wrong_person",
        DoubtfulConsent = "doubtful_consent",
        TooMuchShared = "too_much_shared",
        Incomplete = "incomplete",
    }
}

words! {
    /// A form in which a batch is handed over.
    pub enum Format {
        Csv = "csv",
        Json = "json",
    }
}

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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reviewed {
    pub reviewed_at: Time,
    pub reviewed_by: UserId,
}

/// Who agreed to a batch that was handed over, and who did that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Given {
    #[serde(flatten)]
    pub submitted: Submitted,
    #[serde(flatten)]
    pub reviewed: Reviewed,
    pub handed_over_at: Time,
    pub handed_over_by: UserId,
}

/// Where a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum BatchState {
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
    Reviewed {
        #[serde(flatten)]
        submitted: Submitted,
        #[serde(flatten)]
        reviewed: Reviewed,
    },
    HandedOver {
        #[serde(flatten)]
        given: Given,
    },
    /// Some lines wait for an answer, or for papers.
    PartlyAnswered {
        #[serde(flatten)]
        given: Given,
    },
    Answered {
        #[serde(flatten)]
        given: Given,
    },
    Cancelled {
        cancelled_at: Time,
        cancelled_by: UserId,
    },
}

impl BatchState {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted { .. } => "submitted",
            Self::Returned { .. } => "returned",
            Self::Reviewed { .. } => "reviewed",
            Self::HandedOver { .. } => "handed_over",
            Self::PartlyAnswered { .. } => "partly_answered",
            Self::Answered { .. } => "answered",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// How it was handed over, if it was.
    pub fn given(self) -> Option<Given> {
        match self {
            Self::HandedOver { given } | Self::PartlyAnswered { given } | Self::Answered { given } => Some(given),
            Self::Draft
            | Self::Submitted { .. }
            | Self::Returned { .. }
            | Self::Reviewed { .. }
            | Self::Cancelled { .. } => None,
        }
    }
}

/// Every move there is; all others are refused.
pub const MOVES: &[Move] = &[
    Move { from: "draft", verb: "drop", to: "draft" },
    Move { from: "draft", verb: "submit", to: "submitted" },
    Move { from: "draft", verb: "cancel", to: "cancelled" },
    Move { from: "submitted", verb: "review", to: "reviewed" },
    Move { from: "submitted", verb: "return", to: "returned" },
    Move { from: "submitted", verb: "cancel", to: "cancelled" },
    Move { from: "returned", verb: "drop", to: "returned" },
    Move { from: "returned", verb: "submit", to: "submitted" },
    Move { from: "returned", verb: "cancel", to: "cancelled" },
    Move { from: "reviewed", verb: "hand-over", to: "handed_over" },
    Move { from: "reviewed", verb: "cancel", to: "cancelled" },
    Move { from: "handed_over", verb: "answers", to: "partly_answered" },
    Move { from: "handed_over", verb: "answers", to: "answered" },
    Move { from: "partly_answered", verb: "answers", to: "partly_answered" },
    Move { from: "partly_answered", verb: "answers", to: "answered" },
    Move { from: "answered", verb: "answers", to: "answered" },
    Move { from: "answered", verb: "answers", to: "partly_answered" },
];

/// What can be done to a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchMove {
    /// Takes persons off; the batch stays where it is.
    Drop,
    Submit,
    Return(ReturnReason),
    Review,
    HandOver,
    /// Answers came; whether none is waited for any more.
    Answers {
        is_all: bool,
    },
    Cancel,
}

impl BatchMove {
    pub(super) fn verb(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Submit => "submit",
            Self::Return(_) => "return",
            Self::Review => "review",
            Self::HandOver => "hand-over",
            Self::Answers { .. } => "answers",
            Self::Cancel => "cancel",
        }
    }

    pub(super) fn happened(self) -> &'static str {
        match self {
            Self::Drop => "victim_batch.shortened",
            Self::Submit => "victim_batch.submitted",
            Self::Return(_) => "victim_batch.returned",
            Self::Review => "victim_batch.reviewed",
            Self::HandOver => "victim_batch.handed_over",
            Self::Answers { .. } => "victim_batch.answers_imported",
            Self::Cancel => "victim_batch.cancelled",
        }
    }

    /// Where it leads; nothing if it is not allowed there.
    pub(super) fn from(self, state: BatchState, by: UserId, at: Time) -> Option<BatchState> {
        use BatchState::Submitted as Sent;
        use BatchState::{
            Answered, Cancelled, Draft, HandedOver, PartlyAnswered, Returned as Back, Reviewed as Agreed,
        };
        Some(match (state, self) {
            (Draft | Back { .. }, Self::Drop) => state,
            (Draft | Back { .. }, Self::Submit) => Sent { submitted: Submitted { submitted_at: at, submitted_by: by } },
            (Sent { submitted }, Self::Return(return_reason)) => {
                Back { submitted, returned: Returned { returned_at: at, returned_by: by, return_reason } }
            }
            (Sent { submitted }, Self::Review) => {
                Agreed { submitted, reviewed: Reviewed { reviewed_at: at, reviewed_by: by } }
            }
            (Agreed { submitted, reviewed }, Self::HandOver) => {
                HandedOver { given: Given { submitted, reviewed, handed_over_at: at, handed_over_by: by } }
            }
            (HandedOver { given } | PartlyAnswered { given } | Answered { given }, Self::Answers { is_all }) => {
                if is_all {
                    Answered { given }
                } else {
                    PartlyAnswered { given }
                }
            }
            (Draft | Sent { .. } | Back { .. } | Agreed { .. }, Self::Cancel) => {
                Cancelled { cancelled_at: at, cancelled_by: by }
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::kernel::moves::is_allowed;

    /// One of each.
    pub fn states() -> Vec<BatchState> {
        let at = Time::from_micros(0).unwrap();
        let (one, two) = (UserId::new(), UserId::new());
        let mut states = vec![BatchState::Draft];
        let mut go = |from: usize, step: BatchMove, by| states.push(step.from(states[from], by, at).unwrap());
        go(0, BatchMove::Submit, one);
        go(1, BatchMove::Return(ReturnReason::Incomplete), two);
        go(1, BatchMove::Review, two);
        go(3, BatchMove::HandOver, one);
        go(4, BatchMove::Answers { is_all: false }, one);
        go(4, BatchMove::Answers { is_all: true }, one);
        go(0, BatchMove::Cancel, one);
        states
    }

    #[test]
    fn every_move_does_in_every_state_what_the_table_says() {
        let moves = [
            BatchMove::Drop,
            BatchMove::Submit,
            BatchMove::Return(ReturnReason::WrongPerson),
            BatchMove::Review,
            BatchMove::HandOver,
            BatchMove::Answers { is_all: false },
            BatchMove::Answers { is_all: true },
            BatchMove::Cancel,
        ];
        for state in states() {
            for step in moves {
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
            assert_eq!(serde_json::from_value::<BatchState>(wire).unwrap(), state);
        }
    }
}
