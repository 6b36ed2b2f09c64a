//! Closing a case and opening it again: with what outcome, whether the victim was told, and why. It refuses to end a case
//! that the victim does not know to be ended, unless nobody can be told.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::CaseOutcome;
use crate::error::{Error, Fault, Result};
use crate::kernel::time::Date;
use crate::kernel::words::words;

/// A case was closed, or somebody asks whether it could be. Whoever keeps something open under a case hears these and
/// answers with `Error::not_ready_unless_none`.
pub const CLOSING: [&str; 2] = ["case.closed", ASKED];
pub(super) const ASKED: &str = "case.closure_asked";

words! {
    /// How the victim was told that the case is closed, and where to turn to afterwards.
    pub enum InformedHow {
        InPerson = "in_person",
        ByTelephone = "by_telephone",
        InWriting = "in_writing",
        ThroughFamily = "through_family",
    }
}

words! {
    /// Why a case was opened again.
    pub enum ReopenReason {
        NewNeed = "new_need",
        Relapse = "relapse",
        VictimReturned = "victim_returned",
        ClaimOrAppeal = "claim_or_appeal",
        ClosedInError = "closed_in_error",
    }
}

words! {
    /// Why a case entered another phase.
    pub enum PhaseReason {
        /// The time that the phase lasts is over.
        TimePassed = "time_passed",
        NeedsChanged = "needs_changed",
        /// A trial, an anniversary, a threat: something brought it back.
        NewEvent = "new_event",
        VictimAsked = "victim_asked",
        EnteredInError = "entered_in_error",
    }
}

/// That the victim was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Informed {
    pub how: InformedHow,
    pub on: Date,
}

/// How a case ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    pub outcome: CaseOutcome,
    pub informed: Option<Informed>,
}

impl CaseOutcome {
    /// Whether there is nobody to be told.
    const fn leaves_nobody_to_tell(self) -> bool {
        matches!(self, Self::Died | Self::VictimUnreachable | Self::OpenedInError)
    }
}

impl Closing {
    pub fn check(&self, today: Date) -> Result<()> {
        let fault = match self.informed {
            None if !self.outcome.leaves_nobody_to_tell() => {
                Fault::new("/victim_informed", "missing", "say how and when the victim was told")
            }
            Some(informed) if informed.on > today => {
                Fault::new("/victim_informed/on", "in_the_future", "the victim has not been told yet")
            }
            _ => return Ok(()),
        };
        Err(Error::Invalid(vec![fault]))
    }
}

/// What stands in the way of closing a case.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Closure {
    /// Whether it may be closed now, by a body that says the outcome and that the victim was told.
    pub is_ready: bool,
    /// Each thing that must be ended, explained or cleared first.
    pub open: Vec<OpenItem>,
    /// What the closing body must say.
    pub to_say: Vec<&'static str>,
}

/// One thing that is still open under a case.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OpenItem {
    /// Where it is, below `/api/v1`.
    pub path: String,
    /// `need_open`, `action_open`, `referral_open` or `banner_up`.
    pub code: &'static str,
    pub message: String,
}

impl Closure {
    pub fn of(open: Vec<Fault>) -> Self {
        let item = |Fault { pointer: path, code, message }| OpenItem { path, code, message };
        let to_say = vec!["outcome", "victim_informed"];
        Self { is_ready: open.is_empty(), open: open.into_iter().map(item).collect(), to_say }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_victim_is_told_unless_there_is_nobody_to_tell_and_never_in_the_future() {
        let today: Date = "2026-11-21".parse().unwrap();
        let informed = |on: Date| Some(Informed { how: InformedHow::InPerson, on });
        for outcome in CaseOutcome::ALL.iter().copied() {
            let check = |informed| Closing { outcome, informed }.check(today).is_ok();
            assert_eq!(check(None), outcome.leaves_nobody_to_tell(), "{outcome}");
            assert!(check(informed(today)) && !check(informed(today.plus_days(1))), "{outcome}");
        }
    }
}
