//! Use cases of incidents.
use super::model::{Incident, IncidentFacts, IncidentId};
use super::store::{self, Filter};
use crate::access::policy::{self, Action, Actor, Scope};
use crate::directory;
use crate::error::{Error, Refers, Result};
use crate::kernel::page::{Page, Paged};
use crate::kernel::text::Line;
use crate::work::{Done, Key, Tx, Work, Written};

pub use store::verified_among;

/// For the slices that hang something on an incident, inside their own unit of work.
pub async fn get(tx: &mut Tx, scope: &Scope, id: IncidentId) -> Result<Incident> {
    store::find(tx, scope, id).await?.ok_or(Error::NOT_FOUND)
}

pub async fn report(work: &Work, actor: &Actor, key: Option<Key>, facts: IncidentFacts) -> Result<Written<Incident>> {
    let (day, district) = (facts.occurred_on, facts.district);
    let (incident, reported) = Incident::report(IncidentId::new(), facts, actor.user, work.now())?;
    let asking = actor.clone();
    work.write(actor, key, async move |tx: &mut Tx| {
        let permit = policy::permit(&asking, Action::ReportIncident, &incident.subject()).in_area("/district")?;
        directory::check_district(tx, district, day, "/district").await?;
        store::insert(tx, &permit, &incident).await?;
        Ok(Done::new(incident.clone(), reported.clone()))
    })
    .await
}

pub async fn view(work: &Work, actor: &Actor, id: IncidentId) -> Result<Incident> {
    let scope = policy::scope(actor, Action::ReadIncident);
    work.read(async move |tx: &mut Tx| get(tx, &scope, id).await).await
}

pub async fn list(work: &Work, actor: &Actor, filter: Filter, page: Page) -> Result<Paged<Incident>> {
    let scope = policy::scope(actor, Action::ReadIncident);
    work.read(async move |tx: &mut Tx| {
        let rows = store::list(tx, &scope, &filter, &page).await?;
        Ok(Paged::cut(rows, &page, |incident| incident.id.uuid()))
    })
    .await
}

/// Corrects what is known of an incident; `change` makes the new facts from the old.
pub async fn correct(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (IncidentId, i64),
    change: impl Fn(IncidentFacts) -> IncidentFacts + Send + 'static,
) -> Result<Written<Incident>> {
    let (asking, now) = (actor.clone(), work.now());
    work.write(actor, key, async move |tx: &mut Tx| {
        let incident = get(tx, &policy::scope(&asking, Action::ReadIncident), id).await?;
        let old = policy::permit(&asking, Action::ChangeIncident, &incident.subject())?;
        let facts = change(incident.facts.clone());
        directory::check_district(tx, facts.district, facts.occurred_on, "/district").await?;
        let (incident, corrected) = incident.correct(facts, now)?;
        // An incident cannot be moved to where the actor may not keep it.
        policy::permit(&asking, Action::ChangeIncident, &incident.subject()).in_area("/district")?;
        store::update(tx, &old, &incident, version).await?;
        Ok(Done::new(incident, corrected))
    })
    .await
}

pub async fn verify(work: &Work, actor: &Actor, key: Option<Key>, at: (IncidentId, i64)) -> Result<Written<Incident>> {
    decide(work, actor, key, at, None).await
}

pub async fn reject(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (IncidentId, i64),
    reason: Line<200>,
) -> Result<Written<Incident>> {
    decide(work, actor, key, at, Some(reason)).await
}

async fn decide(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (IncidentId, i64),
    rejection: Option<Line<200>>,
) -> Result<Written<Incident>> {
    let (asking, now) = (actor.clone(), work.now());
    work.write(actor, key, async move |tx: &mut Tx| {
        let incident = get(tx, &policy::scope(&asking, Action::ReadIncident), id).await?;
        let permit = policy::permit(&asking, Action::DecideIncident, &incident.subject())?;
        Error::stale_unless(incident.version == version)?;
        let (incident, decided) = match rejection.clone() {
            None => incident.verify(asking.user, now)?,
            Some(reason) => incident.reject(reason, asking.user, now)?,
        };
        store::update(tx, &permit, &incident, version).await?;
        Ok(Done::new(incident, decided))
    })
    .await
}
