//! Rows and queries of services, and of the places where they work.
use diesel::TextExpressionMethods as _;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{lines, optional_text, owned, text, texts};
use crate::access::OrganisationId;
use crate::access::policy::Permit;
use crate::db::prelude::*;
use crate::directory::model::{
    Coverage, Domain, ProgrammeId, Service, ServiceFacts, ServiceId, ServiceStatus, Urgency,
};
use crate::error::{Error, Result};
use crate::kernel::page::Page;
use crate::kernel::places::Pcode;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = services, treat_none_as_null = true)]
struct ServiceRow {
    id: ServiceId,
    code: Option<String>,
    organisation_id: OrganisationId,
    programme_id: Option<ProgrammeId>,
    name: String,
    name_ur: Option<String>,
    domain: Domain,
    urgencies: Words<Urgency>,
    description: String,
    eligibility: String,
    required_documents: Lines,
    contact: Option<String>,
    status: ServiceStatus,
    capacity: Option<i32>,
    created_at: Time,
    version: i64,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = service_areas)]
struct AreaRow {
    service_id: ServiceId,
    area: Coverage,
}

/// What a list of services may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceFilter {
    /// Works in this district: by name, or in its province, or in all of Pakistan.
    pub district: Option<Pcode>,
    pub domain: Option<Domain>,
    pub organisation_id: Option<OrganisationId>,
    /// Takes this urgency.
    pub urgency: Option<Urgency>,
    pub status: Option<ServiceStatus>,
}

#[apply(both_databases)]
async fn find_row(tx: &mut Tx, id: ServiceId) -> Result<Option<ServiceRow>> {
    Ok(services::table.find(id).select(ServiceRow::as_select()).first(tx).await.optional()?)
}

#[apply(both_databases)]
async fn list_rows(tx: &mut Tx, filter: &ServiceFilter, page: &Page) -> Result<Vec<ServiceRow>> {
    let working_in = |district| {
        let around = service_areas::table.filter(service_areas::area.eq_any(Coverage::around(district)));
        around.select(service_areas::service_id)
    };
    let list = services::table
        .select(ServiceRow::as_select())
        .into_boxed::<Db>()
        .when(filter.district, |list, district| list.filter(services::id.eq_any(working_in(district))))
        .when(filter.domain, |list, domain| list.filter(services::domain.eq(domain)))
        .when(filter.organisation_id, |list, organisation| list.filter(services::organisation_id.eq(organisation)))
        // No word is part of another, so a word that occurs in the text is one of the list.
        .when(filter.urgency, |list, urgency| list.filter(services::urgencies.like(format!("%{urgency}%"))))
        .when(filter.status, |list, status| list.filter(services::status.eq(status)))
        .when(page.after.map(ServiceId::from), |list, after| list.filter(services::id.lt(after)));
    Ok(list.order(services::id.desc()).limit(page.fetch()).load(tx).await?)
}

#[apply(both_databases)]
async fn areas_of(tx: &mut Tx, ids: Vec<ServiceId>) -> Result<Vec<AreaRow>> {
    let areas = service_areas::table.filter(service_areas::service_id.eq_any(ids));
    Ok(areas.select(AreaRow::as_select()).load(tx).await?)
}

pub async fn find_unscoped(tx: &mut Tx, id: ServiceId) -> Result<Option<Service>> {
    let row = find_row(tx, id).await?;
    Ok(with_areas(tx, row.into_iter().collect()).await?.pop())
}

pub async fn list_unscoped(tx: &mut Tx, filter: &ServiceFilter, page: &Page) -> Result<Vec<Service>> {
    let rows = list_rows(tx, filter, page).await?;
    with_areas(tx, rows).await
}

async fn with_areas(tx: &mut Tx, rows: Vec<ServiceRow>) -> Result<Vec<Service>> {
    let areas = areas_of(tx, rows.iter().map(|row| row.id).collect()).await?;
    let join = |row: ServiceRow| {
        let own = areas.iter().filter(|area| area.service_id == row.id).map(|area| area.area).collect();
        row.with_areas(own)
    };
    rows.into_iter().map(join).collect()
}

#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, service: &Service) -> Result<()> {
    permit.covers(service.id)?;
    diesel::insert_into(services::table).values(ServiceRow::from(service)).execute(tx).await?;
    diesel::insert_into(service_areas::table).values(AreaRow::of(service)).execute(tx).await?;
    Ok(())
}

/// Adds it unless its code is taken, and says how many were added.
#[apply(both_databases)]
pub async fn insert_missing(tx: &mut Tx, permit: &Permit, service: &Service) -> Result<usize> {
    permit.covers(service.id)?;
    let row = ServiceRow::from(service);
    let added = diesel::insert_into(services::table).values(row).on_conflict_do_nothing().execute(tx).await?;
    if added > 0 {
        diesel::insert_into(service_areas::table).values(AreaRow::of(service)).execute(tx).await?;
    }
    Ok(added)
}

/// Writes over the row and its places, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, service: &Service, version: i64) -> Result<()> {
    permit.covers(service.id)?;
    let row = services::table.find(service.id).filter(services::version.eq(version));
    Error::stale_unless(diesel::update(row).set(ServiceRow::from(service)).execute(tx).await? == 1)?;
    let old = service_areas::table.filter(service_areas::service_id.eq(service.id));
    diesel::delete(old).execute(tx).await?;
    diesel::insert_into(service_areas::table).values(AreaRow::of(service)).execute(tx).await?;
    Ok(())
}

impl AreaRow {
    fn of(service: &Service) -> Vec<Self> {
        service.facts.areas.iter().map(|&area| Self { service_id: service.id, area }).collect()
    }
}

impl From<&Service> for ServiceRow {
    fn from(service: &Service) -> Self {
        let facts = &service.facts;
        Self {
            id: service.id,
            code: owned(facts.code.as_ref()),
            organisation_id: facts.organisation_id,
            programme_id: facts.programme_id,
            name: facts.name.as_str().to_owned(),
            name_ur: owned(facts.name_ur.as_ref()),
            domain: facts.domain,
            urgencies: Words(facts.urgencies.clone()),
            description: facts.description.as_str().to_owned(),
            eligibility: facts.eligibility.as_str().to_owned(),
            required_documents: lines(&facts.required_documents),
            contact: owned(facts.contact.as_ref()),
            status: facts.status,
            capacity: facts.capacity,
            created_at: service.created_at,
            version: service.version,
        }
    }
}

impl ServiceRow {
    /// A service that works nowhere cannot be.
    fn with_areas(self, mut areas: Vec<Coverage>) -> Result<Service> {
        if areas.is_empty() {
            return Err(Error::Corrupt("directory"));
        }
        areas.sort();
        let facts = ServiceFacts {
            code: optional_text(self.code)?,
            organisation_id: self.organisation_id,
            programme_id: self.programme_id,
            name: text(&self.name)?,
            name_ur: optional_text(self.name_ur)?,
            domain: self.domain,
            areas,
            urgencies: self.urgencies.0,
            description: text(&self.description)?,
            eligibility: text(&self.eligibility)?,
            required_documents: texts(&self.required_documents)?,
            contact: optional_text(self.contact)?,
            status: self.status,
            capacity: self.capacity,
        };
        Ok(Service { id: self.id, facts, created_at: self.created_at, version: self.version })
    }
}
