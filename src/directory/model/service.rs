//! A service that a victim can be referred to. It knows whom it takes; it refuses to know who is referred.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Coverage, Domain, ProgrammeId, ServiceStatus, Urgency, list_fault, refuse};
use crate::access::OrganisationId;
use crate::access::policy::Subject;
use crate::error::{Fault, Result};
use crate::kernel::ids::Id;
use crate::kernel::places::Pcode;
use crate::kernel::text::{Line, Prose};
use crate::kernel::time::Time;
use crate::work::Event;

pub type ServiceId = Id<Service>;

const MOST_PLACES: i32 = 100_000;

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Service {
    pub id: ServiceId,
    #[serde(flatten)]
    pub facts: ServiceFacts,
    pub created_at: Time,
    pub version: i64,
}

/// What is known of a service.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceFacts {
    /// A short name, one service's alone. It does not change.
    #[serde(default)]
    pub code: Option<Line<80>>,
    pub organisation_id: OrganisationId,
    #[serde(default)]
    pub programme_id: Option<ProgrammeId>,
    pub name: Line<200>,
    #[serde(default)]
    pub name_ur: Option<Line<200>>,
    pub domain: Domain,
    /// Where it works.
    #[schemars(length(min = 1, max = 50))]
    pub areas: Vec<Coverage>,
    /// The urgencies that it takes.
    #[schemars(length(min = 1, max = 50))]
    pub urgencies: Vec<Urgency>,
    pub description: Prose<4000>,
    pub eligibility: Prose<4000>,
    #[serde(default)]
    #[schemars(length(max = 50))]
    pub required_documents: Vec<Line<300>>,
    /// Where an officer calls or writes to: an office's, never a private person's.
    #[serde(default)]
    pub contact: Option<Line<300>>,
    pub status: ServiceStatus,
    /// How many people it can help at a time, if it said so: at most 100,000.
    #[serde(default)]
    pub capacity: Option<i32>,
}

impl Service {
    pub const fn new(id: ServiceId, facts: ServiceFacts, at: Time) -> Self {
        Self { id, facts, created_at: at, version: 1 }
    }

    pub fn add(id: ServiceId, facts: ServiceFacts, at: Time) -> Result<(Self, Event)> {
        let service = Self::new(id, facts.checked()?, at);
        let event = service.event("service.added");
        Ok((service, event))
    }

    pub fn change(self, facts: ServiceFacts) -> Result<(Self, Event)> {
        let changed = Self { facts: facts.checked()?, version: self.version + 1, ..self };
        let event = changed.event("service.changed");
        Ok((changed, event))
    }

    /// Whether somebody in `district` with a need of this domain and urgency can be referred to it today.
    pub fn takes(&self, district: Pcode, domain: Domain, urgency: Urgency) -> bool {
        let ServiceFacts { status, domain: own, ref areas, ref urgencies, .. } = self.facts;
        status == ServiceStatus::Active
            && own == domain
            && urgencies.contains(&urgency)
            && areas.iter().any(|place| place.covers(district))
    }

    pub fn subject(&self) -> Subject {
        Subject::of(self.id.uuid())
    }

    fn event(&self, action: &'static str) -> Event {
        Event::new(action, self.id)
            .with("organisation_id", self.facts.organisation_id.to_string())
            .with("status", self.facts.status.word())
    }
}

impl ServiceFacts {
    fn checked(mut self) -> Result<Self> {
        refuse([
            list_fault("/areas", &self.areas, 1),
            list_fault("/urgencies", &self.urgencies, 1),
            list_fault("/required_documents", &self.required_documents, 0),
            self.capacity
                .filter(|places| !(0..=MOST_PLACES).contains(places))
                .map(|_| Fault::new("/capacity", "out_of_range", "expected 0 to 100,000 places")),
        ])?;
        self.areas.sort();
        self.urgencies.sort();
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn facts() -> ServiceFacts {
        serde_json::from_value(serde_json::json!({
            "organisation_id": OrganisationId::new(), "name": "Free treatment", "domain": "medical",
            "areas": ["PK603", "PK-KP"], "urgencies": ["within_two_weeks", "within_24_hours"],
            "description": "Treatment.", "eligibility": "Families.", "status": "active",
        }))
        .unwrap()
    }

    fn service(facts: ServiceFacts) -> Service {
        Service::add(ServiceId::new(), facts, Time::now()).unwrap().0
    }

    #[test]
    fn a_service_takes_who_is_in_its_area_with_a_need_that_it_meets_in_time() {
        let service = service(facts());
        let takes = |district: &str, domain, urgency| service.takes(district.parse().unwrap(), domain, urgency);
        assert!(takes("PK508", Domain::Medical, Urgency::Within24Hours));
        assert!(takes("PK603", Domain::Medical, Urgency::WithinTwoWeeks));
        assert!(!takes("PK604", Domain::Medical, Urgency::Within24Hours), "out of its area");
        assert!(!takes("PK508", Domain::Legal, Urgency::Within24Hours), "another domain");
        assert!(!takes("PK508", Domain::Medical, Urgency::Within72Hours), "an urgency it does not take");
    }

    #[test]
    fn a_service_that_is_not_active_takes_nobody() {
        for &status in ServiceStatus::ALL {
            let service = service(ServiceFacts { status, ..facts() });
            let takes = service.takes("PK508".parse().unwrap(), Domain::Medical, Urgency::Within24Hours);
            assert_eq!(takes, status == ServiceStatus::Active, "{status}");
        }
    }

    #[test]
    fn a_service_works_somewhere_and_for_some_urgency() {
        let nowhere = ServiceFacts { areas: Vec::new(), urgencies: Vec::new(), ..facts() };
        let Err(Error::Invalid(faults)) = Service::add(ServiceId::new(), nowhere, Time::now()) else { panic!() };
        assert_eq!(faults.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(), ["/areas", "/urgencies"]);
    }

    #[test]
    fn a_service_survives_the_way_through_json() {
        let service = service(facts());
        let json = serde_json::to_value(&service).unwrap();
        assert_eq!(json["areas"], serde_json::json!(["PK-KP", "PK603"]));
        assert_eq!(serde_json::from_value::<Service>(json).unwrap().facts.areas, service.facts.areas);
    }
}
