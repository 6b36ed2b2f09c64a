//! A case and its moves.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::banner::Banner;
use super::closing::{Closing, Informed, PhaseReason, ReopenReason};
use crate::access::UserId;
use crate::access::policy::Subject;
use crate::directory::Urgency;
use crate::error::{Code, Result};
use crate::incidents::IncidentId;
use crate::kernel::ids::Id;
use crate::kernel::moves::{Move, Refusal, is_allowed, refuse};
use crate::kernel::numbers::CaseNumber;
use crate::kernel::places::Pcode;
use crate::kernel::text::Prose;
use crate::kernel::time::Time;
use crate::kernel::words::words;
use crate::victims::VictimId;
use crate::work::Event;

pub type CaseId = Id<Case>;
pub type NoteId = Id<Note>;
pub type ContactId = Id<Contact>;

words! {
    /// How long ago it happened, as support sees it; durations vary by source, so an officer says.
    pub enum Phase {
        /// Days: rescue, identification, family told, first aid for the mind, cash.
        Acute = "acute",
        /// Weeks and months: claims, treatment, counselling, school.
        Intermediate = "intermediate",
        /// From half a year: trial, rehabilitation, livelihood, anniversaries.
        LongTerm = "long_term",
    }
}

words! {
    pub enum HoldReason {
        VictimUnreachable = "victim_unreachable",
        VictimAsked = "victim_asked",
        AwaitingDocuments = "awaiting_documents",
        AwaitingCourt = "awaiting_court",
        Security = "security",
    }
}

words! {
    /// How a case ended.
    pub enum CaseOutcome {
        NeedsMet = "needs_met",
        VictimWithdrew = "victim_withdrew",
        VictimUnreachable = "victim_unreachable",
        MovedAbroad = "moved_abroad",
        Died = "died",
        HandedOver = "handed_over",
        OpenedInError = "opened_in_error",
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Case {
    pub id: CaseId,
    /// Such as `KP-2026-000123-7`; the last digit checks the others.
    #[schemars(with = "String")]
    pub number: CaseNumber,
    pub victim_id: VictimId,
    pub incident_id: IncidentId,
    pub district: Pcode,
    pub phase: Phase,
    pub officer_id: Option<UserId>,
    /// Of the most urgent need that is open.
    pub urgency: Option<Urgency>,
    #[serde(flatten)]
    pub state: CaseState,
    pub opened_at: Time,
    pub opened_by: UserId,
    /// When somebody last spoke with the victim or the family, as far as it was recorded.
    pub last_contact_at: Option<Time>,
    /// What everybody who opens the case must see first.
    pub banners: Vec<Banner>,
    /// When anything under the case changed last.
    pub changed_at: Time,
    pub version: i64,
}

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CaseState {
    Open,
    OnHold { held_at: Time, hold_reason: HoldReason },
    Closed { closed_at: Time, closed_by: UserId, outcome: CaseOutcome, victim_informed: Option<Informed> },
}

impl CaseState {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::OnHold { .. } => "on_hold",
            Self::Closed { .. } => "closed",
        }
    }
}

/// Every move there is; all others are refused.
pub const MOVES: &[Move] = &[
    Move { from: "open", verb: "assign", to: "open" },
    Move { from: "open", verb: "transfer", to: "open" },
    Move { from: "open", verb: "hold", to: "on_hold" },
    Move { from: "open", verb: "close", to: "closed" },
    Move { from: "on_hold", verb: "assign", to: "on_hold" },
    Move { from: "on_hold", verb: "transfer", to: "on_hold" },
    Move { from: "on_hold", verb: "resume", to: "open" },
    Move { from: "on_hold", verb: "close", to: "closed" },
    Move { from: "closed", verb: "reopen", to: "open" },
];

/// What moves a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseMove {
    Assign { officer: UserId },
    Hold { reason: HoldReason },
    Resume,
    Close(Closing),
    Reopen(ReopenReason),
}

impl CaseMove {
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Assign { .. } => "assign",
            Self::Hold { .. } => "hold",
            Self::Resume => "resume",
            Self::Close(_) => "close",
            Self::Reopen(_) => "reopen",
        }
    }
}

impl Case {
    pub fn is_closed(&self) -> bool {
        matches!(self.state, CaseState::Closed { .. })
    }

    pub fn is_open(&self) -> bool {
        self.state == CaseState::Open
    }

    /// Refuses what needs an open case.
    pub fn expect_open(&self) -> Result<()> {
        if self.is_open() { Ok(()) } else { Err(Code::CaseNotOpen.into()) }
    }

    /// Refuses what comes to an end with the case, but not with its being held.
    pub fn expect_not_closed(&self) -> Result<()> {
        if self.is_closed() { Err(Code::CaseNotOpen.into()) } else { Ok(()) }
    }

    pub fn make(self, case_move: CaseMove, by: UserId, at: Time) -> Result<(Self, Event), Refusal> {
        use CaseState::{Closed, OnHold, Open};
        let moved = Self { version: self.version + 1, changed_at: at, ..self.clone() };
        let (moved, happened) = match (self.state, case_move) {
            (Open | OnHold { .. }, CaseMove::Assign { officer }) => {
                (Self { officer_id: Some(officer), ..moved }, "case.assigned")
            }
            (Open, CaseMove::Hold { reason }) => {
                (Self { state: OnHold { held_at: at, hold_reason: reason }, ..moved }, "case.held")
            }
            (OnHold { .. }, CaseMove::Resume) => (Self { state: Open, ..moved }, "case.resumed"),
            (Open | OnHold { .. }, CaseMove::Close(Closing { outcome, informed: victim_informed })) => (
                Self { state: Closed { closed_at: at, closed_by: by, outcome, victim_informed }, ..moved },
                "case.closed",
            ),
            (Closed { .. }, CaseMove::Reopen(_)) => (Self { state: Open, ..moved }, "case.reopened"),
            (state, refused) => return Err(refuse(MOVES, state.word(), refused.verb())),
        };
        let event = match case_move {
            CaseMove::Assign { officer } => {
                let event = moved.event(happened).with("officer", officer.to_string()).announced();
                match self.officer_id {
                    Some(before) => event.with("from", before.to_string()),
                    None => event,
                }
            }
            CaseMove::Hold { reason } => moved.event(happened).with("reason", reason.word()),
            CaseMove::Close(Closing { outcome, informed }) => {
                let event = moved.event(happened).with("outcome", outcome.word());
                let told =
                    |event: Event, it: Informed| event.with("informed", it.how.word()).with("on", it.on.to_string());
                informed.map_or(event.clone(), |informed| told(event, informed))
            }
            CaseMove::Reopen(reason) => moved.event(happened).with("reason", reason.word()),
            CaseMove::Resume => moved.event(happened),
        };
        Ok((moved, event))
    }

    /// Goes to another district, which has taken it. The officer stays behind: one of the new district is assigned
    /// there.
    pub fn transfer(self, to: Pcode, at: Time) -> Result<(Self, Event), Refusal> {
        self.expect_transferable()?;
        let from = self.district;
        let moved = Self { district: to, officer_id: None, changed_at: at, version: self.version + 1, ..self };
        let event = moved.event("case.transferred").with("from", from.as_str()).announced();
        Ok((moved, event))
    }

    /// Refuses a case that could not go to another district.
    pub fn expect_transferable(&self) -> Result<(), Refusal> {
        let state = self.state.word();
        if is_allowed(MOVES, state, "transfer") { Ok(()) } else { Err(refuse(MOVES, state, "transfer")) }
    }

    /// Says in which phase of support the victim is.
    pub fn enter(self, (phase, reason): (Phase, PhaseReason), at: Time) -> (Self, Event) {
        let from = self.phase;
        let changed = Self { phase, changed_at: at, version: self.version + 1, ..self };
        let event = changed.event("case.phase_changed").with("phase", phase.word()).with("from", from.word());
        (changed, event.with("reason", reason.word()))
    }

    pub fn subject(&self) -> Subject {
        Subject::of(self.id.uuid()).in_district(self.district)
    }

    pub fn event(&self, action: &'static str) -> Event {
        let event = Event::new(action, self.id).of_case(self.id);
        event.with("district", self.district.as_str()).with("state", self.state.word())
    }
}

/// What an officer wrote down about a case. Sealed under the victim's key.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    pub id: NoteId,
    pub case_id: CaseId,
    /// Left out where the person is protected and whoever asks is not named.
    pub body: Option<Prose<4000>>,
    pub written_at: Time,
    pub written_by: UserId,
}

words! {
    /// How somebody was reached, or was not.
    pub enum ContactMode {
        HomeVisit = "home_visit",
        AtOffice = "at_office",
        Telephone = "telephone",
        Message = "message",
        ThroughFamily = "through_family",
    }
}

/// An attempt to reach the victim of a case, or the family. It stays on the timeline.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Contact {
    pub id: ContactId,
    pub case_id: CaseId,
    pub mode: ContactMode,
    /// Whether anybody was reached.
    pub reached: bool,
    pub at: Time,
    pub recorded_by: UserId,
}

impl Contact {
    pub fn event(&self) -> Event {
        let event = Event::new("contact.recorded", self.id).of_case(self.case_id);
        event.with("mode", self.mode.word()).with("reached", self.reached).with("at", self.at.to_string())
    }
}

/// One thing that happened under a case, from the trail.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TimelineEntry {
    #[schemars(with = "uuid::Uuid")]
    pub id: Id<()>,
    pub at: Time,
    pub by: Option<UserId>,
    pub action: String,
    /// Codes and ids; nothing that identifies.
    pub facts: serde_json::Value,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::places::Province;

    fn case(state: CaseState) -> Case {
        let at = Time::from_micros(0).unwrap();
        Case {
            id: Id::new(),
            number: CaseNumber::new(Province::KhyberPakhtunkhwa, 2026, 1).unwrap(),
            victim_id: Id::new(),
            incident_id: Id::new(),
            district: "PK528".parse().unwrap(),
            phase: Phase::Acute,
            officer_id: None,
            urgency: None,
            state,
            opened_at: at,
            opened_by: Id::new(),
            last_contact_at: None,
            banners: Vec::new(),
            changed_at: at,
            version: 1,
        }
    }

    #[test]
    fn every_state_allows_just_the_moves_of_the_table() {
        let at = Time::from_micros(0).unwrap();
        let states = [
            CaseState::Open,
            CaseState::OnHold { held_at: at, hold_reason: HoldReason::Security },
            CaseState::Closed {
                closed_at: at,
                closed_by: Id::new(),
                outcome: CaseOutcome::NeedsMet,
                victim_informed: None,
            },
        ];
        let verbs = [
            CaseMove::Assign { officer: Id::new() },
            CaseMove::Hold { reason: HoldReason::VictimAsked },
            CaseMove::Resume,
            CaseMove::Close(Closing { outcome: CaseOutcome::Died, informed: None }),
            CaseMove::Reopen(ReopenReason::NewNeed),
        ];
        for state in states {
            for wanted in verbs {
                let outcome = case(state).make(wanted, Id::new(), at);
                assert_eq!(outcome.is_ok(), is_allowed(MOVES, state.word(), wanted.verb()), "{state:?} {wanted:?}");
                match outcome {
                    Ok((moved, _)) => {
                        let row = MOVES.iter().find(|row| row.from == state.word() && row.verb == wanted.verb());
                        assert_eq!((moved.state.word(), moved.version), (row.unwrap().to, 2));
                    }
                    Err(refusal) => assert!(!refusal.allowed.is_empty() && !refusal.allowed.contains(&wanted.verb())),
                }
            }
            let gone = case(state).transfer("PK508".parse().unwrap(), at);
            assert_eq!(gone.is_ok(), is_allowed(MOVES, state.word(), "transfer"), "{state:?}");
            if let Ok((moved, event)) = gone {
                assert_eq!((moved.officer_id, moved.version, event.fact("from")), (None, 2, Some("PK528")));
            }
        }
    }
}
