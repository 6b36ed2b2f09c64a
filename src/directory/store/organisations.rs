//! Rows and queries of organisations.
use schemars::JsonSchema;
use serde::Deserialize;

use super::{optional_text, owned, text};
use crate::access::OrganisationId;
use crate::access::policy::Permit;
use crate::db::prelude::*;
use crate::directory::model::{Organisation, OrganisationFacts, OrganisationKind};
use crate::error::{Error, Result};
use crate::kernel::page::Page;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = organisations, treat_none_as_null = true)]
struct OrganisationRow {
    id: OrganisationId,
    code: Option<String>,
    name: String,
    name_ur: Option<String>,
    kind: OrganisationKind,
    email: Option<String>,
    phone: Option<String>,
    website: Option<String>,
    is_active: bool,
    created_at: Time,
    version: i64,
}

/// What a list of organisations may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganisationFilter {
    pub kind: Option<OrganisationKind>,
}

#[apply(both_databases)]
pub async fn find_unscoped(tx: &mut Tx, id: OrganisationId) -> Result<Option<Organisation>> {
    let row: Option<OrganisationRow> =
        organisations::table.find(id).select(OrganisationRow::as_select()).first(tx).await.optional()?;
    row.map(Organisation::try_from).transpose()
}

#[apply(both_databases)]
pub async fn list_unscoped(tx: &mut Tx, filter: &OrganisationFilter, page: &Page) -> Result<Vec<Organisation>> {
    let rows: Vec<OrganisationRow> = organisations::table
        .select(OrganisationRow::as_select())
        .into_boxed::<Db>()
        .when(filter.kind, |list, kind| list.filter(organisations::kind.eq(kind)))
        .when(page.after.map(OrganisationId::from), |list, after| list.filter(organisations::id.lt(after)))
        .order(organisations::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(Organisation::try_from).collect()
}

#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, organisation: &Organisation) -> Result<()> {
    permit.covers(organisation.id)?;
    diesel::insert_into(organisations::table).values(OrganisationRow::from(organisation)).execute(tx).await?;
    Ok(())
}

/// Adds it unless its code is taken, and says whether it did and which organisation has the code.
#[apply(both_databases)]
pub async fn insert_missing(
    tx: &mut Tx,
    permit: &Permit,
    organisation: &Organisation,
) -> Result<(usize, OrganisationId)> {
    permit.covers(organisation.id)?;
    let row = OrganisationRow::from(organisation);
    let of_code = organisations::table.filter(organisations::code.eq(row.code.clone())).select(organisations::id);
    let added = diesel::insert_into(organisations::table).values(row).on_conflict_do_nothing().execute(tx).await?;
    Ok((added, of_code.first(tx).await?))
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, organisation: &Organisation, version: i64) -> Result<()> {
    permit.covers(organisation.id)?;
    let row = organisations::table.find(organisation.id).filter(organisations::version.eq(version));
    Error::stale_unless(diesel::update(row).set(OrganisationRow::from(organisation)).execute(tx).await? == 1)
}

impl From<&Organisation> for OrganisationRow {
    fn from(organisation: &Organisation) -> Self {
        let facts = &organisation.facts;
        Self {
            id: organisation.id,
            code: owned(facts.code.as_ref()),
            name: facts.name.as_str().to_owned(),
            name_ur: owned(facts.name_ur.as_ref()),
            kind: facts.kind,
            email: facts.email.as_ref().map(|email| email.as_str().to_owned()),
            phone: owned(facts.phone.as_ref()),
            website: owned(facts.website.as_ref()),
            is_active: facts.is_active,
            created_at: organisation.created_at,
            version: organisation.version,
        }
    }
}

impl TryFrom<OrganisationRow> for Organisation {
    type Error = Error;

    fn try_from(row: OrganisationRow) -> Result<Self> {
        let facts = OrganisationFacts {
            code: optional_text(row.code)?,
            name: text(&row.name)?,
            name_ur: optional_text(row.name_ur)?,
            kind: row.kind,
            email: optional_text(row.email)?,
            phone: optional_text(row.phone)?,
            website: optional_text(row.website)?,
            is_active: row.is_active,
        };
        Ok(Self { id: row.id, facts, created_at: row.created_at, version: row.version })
    }
}
