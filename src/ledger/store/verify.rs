//! What the books are checked by, each in one statement, so that a million entries take seconds. It reads for nobody.
use diesel::dsl::{exists, not, sql};
use diesel::sql_types::BigInt;

use crate::db::prelude::*;
use crate::error::Result;
use crate::ledger::book::{AccountKind, Reason, TransferId};
use crate::ledger::model::{AllotmentId, AllotmentKind, FundId};

/// A sum or a balance, in paisa.
pub type Side = (FundId, AccountKind, i64);

/// What was debited, and what was credited, by account.
#[apply(both_databases)]
pub async fn sides_unscoped(tx: &mut Tx) -> Result<(Vec<Side>, Vec<Side>)> {
    let sum = || sql::<BigInt>("CAST(sum(amount_paisa) AS bigint)");
    let debits = ledger_transfers::table.group_by((ledger_transfers::fund_id, ledger_transfers::debit)).select((
        ledger_transfers::fund_id,
        ledger_transfers::debit,
        sum(),
    ));
    let credits = ledger_transfers::table.group_by((ledger_transfers::fund_id, ledger_transfers::credit)).select((
        ledger_transfers::fund_id,
        ledger_transfers::credit,
        sum(),
    ));
    Ok((debits.load(tx).await?, credits.load(tx).await?))
}

/// Every balance that is kept.
#[apply(both_databases)]
pub async fn balances_unscoped(tx: &mut Tx) -> Result<Vec<Side>> {
    Ok(ledger_accounts::table.order((ledger_accounts::fund_id, ledger_accounts::kind)).load(tx).await?)
}

/// Every way in which something was booked, how often, and one example.
#[apply(both_databases)]
pub async fn shapes_unscoped(tx: &mut Tx) -> Result<Vec<(Reason, AccountKind, AccountKind, i64)>> {
    let by = (ledger_transfers::reason, ledger_transfers::debit, ledger_transfers::credit);
    let all = ledger_transfers::table.group_by(by).select((
        ledger_transfers::reason,
        ledger_transfers::debit,
        ledger_transfers::credit,
        diesel::dsl::count_star(),
    ));
    Ok(all.load(tx).await?)
}

/// A transfer that takes back something else than what it says it takes back; or that takes back nothing, and is called so.
#[apply(both_databases)]
pub async fn uneven_reversal_unscoped(tx: &mut Tx) -> Result<Option<TransferId>> {
    let first = diesel::alias!(ledger_transfers as first);
    let is_even = first
        .filter(first.field(ledger_transfers::id).nullable().eq(ledger_transfers::reverses))
        .filter(first.field(ledger_transfers::fund_id).eq(ledger_transfers::fund_id))
        .filter(first.field(ledger_transfers::debit).eq(ledger_transfers::credit))
        .filter(first.field(ledger_transfers::credit).eq(ledger_transfers::debit))
        .filter(first.field(ledger_transfers::amount_paisa).eq(ledger_transfers::amount_paisa));
    let is_undoing = ledger_transfers::reason.eq(Reason::Undo).or(ledger_transfers::reverses.is_not_null());
    let uneven = ledger_transfers::table.filter(is_undoing).filter(not(exists(is_even)));
    Ok(uneven.select(ledger_transfers::id).first(tx).await.optional()?)
}

/// An allotment that was not booked as it stands, or booked twice.
#[apply(both_databases)]
pub async fn unbooked_allotment_unscoped(tx: &mut Tx) -> Result<Option<AllotmentId>> {
    let as_kind = |kind: AllotmentKind| allotments::kind.eq(kind).and(ledger_transfers::reason.eq(kind.reason()));
    let booked = ledger_transfers::table
        .filter(ledger_transfers::allotment_id.eq(allotments::id.nullable()))
        .filter(ledger_transfers::fund_id.eq(allotments::fund_id))
        .filter(ledger_transfers::amount_paisa.eq(allotments::amount_paisa))
        .filter(as_kind(AllotmentKind::Allotted).or(as_kind(AllotmentKind::Surrendered)));
    let unbooked = allotments::table.filter(not(exists(booked))).select(allotments::id);
    if let Some(id) = unbooked.first(tx).await.optional()? {
        return Ok(Some(id));
    }
    let twice = ledger_transfers::table
        .filter(ledger_transfers::allotment_id.is_not_null())
        .group_by(ledger_transfers::allotment_id)
        .having(diesel::dsl::count_star().gt(1))
        .select(ledger_transfers::allotment_id);
    Ok(twice.first::<Option<AllotmentId>>(tx).await.optional()?.flatten())
}
