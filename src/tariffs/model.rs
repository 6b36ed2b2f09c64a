//! An instrument: what is known of an Act, a rate, a regulation or a package, who says so, and how its money is divided.
//! It names no amount; those stand in its lines.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::{Exclusion, HeirClass, InstrumentKind, TariffStatus, Track};
use crate::access::policy::Subject;
use crate::directory::{Confidence, Coverage};
use crate::error::{Code, Error, Fault, Result};
use crate::incidents::IncidentId;
use crate::kernel::ids::Id;
use crate::kernel::text::Line;
use crate::kernel::time::{Date, Time};
use crate::work::Event;

pub type InstrumentId = Id<Instrument>;

/// The most days of a statutory clock.
const MOST_DAYS: u16 = 3650;
const MOST_EXCLUDERS: usize = 50;

/// What the State pays by.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Instrument {
    pub id: InstrumentId,
    #[serde(flatten)]
    pub facts: InstrumentFacts,
    pub created_at: Time,
    pub version: i64,
}

/// What is known of an instrument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InstrumentFacts {
    /// A short name, one instrument's alone. It does not change.
    pub code: Line<80>,
    pub title: Line<300>,
    /// `PK` for the federation, or a province such as `PK-PB`.
    pub jurisdiction: Coverage,
    pub track: Track,
    pub kind: InstrumentKind,
    pub status: TariffStatus,
    pub confidence: Confidence,
    pub source: Line<500>,
    /// The one incident of a package; none until it is linked, and then nothing can be awarded on it.
    #[serde(default)]
    pub incident_id: Option<IncidentId>,
    #[serde(default)]
    #[schemars(length(max = 10))]
    pub exclusions: Vec<Exclusion>,
    #[serde(default)]
    #[schemars(length(max = 50))]
    pub excluded_by: Vec<Excluder>,
    pub heirs: HeirRule,
    #[serde(default)]
    pub clocks: Clocks,
}

/// Other aid for the same attack that leaves nothing for an instrument to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Excluder {
    /// Of another instrument, or of a programme.
    pub code: Line<80>,
    /// The first day of the attacks that it is for.
    pub valid_from: Date,
    /// The last of them; without end, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
    pub source: Line<500>,
    pub confidence: Confidence,
}

impl Excluder {
    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_until.is_none_or(|until| day <= until)
    }
}

/// Who is paid when the victim is dead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum HeirRule {
    /// The first class that has anybody in it gets all, in equal parts.
    Precedence {
        #[schemars(length(min = 1, max = 6))]
        order: Vec<HeirClass>,
        source: Line<500>,
        confidence: Confidence,
    },
    /// Each heir as the succession certificate says.
    Shares { source: Line<500>, confidence: Confidence },
}

/// Within how many days the State is to act; a term that nobody has published is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Clocks {
    /// From the incident to the report of its victims to the government.
    pub report: Option<Clock>,
    /// From the approval to the money in the district's account.
    pub fund_transfer: Option<Clock>,
    /// From the approval to the payment.
    pub payment: Option<Clock>,
    /// From the decision to the last day of an appeal.
    pub appeal: Option<Clock>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    #[schemars(range(min = 1, max = 3650))]
    pub days: u16,
    pub source: Line<500>,
    pub confidence: Confidence,
}

impl Clocks {
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &Clock)> {
        let Self { report, fund_transfer, payment, appeal } = self;
        let named = [("report", report), ("fund_transfer", fund_transfer), ("payment", payment), ("appeal", appeal)];
        named.into_iter().filter_map(|(name, clock)| Some((name, clock.as_ref()?)))
    }
}

impl Instrument {
    pub fn add(id: InstrumentId, facts: InstrumentFacts, at: Time) -> Result<(Self, Event)> {
        facts.check()?;
        let instrument = Self { id, facts, created_at: at, version: 1 };
        let event = instrument.event("tariff.added");
        Ok((instrument, event))
    }

    /// What is known becomes different: a bill becomes law, a package is approved or linked to its incident. For whom it
    /// is, and where, stays, and so does an incident once it is linked.
    pub fn change(self, facts: InstrumentFacts) -> Result<(Self, Event)> {
        facts.check()?;
        if self.facts.incident_id.is_some() && facts.incident_id != self.facts.incident_id {
            return Err(Error::conflict_at("/incident_id", Code::AlreadyExists, "it is linked to its incident"));
        }
        let changed = Self { facts, version: self.version + 1, ..self };
        let event = changed.event("tariff.changed");
        Ok((changed, event))
    }

    pub fn subject(&self) -> Subject {
        Subject::of(self.id.uuid())
    }

    fn event(&self, action: &'static str) -> Event {
        let event = Event::new(action, self.id)
            .with("code", self.facts.code.as_str())
            .with("status", self.facts.status.word())
            .with("version", self.version);
        match self.facts.incident_id {
            Some(incident) => event.with("incident", incident.to_string()),
            None => event,
        }
    }
}

impl InstrumentFacts {
    /// Whether somebody who had aid of this code after an attack of this day has nothing to ask of the instrument.
    pub fn is_excluded_by(&self, code: &str, day: Date) -> bool {
        self.excluded_by.iter().any(|one| one.code.as_str() == code && one.holds_on(day))
    }

    /// Refuses what cannot be meant; used of files too.
    pub fn check(&self) -> Result<()> {
        let is_package = self.kind == InstrumentKind::IncidentPackage;
        let order = match &self.heirs {
            HeirRule::Precedence { order, .. } => order.as_slice(),
            HeirRule::Shares { .. } => &[],
        };
        let codes: Vec<_> = self.excluded_by.iter().map(|one| one.code.as_str()).collect();
        let is_in_order = |one: &Excluder| one.valid_until.is_none_or(|until| one.valid_from <= until);
        let rules = [
            (self.jurisdiction.district().is_none(), "/jurisdiction", "invalid_place", "expected PK or a province"),
            (is_package || self.incident_id.is_none(), "/incident_id", "contradiction", "a schedule has no incident"),
            (is_once(&self.exclusions), "/exclusions", "repeated", "expected each once"),
            (is_once(&codes), "/excluded_by", "repeated", "expected each once"),
            (self.excluded_by.len() <= MOST_EXCLUDERS, "/excluded_by", "too_many", "expected at most 50"),
            (!codes.contains(&self.code.as_str()), "/excluded_by", "contradiction", "nothing excludes itself"),
            (self.excluded_by.iter().all(is_in_order), "/excluded_by", "contradiction", "it ends before it begins"),
            (is_once(order), "/heirs/order", "repeated", "expected each once"),
            (
                !order.is_empty() || matches!(self.heirs, HeirRule::Shares { .. }),
                "/heirs/order",
                "too_few",
                "expected one class at least",
            ),
            (
                self.clocks.all().all(|(_, clock)| (1..=MOST_DAYS).contains(&clock.days)),
                "/clocks",
                "out_of_range",
                "a term is 1 to 3650 days",
            ),
        ];
        let broken = rules.iter().filter(|(holds, ..)| !holds);
        let faults: Vec<_> = broken.map(|(_, at, code, why)| Fault::new(*at, code, *why)).collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

fn is_once<T: Ord>(list: &[T]) -> bool {
    list.iter().collect::<std::collections::BTreeSet<_>>().len() == list.len()
}

#[cfg(test)]
mod tests {
    use super::super::line::tests::instrument;
    use super::*;

    fn fault(facts: &InstrumentFacts) -> String {
        match facts.check() {
            Ok(()) => String::new(),
            Err(Error::Invalid(faults)) => faults[0].pointer.clone(),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused_at_its_place() {
        let good = instrument(InstrumentKind::Standing, "PK-PB").facts;
        assert_eq!(fault(&good), "");
        let clock = Clock { days: 0, source: "A draft".parse().unwrap(), confidence: Confidence::Low };
        let heirs = |order: &[HeirClass]| HeirRule::Precedence {
            order: order.to_vec(),
            source: "A gazette".parse().unwrap(),
            confidence: Confidence::High,
        };
        let excluder = |code: &str, until: Option<&str>| Excluder {
            code: code.parse().unwrap(),
            valid_from: "2020-02-01".parse().unwrap(),
            valid_until: until.map(|day| day.parse().unwrap()),
            source: "A gazette".parse().unwrap(),
            confidence: Confidence::Low,
        };
        let excluded_by = |all: &[Excluder]| InstrumentFacts { excluded_by: all.to_vec(), ..good.clone() };
        let until = excluded_by(&[excluder("other", Some("2020-02-02"))]);
        assert_eq!(fault(&until), "");
        let days = ["2020-01-31", "2020-02-01", "2020-02-02", "2020-02-03"];
        let held: Vec<_> = days.iter().map(|day| until.is_excluded_by("other", day.parse().unwrap())).collect();
        assert_eq!(held, [false, true, true, false]);
        assert!(!until.is_excluded_by("another", "2020-02-01".parse().unwrap()));
        for (wrong, place) in [
            (excluded_by(&[excluder("other", None), excluder("other", None)]), "/excluded_by"),
            (excluded_by(&[excluder(good.code.as_str(), None)]), "/excluded_by"),
            (excluded_by(&[excluder("other", Some("2020-01-31"))]), "/excluded_by"),
            (InstrumentFacts { jurisdiction: "PK508".parse().unwrap(), ..good.clone() }, "/jurisdiction"),
            (InstrumentFacts { incident_id: Some(IncidentId::new()), ..good.clone() }, "/incident_id"),
            (InstrumentFacts { exclusions: vec![Exclusion::Terrorist; 2], ..good.clone() }, "/exclusions"),
            (InstrumentFacts { heirs: heirs(&[HeirClass::Child; 2]), ..good.clone() }, "/heirs/order"),
            (InstrumentFacts { heirs: heirs(&[]), ..good.clone() }, "/heirs/order"),
            (
                InstrumentFacts { clocks: Clocks { appeal: Some(clock), ..Clocks::default() }, ..good.clone() },
                "/clocks",
            ),
        ] {
            assert_eq!(fault(&wrong), place);
        }
    }

    #[test]
    fn a_package_is_linked_to_its_incident_once() {
        let package = instrument(InstrumentKind::IncidentPackage, "PK");
        let (one, other) = (IncidentId::new(), IncidentId::new());
        let linked = InstrumentFacts { incident_id: Some(one), ..package.facts.clone() };
        let (package, event) = package.change(linked.clone()).unwrap();
        assert_eq!((package.version, event.action()), (2, "tariff.changed"));
        package.clone().change(linked).unwrap();
        for incident_id in [None, Some(other)] {
            let facts = InstrumentFacts { incident_id, ..package.facts.clone() };
            assert_eq!(package.clone().change(facts).unwrap_err().code(), Code::AlreadyExists);
        }
    }
}
