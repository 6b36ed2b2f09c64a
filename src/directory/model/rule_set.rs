//! The rules of a programme or a service as they were written down once. A version is never changed: what decided an
//! answer then stays readable, and the next version takes its place from a day on.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ProgrammeId, ServiceId};
use crate::access::UserId;
use crate::access::policy::Subject;
use crate::directory::eligibility::RuleBook;
use crate::kernel::ids::Id;
use crate::kernel::time::{Date, Time};
use crate::work::Event;

pub type RuleSetId = Id<RuleSet>;

/// What rules are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleOwner {
    Programme(ProgrammeId),
    Service(ServiceId),
}

/// One version of the rules of a programme or of a service.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RuleSet {
    pub id: RuleSetId,
    /// Either this or `service_id` is given.
    pub programme_id: Option<ProgrammeId>,
    pub service_id: Option<ServiceId>,
    /// From 1 on. Of the versions whose day has come the newest holds.
    pub version: i64,
    /// Its first day; null for always.
    pub in_force_from: Option<Date>,
    pub book: RuleBook,
    pub recorded_at: Time,
    pub recorded_by: UserId,
}

/// Rules to be written down.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRules {
    /// The newest version there is, as it was read; 0 if there is none. It is superseded, and stays readable.
    pub supersedes: i64,
    /// The first day of the new version; always, if left out, which makes it hold for the past too.
    #[serde(default)]
    pub in_force_from: Option<Date>,
    pub book: RuleBook,
}

impl RuleSet {
    /// The version after the one that `new` supersedes. That it is the newest, the caller has seen.
    pub fn record(id: RuleSetId, owner: RuleOwner, new: NewRules, (by, at): (UserId, Time)) -> (Self, Event) {
        let (programme_id, service_id) = match owner {
            RuleOwner::Programme(programme) => (Some(programme), None),
            RuleOwner::Service(service) => (None, Some(service)),
        };
        let NewRules { supersedes, in_force_from, book } = new;
        let version = supersedes.saturating_add(1);
        let set = Self { id, programme_id, service_id, version, in_force_from, book, recorded_at: at, recorded_by: by };
        let event = set.event();
        (set, event)
    }

    pub fn subject(&self) -> Subject {
        Subject::of(self.id.uuid())
    }

    fn event(&self) -> Event {
        let of = match (self.programme_id, self.service_id) {
            (Some(programme), _) => Event::new("rules.recorded", programme),
            (None, service) => Event::new("rules.recorded", service.unwrap_or(Id::nil())),
        };
        let from = self.in_force_from.map(|day| day.to_string());
        of.with("version", self.version).with("rules", self.book.rules.len()).with("in_force_from", from)
    }
}
