//! Funds, their accounts and what was booked on them. A ledger belongs to no district: whoever may read it reads all of
//! it, which the caller has shown by having a `Scope` for it.
pub mod verify;

use std::collections::BTreeMap;

use diesel::dsl::{exists, not, sql};
use diesel::sql_types::BigInt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::book::{AccountKind, Book, Reason, Tie, Transfer, TransferId};
use super::model::{Allotment, AllotmentId, AllotmentKind, Fund, FundId};
use super::year::FiscalYear;
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::money::Paisa;
use crate::kernel::page::Page;
use crate::tariffs::InstrumentId;

text_columns!(AccountKind, AllotmentKind, FiscalYear, Reason);

/// Rows in one statement: SQLite takes 32,766 parameters.
const BATCH: usize = 2000;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = funds)]
struct FundRow {
    id: FundId,
    instrument_id: InstrumentId,
    fiscal_year: FiscalYear,
    opened_at: Time,
    opened_by: UserId,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = ledger_transfers)]
// SQLite inserts several rows at once only if none of them asks for a default.
#[diesel(treat_none_as_default_value = false)]
struct TransferRow {
    id: TransferId,
    fund_id: FundId,
    reason: Reason,
    debit: AccountKind,
    credit: AccountKind,
    amount_paisa: i64,
    allotment_id: Option<AllotmentId>,
    award_id: Option<Id<()>>,
    payment_id: Option<Id<()>>,
    batch_id: Option<Id<()>>,
    reverses: Option<TransferId>,
    posted_at: Time,
    posted_by: UserId,
}

/// What a list of funds may be narrowed to.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FundFilter {
    pub fund_id: Option<FundId>,
    pub instrument_id: Option<InstrumentId>,
    pub fiscal_year: Option<FiscalYear>,
}

/// What a list of transfers may be narrowed to.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferFilter {
    pub fund_id: Option<FundId>,
    pub reason: Option<Reason>,
    /// Debited or credited.
    pub account: Option<AccountKind>,
    pub award_id: Option<Id<()>>,
    pub payment_id: Option<Id<()>>,
    pub batch_id: Option<Id<()>>,
    /// The first and the last day, in Pakistan.
    pub from: Option<Date>,
    pub to: Option<Date>,
}

/// A fund and its accounts, which are empty.
#[apply(both_databases)]
pub async fn insert_fund(tx: &mut Tx, permit: &Permit, fund: &Fund) -> Result<()> {
    permit.covers(fund.id)?;
    diesel::insert_into(funds::table).values(FundRow::from(fund)).execute(tx).await?;
    let account = |kind: &AccountKind| {
        (
            ledger_accounts::fund_id.eq(fund.id),
            ledger_accounts::kind.eq(*kind),
            ledger_accounts::balance_paisa.eq(0_i64),
        )
    };
    let accounts: Vec<_> = AccountKind::ALL.iter().map(account).collect();
    diesel::insert_into(ledger_accounts::table).values(accounts).execute(tx).await?;
    Ok(())
}

#[apply(both_databases)]
pub async fn insert_allotment(tx: &mut Tx, permit: &Permit, allotment: &Allotment) -> Result<()> {
    permit.covers(allotment.fund_id)?;
    let row = (
        allotments::id.eq(allotment.id),
        allotments::fund_id.eq(allotment.fund_id),
        allotments::kind.eq(allotment.kind),
        allotments::amount_paisa.eq(allotment.amount_paisa.get()),
        allotments::order_number.eq(allotment.order_number.as_str()),
        allotments::ordered_on.eq(allotment.ordered_on),
        allotments::made_at.eq(allotment.made_at),
        allotments::made_by.eq(allotment.made_by),
    );
    diesel::insert_into(allotments::table).values(row).execute(tx).await?;
    Ok(())
}

#[apply(both_databases)]
pub async fn find_fund(tx: &mut Tx, _: &Scope, id: FundId) -> Result<Option<Fund>> {
    let row: Option<FundRow> = funds::table.find(id).select(FundRow::as_select()).first(tx).await.optional()?;
    Ok(row.map(Fund::from))
}

/// The fund of an instrument in a fiscal year.
#[apply(both_databases)]
pub async fn find_for(tx: &mut Tx, _: &Scope, instrument: InstrumentId, year: FiscalYear) -> Result<Option<FundId>> {
    let of = funds::table.filter(funds::instrument_id.eq(instrument)).filter(funds::fiscal_year.eq(year));
    Ok(of.select(funds::id).first(tx).await.optional()?)
}

#[apply(both_databases)]
pub async fn list_funds(tx: &mut Tx, _: &Scope, filter: FundFilter, page: &Page) -> Result<Vec<Fund>> {
    let all = funds::table.select(FundRow::as_select()).into_boxed::<Db>();
    let rows: Vec<FundRow> = all
        .when(filter.fund_id, |list, id| list.filter(funds::id.eq(id)))
        .when(filter.instrument_id, |list, of| list.filter(funds::instrument_id.eq(of)))
        .when(filter.fiscal_year, |list, year| list.filter(funds::fiscal_year.eq(year)))
        .when(page.after.map(FundId::from), |list, after| list.filter(funds::id.lt(after)))
        .order(funds::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    Ok(rows.into_iter().map(Fund::from).collect())
}

/// The accounts of funds that the caller has found, as they are now.
#[apply(both_databases)]
pub async fn books(tx: &mut Tx, of: &[FundId]) -> Result<BTreeMap<FundId, Book>> {
    let all = ledger_accounts::table.filter(ledger_accounts::fund_id.eq_any(of.to_vec()));
    let rows: Vec<(FundId, AccountKind, i64)> = all.load(tx).await?;
    gathered(rows)
}

/// The same, from all that was booked before `until`.
#[apply(both_databases)]
pub async fn books_at(tx: &mut Tx, of: &[FundId], until: Time) -> Result<BTreeMap<FundId, Book>> {
    let before = || {
        let of_them = ledger_transfers::table.filter(ledger_transfers::fund_id.eq_any(of.to_vec()));
        of_them.filter(ledger_transfers::posted_at.lt(until))
    };
    let debits = before().group_by((ledger_transfers::fund_id, ledger_transfers::debit)).select((
        ledger_transfers::fund_id,
        ledger_transfers::debit,
        sql::<BigInt>("CAST(sum(amount_paisa) AS bigint)"),
    ));
    let credits = before().group_by((ledger_transfers::fund_id, ledger_transfers::credit)).select((
        ledger_transfers::fund_id,
        ledger_transfers::credit,
        sql::<BigInt>("CAST(-sum(amount_paisa) AS bigint)"),
    ));
    let mut rows: Vec<(FundId, AccountKind, i64)> = debits.load(tx).await?;
    rows.extend(credits.load::<(FundId, AccountKind, i64)>(tx).await?);
    gathered(rows)
}

/// The accounts of a fund; nothing else is booked on them until this unit of work ends.
#[apply(both_databases)]
pub async fn hold(tx: &mut Tx, permit: &Permit, fund: FundId) -> Result<Book> {
    permit.covers(fund)?;
    let all = ledger_accounts::table.filter(ledger_accounts::fund_id.eq(fund)).order(ledger_accounts::kind);
    let rows: Vec<(FundId, AccountKind, i64)> = locked!(all).load(tx).await?;
    Ok(gathered(rows)?.remove(&fund).unwrap_or_default())
}

/// Books transfers of a fund, and writes its accounts as they are then.
#[apply(both_databases)]
pub async fn post(
    tx: &mut Tx,
    permit: &Permit,
    fund: FundId,
    (before, after): (&Book, &Book),
    transfers: &[&Transfer],
) -> Result<()> {
    permit.covers(fund)?;
    for transfers in transfers.chunks(BATCH) {
        let rows: Vec<_> = transfers.iter().map(|transfer| TransferRow::from(*transfer)).collect();
        diesel::insert_into(ledger_transfers::table).values(rows).execute(tx).await?;
    }
    for kind in AccountKind::ALL.iter().filter(|kind| before.balance(**kind) != after.balance(**kind)) {
        let row = diesel::update(ledger_accounts::table.find((fund, *kind)));
        row.set(ledger_accounts::balance_paisa.eq(after.balance(*kind).get())).execute(tx).await?;
    }
    Ok(())
}

#[apply(both_databases)]
pub async fn list(tx: &mut Tx, _: &Scope, filter: TransferFilter, page: &Page) -> Result<Vec<Transfer>> {
    let all = ledger_transfers::table.select(TransferRow::as_select()).into_boxed::<Db>();
    let either = |account| ledger_transfers::debit.eq(account).or(ledger_transfers::credit.eq(account));
    let rows: Vec<TransferRow> = all
        .when(filter.fund_id, |list, id| list.filter(ledger_transfers::fund_id.eq(id)))
        .when(filter.reason, |list, reason| list.filter(ledger_transfers::reason.eq(reason)))
        .when(filter.account, |list, account| list.filter(either(account)))
        .when(filter.award_id, |list, id| list.filter(ledger_transfers::award_id.eq(id)))
        .when(filter.payment_id, |list, id| list.filter(ledger_transfers::payment_id.eq(id)))
        .when(filter.batch_id, |list, id| list.filter(ledger_transfers::batch_id.eq(id)))
        .when(filter.from, |list, day| list.filter(ledger_transfers::posted_at.ge(day.begins())))
        .when(filter.to, |list, day| list.filter(ledger_transfers::posted_at.lt(day.plus_days(1).begins())))
        .when(page.after.map(TransferId::from), |list, after| list.filter(ledger_transfers::id.lt(after)))
        .order(ledger_transfers::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    Ok(rows.into_iter().map(Transfer::from).collect())
}

/// What was booked for these payments for one of these reasons and not undone.
#[apply(both_databases)]
pub async fn of_payments(tx: &mut Tx, _: &Scope, payments: &[Id<()>], reasons: &[Reason]) -> Result<Vec<Transfer>> {
    let undone = diesel::alias!(ledger_transfers as undone);
    let mut found = Vec::new();
    for payments in payments.chunks(BATCH) {
        let is_undone = undone.filter(undone.field(ledger_transfers::reverses).eq(ledger_transfers::id.nullable()));
        let rows: Vec<TransferRow> = ledger_transfers::table
            .filter(ledger_transfers::payment_id.eq_any(payments.to_vec()))
            .filter(ledger_transfers::reason.eq_any(reasons.to_vec()))
            .filter(not(exists(is_undone)))
            .select(TransferRow::as_select())
            .order(ledger_transfers::id)
            .load(tx)
            .await?;
        found.extend(rows.into_iter().map(Transfer::from));
    }
    Ok(found)
}

/// Whatever was booked for a payment, or for its batch as a whole, undone or not; the oldest first, 200 at most.
#[apply(both_databases)]
pub async fn entries_of(tx: &mut Tx, _: &Scope, payment: Id<()>, batch: Option<Id<()>>) -> Result<Vec<Transfer>> {
    let whole = ledger_transfers::batch_id.eq(batch.unwrap_or(Id::nil())).and(ledger_transfers::payment_id.is_null());
    let all = ledger_transfers::table.filter(ledger_transfers::payment_id.eq(payment).or(whole));
    let all = all.select(TransferRow::as_select()).order(ledger_transfers::id).limit(200);
    let rows: Vec<TransferRow> = all.load(tx).await?;
    Ok(rows.into_iter().map(Transfer::from).collect())
}

/// What was booked for a batch as a whole for one of these reasons and not undone.
#[apply(both_databases)]
pub async fn of_batch(tx: &mut Tx, _: &Scope, batch: Id<()>, reasons: &[Reason]) -> Result<Vec<Transfer>> {
    let undone = diesel::alias!(ledger_transfers as undone);
    let is_undone = undone.filter(undone.field(ledger_transfers::reverses).eq(ledger_transfers::id.nullable()));
    let rows: Vec<TransferRow> = ledger_transfers::table
        .filter(ledger_transfers::batch_id.eq(batch))
        .filter(ledger_transfers::payment_id.is_null())
        .filter(ledger_transfers::reason.eq_any(reasons.to_vec()))
        .filter(not(exists(is_undone)))
        .select(TransferRow::as_select())
        .order(ledger_transfers::id)
        .load(tx)
        .await?;
    Ok(rows.into_iter().map(Transfer::from).collect())
}

fn gathered(rows: Vec<(FundId, AccountKind, i64)>) -> Result<BTreeMap<FundId, Book>> {
    let mut all: BTreeMap<FundId, BTreeMap<AccountKind, Paisa>> = BTreeMap::new();
    for (fund, kind, paisa) in rows {
        let balance = all.entry(fund).or_default().entry(kind).or_default();
        *balance = balance.checked_add(Paisa::new(paisa)).ok_or(Error::Corrupt("ledger"))?;
    }
    Ok(all.into_iter().map(|(fund, balances)| (fund, balances.into_iter().collect())).collect())
}

impl From<&Fund> for FundRow {
    fn from(fund: &Fund) -> Self {
        let Fund { id, instrument_id, fiscal_year, opened_at, opened_by } = *fund;
        Self { id, instrument_id, fiscal_year, opened_at, opened_by }
    }
}

impl From<FundRow> for Fund {
    fn from(row: FundRow) -> Self {
        let FundRow { id, instrument_id, fiscal_year, opened_at, opened_by } = row;
        Self { id, instrument_id, fiscal_year, opened_at, opened_by }
    }
}

impl From<&Transfer> for TransferRow {
    fn from(transfer: &Transfer) -> Self {
        let Transfer { id, fund_id, reason, debit, credit, amount_paisa, tie, reverses, posted_at, posted_by } =
            *transfer;
        let Tie { allotment_id, award_id, payment_id, batch_id } = tie;
        let amount_paisa = amount_paisa.get();
        Self {
            id,
            fund_id,
            reason,
            debit,
            credit,
            amount_paisa,
            allotment_id,
            award_id,
            payment_id,
            batch_id,
            reverses,
            posted_at,
            posted_by,
        }
    }
}

impl From<TransferRow> for Transfer {
    fn from(row: TransferRow) -> Self {
        let TransferRow { id, fund_id, reason, debit, credit, amount_paisa, reverses, posted_at, posted_by, .. } = row;
        let TransferRow { allotment_id, award_id, payment_id, batch_id, .. } = row;
        let tie = Tie { allotment_id, award_id, payment_id, batch_id };
        let amount_paisa = Paisa::new(amount_paisa);
        Self { id, fund_id, reason, debit, credit, amount_paisa, tie, reverses, posted_at, posted_by }
    }
}
