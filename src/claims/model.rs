//! A claim and its moves. Whoever prepared it never verifies it, whoever did either never decides it, and neither does
//! whoever registered the victim.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::state::{ClaimMove, ClaimState, MOVES};
use super::words::Part;
use crate::access::UserId;
use crate::access::policy::Subject;
use crate::cases::CaseId;
use crate::error::{Code, Error, Fault, Result};
use crate::incidents::IncidentId;
use crate::kernel::ids::Id;
use crate::kernel::moves::refuse;
use crate::kernel::places::Pcode;
use crate::kernel::time::Time;
use crate::tariffs::{HarmCode, InstrumentId, LineId, Track};
use crate::victims::VictimId;
use crate::work::Event;

pub type ClaimId = Id<Claim>;

/// What is asked of the State for one harm of one victim, by one instrument. It names nobody.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    pub id: ClaimId,
    pub case_id: CaseId,
    pub victim_id: VictimId,
    pub incident_id: IncidentId,
    /// P-code of the case's district.
    pub district: Pcode,
    pub instrument_id: InstrumentId,
    /// The line that pays.
    pub line_id: LineId,
    pub harm: HarmCode,
    pub track: Track,
    /// Who registered the victim, and so does not decide.
    pub registered_by: UserId,
    pub prepared_at: Time,
    pub prepared_by: UserId,
    /// The claim whose place it takes, after an appeal that was upheld.
    pub replaces: Option<ClaimId>,
    #[serde(flatten)]
    pub state: ClaimState,
    pub version: i64,
}

/// For what is claimed, and by which line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ground {
    pub instrument_id: InstrumentId,
    pub line_id: LineId,
    pub harm: HarmCode,
    pub track: Track,
}

/// Whose claim it is.
#[derive(Debug, Clone, Copy)]
pub struct Whose {
    pub case_id: CaseId,
    pub victim_id: VictimId,
    pub incident_id: IncidentId,
    pub district: Pcode,
    pub registered_by: UserId,
}

impl Claim {
    pub fn prepare(id: ClaimId, whose: Whose, ground: Ground, (by, at): (UserId, Time)) -> (Self, Event) {
        let Whose { case_id, victim_id, incident_id, district, registered_by } = whose;
        let Ground { instrument_id, line_id, harm, track } = ground;
        let claim = Self {
            id,
            case_id,
            victim_id,
            incident_id,
            district,
            instrument_id,
            line_id,
            harm,
            track,
            registered_by,
            prepared_at: at,
            prepared_by: by,
            replaces: None,
            state: ClaimState::Draft,
            version: 1,
        };
        let event = claim.event("claim.prepared");
        (claim, event)
    }

    /// The same claim for another harm, by another instrument or by a newer line.
    pub fn on(self, ground: Ground, by: UserId, at: Time) -> Result<(Self, Event)> {
        let Ground { instrument_id, line_id, harm, track } = ground;
        Self { instrument_id, line_id, harm, track, ..self }.make(ClaimMove::Change, by, at)
    }

    pub fn make(self, step: ClaimMove, by: UserId, at: Time) -> Result<(Self, Event)> {
        let Some(state) = step.from(self.state, by, at) else {
            return Err(refuse(MOVES, self.state.word(), step.verb()).into());
        };
        self.expect_second(step, by)?;
        // An approval that is not the last leaves the claim as it was, so that the next approver has read the same.
        let is_kept = step == ClaimMove::Approve { is_last: false };
        let moved = Self { state, version: self.version + i64::from(!is_kept), ..self };
        let event = moved.event(step.happened());
        let event = match step.reason() {
            Some(reason) => event.with("reason", reason),
            None => event,
        };
        Ok((moved, event))
    }

    /// Refuses a move that somebody else must make.
    fn expect_second(&self, step: ClaimMove, by: UserId) -> Result<()> {
        let submitter = self.state.submitted().map(|submitted| submitted.submitted_by);
        let verifier = self.state.verified().map(|verified| verified.verified_by);
        let is_preparer = self.prepared_by == by || submitter == Some(by);
        let is_first = match step {
            ClaimMove::Verify | ClaimMove::Return(_) => is_preparer,
            ClaimMove::Approve { .. } | ClaimMove::Reject(_) => {
                is_preparer || verifier == Some(by) || self.registered_by == by
            }
            ClaimMove::Change | ClaimMove::Submit | ClaimMove::Withdraw(_) => false,
        };
        if is_first { Err(Code::SecondPerson.into()) } else { Ok(()) }
    }

    /// Whether it is neither decided nor given up.
    pub fn is_open(&self) -> bool {
        !matches!(self.state, ClaimState::Approved { .. } | ClaimState::Rejected { .. } | ClaimState::Withdrawn { .. })
    }

    pub fn subject(&self) -> Subject {
        Subject::of(self.id.uuid()).in_district(self.district)
    }

    pub fn event(&self, action: &'static str) -> Event {
        Event::new(action, self.id)
            .of_case(self.case_id)
            .with("instrument", self.instrument_id.to_string())
            .with("line", self.line_id.to_string())
            .with("harm", self.harm.word())
            .with("state", self.state.word())
    }
}

/// What the claim's move makes of whoever makes it. Verifying and returning is an assessor's; an approver decides.
pub const fn part_of(step: ClaimMove, is_decider: bool) -> Part {
    match step {
        ClaimMove::Change | ClaimMove::Submit | ClaimMove::Withdraw(_) => Part::Prepare,
        ClaimMove::Verify => Part::Verify,
        ClaimMove::Return(_) if !is_decider => Part::Verify,
        ClaimMove::Return(_) | ClaimMove::Approve { .. } | ClaimMove::Reject(_) => Part::Decide,
    }
}

/// Refuses to go on with a claim that something is missing from.
pub fn ready_unless(faults: Vec<Fault>) -> Result<()> {
    if faults.is_empty() { Ok(()) } else { Err(Error::Conflict { code: Code::ClaimNotReady, faults, with: None }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::words::{RejectReason, ReturnReason};

    fn at(hours: i64) -> Time {
        Time::from_micros(0).unwrap().plus_hours(hours)
    }

    /// A claim, who prepared it, and who registered the victim.
    fn claim() -> (Claim, UserId, UserId) {
        let (by, registered_by) = (UserId::new(), UserId::new());
        let whose = Whose {
            case_id: CaseId::new(),
            victim_id: VictimId::new(),
            incident_id: IncidentId::new(),
            district: "PK508".parse().unwrap(),
            registered_by,
        };
        let ground = Ground {
            instrument_id: InstrumentId::new(),
            line_id: LineId::new(),
            harm: HarmCode::Death,
            track: Track::Civilian,
        };
        (Claim::prepare(ClaimId::new(), whose, ground, (by, at(0))).0, by, registered_by)
    }

    #[test]
    fn preparer_verifier_and_approver_are_three_people_and_none_registered_the_victim() {
        let (claim, preparer, registrar) = claim();
        let [submitter, assessor, approver] = [UserId::new(), UserId::new(), UserId::new()];
        let (claim, _) = claim.make(ClaimMove::Submit, submitter, at(1)).unwrap();
        for step in [ClaimMove::Verify, ClaimMove::Return(ReturnReason::WrongHarm)] {
            for own in [preparer, submitter] {
                assert_eq!(claim.clone().make(step, own, at(2)).unwrap_err().code(), Code::SecondPerson);
            }
        }
        let (claim, _) = claim.make(ClaimMove::Verify, assessor, at(2)).unwrap();
        for is_last in [true, false] {
            for step in [ClaimMove::Approve { is_last }, ClaimMove::Reject(RejectReason::Fraudulent)] {
                for own in [preparer, submitter, assessor, registrar] {
                    assert_eq!(claim.clone().make(step, own, at(3)).unwrap_err().code(), Code::SecondPerson);
                }
            }
        }
        let (voted, event) = claim.clone().make(ClaimMove::Approve { is_last: false }, approver, at(3)).unwrap();
        assert_eq!((voted.version, event.action()), (claim.version, "claim.voted"));
        let (claim, event) = claim.make(ClaimMove::Approve { is_last: true }, approver, at(3)).unwrap();
        assert_eq!((claim.version, event.action(), claim.is_open()), (4, "claim.approved", false));
    }

    #[test]
    fn an_illegal_move_names_those_that_are_legal() {
        let Error::Refused(refusal) = claim().0.make(ClaimMove::Verify, UserId::new(), at(1)).unwrap_err() else {
            panic!("not refused")
        };
        assert_eq!((refusal.state, refusal.allowed), ("draft", vec!["change", "submit", "withdraw"]));
    }
}
