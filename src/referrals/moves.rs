//! What can be done to a referral, and where it leads. A move that the table does not have leads nowhere.
use super::state::{Answered, DeclineReason, Ended, FailReason, Outcome, ReferralState, WithdrawReason};
use crate::access::UserId;
use crate::kernel::moves::Move;
use crate::kernel::time::Time;

/// Every move there is; all others are refused.
pub const MOVES: &[Move] = &[
    Move { from: "requested", verb: "accept", to: "accepted" },
    Move { from: "requested", verb: "decline", to: "declined" },
    Move { from: "requested", verb: "withdraw", to: "withdrawn" },
    Move { from: "requested", verb: "expire", to: "expired" },
    Move { from: "accepted", verb: "start", to: "in_progress" },
    Move { from: "accepted", verb: "complete", to: "completed" },
    Move { from: "accepted", verb: "fail", to: "failed" },
    Move { from: "accepted", verb: "withdraw", to: "withdrawn" },
    Move { from: "in_progress", verb: "complete", to: "completed" },
    Move { from: "in_progress", verb: "fail", to: "failed" },
    Move { from: "in_progress", verb: "withdraw", to: "withdrawn" },
];

/// What can be done to a referral.
#[derive(Debug, Clone, Copy)]
pub enum ReferralMove {
    Accept,
    Decline(DeclineReason),
    Start,
    Complete(Outcome),
    Fail(FailReason),
    Withdraw(WithdrawReason),
    Expire,
}

impl ReferralMove {
    pub(super) fn verb(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Decline(_) => "decline",
            Self::Start => "start",
            Self::Complete(_) => "complete",
            Self::Fail(_) => "fail",
            Self::Withdraw(_) => "withdraw",
            Self::Expire => "expire",
        }
    }

    pub(super) fn happened(self) -> &'static str {
        match self {
            Self::Accept => "referral.accepted",
            Self::Decline(_) => "referral.declined",
            Self::Start => "referral.started",
            Self::Complete(_) => "referral.completed",
            Self::Fail(_) => "referral.failed",
            Self::Withdraw(_) => "referral.withdrawn",
            Self::Expire => "referral.expired",
        }
    }

    /// Where it leads from `state`, if it leads anywhere.
    pub(super) fn from(self, state: &ReferralState, by: UserId, at: Time) -> Option<ReferralState> {
        let answered = Answered { answered_at: at, answered_by: by };
        let ended = Ended { ended_at: at, ended_by: by };
        match (self, state, state.taken()) {
            (Self::Accept, ReferralState::Requested, _) => Some(ReferralState::Accepted { answered }),
            (Self::Decline(reason), ReferralState::Requested, _) => Some(ReferralState::Declined { answered, reason }),
            (Self::Expire, ReferralState::Requested, _) => Some(ReferralState::Expired { ended_at: at }),
            (Self::Withdraw(reason), ReferralState::Requested, _) => {
                Some(ReferralState::Withdrawn { answered: None, started_at: None, ended, reason })
            }
            (Self::Start, _, Some((answered, None))) => Some(ReferralState::InProgress { answered, started_at: at }),
            (Self::Complete(outcome), _, Some((answered, started_at))) => {
                Some(ReferralState::Completed { answered, started_at, ended, outcome })
            }
            (Self::Fail(reason), _, Some((answered, started_at))) => {
                Some(ReferralState::Failed { answered, started_at, ended, reason })
            }
            (Self::Withdraw(reason), _, Some((answered, started_at))) => {
                Some(ReferralState::Withdrawn { answered: Some(answered), started_at, ended, reason })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::state::tests::states;
    use super::*;
    use crate::kernel::moves::is_allowed;

    const STEPS: [ReferralMove; 7] = [
        ReferralMove::Accept,
        ReferralMove::Decline(DeclineReason::NoCapacity),
        ReferralMove::Start,
        ReferralMove::Complete(Outcome::PartlyHelped),
        ReferralMove::Fail(FailReason::ServiceFailed),
        ReferralMove::Withdraw(WithdrawReason::SentInError),
        ReferralMove::Expire,
    ];

    fn at(hours: i64) -> Time {
        Time::from_micros(0).unwrap().plus_hours(hours)
    }

    #[test]
    fn every_verb_in_every_state_does_what_the_table_says() {
        for state in states() {
            for step in STEPS {
                let (from, verb) = (state.word(), step.verb());
                match step.from(&state, UserId::new(), at(4)) {
                    Some(new) => assert!(MOVES.contains(&Move { from, verb, to: new.word() }), "{from} {verb}"),
                    None => assert!(!is_allowed(MOVES, from, verb), "{from} {verb}"),
                }
            }
        }
        for step in MOVES {
            assert!(STEPS.iter().any(|known| known.verb() == step.verb), "{}", step.verb);
        }
    }

    #[test]
    fn what_was_done_before_stays_known() {
        let by = UserId::new();
        let mut state = ReferralState::Requested;
        for (step, hour) in [STEPS[0], STEPS[2], STEPS[3]].into_iter().zip(1..) {
            state = step.from(&state, by, at(hour)).unwrap();
        }
        let (answered, ended) =
            (Answered { answered_at: at(1), answered_by: by }, Ended { ended_at: at(3), ended_by: by });
        let outcome = Outcome::PartlyHelped;
        assert_eq!(state, ReferralState::Completed { answered, started_at: Some(at(2)), ended, outcome });
        assert_eq!((state.outcome(), state.reason()), (Some(outcome), None));
    }
}
