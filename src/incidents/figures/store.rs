//! Rows and queries of figures. A row without its source or with an area that is none is an error.
use schemars::JsonSchema;
use serde::Deserialize;

use super::area::{AreaKind, FigureArea};
use super::counts::{Casualties, Counts};
use super::model::{Figure, FigureId, IncidentFigure, IncidentFigureId, NewFigure, NewIncidentFigure};
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::incidents::model::IncidentId;
use crate::kernel::page::Page;
use crate::kernel::text::{Line, Prose};

text_columns!(AreaKind, FigureArea);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = casualty_figures)]
struct FigureRow {
    id: FigureId,
    source: String,
    period_start: Date,
    period_end: Date,
    area: FigureArea,
    area_kind: AreaKind,
    incidents: Option<i32>,
    killed: Option<i32>,
    injured: Option<i32>,
    civilians_killed: Option<i32>,
    civilians_injured: Option<i32>,
    law_enforcement_killed: Option<i32>,
    law_enforcement_injured: Option<i32>,
    suicide_attacks: Option<i32>,
    note: Option<String>,
    recorded_at: Time,
    recorded_by: UserId,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = incident_figures)]
struct IncidentFigureRow {
    id: IncidentFigureId,
    incident_id: IncidentId,
    source: String,
    as_of: Date,
    killed: Option<i32>,
    injured: Option<i32>,
    civilians_killed: Option<i32>,
    civilians_injured: Option<i32>,
    law_enforcement_killed: Option<i32>,
    law_enforcement_injured: Option<i32>,
    note: Option<String>,
    recorded_at: Time,
    recorded_by: UserId,
}

/// What a list of figures may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FigureFilter")]
pub struct Filter {
    pub source: Option<Line<200>>,
    pub area: Option<FigureArea>,
    /// Of periods that begin on this day or later.
    pub from: Option<Date>,
    /// Of periods that end on this day or earlier.
    pub to: Option<Date>,
}

#[apply(both_databases)]
pub async fn list(tx: &mut Tx, scope: &Scope, filter: &Filter, page: &Page) -> Result<Vec<Figure>> {
    let source = filter.source.as_ref().map(Line::as_str);
    let rows: Vec<FigureRow> = casualty_figures::table
        .select(FigureRow::as_select())
        .into_boxed::<Db>()
        .when(FigureArea::places(scope.area()), |list, places| list.filter(casualty_figures::area.eq_any(places)))
        .when(source, |list, source| list.filter(casualty_figures::source.eq(source)))
        .when(filter.area.as_ref(), |list, area| list.filter(casualty_figures::area.eq(area)))
        .when(filter.from, |list, from| list.filter(casualty_figures::period_start.ge(from)))
        .when(filter.to, |list, to| list.filter(casualty_figures::period_end.le(to)))
        .when(page.after.map(FigureId::from), |list, after| list.filter(casualty_figures::id.lt(after)))
        .order(casualty_figures::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(Figure::try_from).collect()
}

#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, figure: &Figure) -> Result<()> {
    permit.covers(figure.id)?;
    diesel::insert_into(casualty_figures::table).values(FigureRow::from(figure)).execute(tx).await?;
    Ok(())
}

/// Of an incident that `scope` has let through; figures have no district of their own.
#[apply(both_databases)]
pub async fn list_of_incident(
    tx: &mut Tx,
    scope: &Scope,
    incident: IncidentId,
    page: &Page,
) -> Result<Vec<IncidentFigure>> {
    let all = incidents::table.find(incident).select(incidents::id).into_boxed::<Db>();
    let seen = within!(all, incidents::district, scope.area());
    let rows: Vec<IncidentFigureRow> = incident_figures::table
        .filter(incident_figures::incident_id.eq_any(seen))
        .select(IncidentFigureRow::as_select())
        .into_boxed::<Db>()
        .when(page.after.map(IncidentFigureId::from), |list, after| list.filter(incident_figures::id.lt(after)))
        .order(incident_figures::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(IncidentFigure::try_from).collect()
}

#[apply(both_databases)]
pub async fn insert_of_incident(tx: &mut Tx, permit: &Permit, figure: &IncidentFigure) -> Result<()> {
    permit.covers(figure.incident_id)?;
    diesel::insert_into(incident_figures::table).values(IncidentFigureRow::from(figure)).execute(tx).await?;
    Ok(())
}

impl From<&Figure> for FigureRow {
    fn from(figure: &Figure) -> Self {
        let NewFigure { source, period_start, period_end, area, counts, note } = figure.facts.clone();
        Self {
            id: figure.id,
            source: source.into_string(),
            period_start,
            period_end,
            area_kind: figure.area_kind,
            area,
            incidents: counts.incidents,
            killed: counts.killed,
            injured: counts.injured,
            civilians_killed: counts.civilians_killed,
            civilians_injured: counts.civilians_injured,
            law_enforcement_killed: counts.law_enforcement_killed,
            law_enforcement_injured: counts.law_enforcement_injured,
            suicide_attacks: counts.suicide_attacks,
            note: note.map(Prose::into_string),
            recorded_at: figure.recorded_at,
            recorded_by: figure.recorded_by,
        }
    }
}

impl TryFrom<FigureRow> for Figure {
    type Error = Error;

    fn try_from(row: FigureRow) -> Result<Self> {
        let corrupt = |_| Error::Corrupt("figure");
        if row.area.kind() != row.area_kind {
            return Err(Error::Corrupt("figure"));
        }
        let counts = Counts {
            incidents: row.incidents,
            killed: row.killed,
            injured: row.injured,
            civilians_killed: row.civilians_killed,
            civilians_injured: row.civilians_injured,
            law_enforcement_killed: row.law_enforcement_killed,
            law_enforcement_injured: row.law_enforcement_injured,
            suicide_attacks: row.suicide_attacks,
        };
        let (period_start, period_end, area) = (row.period_start, row.period_end, row.area);
        let source = row.source.parse().map_err(corrupt)?;
        let note = row.note.map(|note| note.parse()).transpose().map_err(corrupt)?;
        let facts = NewFigure { source, period_start, period_end, area, counts, note };
        let (recorded_at, recorded_by) = (row.recorded_at, row.recorded_by);
        Ok(Self { id: row.id, area_kind: row.area_kind, facts, recorded_at, recorded_by })
    }
}

impl From<&IncidentFigure> for IncidentFigureRow {
    fn from(figure: &IncidentFigure) -> Self {
        let NewIncidentFigure { source, as_of, casualties, note } = figure.facts.clone();
        Self {
            id: figure.id,
            incident_id: figure.incident_id,
            source: source.into_string(),
            as_of,
            killed: casualties.killed,
            injured: casualties.injured,
            civilians_killed: casualties.civilians_killed,
            civilians_injured: casualties.civilians_injured,
            law_enforcement_killed: casualties.law_enforcement_killed,
            law_enforcement_injured: casualties.law_enforcement_injured,
            note: note.map(Prose::into_string),
            recorded_at: figure.recorded_at,
            recorded_by: figure.recorded_by,
        }
    }
}

impl TryFrom<IncidentFigureRow> for IncidentFigure {
    type Error = Error;

    fn try_from(row: IncidentFigureRow) -> Result<Self> {
        let corrupt = |_| Error::Corrupt("incident figure");
        let casualties = Casualties {
            killed: row.killed,
            injured: row.injured,
            civilians_killed: row.civilians_killed,
            civilians_injured: row.civilians_injured,
            law_enforcement_killed: row.law_enforcement_killed,
            law_enforcement_injured: row.law_enforcement_injured,
        };
        let source = row.source.parse().map_err(corrupt)?;
        let note = row.note.map(|note| note.parse()).transpose().map_err(corrupt)?;
        let facts = NewIncidentFigure { source, as_of: row.as_of, casualties, note };
        let (recorded_at, recorded_by) = (row.recorded_at, row.recorded_by);
        Ok(Self { id: row.id, incident_id: row.incident_id, facts, recorded_at, recorded_by })
    }
}
