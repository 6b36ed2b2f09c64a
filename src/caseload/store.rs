//! Rows and queries of transfers. A row in a state that cannot be is an error.
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Ended, ReturnReason, Transfer, TransferId, TransferReason, TransferState};
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::cases::CaseId;
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::page::Page;
use crate::kernel::places::{Area, Pcode};
use crate::kernel::words::words;

words! {
    /// Where a transfer stands.
    pub enum StateWord {
        Offered = "offered",
        Accepted = "accepted",
        Returned = "returned",
        Withdrawn = "withdrawn",
    }
}
words! {
    /// Which way transfers went, seen from who asks.
    pub enum Mailbox {
        Sent = "sent",
        Received = "received",
    }
}
text_columns!(ReturnReason, StateWord, TransferReason);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = transfers, treat_none_as_null = true)]
struct TransferRow {
    id: TransferId,
    case_id: CaseId,
    from_district: Pcode,
    to_district: Pcode,
    reason: TransferReason,
    state: StateWord,
    offered_at: Time,
    offered_by: UserId,
    ended_at: Option<Time>,
    ended_by: Option<UserId>,
    return_reason: Option<ReturnReason>,
    version: i64,
}

/// What a list of transfers may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Both, if left out.
    #[serde(rename = "box")]
    pub mailbox: Option<Mailbox>,
    pub state: Option<StateWord>,
    pub case_id: Option<CaseId>,
}

/// Narrows a boxed query to the transfers that left an area or go there.
macro_rules! at_either_end {
    ($query:expr, $area:expr) => {{
        let query = $query;
        match $area {
            Area::Country => query,
            Area::Provinces(provinces) => {
                let of_them = || {
                    let theirs = districts::province.eq_any(provinces.to_vec());
                    districts::table.filter(theirs).select(districts::pcode)
                };
                let here = transfers::from_district.eq_any(of_them()).or(transfers::to_district.eq_any(of_them()));
                query.filter(here)
            }
            Area::Districts(codes) => {
                let here = || codes.to_vec();
                query.filter(transfers::from_district.eq_any(here()).or(transfers::to_district.eq_any(here())))
            }
        }
    }};
}

#[apply(both_databases)]
pub async fn find(tx: &mut Tx, scope: &Scope, id: TransferId) -> Result<Option<Transfer>> {
    let found = transfers::table.find(id).select(TransferRow::as_select()).into_boxed::<Db>();
    let row = at_either_end!(found, scope.area()).first::<TransferRow>(tx).await.optional()?;
    row.map(Transfer::try_from).transpose()
}

#[apply(both_databases)]
pub async fn list(tx: &mut Tx, scope: &Scope, filter: &Filter, page: &Page) -> Result<Vec<Transfer>> {
    let all = transfers::table.select(TransferRow::as_select()).into_boxed::<Db>();
    let seen = match filter.mailbox {
        None => at_either_end!(all, scope.area()),
        Some(Mailbox::Sent) => within!(all, transfers::from_district, scope.area()),
        Some(Mailbox::Received) => within!(all, transfers::to_district, scope.area()),
    };
    let rows: Vec<TransferRow> = seen
        .when(filter.state, |list, state| list.filter(transfers::state.eq(state)))
        .when(filter.case_id, |list, case| list.filter(transfers::case_id.eq(case)))
        .when(page.after.map(TransferId::from), |list, after| list.filter(transfers::id.lt(after)))
        .order(transfers::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(Transfer::try_from).collect()
}

/// The permit is for the case.
#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, transfer: &Transfer) -> Result<()> {
    permit.covers(transfer.case_id)?;
    diesel::insert_into(transfers::table).values(TransferRow::from(transfer)).execute(tx).await?;
    Ok(())
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, transfer: &Transfer, version: i64) -> Result<()> {
    permit.covers(transfer.id)?;
    let row = transfers::table.find(transfer.id).filter(transfers::version.eq(version));
    Error::stale_unless(diesel::update(row).set(TransferRow::from(transfer)).execute(tx).await? == 1)
}

/// Takes back the open offer of a case, if there is one. The permit is for the case.
#[apply(both_databases)]
pub async fn withdraw_open(
    tx: &mut Tx,
    permit: &Permit,
    case: CaseId,
    (by, at): (UserId, Time),
) -> Result<Option<TransferId>> {
    permit.covers(case)?;
    let open = transfers::table.filter(transfers::case_id.eq(case).and(transfers::state.eq(StateWord::Offered)));
    let withdrawn = (
        transfers::state.eq(StateWord::Withdrawn),
        transfers::ended_at.eq(at),
        transfers::ended_by.eq(by),
        transfers::version.eq(transfers::version + 1),
    );
    Ok(diesel::update(open).set(withdrawn).returning(transfers::id).get_result(tx).await.optional()?)
}

impl From<&Transfer> for TransferRow {
    fn from(transfer: &Transfer) -> Self {
        let Transfer { id, case_id, from_district, to_district, reason, state, .. } = *transfer;
        let (state, ended, return_reason) = match state {
            TransferState::Offered => (StateWord::Offered, None, None),
            TransferState::Accepted { ended } => (StateWord::Accepted, Some(ended), None),
            TransferState::Returned { ended, return_reason } => (StateWord::Returned, Some(ended), Some(return_reason)),
            TransferState::Withdrawn { ended } => (StateWord::Withdrawn, Some(ended), None),
        };
        Self {
            id,
            case_id,
            from_district,
            to_district,
            reason,
            state,
            offered_at: transfer.offered_at,
            offered_by: transfer.offered_by,
            ended_at: ended.map(|ended| ended.ended_at),
            ended_by: ended.map(|ended| ended.ended_by),
            return_reason,
            version: transfer.version,
        }
    }
}

impl TryFrom<TransferRow> for Transfer {
    type Error = Error;

    fn try_from(row: TransferRow) -> Result<Self> {
        let ended = row.ended_at.zip(row.ended_by).map(|(ended_at, ended_by)| Ended { ended_at, ended_by });
        let state = match (row.state, ended, row.return_reason) {
            (StateWord::Offered, None, None) => TransferState::Offered,
            (StateWord::Accepted, Some(ended), None) => TransferState::Accepted { ended },
            (StateWord::Returned, Some(ended), Some(return_reason)) => TransferState::Returned { ended, return_reason },
            (StateWord::Withdrawn, Some(ended), None) => TransferState::Withdrawn { ended },
            _ => return Err(Error::Corrupt("transfer")),
        };
        let TransferRow { id, case_id, from_district, to_district, reason, offered_at, offered_by, version, .. } = row;
        Ok(Self { id, case_id, from_district, to_district, reason, state, offered_at, offered_by, version })
    }
}
