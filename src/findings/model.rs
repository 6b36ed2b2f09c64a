//! A finding, its number in the register, and its moves. The auditor settles it, and nobody who worked on the claim.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::outliers::{Far, Measure};
use super::words::{FindingKind, FindingState, FoundHow};
use crate::access::UserId;
use crate::access::policy::Subject;
use crate::cases::CaseId;
use crate::claims::award::sha256;
use crate::claims::{Claim, ClaimId};
use crate::error::Result;
use crate::kernel::ids::Id;
use crate::kernel::moves::{Move, is_allowed, refuse};
use crate::kernel::places::Pcode;
use crate::kernel::time::Time;
use crate::victims::VictimId;
use crate::work::Event;

pub type FindingId = Id<Finding>;

/// One line of the register. It names nobody.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    pub id: FindingId,
    /// In the register, from 1; never used again.
    pub number: i64,
    pub kind: FindingKind,
    /// Whether the claim is neither approved nor paid while it is open.
    pub stops: bool,
    /// None if it is about a district, or about somebody who works on claims; so too the case and the victim.
    pub claim_id: Option<ClaimId>,
    pub case_id: Option<CaseId>,
    pub victim_id: Option<VictimId>,
    /// P-code of the case's district.
    pub district: Pcode,
    /// The claim that it shares something with.
    pub other_claim_id: Option<ClaimId>,
    /// Whom of those who work with Umeed it is about. Then it is for whoever settles findings alone, but for them.
    pub user_id: Option<UserId>,
    /// What is far from that of others, if it is about no claim.
    pub measure: Option<Measure>,
    pub found_at: Time,
    pub found_how: FoundHow,
    pub state: FindingState,
    pub version: i64,
}

/// Every move there is; all others are refused.
pub const MOVES: &[Move] = &[
    Move { from: "open", verb: "answer", to: "answered" },
    Move { from: "answered", verb: "answer", to: "answered" },
    Move { from: "open", verb: "settle", to: "settled" },
    Move { from: "answered", verb: "settle", to: "settled" },
    Move { from: "open", verb: "uphold", to: "upheld" },
    Move { from: "answered", verb: "uphold", to: "upheld" },
];

/// What can be done to a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingMove {
    Answer,
    Settle,
    Uphold,
}

impl FindingMove {
    const fn verb(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Settle => "settle",
            Self::Uphold => "uphold",
        }
    }

    const fn leads(self) -> (FindingState, &'static str) {
        match self {
            Self::Answer => (FindingState::Answered, "finding.answered"),
            Self::Settle => (FindingState::Settled, "finding.settled"),
            Self::Uphold => (FindingState::Upheld, "finding.upheld"),
        }
    }
}

/// What a search has found, before it is in the register.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    pub kind: FindingKind,
    pub claim: ClaimId,
    pub other: Option<ClaimId>,
    /// What tells it from everything else that is found, ever: a digest, which says nothing by itself.
    pub cause: String,
    /// Whom of those who work with Umeed it is about.
    pub user: Option<UserId>,
}

impl Found {
    /// On one claim, by what tells it from another of its kind there.
    pub fn on(kind: FindingKind, claim: ClaimId, by: &str) -> Self {
        Self { kind, claim, other: None, user: None, cause: sha256(format!("{kind}|{claim}|{by}").as_bytes()) }
    }

    /// On two claims that share something, by what each of them has of it. A with B is B with A.
    pub fn between(kind: FindingKind, (claim, by): (ClaimId, &str), (other, its): (ClaimId, &str)) -> Self {
        let mut sides = [format!("{claim}|{by}"), format!("{other}|{its}")];
        sides.sort();
        Self {
            kind,
            claim,
            other: Some(other),
            user: None,
            cause: sha256(format!("{kind}|{}", sides.join("|")).as_bytes()),
        }
    }
}

impl Finding {
    pub fn new((id, number): (FindingId, i64), found: &Found, claim: &Claim, (how, at): (FoundHow, Time)) -> Self {
        Self {
            id,
            number,
            kind: found.kind,
            stops: found.kind.stops(),
            claim_id: Some(claim.id),
            case_id: Some(claim.case_id),
            victim_id: Some(claim.victim_id),
            district: claim.district,
            other_claim_id: found.other,
            user_id: found.user,
            measure: None,
            found_at: at,
            found_how: how,
            state: FindingState::Open,
            version: 1,
        }
    }

    /// One about a district, or about somebody who works on claims.
    pub fn far((id, number): (FindingId, i64), far: &Far, (how, at): (FoundHow, Time)) -> Self {
        Self {
            id,
            number,
            kind: far.kind,
            stops: far.kind.stops(),
            claim_id: None,
            case_id: None,
            victim_id: None,
            district: far.district,
            other_claim_id: None,
            user_id: far.user,
            measure: Some(far.measure),
            found_at: at,
            found_how: how,
            state: FindingState::Open,
            version: 1,
        }
    }

    pub fn make(self, step: FindingMove) -> Result<(Self, Event)> {
        if !is_allowed(MOVES, self.state.word(), step.verb()) {
            return Err(refuse(MOVES, self.state.word(), step.verb()).into());
        }
        let (state, happened) = step.leads();
        let moved = Self { state, version: self.version + 1, ..self };
        let event = moved.event(happened);
        Ok((moved, event))
    }

    pub fn subject(&self) -> Subject {
        Subject::of(self.id.uuid()).in_district(self.district)
    }

    /// It stays out of the case's timeline: whoever prepared the claim would be warned.
    pub fn event(&self, action: &'static str) -> Event {
        let event = Event::new(action, self.id).with("kind", self.kind.word()).with("number", self.number);
        match self.claim_id {
            Some(claim) => event.with("claim", claim.to_string()),
            None => event,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn finding() -> Finding {
        Finding {
            id: FindingId::new(),
            number: 1,
            kind: FindingKind::SameAccount,
            stops: true,
            claim_id: Some(ClaimId::new()),
            case_id: Some(CaseId::new()),
            victim_id: Some(VictimId::new()),
            district: "PK508".parse().unwrap(),
            other_claim_id: None,
            user_id: None,
            measure: None,
            found_at: Time::from_micros(0).unwrap(),
            found_how: FoundHow::Night,
            state: FindingState::Open,
            version: 1,
        }
    }

    #[test]
    fn a_cause_is_one_in_either_order_and_another_by_kind_claim_and_what_was_found() {
        let (kind, one, two) = (FindingKind::SameAccount, ClaimId::new(), ClaimId::new());
        let found = Found::between(kind, (one, "a"), (two, "b")).cause;
        assert_eq!(found, Found::between(kind, (two, "b"), (one, "a")).cause);
        for other in [
            Found::between(FindingKind::SameMobile, (one, "a"), (two, "b")),
            Found::between(kind, (one, "b"), (two, "a")),
            Found::between(kind, (one, "a"), (ClaimId::new(), "b")),
            Found::on(kind, one, "a"),
        ] {
            assert_ne!(found, other.cause);
        }
    }

    #[test]
    fn a_finding_is_answered_as_often_as_there_is_something_to_say_and_settled_once() {
        let (answered, _) = finding().make(FindingMove::Answer).unwrap();
        let (answered, event) = answered.make(FindingMove::Answer).unwrap();
        assert_eq!((event.action(), answered.version), ("finding.answered", 3));
        for (step, state) in [(FindingMove::Settle, FindingState::Settled), (FindingMove::Uphold, FindingState::Upheld)]
        {
            let (ended, _) = answered.clone().make(step).unwrap();
            assert_eq!(ended.state, state);
            for again in [FindingMove::Answer, FindingMove::Settle, FindingMove::Uphold] {
                assert_eq!(ended.clone().make(again).unwrap_err().code(), Code::IllegalMove);
            }
        }
    }
}
