//! Figures over HTTP. There is no route that changes one: a corrected figure is a new one.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::area::{AreaKind, FigureArea};
use super::counts::{Casualties, Counts};
use super::model::{Figure, IncidentFigure, NewFigure, NewIncidentFigure};
use super::service;
use super::store::Filter;
use crate::access::policy::{Action, Actor};
use crate::error::{Error, Result};
use crate::http::{Allow, Command, Created, Listed, Listing, Nothing, Place, Resource, Routes};
use crate::incidents::model::IncidentId;
use crate::kernel::text::{Line, Prose};
use crate::kernel::time::Date;
use crate::work::Work;

/// A figure never changes, so its first version is its last.
impl Resource for Figure {
    fn version(&self) -> i64 {
        1
    }
    fn path(&self) -> Option<String> {
        None
    }
}

impl Resource for IncidentFigure {
    fn version(&self) -> i64 {
        1
    }
    fn path(&self) -> Option<String> {
        None
    }
}

/// At least one figure must be given. What the source did not print is left out: it is not zero.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FigureBody {
    source: Line<200>,
    period_start: Date,
    /// The last day of the period.
    period_end: Date,
    area: FigureArea,
    /// Follows from the area; if given, it must agree.
    area_kind: Option<AreaKind>,
    #[schemars(range(min = 0, max = 1_000_000))]
    incidents: Option<i32>,
    #[schemars(range(min = 0, max = 1_000_000))]
    killed: Option<i32>,
    #[schemars(range(min = 0, max = 1_000_000))]
    injured: Option<i32>,
    #[schemars(range(min = 0, max = 1_000_000))]
    civilians_killed: Option<i32>,
    #[schemars(range(min = 0, max = 1_000_000))]
    civilians_injured: Option<i32>,
    #[schemars(range(min = 0, max = 1_000_000))]
    law_enforcement_killed: Option<i32>,
    #[schemars(range(min = 0, max = 1_000_000))]
    law_enforcement_injured: Option<i32>,
    #[schemars(range(min = 0, max = 1_000_000))]
    suicide_attacks: Option<i32>,
    note: Option<Prose<2000>>,
}

/// At least one figure must be given. What the source did not say is left out: it is not zero.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct IncidentFigureBody {
    source: Line<200>,
    /// The day the source said so.
    as_of: Date,
    #[schemars(range(min = 0, max = 1_000_000))]
    killed: Option<i32>,
    #[schemars(range(min = 0, max = 1_000_000))]
    injured: Option<i32>,
    #[schemars(range(min = 0, max = 1_000_000))]
    civilians_killed: Option<i32>,
    #[schemars(range(min = 0, max = 1_000_000))]
    civilians_injured: Option<i32>,
    #[schemars(range(min = 0, max = 1_000_000))]
    law_enforcement_killed: Option<i32>,
    #[schemars(range(min = 0, max = 1_000_000))]
    law_enforcement_injured: Option<i32>,
    note: Option<Prose<2000>>,
}

pub fn routes(routes: Routes) -> Routes {
    let (of_one, figures) = ("/incidents/{id}/casualties", "/casualty-figures");
    let (report, see) = (Allow::May(Action::ReportIncident), Allow::May(Action::ReadIncident));
    let (enter, read) = (Allow::May(Action::RecordFigures), Allow::May(Action::ReadFigures));
    routes
        .on(Method::POST, of_one, report, "Record what one source said of an incident on one day", record_of_incident)
        .on(Method::GET, of_one, see, "What sources said of an incident, side by side", list_of_incident)
        .on(Method::POST, figures, enter, "Record what one source printed for a period and an area", record)
        .on(Method::GET, figures, read, "Figures of periods and areas, as their sources printed them", list)
}

async fn record_of_incident(
    work: Data<Work>,
    id: Place<IncidentId>,
    command: Command<IncidentFigureBody>,
) -> Result<Created<IncidentFigure>> {
    let Command { actor, key, body } = command;
    service::record_of_incident(&work, &actor, key, id.0, body.into()).await.map(Created)
}

async fn list_of_incident(
    work: Data<Work>,
    actor: Actor,
    id: Place<IncidentId>,
    listing: Listing<Nothing>,
) -> Result<Listed<IncidentFigure>> {
    service::list_of_incident(&work, &actor, id.0, listing.page).await.map(Listed)
}

async fn record(work: Data<Work>, command: Command<FigureBody>) -> Result<Created<Figure>> {
    let Command { actor, key, body } = command;
    service::record(&work, &actor, key, body.try_into()?).await.map(Created)
}

async fn list(work: Data<Work>, actor: Actor, listing: Listing<Filter>) -> Result<Listed<Figure>> {
    service::list(&work, &actor, listing.filter, listing.page).await.map(Listed)
}

impl TryFrom<FigureBody> for NewFigure {
    type Error = Error;

    fn try_from(body: FigureBody) -> Result<Self> {
        let FigureBody { source, period_start, period_end, area, note, .. } = body;
        if body.area_kind.is_some_and(|kind| kind != area.kind()) {
            return Err(Error::invalid("/area_kind", "mismatch", "the area is of another kind"));
        }
        let counts = Counts {
            incidents: body.incidents,
            killed: body.killed,
            injured: body.injured,
            civilians_killed: body.civilians_killed,
            civilians_injured: body.civilians_injured,
            law_enforcement_killed: body.law_enforcement_killed,
            law_enforcement_injured: body.law_enforcement_injured,
            suicide_attacks: body.suicide_attacks,
        };
        Ok(Self { source, period_start, period_end, area, counts, note })
    }
}

impl From<IncidentFigureBody> for NewIncidentFigure {
    fn from(body: IncidentFigureBody) -> Self {
        let casualties = Casualties {
            killed: body.killed,
            injured: body.injured,
            civilians_killed: body.civilians_killed,
            civilians_injured: body.civilians_injured,
            law_enforcement_killed: body.law_enforcement_killed,
            law_enforcement_injured: body.law_enforcement_injured,
        };
        Self { source: body.source, as_of: body.as_of, casualties, note: body.note }
    }
}
