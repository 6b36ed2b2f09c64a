//! Victims over HTTP.
mod circumstances;
mod consents;
mod protection;
mod recognitions;
mod relations;

use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Category, Harm, HarmOf, Identity, IdentityState, Sex, Victim, VictimFacts, VictimId};
use super::service::{self, NewVictim, SearchFor};
use super::store::{Filter, VictimListed};
use crate::access::policy::{Action, Actor};
use crate::error::{Error, Result};
use crate::http::{
    Allow, Command, Created, Found, IfMatch, Listed, Listing, Moved, Place, Plain, Resource, Routes, Search,
};
use crate::incidents::IncidentId;
use crate::kernel::cnic::Cnic;
use crate::kernel::optional::Optional;
use crate::kernel::phone::Mobile;
use crate::kernel::places::Pcode;
use crate::work::Work;

impl Resource for Victim {
    /// Harms, relations and districts change without it.
    fn is_told_by_version(&self) -> bool {
        false
    }
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/victims/{}", self.id))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct VictimBody {
    category: Category,
    identity_state: IdentityState,
    #[serde(default = "unknown")]
    sex: Sex,
    #[serde(default)]
    birth_year: Option<i32>,
    /// For those whose birth year is not known.
    #[serde(default)]
    is_child: bool,
    #[serde(default)]
    home_district: Option<Pcode>,
    #[serde(default)]
    identity: Identity,
    harms: Vec<HarmOf>,
    /// The district that keeps the file; that of the first incident, if left out.
    #[serde(default)]
    district: Option<Pcode>,
}

fn unknown() -> Sex {
    Sex::Unknown
}

/// What is left out stays as it is; `identity` is replaced whole.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct VictimChange {
    category: Option<Category>,
    identity_state: Option<IdentityState>,
    sex: Option<Sex>,
    /// `null` for not known.
    #[serde(default)]
    birth_year: Optional<i32>,
    is_child: Option<bool>,
    /// `null` for not known.
    #[serde(default)]
    home_district: Optional<Pcode>,
    identity: Option<Identity>,
}

/// Exactly one of them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SearchBody {
    cnic: Option<Cnic>,
    mobile: Option<Mobile>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct HarmBody {
    victim_id: VictimId,
    harm: Harm,
}

pub fn routes(routes: Routes) -> Routes {
    let (read, change) = (Allow::May(Action::ReadVictim), Allow::May(Action::ChangeVictim));
    routes
        .on(Method::POST, "/victims", Allow::May(Action::RegisterVictim), "Register a victim", register)
        .on(Method::GET, "/victims", read, "Victims without their identities, newest first", list)
        .on(Method::POST, "/victims/search", read, "Find a victim by CNIC or mobile number", search)
        .on(Method::GET, "/victims/{id}", read, "One victim, identity included; recorded", view)
        .on(Method::PATCH, "/victims/{id}", change, "Change what is known of a victim", change_victim)
        .on(Method::GET, "/incidents/{id}/victims", read, "The victims of an incident", list_of_incident)
        .on(Method::POST, "/incidents/{id}/victims", change, "Record how an incident harmed a known victim", add_harm)
        .and(relations::routes)
        .and(consents::routes)
        .and(circumstances::routes)
        .and(recognitions::routes)
        .and(protection::routes)
}

async fn register(work: Data<Work>, command: Command<VictimBody>) -> Result<Created<Victim>> {
    let Command { actor, key, body } = command;
    service::register(&work, &actor, key, body.into()).await.map(Created)
}

async fn list(work: Data<Work>, actor: Actor, listing: Listing<Filter>) -> Result<Listed<VictimListed>> {
    service::list(&work, &actor, listing.filter, listing.page).await.map(Listed)
}

async fn list_of_incident(
    work: Data<Work>,
    actor: Actor,
    id: Place<IncidentId>,
    listing: Listing<Filter>,
) -> Result<Listed<VictimListed>> {
    let filter = Filter { incident_id: Some(id.0), ..listing.filter };
    service::list(&work, &actor, filter, listing.page).await.map(Listed)
}

async fn search(work: Data<Work>, ask: Search<SearchBody>) -> Result<Plain<Vec<Victim>>> {
    let wanted = match (ask.body.cnic, ask.body.mobile) {
        (Some(cnic), None) => SearchFor::Cnic(cnic),
        (None, Some(mobile)) => SearchFor::Mobile(mobile),
        _ => return Err(Error::invalid("/cnic", "one_of", "give either cnic or mobile")),
    };
    service::search(&work, &ask.actor, wanted).await.map(Plain)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<VictimId>) -> Result<Found<Victim>> {
    service::view(&work, &actor, id.0).await.map(Found)
}

async fn change_victim(
    work: Data<Work>,
    id: Place<VictimId>,
    read: IfMatch,
    command: Command<VictimChange>,
) -> Result<Moved<Victim>> {
    let Command { actor, key, body } = command;
    let change = move |facts: VictimFacts, identity| body.clone().apply(&facts, identity);
    service::change(&work, &actor, key, (id.0, read.0), change).await.map(Moved)
}

async fn add_harm(work: Data<Work>, id: Place<IncidentId>, command: Command<HarmBody>) -> Result<Created<Victim>> {
    let Command { actor, key, body } = command;
    let harm = HarmOf { incident_id: id.0, harm: body.harm };
    service::add_harm(&work, &actor, key, (body.victim_id, harm)).await.map(Created)
}

impl From<VictimBody> for NewVictim {
    fn from(body: VictimBody) -> Self {
        let VictimBody { category, identity_state, sex, birth_year, is_child, home_district, .. } = body;
        let facts = VictimFacts { category, identity_state, sex, birth_year, is_child, home_district };
        Self { facts, identity: body.identity, harms: body.harms, district: body.district }
    }
}

impl VictimChange {
    fn apply(self, old: &VictimFacts, identity: Identity) -> (VictimFacts, Identity) {
        // A date of birth that comes or goes takes its year with it.
        let has_new_date = self.identity.as_ref().is_some_and(|new| new.birth_date != identity.birth_date);
        let facts = VictimFacts {
            category: self.category.unwrap_or(old.category),
            identity_state: self.identity_state.unwrap_or(old.identity_state),
            sex: self.sex.unwrap_or(old.sex),
            birth_year: self.birth_year.or(old.birth_year.filter(|_| !has_new_date)),
            is_child: self.is_child.unwrap_or(old.is_child),
            home_district: self.home_district.or(old.home_district),
        };
        (facts, self.identity.unwrap_or(identity))
    }
}
