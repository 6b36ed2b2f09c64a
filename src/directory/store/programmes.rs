//! Rows and queries of programmes.
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Areas, lines, optional_text, owned, text, texts};
use crate::access::OrganisationId;
use crate::access::policy::Permit;
use crate::db::prelude::*;
use crate::directory::model::{Confidence, Domain, Programme, ProgrammeFacts, ProgrammeId, ServiceStatus, Urgency};
use crate::error::{Error, Result};
use crate::kernel::page::Page;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = programmes, treat_none_as_null = true)]
struct ProgrammeRow {
    id: ProgrammeId,
    code: String,
    organisation_id: OrganisationId,
    name: String,
    name_ur: Option<String>,
    domain: Domain,
    areas: Areas,
    urgencies: Words<Urgency>,
    description: String,
    eligibility: String,
    application: String,
    required_documents: Lines,
    source: String,
    source_date: Date,
    confidence: Confidence,
    status: ServiceStatus,
    created_at: Time,
    version: i64,
}

/// What a list of programmes may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeFilter {
    pub domain: Option<Domain>,
    pub organisation_id: Option<OrganisationId>,
}

#[apply(both_databases)]
pub async fn find_unscoped(tx: &mut Tx, id: ProgrammeId) -> Result<Option<Programme>> {
    let row: Option<ProgrammeRow> =
        programmes::table.find(id).select(ProgrammeRow::as_select()).first(tx).await.optional()?;
    row.map(Programme::try_from).transpose()
}

#[apply(both_databases)]
pub async fn list_unscoped(tx: &mut Tx, filter: &ProgrammeFilter, page: &Page) -> Result<Vec<Programme>> {
    let rows: Vec<ProgrammeRow> = programmes::table
        .select(ProgrammeRow::as_select())
        .into_boxed::<Db>()
        .when(filter.domain, |list, domain| list.filter(programmes::domain.eq(domain)))
        .when(filter.organisation_id, |list, organisation| list.filter(programmes::organisation_id.eq(organisation)))
        .when(page.after.map(ProgrammeId::from), |list, after| list.filter(programmes::id.lt(after)))
        .order(programmes::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(Programme::try_from).collect()
}

/// What a programme is called.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = programmes)]
pub struct ProgrammeMark {
    pub id: ProgrammeId,
    pub code: String,
    pub name: String,
    pub name_ur: Option<String>,
    pub status: ServiceStatus,
}

#[apply(both_databases)]
pub async fn marks_unscoped(tx: &mut Tx, ids: Vec<ProgrammeId>, codes: Vec<String>) -> Result<Vec<ProgrammeMark>> {
    let these = programmes::table.filter(programmes::id.eq_any(ids).or(programmes::code.eq_any(codes)));
    Ok(these.select(ProgrammeMark::as_select()).order(programmes::id).load(tx).await?)
}

/// Which of these codes are programmes.
#[apply(both_databases)]
pub async fn codes_unscoped(tx: &mut Tx, among: Vec<String>) -> Result<Vec<String>> {
    Ok(programmes::table.filter(programmes::code.eq_any(among)).select(programmes::code).load(tx).await?)
}

#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, programme: &Programme) -> Result<()> {
    permit.covers(programme.id)?;
    diesel::insert_into(programmes::table).values(ProgrammeRow::from(programme)).execute(tx).await?;
    Ok(())
}

/// Adds it unless its code is taken, and says whether it did and which programme has the code.
#[apply(both_databases)]
pub async fn insert_missing(tx: &mut Tx, permit: &Permit, programme: &Programme) -> Result<(usize, ProgrammeId)> {
    permit.covers(programme.id)?;
    let row = ProgrammeRow::from(programme);
    let of_code = programmes::table.filter(programmes::code.eq(row.code.clone())).select(programmes::id);
    let added = diesel::insert_into(programmes::table).values(row).on_conflict_do_nothing().execute(tx).await?;
    Ok((added, of_code.first(tx).await?))
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, programme: &Programme, version: i64) -> Result<()> {
    permit.covers(programme.id)?;
    let row = programmes::table.find(programme.id).filter(programmes::version.eq(version));
    Error::stale_unless(diesel::update(row).set(ProgrammeRow::from(programme)).execute(tx).await? == 1)
}

impl From<&Programme> for ProgrammeRow {
    fn from(programme: &Programme) -> Self {
        let facts = &programme.facts;
        Self {
            id: programme.id,
            code: facts.code.as_str().to_owned(),
            organisation_id: facts.organisation_id,
            name: facts.name.as_str().to_owned(),
            name_ur: owned(facts.name_ur.as_ref()),
            domain: facts.domain,
            areas: Areas(facts.areas.clone()),
            urgencies: Words(facts.urgencies.clone()),
            description: facts.description.as_str().to_owned(),
            eligibility: facts.eligibility.as_str().to_owned(),
            application: facts.application.as_str().to_owned(),
            required_documents: lines(&facts.required_documents),
            source: facts.source.as_str().to_owned(),
            source_date: facts.source_date,
            confidence: facts.confidence,
            status: facts.status,
            created_at: programme.created_at,
            version: programme.version,
        }
    }
}

impl TryFrom<ProgrammeRow> for Programme {
    type Error = Error;

    fn try_from(row: ProgrammeRow) -> Result<Self> {
        let facts = ProgrammeFacts {
            code: text(&row.code)?,
            organisation_id: row.organisation_id,
            name: text(&row.name)?,
            name_ur: optional_text(row.name_ur)?,
            domain: row.domain,
            areas: row.areas.0,
            urgencies: row.urgencies.0,
            description: text(&row.description)?,
            eligibility: text(&row.eligibility)?,
            application: text(&row.application)?,
            required_documents: texts(&row.required_documents)?,
            source: text(&row.source)?,
            source_date: row.source_date,
            confidence: row.confidence,
            status: row.status,
        };
        Ok(Self { id: row.id, facts, created_at: row.created_at, version: row.version })
    }
}
