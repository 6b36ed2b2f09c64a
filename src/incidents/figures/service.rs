//! Use cases of figures. None of them adds figures up: reports set them side by side.
use super::model::{Figure, FigureId, IncidentFigure, IncidentFigureId, NewFigure, NewIncidentFigure};
use super::store::{self, Filter};
use crate::access::policy::{self, Action, Actor};
use crate::directory;
use crate::error::{Code, Error, Result};
use crate::incidents::model::IncidentId;
use crate::incidents::service::get;
use crate::kernel::page::{Page, Paged};
use crate::work::{Done, Key, Tx, Work, Written};

/// Keeps what one source printed for one area and period; a second time is `already_exists`.
pub async fn record(work: &Work, actor: &Actor, key: Option<Key>, facts: NewFigure) -> Result<Written<Figure>> {
    let (figure, recorded) = Figure::record(FigureId::new(), facts, actor.user, work.now())?;
    let permit = policy::permit(actor, Action::RecordFigures, &figure.subject())?;
    work.write(actor, key, async move |tx: &mut Tx| {
        if let Some(district) = figure.facts.area.district() {
            directory::check_district(tx, district, figure.facts.period_end, "/area").await?;
        }
        store::insert(tx, &permit, &figure).await.map_err(once)?;
        Ok(Done::new(figure.clone(), recorded.clone()))
    })
    .await
}

pub async fn list(work: &Work, actor: &Actor, filter: Filter, page: Page) -> Result<Paged<Figure>> {
    let scope = policy::scope(actor, Action::ReadFigures);
    work.read(async move |tx: &mut Tx| {
        let rows = store::list(tx, &scope, &filter, &page).await?;
        Ok(Paged::cut(rows, &page, |figure| figure.id.uuid()))
    })
    .await
}

/// Keeps what one source said of an incident on one day; a second time is `already_exists`.
pub async fn record_of_incident(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    id: IncidentId,
    facts: NewIncidentFigure,
) -> Result<Written<IncidentFigure>> {
    let (asking, now, new) = (actor.clone(), work.now(), IncidentFigureId::new());
    work.write(actor, key, async move |tx: &mut Tx| {
        let incident = get(tx, &policy::scope(&asking, Action::ReadIncident), id).await?;
        let permit = policy::permit(&asking, Action::ReportIncident, &incident.subject())?;
        let (figure, recorded) = IncidentFigure::record(new, &incident, facts.clone(), asking.user, now)?;
        store::insert_of_incident(tx, &permit, &figure).await.map_err(once)?;
        Ok(Done::new(figure, recorded))
    })
    .await
}

pub async fn list_of_incident(work: &Work, actor: &Actor, id: IncidentId, page: Page) -> Result<Paged<IncidentFigure>> {
    let scope = policy::scope(actor, Action::ReadIncident);
    work.read(async move |tx: &mut Tx| {
        // An incident that is not there is 404 and not an empty list.
        let incident = get(tx, &scope, id).await?;
        let rows = store::list_of_incident(tx, &scope, incident.id, &page).await?;
        Ok(Paged::cut(rows, &page, |figure| figure.id.uuid()))
    })
    .await
}

fn once(error: Error) -> Error {
    if error.is_duplicate() { Code::AlreadyExists.into() } else { error }
}
