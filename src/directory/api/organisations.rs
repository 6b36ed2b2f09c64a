//! Organisations over HTTP.
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::{Email, OrganisationId};
use crate::directory::model::{Organisation, OrganisationFacts, OrganisationKind};
use crate::directory::service::organisations::{self as service, Filter};
use crate::error::Result;
use crate::http::{Command, Created, Found, IfMatch, Listed, Listing, Moved, Place, Resource};
use crate::kernel::optional::Optional;
use crate::kernel::text::Line;
use crate::work::Work;

impl Resource for Organisation {
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/organisations/{}", self.id))
    }
}

/// What is left out stays as it is; `null` empties a field that may be empty.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationChange {
    name: Option<Line<200>>,
    #[serde(default)]
    name_ur: Optional<Line<200>>,
    kind: Option<OrganisationKind>,
    #[serde(default)]
    email: Optional<Email>,
    #[serde(default)]
    phone: Optional<Line<40>>,
    #[serde(default)]
    website: Optional<Line<300>>,
    is_active: Option<bool>,
}

pub async fn list(work: Data<Work>, listing: Listing<Filter>) -> Result<Listed<Organisation>> {
    service::list(&work, listing.filter, listing.page).await.map(Listed)
}

pub async fn view(work: Data<Work>, id: Place<OrganisationId>) -> Result<Found<Organisation>> {
    service::view(&work, id.0).await.map(Found)
}

pub async fn add(work: Data<Work>, command: Command<OrganisationFacts>) -> Result<Created<Organisation>> {
    let Command { actor, key, body } = command;
    service::add(&work, &actor, key, body).await.map(Created)
}

pub async fn change(
    work: Data<Work>,
    id: Place<OrganisationId>,
    read: IfMatch,
    command: Command<OrganisationChange>,
) -> Result<Moved<Organisation>> {
    let Command { actor, key, body } = command;
    let change = move |facts| body.clone().apply(facts);
    service::change(&work, &actor, key, (id.0, read.0), change).await.map(Moved)
}

impl OrganisationChange {
    fn apply(self, old: OrganisationFacts) -> OrganisationFacts {
        OrganisationFacts {
            code: old.code,
            name: self.name.unwrap_or(old.name),
            name_ur: self.name_ur.or(old.name_ur),
            kind: self.kind.unwrap_or(old.kind),
            email: self.email.or(old.email),
            phone: self.phone.or(old.phone),
            website: self.website.or(old.website),
            is_active: self.is_active.unwrap_or(old.is_active),
        }
    }
}
