//! A programme of the State or of another body: what it gives, to whom, and who says so. Its eligibility is text for a
//! person to read; the rules that a program applies stand beside it, in rule sets.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Coverage, Domain, ServiceStatus, Urgency, list_fault, refuse};
use crate::access::OrganisationId;
use crate::access::policy::Subject;
use crate::error::{Fault, Result};
use crate::kernel::ids::Id;
use crate::kernel::text::{Line, Prose};
use crate::kernel::time::{Date, Time};
use crate::kernel::words::words;
use crate::work::Event;

pub type ProgrammeId = Id<Programme>;

words! {
    /// How far the source of an entry can be relied on.
    pub enum Confidence {
        High = "high",
        Medium = "medium",
        Low = "low",
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Programme {
    pub id: ProgrammeId,
    #[serde(flatten)]
    pub facts: ProgrammeFacts,
    pub created_at: Time,
    pub version: i64,
}

/// What is known of a programme.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeFacts {
    /// A short name, one programme's alone. It does not change.
    pub code: Line<80>,
    pub organisation_id: OrganisationId,
    pub name: Line<200>,
    #[serde(default)]
    pub name_ur: Option<Line<200>>,
    pub domain: Domain,
    #[schemars(length(min = 1, max = 50))]
    pub areas: Vec<Coverage>,
    /// How soon it can help.
    #[schemars(length(min = 1, max = 50))]
    pub urgencies: Vec<Urgency>,
    pub description: Prose<4000>,
    pub eligibility: Prose<4000>,
    /// How one applies.
    pub application: Prose<4000>,
    #[serde(default)]
    #[schemars(length(max = 50))]
    pub required_documents: Vec<Line<300>>,
    pub source: Line<500>,
    /// The day of the source, or the day on which it was read.
    pub source_date: Date,
    pub confidence: Confidence,
    pub status: ServiceStatus,
}

impl Programme {
    pub const fn new(id: ProgrammeId, facts: ProgrammeFacts, at: Time) -> Self {
        Self { id, facts, created_at: at, version: 1 }
    }

    pub fn add(id: ProgrammeId, facts: ProgrammeFacts, at: Time) -> Result<(Self, Event)> {
        let programme = Self::new(id, facts.checked(at)?, at);
        let event = programme.event("programme.added");
        Ok((programme, event))
    }

    /// `at` is now.
    pub fn change(self, facts: ProgrammeFacts, at: Time) -> Result<(Self, Event)> {
        let changed = Self { facts: facts.checked(at)?, version: self.version + 1, ..self };
        let event = changed.event("programme.changed");
        Ok((changed, event))
    }

    pub fn subject(&self) -> Subject {
        Subject::of(self.id.uuid())
    }

    fn event(&self, action: &'static str) -> Event {
        Event::new(action, self.id).with("code", self.facts.code.as_str()).with("status", self.facts.status.word())
    }
}

impl ProgrammeFacts {
    fn checked(mut self, at: Time) -> Result<Self> {
        let is_early = self.source_date > at.local_date();
        refuse([
            list_fault("/areas", &self.areas, 1),
            list_fault("/urgencies", &self.urgencies, 1),
            list_fault("/required_documents", &self.required_documents, 0),
            is_early.then(|| Fault::new("/source_date", "in_the_future", "a source has already been read")),
        ])?;
        self.areas.sort();
        self.urgencies.sort();
        Ok(self)
    }
}
