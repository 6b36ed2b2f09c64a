//! Rows and queries of needs. A row in a state that cannot be is an error.
use std::collections::{BTreeMap, BTreeSet};

use super::model::{Need, NeedId};
use super::state::{NeedState, UnmetReason};
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::cases::CaseId;
use crate::db::prelude::*;
use crate::directory::{Domain, Urgency};
use crate::error::{Error, Result};
use crate::kernel::page::Page;
use crate::kernel::places::Pcode;
use crate::kernel::words::words;

text_columns!(UnmetReason, StateWord);

words! {
    /// Where a need stands.
    pub enum StateWord {
        Identified = "identified",
        InProgress = "in_progress",
        Met = "met",
        Unmet = "unmet",
        Declined = "declined",
    }
}

/// The states in which something is still to be done.
const OPEN: [StateWord; 2] = [StateWord::Identified, StateWord::InProgress];

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = needs, treat_none_as_null = true, treat_none_as_default_value = false)]
struct NeedRow {
    id: NeedId,
    case_id: CaseId,
    district: Pcode,
    domain: Domain,
    urgency: Urgency,
    detail: Option<Vec<u8>>,
    state: StateWord,
    identified_at: Time,
    identified_by: UserId,
    due_at: Time,
    started_at: Option<Time>,
    ended_at: Option<Time>,
    ended_by: Option<UserId>,
    reason: Option<UnmetReason>,
    version: i64,
}

#[apply(both_databases)]
pub async fn find(tx: &mut Tx, scope: &Scope, id: NeedId) -> Result<Option<Need>> {
    let found = needs::table.find(id).select(NeedRow::as_select()).into_boxed::<Db>();
    let row = within!(found, needs::district, scope.area()).first(tx).await.optional()?;
    row.map(Need::try_from).transpose()
}

/// Those of `ids` that there are, for the slices that something of a need hangs on.
#[apply(both_databases)]
pub async fn find_all(tx: &mut Tx, scope: &Scope, ids: &[NeedId]) -> Result<Vec<Need>> {
    let these = needs::table.filter(needs::id.eq_any(ids.to_vec())).select(NeedRow::as_select()).into_boxed::<Db>();
    let rows: Vec<NeedRow> = within!(these, needs::district, scope.area()).order(needs::id).load(tx).await?;
    rows.into_iter().map(Need::try_from).collect()
}

#[apply(both_databases)]
pub async fn of_case(tx: &mut Tx, scope: &Scope, case: CaseId, page: &Page) -> Result<Vec<Need>> {
    let all = needs::table.filter(needs::case_id.eq(case)).select(NeedRow::as_select()).into_boxed::<Db>();
    let rows: Vec<NeedRow> = within!(all, needs::district, scope.area())
        .when(page.after.map(NeedId::from), |list, after| list.filter(needs::id.lt(after)))
        .order(needs::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(Need::try_from).collect()
}

/// The needs of a case of which something is still to be done, newest first; the first 200.
#[apply(both_databases)]
pub async fn open_of_case(tx: &mut Tx, scope: &Scope, case: CaseId) -> Result<Vec<Need>> {
    let open = needs::table.filter(needs::case_id.eq(case).and(needs::state.eq_any(OPEN)));
    let open = open.select(NeedRow::as_select()).into_boxed::<Db>();
    let rows: Vec<NeedRow> =
        within!(open, needs::district, scope.area()).order(needs::id.desc()).limit(200).load(tx).await?;
    rows.into_iter().map(Need::try_from).collect()
}

/// In which domains something is still to be done, for each of these cases.
#[apply(both_databases)]
pub async fn open_domains(tx: &mut Tx, scope: &Scope, cases: &[CaseId]) -> Result<BTreeMap<CaseId, BTreeSet<Domain>>> {
    let open = needs::table.filter(needs::case_id.eq_any(cases.to_vec()).and(needs::state.eq_any(OPEN)));
    let open = open.select((needs::case_id, needs::domain)).distinct().into_boxed::<Db>();
    let rows: Vec<(CaseId, Domain)> = within!(open, needs::district, scope.area()).load(tx).await?;
    let mut domains: BTreeMap<CaseId, BTreeSet<Domain>> = BTreeMap::new();
    for (case, domain) in rows {
        domains.entry(case).or_default().insert(domain);
    }
    Ok(domains)
}

/// The urgency of the most urgent open need of a case.
#[apply(both_databases)]
pub async fn top_urgency(tx: &mut Tx, permit: &Permit, case: CaseId) -> Result<Option<Urgency>> {
    permit.covers(case)?;
    let open = needs::table.filter(needs::case_id.eq(case).and(needs::state.eq_any(OPEN)));
    let urgencies: Vec<Urgency> = open.select(needs::urgency).distinct().load(tx).await?;
    Ok(urgencies.into_iter().min())
}

/// The permit is for the case.
#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, case: CaseId, all: &[Need]) -> Result<()> {
    permit.covers(case)?;
    let rows: Vec<_> = all.iter().filter(|need| need.case_id == case).map(NeedRow::from).collect();
    diesel::insert_into(needs::table).values(rows).execute(tx).await?;
    Ok(())
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, need: &Need, version: i64) -> Result<()> {
    permit.covers(need.id)?;
    let row = needs::table.find(need.id).filter(needs::version.eq(version));
    Error::stale_unless(diesel::update(row).set(NeedRow::from(need)).execute(tx).await? == 1)
}

/// The needs of a case go with it to another district. The permit is for the case.
#[apply(both_databases)]
pub async fn follow_case(tx: &mut Tx, permit: &Permit, case: CaseId, district: Pcode) -> Result<()> {
    permit.covers(case)?;
    let change = (needs::district.eq(district), needs::version.eq(needs::version + 1));
    diesel::update(needs::table.filter(needs::case_id.eq(case))).set(change).execute(tx).await?;
    Ok(())
}

impl From<&Need> for NeedRow {
    fn from(need: &Need) -> Self {
        let (state, started_at, ended, reason) = match need.state {
            NeedState::Identified => (StateWord::Identified, None, None, None),
            NeedState::InProgress { started_at } => (StateWord::InProgress, Some(started_at), None, None),
            NeedState::Met { started_at, ended_at, ended_by } => {
                (StateWord::Met, Some(started_at), Some((ended_at, ended_by)), None)
            }
            NeedState::Unmet { started_at, ended_at, ended_by, reason } => {
                (StateWord::Unmet, Some(started_at), Some((ended_at, ended_by)), Some(reason))
            }
            NeedState::Declined { started_at, ended_at, ended_by } => {
                (StateWord::Declined, started_at, Some((ended_at, ended_by)), None)
            }
        };
        let (ended_at, ended_by) = ended.unzip();
        Self {
            id: need.id,
            case_id: need.case_id,
            district: need.district,
            domain: need.domain,
            urgency: need.urgency,
            detail: need.sealed_detail.clone(),
            state,
            identified_at: need.identified_at,
            identified_by: need.identified_by,
            due_at: need.due_at,
            started_at,
            ended_at,
            ended_by,
            reason,
            version: need.version,
        }
    }
}

impl TryFrom<NeedRow> for Need {
    type Error = Error;

    fn try_from(row: NeedRow) -> Result<Self> {
        let state = match (row.state, row.started_at, row.ended_at.zip(row.ended_by), row.reason) {
            (StateWord::Identified, None, None, None) => NeedState::Identified,
            (StateWord::InProgress, Some(started_at), None, None) => NeedState::InProgress { started_at },
            (StateWord::Met, Some(started_at), Some((ended_at, ended_by)), None) => {
                NeedState::Met { started_at, ended_at, ended_by }
            }
            (StateWord::Unmet, Some(started_at), Some((ended_at, ended_by)), Some(reason)) => {
                NeedState::Unmet { started_at, ended_at, ended_by, reason }
            }
            (StateWord::Declined, started_at, Some((ended_at, ended_by)), None) => {
                NeedState::Declined { started_at, ended_at, ended_by }
            }
            _ => return Err(Error::Corrupt("need")),
        };
        let NeedRow { id, case_id, district, domain, urgency, identified_at, identified_by, due_at, version, .. } = row;
        let sealed_detail = row.detail;
        Ok(Self {
            id,
            case_id,
            district,
            domain,
            urgency,
            state,
            identified_at,
            identified_by,
            due_at,
            version,
            sealed_detail,
        })
    }
}
