//! Use cases of services.
use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::{districts, organisations, programmes, taken};
use crate::access::OrganisationId;
use crate::access::policy::{self, Action, Actor, Subject};
use crate::directory::model::{Coverage, Domain, ProgrammeId, Service, ServiceFacts, ServiceId, Urgency};
use crate::directory::store::candidates::{CandidateRow, around_unscoped};
use crate::directory::store::services as store;
use crate::error::{Error, Result};
use crate::kernel::page::{Page, Paged};
use crate::kernel::places::Pcode;
use crate::work::{Done, Key, Tx, Work, Written};

pub use store::ServiceFilter as Filter;

/// A service by id, for other slices inside their own unit of work.
pub async fn find(tx: &mut Tx, id: ServiceId) -> Result<Option<Service>> {
    store::find_unscoped(tx, id).await
}

/// A service that may be chosen, and the smallest place around the district in which it works.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub id: ServiceId,
    pub organisation_id: OrganisationId,
    pub programme_id: Option<ProgrammeId>,
    pub name: String,
    pub name_ur: Option<String>,
    pub urgencies: Vec<Urgency>,
    pub capacity: Option<i32>,
    pub area: Coverage,
}

impl Candidate {
    fn of(row: CandidateRow, area: Coverage) -> Self {
        let CandidateRow { id, organisation_id, programme_id, name, name_ur, urgencies, capacity } = row;
        Self { id, organisation_id, programme_id, name, name_ur, urgencies: urgencies.0, capacity, area }
    }
}

/// The services of a domain that work around a district, each once: at most a thousand, the nearest first.
pub(super) async fn candidates(tx: &mut Tx, district: Pcode, domain: Domain) -> Result<Vec<Candidate>> {
    let mut seen = BTreeSet::new();
    let rows = around_unscoped(tx, district, domain).await?;
    let mut all: Vec<_> = rows.into_iter().map(|(row, area)| Candidate::of(row, area)).collect();
    all.sort_by_key(|candidate| Reverse(candidate.area));
    all.retain(|candidate| seen.insert(candidate.id));
    Ok(all)
}

async fn get(tx: &mut Tx, id: ServiceId) -> Result<Service> {
    find(tx, id).await?.ok_or(Error::NOT_FOUND)
}

pub async fn view(work: &Work, id: ServiceId) -> Result<Service> {
    work.read_whole(async move |tx: &mut Tx| get(tx, id).await).await
}

pub async fn list(work: &Work, filter: Filter, page: Page) -> Result<Paged<Service>> {
    work.read_whole(async move |tx: &mut Tx| {
        let rows = store::list_unscoped(tx, &filter, &page).await?;
        Ok(Paged::cut(rows, &page, |service| service.id.uuid()))
    })
    .await
}

pub async fn add(work: &Work, actor: &Actor, key: Option<Key>, facts: ServiceFacts) -> Result<Written<Service>> {
    let (service, added) = Service::add(ServiceId::new(), facts, work.now())?;
    let permit = policy::permit(actor, Action::ManageDirectory, &service.subject())?;
    work.write(actor, key, async move |tx: &mut Tx| {
        check_references(tx, &service).await?;
        store::insert(tx, &permit, &service).await.map_err(taken)?;
        Ok(Done::new(service.clone(), added.clone()))
    })
    .await
}

/// Changes what is known of a service; `change` makes the new facts from the old.
pub async fn change(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (ServiceId, i64),
    change: impl Fn(ServiceFacts) -> ServiceFacts + Send + 'static,
) -> Result<Written<Service>> {
    let permit = policy::permit(actor, Action::ManageDirectory, &Subject::of(id.uuid()))?;
    work.write(actor, key, async move |tx: &mut Tx| {
        let service = get(tx, id).await?;
        Error::stale_unless(service.version == version)?;
        let facts = change(service.facts.clone());
        let (service, changed) = service.change(facts)?;
        check_references(tx, &service).await?;
        store::update(tx, &permit, &service, version).await?;
        Ok(Done::new(service, changed))
    })
    .await
}

async fn check_references(tx: &mut Tx, service: &Service) -> Result<()> {
    let facts = &service.facts;
    organisations::check(tx, facts.organisation_id).await?;
    if let Some(programme) = facts.programme_id {
        programmes::check(tx, programme).await?;
    }
    districts::check_areas(tx, &facts.areas).await
}
