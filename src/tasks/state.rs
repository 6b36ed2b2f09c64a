//! Where a task stands, and what leads from there to where. Whether it is overdue is a matter of the clock, not a state.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::UserId;
use crate::error::{Error, Result};
use crate::kernel::moves::Move;
use crate::kernel::time::Time;
use crate::kernel::words::words;

words! {
    /// What came of doing a task.
    pub enum TaskOutcome {
        /// Somebody spoke with the victim or the family.
        Reached = "reached",
        NotReached = "not_reached",
        /// The next step is under way.
        Arranged = "arranged",
        /// The victim says that it helped.
        Helped = "helped",
        NotHelped = "not_helped",
    }
}

words! {
    /// Why a task will not be done.
    pub enum DropReason {
        NotNeeded = "not_needed",
        VictimAsked = "victim_asked",
        Duplicate = "duplicate",
        MadeInError = "made_in_error",
        /// Something else has to be done instead.
        Superseded = "superseded",
        CaseClosed = "case_closed",
    }
}

impl DropReason {
    /// Refuses what only Umeed finds out by itself.
    pub fn of_a_person(self) -> Result<Self> {
        let is_ours = matches!(self, Self::Superseded | Self::CaseClosed);
        let why = "Umeed says this by itself";
        if is_ours { Err(Error::invalid("/reason", "not_yours_to_say", why)) } else { Ok(self) }
    }
}

/// When a task ended, and who ended it: whoever did what it was made for, if Umeed ended it by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ended {
    pub ended_at: Time,
    pub ended_by: UserId,
}

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum TaskState {
    Due,
    Done {
        #[serde(flatten)]
        ended: Ended,
        outcome: Option<TaskOutcome>,
    },
    Dropped {
        #[serde(flatten)]
        ended: Ended,
        reason: DropReason,
    },
}

impl TaskState {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Done { .. } => "done",
            Self::Dropped { .. } => "dropped",
        }
    }
}

/// Every move there is; all others are refused.
pub const MOVES: &[Move] = &[
    Move { from: "due", verb: "complete", to: "done" },
    Move { from: "due", verb: "drop", to: "dropped" },
    Move { from: "due", verb: "reassign", to: "due" },
    Move { from: "due", verb: "escalate", to: "due" },
];

/// What can be done to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskMove {
    Complete(Option<TaskOutcome>),
    Drop(DropReason),
    Reassign(UserId),
    Escalate,
}

impl TaskMove {
    pub(super) const fn verb(self) -> &'static str {
        match self {
            Self::Complete(_) => "complete",
            Self::Drop(_) => "drop",
            Self::Reassign(_) => "reassign",
            Self::Escalate => "escalate",
        }
    }
}
