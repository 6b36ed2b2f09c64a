//! Where a referral stands, and why. What came of the help is told apart from the state: a referral may be completed and
//! yet not have helped.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::UserId;
use crate::kernel::time::Time;
use crate::kernel::words::words;

words! {
    /// Why an organisation does not take a referral.
    pub enum DeclineReason {
        NoCapacity = "no_capacity",
        NotEligible = "not_eligible",
        OutsideArea = "outside_area",
        WrongService = "wrong_service",
        IncompleteInformation = "incomplete_information",
        CouldNotContact = "could_not_contact",
        NoLongerWanted = "no_longer_wanted",
    }
}

words! {
    /// Why an organisation gave up a referral that it had taken.
    pub enum FailReason {
        NoCapacity = "no_capacity",
        NotEligible = "not_eligible",
        CouldNotContact = "could_not_contact",
        NoLongerWanted = "no_longer_wanted",
        ServiceFailed = "service_failed",
    }
}

words! {
    /// Why those who sent a referral took it back.
    pub enum WithdrawReason {
        NoLongerWanted = "no_longer_wanted",
        SentInError = "sent_in_error",
        ConsentWithdrawn = "consent_withdrawn",
        CaseClosed = "case_closed",
    }
}

words! {
    /// What came of a completed referral.
    pub enum Outcome {
        Helped = "helped",
        PartlyHelped = "partly_helped",
        CouldNotContact = "could_not_contact",
        NotEligible = "not_eligible",
        NoCapacity = "no_capacity",
        NoLongerWanted = "no_longer_wanted",
        ReferredElsewhere = "referred_elsewhere",
    }
}

/// When the organisation answered, and who for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Answered {
    pub answered_at: Time,
    pub answered_by: UserId,
}

/// When it ended, and who ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ended {
    pub ended_at: Time,
    pub ended_by: UserId,
}

/// Where a referral stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ReferralState {
    Requested,
    Accepted {
        #[serde(flatten)]
        answered: Answered,
    },
    Declined {
        #[serde(flatten)]
        answered: Answered,
        reason: DeclineReason,
    },
    InProgress {
        #[serde(flatten)]
        answered: Answered,
        started_at: Time,
    },
    Completed {
        #[serde(flatten)]
        answered: Answered,
        started_at: Option<Time>,
        #[serde(flatten)]
        ended: Ended,
        outcome: Outcome,
    },
    Failed {
        #[serde(flatten)]
        answered: Answered,
        started_at: Option<Time>,
        #[serde(flatten)]
        ended: Ended,
        reason: FailReason,
    },
    Withdrawn {
        #[serde(flatten)]
        answered: Option<Answered>,
        started_at: Option<Time>,
        #[serde(flatten)]
        ended: Ended,
        reason: WithdrawReason,
    },
    /// Nobody answered in time.
    Expired {
        ended_at: Time,
    },
}

impl ReferralState {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Accepted { .. } => "accepted",
            Self::Declined { .. } => "declined",
            Self::InProgress { .. } => "in_progress",
            Self::Completed { .. } => "completed",
            Self::Failed { .. } => "failed",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Expired { .. } => "expired",
        }
    }

    /// Why it was declined, failed or was withdrawn.
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Declined { reason, .. } => Some(reason.word()),
            Self::Failed { reason, .. } => Some(reason.word()),
            Self::Withdrawn { reason, .. } => Some(reason.word()),
            _ => None,
        }
    }

    pub fn outcome(&self) -> Option<Outcome> {
        match self {
            Self::Completed { outcome, .. } => Some(*outcome),
            _ => None,
        }
    }

    /// Whether something is still to come of it.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Requested | Self::Accepted { .. } | Self::InProgress { .. })
    }

    /// Whether the recipient still has a use for knowing whom it is about.
    pub fn is_shared(&self) -> bool {
        self.is_open() || matches!(self, Self::Completed { .. })
    }

    /// What the recipient did so far, if it took the referral and it is still open.
    pub(super) fn taken(&self) -> Option<(Answered, Option<Time>)> {
        match *self {
            Self::Accepted { answered } => Some((answered, None)),
            Self::InProgress { answered, started_at } => Some((answered, Some(started_at))),
            _ => None,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn at(hours: i64) -> Time {
        Time::from_micros(0).unwrap().plus_hours(hours)
    }

    /// One of each, with and without a start.
    pub fn states() -> Vec<ReferralState> {
        let answered = Answered { answered_at: at(1), answered_by: UserId::new() };
        let ended = Ended { ended_at: at(3), ended_by: UserId::new() };
        let (started_at, outcome, reason) = (Some(at(2)), Outcome::Helped, WithdrawReason::NoLongerWanted);
        vec![
            ReferralState::Requested,
            ReferralState::Accepted { answered },
            ReferralState::Declined { answered, reason: DeclineReason::WrongService },
            ReferralState::InProgress { answered, started_at: at(2) },
            ReferralState::Completed { answered, started_at: None, ended, outcome },
            ReferralState::Completed { answered, started_at, ended, outcome },
            ReferralState::Failed { answered, started_at, ended, reason: FailReason::NoCapacity },
            ReferralState::Withdrawn { answered: None, started_at: None, ended, reason },
            ReferralState::Withdrawn { answered: Some(answered), started_at, ended, reason },
            ReferralState::Expired { ended_at: at(3) },
        ]
    }

    #[test]
    fn a_recipient_has_no_use_for_a_person_it_does_not_help() {
        let shared = ["requested", "accepted", "in_progress", "completed"];
        for state in states() {
            assert_eq!(state.is_shared(), shared.contains(&state.word()), "{}", state.word());
        }
    }

    #[test]
    fn every_state_survives_the_wire_as_one_flat_object() {
        for state in states() {
            let wire = serde_json::to_value(&state).unwrap();
            assert!(wire.as_object().unwrap().values().all(|fact| fact.is_string() || fact.is_null()), "{wire}");
            assert_eq!(serde_json::from_value::<ReferralState>(wire).unwrap(), state);
        }
    }
}
