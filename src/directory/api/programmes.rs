//! Programmes over HTTP.
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::OrganisationId;
use crate::directory::model::{
    Confidence, Coverage, Domain, Programme, ProgrammeFacts, ProgrammeId, ServiceStatus, Urgency,
};
use crate::directory::service::programmes::{self as service, Filter};
use crate::error::Result;
use crate::http::{Command, Created, Found, IfMatch, Listed, Listing, Moved, Place, Resource};
use crate::kernel::optional::Optional;
use crate::kernel::text::{Line, Prose};
use crate::kernel::time::Date;
use crate::work::Work;

impl Resource for Programme {
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/programmes/{}", self.id))
    }
}

/// What is left out stays as it is; `null` empties a field that may be empty.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeChange {
    organisation_id: Option<OrganisationId>,
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
    application: Option<Prose<4000>>,
    #[schemars(length(max = 50))]
    required_documents: Option<Vec<Line<300>>>,
    source: Option<Line<500>>,
    source_date: Option<Date>,
    confidence: Option<Confidence>,
    status: Option<ServiceStatus>,
}

pub async fn list(work: Data<Work>, listing: Listing<Filter>) -> Result<Listed<Programme>> {
    service::list(&work, listing.filter, listing.page).await.map(Listed)
}

pub async fn view(work: Data<Work>, id: Place<ProgrammeId>) -> Result<Found<Programme>> {
    service::view(&work, id.0).await.map(Found)
}

pub async fn add(work: Data<Work>, command: Command<ProgrammeFacts>) -> Result<Created<Programme>> {
    let Command { actor, key, body } = command;
    service::add(&work, &actor, key, body).await.map(Created)
}

pub async fn change(
    work: Data<Work>,
    id: Place<ProgrammeId>,
    read: IfMatch,
    command: Command<ProgrammeChange>,
) -> Result<Moved<Programme>> {
    let Command { actor, key, body } = command;
    let change = move |facts| body.clone().apply(facts);
    service::change(&work, &actor, key, (id.0, read.0), change).await.map(Moved)
}

impl ProgrammeChange {
    fn apply(self, old: ProgrammeFacts) -> ProgrammeFacts {
        ProgrammeFacts {
            code: old.code,
            organisation_id: self.organisation_id.unwrap_or(old.organisation_id),
            name: self.name.unwrap_or(old.name),
            name_ur: self.name_ur.or(old.name_ur),
            domain: self.domain.unwrap_or(old.domain),
            areas: self.areas.unwrap_or(old.areas),
            urgencies: self.urgencies.unwrap_or(old.urgencies),
            description: self.description.unwrap_or(old.description),
            eligibility: self.eligibility.unwrap_or(old.eligibility),
            application: self.application.unwrap_or(old.application),
            required_documents: self.required_documents.unwrap_or(old.required_documents),
            source: self.source.unwrap_or(old.source),
            source_date: self.source_date.unwrap_or(old.source_date),
            confidence: self.confidence.unwrap_or(old.confidence),
            status: self.status.unwrap_or(old.status),
        }
    }
}
