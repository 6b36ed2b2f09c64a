//! Single payments, and which of them may go.
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::model::batch::BatchId;
use super::super::model::payment::{Payment, PaymentId};
use super::super::model::reference::PaymentReference;
use super::super::model::sample::NewSample;
use super::super::model::words::PaymentWord;
use super::row::PaymentRow;
use crate::access::policy::{Permit, Scope};
use crate::cases::CaseId;
use crate::claims::{AwardId, Method, PayeeId};
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::page::Page;
use crate::kernel::places::Pcode;
use crate::tariffs::InstrumentId;

/// Rows in one statement: SQLite takes 32,766 parameters.
pub const BATCH: usize = 1000;

/// What a list of payments may be narrowed to.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub state: Option<PaymentWord>,
    pub batch_id: Option<BatchId>,
    pub award_id: Option<AwardId>,
    pub case_id: Option<CaseId>,
    pub instrument_id: Option<InstrumentId>,
    pub method: Option<Method>,
    pub district: Option<Pcode>,
    pub reference: Option<PaymentReference>,
    /// Whether a fund holds the money for it.
    pub is_funded: Option<bool>,
}

/// Which planned payments a batch is built of: those that may go now.
#[derive(Debug, Clone)]
pub struct Picked {
    pub instrument_id: InstrumentId,
    pub method: Method,
    /// All of one's own, if empty.
    pub districts: Vec<Pcode>,
    pub leave_out: Vec<PaymentId>,
    pub only_funded: bool,
    pub now: Time,
}

/// The planned payments that are meant, whether or not they may go yet.
macro_rules! meant {
    ($picked:expr, $scope:expr) => {{
        let all = payments::table
            .filter(payments::state.eq(PaymentWord::Planned))
            .filter(payments::instrument_id.eq($picked.instrument_id))
            .filter(payments::method.eq($picked.method))
            .into_boxed::<Db>();
        let named = Some(&$picked.districts).filter(|districts| !districts.is_empty());
        within!(all, payments::district, $scope.area())
            .when(named, |list, districts| list.filter(payments::district.eq_any(districts.clone())))
    }};
}
/// Those of them that may go now.
macro_rules! ready {
    ($picked:expr, $scope:expr) => {
        meant!($picked, $scope)
            .filter(payments::usable_from.le($picked.now))
            .filter(payments::id.ne_all($picked.leave_out.clone()))
            .when(Some(()).filter(|()| $picked.only_funded), |list, ()| list.filter(payments::fund_id.is_not_null()))
    };
}
pub(super) use {meant, ready};

#[apply(both_databases)]
pub async fn insert_payments(tx: &mut Tx, permit: &Permit, all: &[Payment]) -> Result<()> {
    for payment in all {
        permit.covers(payment.award_id).or_else(|_| permit.covers(payment.reissue_of.unwrap_or(Id::nil())))?;
    }
    for payments in all.chunks(BATCH) {
        let rows: Vec<_> = payments.iter().map(PaymentRow::from).collect();
        diesel::insert_into(payments::table).values(rows).execute(tx).await?;
    }
    Ok(())
}

#[apply(both_databases)]
pub async fn find_payment(tx: &mut Tx, scope: &Scope, id: PaymentId) -> Result<Option<Payment>> {
    let found = payments::table.filter(payments::id.eq(id)).select(PaymentRow::as_select()).into_boxed::<Db>();
    let row = within!(found, payments::district, scope.area()).first::<PaymentRow>(tx).await.optional()?;
    row.map(Payment::try_from).transpose()
}

/// Keeps every other change of the payment waiting, and says which version it has.
#[apply(both_databases)]
pub async fn hold_payment(tx: &mut Tx, permit: &Permit, id: PaymentId) -> Result<i64> {
    permit.covers(id)?;
    Ok(locked!(payments::table.find(id).select(payments::version)).first(tx).await?)
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update_payment(tx: &mut Tx, permit: &Permit, payment: &Payment, version: i64) -> Result<()> {
    permit.covers(payment.id).or_else(|_| permit.covers(payment.award_id))?;
    let row = payments::table.find(payment.id).filter(payments::version.eq(version));
    Error::stale_unless(diesel::update(row).set(PaymentRow::from(payment)).execute(tx).await? == 1)
}

/// The payments that `scope` and `filter` let through, newest first.
#[apply(both_databases)]
pub async fn list_payments(tx: &mut Tx, scope: &Scope, filter: &Filter, page: &Page) -> Result<Vec<Payment>> {
    let all = payments::table.select(PaymentRow::as_select()).into_boxed::<Db>();
    let reference = filter.reference.as_ref();
    let rows: Vec<PaymentRow> = within!(all, payments::district, scope.area())
        .when(filter.state, |list, state| list.filter(payments::state.eq(state)))
        .when(filter.batch_id, |list, id| list.filter(payments::batch_id.eq(id)))
        .when(filter.award_id, |list, id| list.filter(payments::award_id.eq(id)))
        .when(filter.case_id, |list, id| list.filter(payments::case_id.eq(id)))
        .when(filter.instrument_id, |list, id| list.filter(payments::instrument_id.eq(id)))
        .when(filter.method, |list, method| list.filter(payments::method.eq(method)))
        .when(filter.district, |list, district| list.filter(payments::district.eq(district)))
        .when(reference, |list, reference| list.filter(payments::reference.eq(reference)))
        .when(filter.is_funded.filter(|is| *is), |list, _| list.filter(payments::fund_id.is_not_null()))
        .when(filter.is_funded.filter(|is| !*is), |list, _| list.filter(payments::fund_id.is_null()))
        .when(page.after.map(PaymentId::from), |list, after| list.filter(payments::id.lt(after)))
        .order(payments::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(Payment::try_from).collect()
}

/// Every payment of an award, oldest first.
#[apply(both_databases)]
pub async fn of_award(tx: &mut Tx, _: &Scope, award: AwardId) -> Result<Vec<Payment>> {
    let all = payments::table.filter(payments::award_id.eq(award)).select(PaymentRow::as_select());
    let rows: Vec<PaymentRow> = all.order(payments::id).load(tx).await?;
    rows.into_iter().map(Payment::try_from).collect()
}

/// The payment that one which the caller has found was sent again as.
#[apply(both_databases)]
pub async fn reissued_as(tx: &mut Tx, id: PaymentId) -> Result<Option<PaymentId>> {
    let again = payments::table.filter(payments::reissue_of.eq(id)).select(payments::id);
    Ok(again.first(tx).await.optional()?)
}

/// Payments that were released on the days of a sample, after `after`.
#[apply(both_databases)]
pub async fn released(
    tx: &mut Tx,
    scope: &Scope,
    sample: &NewSample,
    (after, most): (Option<PaymentId>, i64),
) -> Result<Vec<PaymentId>> {
    let (from, until) = (sample.from.begins(), sample.to.plus_days(1).begins());
    let all = payments::table.select(payments::id).into_boxed::<Db>();
    let all = within!(all, payments::district, scope.area())
        .filter(payments::released_at.ge(from).and(payments::released_at.lt(until)))
        .when(sample.instrument_id, |list, id| list.filter(payments::instrument_id.eq(id)))
        .when(after, |list, after| list.filter(payments::id.gt(after)));
    Ok(all.order(payments::id).limit(most).load(tx).await?)
}

/// Keeps the payments of a case in the district that it is in.
#[apply(both_databases)]
pub async fn follow_case(tx: &mut Tx, permit: &Permit, case: CaseId, district: Pcode) -> Result<()> {
    permit.covers(case)?;
    let of_case = payments::table.filter(payments::case_id.eq(case));
    let set = (payments::district.eq(district), payments::version.eq(payments::version + 1));
    diesel::update(of_case).set(set).execute(tx).await?;
    Ok(())
}

/// The payments of a payee that have not gone out.
#[apply(both_databases)]
pub async fn not_gone(tx: &mut Tx, _: &Scope, payee: PayeeId) -> Result<Vec<Payment>> {
    let all = payments::table.filter(payments::payee_id.eq(payee)).select(PaymentRow::as_select());
    let all = all.filter(payments::state.eq_any([PaymentWord::Planned, PaymentWord::Batched]));
    let rows: Vec<PaymentRow> = all.order(payments::id).load(tx).await?;
    rows.into_iter().map(Payment::try_from).collect()
}

/// How many planned payments may go now, and how many stay behind: changed bank details have to settle, they are left out,
/// or there is no money for them.
#[apply(both_databases)]
pub async fn count(tx: &mut Tx, scope: &Scope, picked: &Picked) -> Result<(i64, i64)> {
    let ready: i64 = ready!(picked, scope).count().get_result(tx).await?;
    let all: i64 = meant!(picked, scope).count().get_result(tx).await?;
    Ok((ready, all - ready))
}

/// The districts of the payments that may go now.
#[apply(both_databases)]
pub async fn picked_districts(tx: &mut Tx, scope: &Scope, picked: &Picked) -> Result<Vec<Pcode>> {
    let ready = ready!(picked, scope);
    Ok(ready.select(payments::district).distinct().order(payments::district).load(tx).await?)
}
