//! Rows and queries of rules. Rules that cannot be read back are an error, never an empty list of them.
use crate::access::UserId;
use crate::access::policy::Permit;
use crate::db::prelude::*;
use crate::directory::eligibility::RuleBook;
use crate::directory::model::{ProgrammeId, RuleOwner, RuleSet, RuleSetId, ServiceId};
use crate::error::Result;
use crate::kernel::page::Page;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = rule_sets)]
struct RuleSetRow {
    id: RuleSetId,
    programme_id: Option<ProgrammeId>,
    service_id: Option<ServiceId>,
    version: i64,
    in_force_from: Option<Date>,
    book: String,
    recorded_at: Time,
    recorded_by: UserId,
}

/// A version without its rules.
#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = rule_sets)]
pub struct Known {
    pub id: RuleSetId,
    pub programme_id: Option<ProgrammeId>,
    pub service_id: Option<ServiceId>,
}

/// The versions of one programme's or one service's rules.
macro_rules! of_owner {
    ($query:expr, $owner:expr) => {{
        let query = $query.into_boxed::<Db>();
        match $owner {
            RuleOwner::Programme(programme) => query.filter(rule_sets::programme_id.eq(programme)),
            RuleOwner::Service(service) => query.filter(rule_sets::service_id.eq(service)),
        }
    }};
}

#[apply(both_databases)]
pub async fn find_unscoped(tx: &mut Tx, id: RuleSetId) -> Result<Option<RuleSet>> {
    let row = rule_sets::table.find(id).select(RuleSetRow::as_select()).first(tx).await.optional()?;
    row.map(RuleSetRow::open).transpose()
}

/// Newest first.
#[apply(both_databases)]
pub async fn list_unscoped(tx: &mut Tx, owner: RuleOwner, page: &Page) -> Result<Vec<RuleSet>> {
    let rows: Vec<RuleSetRow> = of_owner!(rule_sets::table.select(RuleSetRow::as_select()), owner)
        .when(page.after.map(RuleSetId::from), |list, after| list.filter(rule_sets::id.lt(after)))
        .order(rule_sets::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(RuleSetRow::open).collect()
}

/// The newest version there is; 0 without one.
#[apply(both_databases)]
pub async fn newest_unscoped(tx: &mut Tx, owner: RuleOwner) -> Result<i64> {
    let all = of_owner!(rule_sets::table.select(rule_sets::version), owner);
    Ok(all.order(rule_sets::version.desc()).first(tx).await.optional()?.unwrap_or_default())
}

/// The versions of the rules of these programmes whose day has come, oldest first.
#[apply(both_databases)]
pub async fn of_programmes_unscoped(tx: &mut Tx, ids: Vec<ProgrammeId>, day: Date) -> Result<Vec<Known>> {
    let begun = rule_sets::in_force_from.is_null().or(rule_sets::in_force_from.le(day));
    let all = rule_sets::table.filter(rule_sets::programme_id.eq_any(ids)).filter(begun);
    Ok(all.select(Known::as_select()).order(rule_sets::version).load(tx).await?)
}

/// The same of services.
#[apply(both_databases)]
pub async fn of_services_unscoped(tx: &mut Tx, ids: Vec<ServiceId>, day: Date) -> Result<Vec<Known>> {
    let begun = rule_sets::in_force_from.is_null().or(rule_sets::in_force_from.le(day));
    let all = rule_sets::table.filter(rule_sets::service_id.eq_any(ids)).filter(begun);
    Ok(all.select(Known::as_select()).order(rule_sets::version).load(tx).await?)
}

#[apply(both_databases)]
pub async fn books_unscoped(tx: &mut Tx, ids: Vec<RuleSetId>) -> Result<Vec<(RuleSetId, RuleBook)>> {
    let all = rule_sets::table.filter(rule_sets::id.eq_any(ids)).select((rule_sets::id, rule_sets::book));
    let rows: Vec<(RuleSetId, String)> = all.load(tx).await?;
    rows.into_iter().map(|(id, book)| Ok((id, serde_json::from_str(&book)?))).collect()
}

/// Which of these codes are programmes with rules.
#[apply(both_databases)]
pub async fn ruled_unscoped(tx: &mut Tx, codes: Vec<String>) -> Result<Vec<String>> {
    let all = rule_sets::table.inner_join(programmes::table).filter(programmes::code.eq_any(codes));
    Ok(all.select(programmes::code).distinct().load(tx).await?)
}

#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, set: &RuleSet) -> Result<()> {
    permit.covers(set.id)?;
    diesel::insert_into(rule_sets::table).values(RuleSetRow::of(set)?).execute(tx).await?;
    Ok(())
}

/// Adds it unless that version is there, and says how many were added.
#[apply(both_databases)]
pub async fn insert_missing(tx: &mut Tx, permit: &Permit, set: &RuleSet) -> Result<usize> {
    permit.covers(set.id)?;
    let row = RuleSetRow::of(set)?;
    Ok(diesel::insert_into(rule_sets::table).values(row).on_conflict_do_nothing().execute(tx).await?)
}

impl RuleSetRow {
    fn of(set: &RuleSet) -> Result<Self> {
        Ok(Self {
            id: set.id,
            programme_id: set.programme_id,
            service_id: set.service_id,
            version: set.version,
            in_force_from: set.in_force_from,
            book: serde_json::to_string(&set.book)?,
            recorded_at: set.recorded_at,
            recorded_by: set.recorded_by,
        })
    }

    fn open(self) -> Result<RuleSet> {
        let Self { id, programme_id, service_id, version, in_force_from, book, recorded_at, recorded_by } = self;
        let book = serde_json::from_str(&book)?;
        Ok(RuleSet { id, programme_id, service_id, version, in_force_from, book, recorded_at, recorded_by })
    }
}
