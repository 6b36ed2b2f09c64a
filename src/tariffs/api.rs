//! Tariffs over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::line::{LineFacts, TariffLine};
use super::model::{Clocks, Excluder, HeirRule, Instrument, InstrumentFacts, InstrumentId};
use super::service;
use super::store::{Filter, LineFilter};
use super::words::{Exclusion, TariffStatus};
use crate::access::policy::Action;
use crate::directory::Confidence;
use crate::error::Result;
use crate::http::{Allow, Command, Created, Found, IfMatch, Listed, Listing, Moved, Place, Resource, Routes};
use crate::incidents::IncidentId;
use crate::kernel::optional::Optional;
use crate::kernel::text::Line;
use crate::work::Work;

impl Resource for Instrument {
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/tariffs/{}", self.id))
    }
}

impl Resource for TariffLine {
    /// A line is never changed.
    fn version(&self) -> i64 {
        1
    }
    fn path(&self) -> Option<String> {
        None
    }
}

/// What is left out stays as it is; `null` empties a field that may be empty. Where an instrument is, for whom, and of
/// which kind does not change.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct InstrumentChange {
    title: Option<Line<300>>,
    status: Option<TariffStatus>,
    confidence: Option<Confidence>,
    source: Option<Line<500>>,
    /// Links a package to its incident, once.
    #[serde(default)]
    incident_id: Optional<IncidentId>,
    #[schemars(length(max = 10))]
    exclusions: Option<Vec<Exclusion>>,
    #[schemars(length(max = 50))]
    excluded_by: Option<Vec<Excluder>>,
    heirs: Option<HeirRule>,
    clocks: Option<Clocks>,
}

pub fn routes(routes: Routes) -> Routes {
    let (read, manage) = (Allow::May(Action::ReadTariff), Allow::May(Action::ManageTariffs));
    routes
        .on(Method::GET, "/tariffs", read, "Instruments that name amounts, newest first", list)
        .on(Method::GET, "/tariffs/{id}", read, "One instrument, with its source", view)
        .on(Method::POST, "/tariffs", manage, "Add an instrument", add)
        .on(Method::PATCH, "/tariffs/{id}", manage, "Change an instrument, or link a package to its incident", change)
        .on(Method::GET, "/tariffs/{id}/lines", read, "Its amounts, those superseded too, newest first", lines)
        .on(Method::POST, "/tariffs/{id}/lines", manage, "Add an amount, in place of the newest of its harm", supersede)
}

async fn list(work: Data<Work>, listing: Listing<Filter>) -> Result<Listed<Instrument>> {
    service::list(&work, listing.filter, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, id: Place<InstrumentId>) -> Result<Found<Instrument>> {
    service::view(&work, id.0).await.map(Found)
}

async fn add(work: Data<Work>, command: Command<InstrumentFacts>) -> Result<Created<Instrument>> {
    let Command { actor, key, body } = command;
    service::add(&work, &actor, key, body).await.map(Created)
}

async fn change(
    work: Data<Work>,
    id: Place<InstrumentId>,
    read: IfMatch,
    command: Command<InstrumentChange>,
) -> Result<Moved<Instrument>> {
    let Command { actor, key, body } = command;
    let change = move |facts| body.clone().apply(facts);
    service::change(&work, &actor, key, (id.0, read.0), change).await.map(Moved)
}

async fn lines(work: Data<Work>, id: Place<InstrumentId>, listing: Listing<LineFilter>) -> Result<Listed<TariffLine>> {
    service::lines(&work, id.0, (listing.filter, listing.page)).await.map(Listed)
}

async fn supersede(
    work: Data<Work>,
    id: Place<InstrumentId>,
    command: Command<LineFacts>,
) -> Result<Created<TariffLine>> {
    let Command { actor, key, body } = command;
    service::supersede(&work, &actor, key, (id.0, body)).await.map(Created)
}

impl InstrumentChange {
    fn apply(self, old: InstrumentFacts) -> InstrumentFacts {
        InstrumentFacts {
            title: self.title.unwrap_or(old.title),
            status: self.status.unwrap_or(old.status),
            confidence: self.confidence.unwrap_or(old.confidence),
            source: self.source.unwrap_or(old.source),
            incident_id: self.incident_id.or(old.incident_id),
            exclusions: self.exclusions.unwrap_or(old.exclusions),
            excluded_by: self.excluded_by.unwrap_or(old.excluded_by),
            heirs: self.heirs.unwrap_or(old.heirs),
            clocks: self.clocks.unwrap_or(old.clocks),
            ..old
        }
    }
}
