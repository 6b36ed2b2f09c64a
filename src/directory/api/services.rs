//! Services over HTTP.
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::OrganisationId;
use crate::directory::model::{
    Coverage, Domain, ProgrammeId, Service, ServiceFacts, ServiceId, ServiceStatus, Urgency,
};
use crate::directory::service::services::{self as service, Filter};
use crate::error::Result;
use crate::http::{Command, Created, Found, IfMatch, Listed, Listing, Moved, Place, Resource};
use crate::kernel::optional::Optional;
use crate::kernel::text::{Line, Prose};
use crate::work::Work;

impl Resource for Service {
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/services/{}", self.id))
    }
}

/// What is left out stays as it is; `null` empties a field that may be empty.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceChange {
    organisation_id: Option<OrganisationId>,
    #[serde(default)]
    programme_id: Optional<ProgrammeId>,
    name: Option<Line<200>>,
    #[serde(default)]
    name_ur: Optional<Line<200>>,
    domain: Option<Domain>,
    #[schemars(length(min = 1, max = 50))]
    areas: Option<Vec<Coverage>>,
    #[schemars(length(min = 1, max = 50))]
    urgencies: Option<Vec<Urgency>>,
    description: Option<Prose<4000>>,
    eligibility: Option<Prose<4000>>,
    #[schemars(length(max = 50))]
    required_documents: Option<Vec<Line<300>>>,
    #[serde(default)]
    contact: Optional<Line<300>>,
    status: Option<ServiceStatus>,
    #[serde(default)]
    capacity: Optional<i32>,
}

pub async fn list(work: Data<Work>, listing: Listing<Filter>) -> Result<Listed<Service>> {
    service::list(&work, listing.filter, listing.page).await.map(Listed)
}

pub async fn view(work: Data<Work>, id: Place<ServiceId>) -> Result<Found<Service>> {
    service::view(&work, id.0).await.map(Found)
}

pub async fn add(work: Data<Work>, command: Command<ServiceFacts>) -> Result<Created<Service>> {
    let Command { actor, key, body } = command;
    service::add(&work, &actor, key, body).await.map(Created)
}

pub async fn change(
    work: Data<Work>,
    id: Place<ServiceId>,
    read: IfMatch,
    command: Command<ServiceChange>,
) -> Result<Moved<Service>> {
    let Command { actor, key, body } = command;
    let change = move |facts| body.clone().apply(facts);
    service::change(&work, &actor, key, (id.0, read.0), change).await.map(Moved)
}

impl ServiceChange {
    fn apply(self, old: ServiceFacts) -> ServiceFacts {
        ServiceFacts {
            code: old.code,
            organisation_id: self.organisation_id.unwrap_or(old.organisation_id),
            programme_id: self.programme_id.or(old.programme_id),
            name: self.name.unwrap_or(old.name),
            name_ur: self.name_ur.or(old.name_ur),
            domain: self.domain.unwrap_or(old.domain),
            areas: self.areas.unwrap_or(old.areas),
            urgencies: self.urgencies.unwrap_or(old.urgencies),
            description: self.description.unwrap_or(old.description),
            eligibility: self.eligibility.unwrap_or(old.eligibility),
            required_documents: self.required_documents.unwrap_or(old.required_documents),
            contact: self.contact.or(old.contact),
            status: self.status.unwrap_or(old.status),
            capacity: self.capacity.or(old.capacity),
        }
    }
}
