//! Incidents over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{AttackType, Incident, IncidentFacts, IncidentId, TargetType, WeaponType};
use super::service;
use super::store::Filter;
use crate::access::policy::{Action, Actor};
use crate::error::Result;
use crate::http::{Allow, Command, Created, Found, IfMatch, Listed, Listing, Moved, Nothing, Place, Resource, Routes};
use crate::kernel::places::Pcode;
use crate::kernel::text::{Line, Prose};
use crate::kernel::time::Date;
use crate::work::Work;

impl Resource for Incident {
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/incidents/{}", self.id))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct IncidentBody {
    occurred_on: Date,
    district: Pcode,
    place: Line<200>,
    attack_type: AttackType,
    target_type: TargetType,
    weapon_type: WeaponType,
    #[serde(default)]
    is_suicide: bool,
    /// Read all over the country, so it must name nobody; numbers of identity cards and mobile phones are refused.
    #[serde(default)]
    summary: Option<Prose<2000>>,
    source: Line<200>,
}

/// What is left out stays as it is.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct IncidentChange {
    occurred_on: Option<Date>,
    district: Option<Pcode>,
    place: Option<Line<200>>,
    attack_type: Option<AttackType>,
    target_type: Option<TargetType>,
    weapon_type: Option<WeaponType>,
    is_suicide: Option<bool>,
    /// Read all over the country, so it must name nobody; numbers of identity cards and mobile phones are refused.
    summary: Option<Prose<2000>>,
    source: Option<Line<200>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RejectBody {
    reason: Line<200>,
}

pub fn routes(routes: Routes) -> Routes {
    let (read, decide) = (Allow::May(Action::ReadIncident), Allow::May(Action::DecideIncident));
    routes
        .on(Method::POST, "/incidents", Allow::May(Action::ReportIncident), "Report an incident", report)
        .on(Method::GET, "/incidents", read, "Incidents, newest first", list)
        .on(Method::GET, "/incidents/{id}", read, "One incident", view)
        .on(Method::PATCH, "/incidents/{id}", Allow::May(Action::ChangeIncident), "Correct an incident", correct)
        .on(Method::POST, "/incidents/{id}/verify", decide, "Confirm that it was an act of terrorism", verify)
        .on(Method::POST, "/incidents/{id}/reject", decide, "Decide that it was none", reject)
        .and(super::figures::api::routes)
}

async fn report(work: Data<Work>, command: Command<IncidentBody>) -> Result<Created<Incident>> {
    let Command { actor, key, body } = command;
    service::report(&work, &actor, key, body.into()).await.map(Created)
}

async fn list(work: Data<Work>, actor: Actor, listing: Listing<Filter>) -> Result<Listed<Incident>> {
    service::list(&work, &actor, listing.filter, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<IncidentId>) -> Result<Found<Incident>> {
    service::view(&work, &actor, id.0).await.map(Found)
}

async fn correct(
    work: Data<Work>,
    id: Place<IncidentId>,
    read: IfMatch,
    command: Command<IncidentChange>,
) -> Result<Moved<Incident>> {
    let Command { actor, key, body } = command;
    let change = move |facts| body.clone().apply(facts);
    service::correct(&work, &actor, key, (id.0, read.0), change).await.map(Moved)
}

async fn verify(
    work: Data<Work>,
    id: Place<IncidentId>,
    read: IfMatch,
    command: Command<Nothing>,
) -> Result<Moved<Incident>> {
    service::verify(&work, &command.actor, command.key, (id.0, read.0)).await.map(Moved)
}

async fn reject(
    work: Data<Work>,
    id: Place<IncidentId>,
    read: IfMatch,
    command: Command<RejectBody>,
) -> Result<Moved<Incident>> {
    let Command { actor, key, body } = command;
    service::reject(&work, &actor, key, (id.0, read.0), body.reason).await.map(Moved)
}

impl From<IncidentBody> for IncidentFacts {
    fn from(body: IncidentBody) -> Self {
        let IncidentBody { occurred_on, district, place, attack_type, target_type, .. } = body;
        let IncidentBody { weapon_type, is_suicide, summary, source, .. } = body;
        Self { occurred_on, district, place, attack_type, target_type, weapon_type, is_suicide, summary, source }
    }
}

impl IncidentChange {
    fn apply(self, old: IncidentFacts) -> IncidentFacts {
        IncidentFacts {
            occurred_on: self.occurred_on.unwrap_or(old.occurred_on),
            district: self.district.unwrap_or(old.district),
            place: self.place.unwrap_or(old.place),
            attack_type: self.attack_type.unwrap_or(old.attack_type),
            target_type: self.target_type.unwrap_or(old.target_type),
            weapon_type: self.weapon_type.unwrap_or(old.weapon_type),
            is_suicide: self.is_suicide.unwrap_or(old.is_suicide),
            summary: self.summary.or(old.summary),
            source: self.source.unwrap_or(old.source),
        }
    }
}
