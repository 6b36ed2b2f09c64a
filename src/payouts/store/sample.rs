//! Samples, the payments they drew, and the calls about them. They are added and never changed.
use diesel::dsl::{exists, not};

use super::super::model::call::{Call, CallId, Origin};
use super::super::model::payment::{Payment, PaymentId};
use super::super::model::sample::{NewSample, Sample, SampleId, Seed};
use super::super::model::words::{CallOutcome, PaymentWord};
use super::part::no_part;
use super::payment::BATCH;
use super::row::PaymentRow;
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::db::prelude::*;
use crate::error::Result;
use crate::kernel::money::Paisa;
use crate::kernel::page::Page;
use crate::tariffs::InstrumentId;

text_columns!(CallOutcome, Seed);

/// The most calls of one sample that are told.
const MOST_CALLS: i64 = 10_000;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = payment_samples)]
struct SampleRow {
    id: SampleId,
    from_day: Date,
    to_day: Date,
    instrument_id: Option<InstrumentId>,
    seed: Seed,
    population: i64,
    size: i64,
    drawn_at: Time,
    drawn_by: UserId,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = payment_calls)]
struct CallRow {
    id: CallId,
    sample_id: SampleId,
    payment_id: PaymentId,
    outcome: CallOutcome,
    received_paisa: Option<i64>,
    payment_state: PaymentWord,
    called_at: Time,
    recorded_at: Time,
    called_by: UserId,
    contact_recorded_by: Option<UserId>,
    contact_recorded_at: Option<Time>,
    is_independent: bool,
}

/// A boxed query of payments, narrowed to those in sight in which the reader had no part.
macro_rules! sighted {
    ($payments:expr, $scope:expr) => {
        no_part!(within!($payments, payments::district, $scope.area()), $scope.reader().unwrap_or(Id::nil()))
    };
}

/// A boxed query of samples, narrowed to those that drew a payment for the reader, or that the reader drew.
macro_rules! seen {
    ($samples:expr, $scope:expr) => {{
        let in_sight = sighted!(payments::table.select(payments::id).into_boxed::<Db>(), $scope);
        let drawn = payment_sample_items::table.filter(payment_sample_items::payment_id.eq_any(in_sight));
        let drawn = drawn.select(payment_sample_items::sample_id);
        let own = payment_samples::drawn_by.eq($scope.reader().unwrap_or(Id::nil()));
        $samples.filter(payment_samples::id.eq_any(drawn).or(own))
    }};
}

/// A sample and its payments, in the order in which they were drawn.
#[apply(both_databases)]
pub async fn insert_sample(tx: &mut Tx, permit: &Permit, sample: &Sample, drawn: &[PaymentId]) -> Result<()> {
    permit.covers(sample.id)?;
    diesel::insert_into(payment_samples::table).values(SampleRow::from(sample)).execute(tx).await?;
    let row = |(place, id): (i64, &PaymentId)| {
        (
            payment_sample_items::sample_id.eq(sample.id),
            payment_sample_items::payment_id.eq(*id),
            payment_sample_items::place.eq(place),
        )
    };
    for drawn in (0_i64..).zip(drawn).collect::<Vec<_>>().chunks(BATCH) {
        let rows: Vec<_> = drawn.iter().copied().map(row).collect();
        diesel::insert_into(payment_sample_items::table).values(rows).execute(tx).await?;
    }
    Ok(())
}

/// Whether a sample of the same days and instrument was drawn with this seed.
#[apply(both_databases)]
pub async fn is_seed_kept(tx: &mut Tx, new: &NewSample, seed: &Seed) -> Result<bool> {
    let of_seed = payment_samples::table.filter(payment_samples::seed.eq(seed)).select(payment_samples::instrument_id);
    let alike = of_seed.filter(payment_samples::from_day.eq(new.from).and(payment_samples::to_day.eq(new.to)));
    Ok(alike.load::<Option<InstrumentId>>(tx).await?.contains(&new.instrument_id))
}

#[apply(both_databases)]
pub async fn find_sample(tx: &mut Tx, scope: &Scope, id: SampleId) -> Result<Option<Sample>> {
    let found = payment_samples::table.find(id).select(SampleRow::as_select()).into_boxed::<Db>();
    let row: Option<SampleRow> = seen!(found, scope).first(tx).await.optional()?;
    Ok(row.map(Sample::from))
}

/// Newest first.
#[apply(both_databases)]
pub async fn list_samples(tx: &mut Tx, scope: &Scope, page: &Page) -> Result<Vec<Sample>> {
    let all = payment_samples::table.select(SampleRow::as_select()).into_boxed::<Db>();
    let rows: Vec<SampleRow> = seen!(all, scope)
        .when(page.after.map(SampleId::from), |list, after| list.filter(payment_samples::id.lt(after)))
        .order(payment_samples::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    Ok(rows.into_iter().map(Sample::from).collect())
}

/// The payments of a sample that are for the reader, in the order in which they were drawn.
#[apply(both_databases)]
pub async fn sampled(tx: &mut Tx, scope: &Scope, id: SampleId) -> Result<Vec<Payment>> {
    let drawn = payment_sample_items::table.on(payment_sample_items::payment_id.eq(payments::id));
    let all = payments::table.inner_join(drawn).filter(payment_sample_items::sample_id.eq(id));
    let all = all.select(PaymentRow::as_select()).order(payment_sample_items::place).into_boxed::<Db>();
    let rows: Vec<PaymentRow> = sighted!(all, scope).load(tx).await?;
    rows.into_iter().map(Payment::try_from).collect()
}

/// Whether a sample drew a payment that the caller has found.
#[apply(both_databases)]
pub async fn is_drawn(tx: &mut Tx, sample: SampleId, payment: PaymentId) -> Result<bool> {
    let item = payment_sample_items::table.find((sample, payment)).select(payment_sample_items::place);
    Ok(item.first::<i64>(tx).await.optional()?.is_some())
}

/// The calls about the payments of a sample that the caller has found, the oldest first.
#[apply(both_databases)]
pub async fn calls(tx: &mut Tx, sample: SampleId) -> Result<Vec<Call>> {
    let drawn = payment_sample_items::table.filter(payment_sample_items::sample_id.eq(sample));
    let drawn = payment_calls::payment_id.eq_any(drawn.select(payment_sample_items::payment_id));
    let all = payment_calls::table.filter(drawn).select(CallRow::as_select());
    let rows: Vec<CallRow> = all.order(payment_calls::id).limit(MOST_CALLS).load(tx).await?;
    Ok(rows.into_iter().map(Call::from).collect())
}

/// The calls about a payment that the caller has found, the oldest first.
#[apply(both_databases)]
pub async fn calls_about(tx: &mut Tx, payment: PaymentId) -> Result<Vec<Call>> {
    let all = payment_calls::table.filter(payment_calls::payment_id.eq(payment)).select(CallRow::as_select());
    let rows: Vec<CallRow> = all.order(payment_calls::id).limit(MOST_CALLS).load(tx).await?;
    Ok(rows.into_iter().map(Call::from).collect())
}

/// The permit is for the payment.
#[apply(both_databases)]
pub async fn insert_call(tx: &mut Tx, permit: &Permit, call: &Call) -> Result<()> {
    permit.covers(call.payment_id)?;
    diesel::insert_into(payment_calls::table).values(CallRow::from(call)).execute(tx).await?;
    Ok(())
}

impl From<&Sample> for SampleRow {
    fn from(sample: &Sample) -> Self {
        let Sample { id, from, to, instrument_id, population, size, drawn_at, drawn_by, .. } = *sample;
        let seed = sample.seed.clone();
        Self { id, from_day: from, to_day: to, instrument_id, seed, population, size, drawn_at, drawn_by }
    }
}

impl From<SampleRow> for Sample {
    fn from(row: SampleRow) -> Self {
        let SampleRow { id, from_day, to_day, instrument_id, seed, population, size, drawn_at, drawn_by } = row;
        Self { id, from: from_day, to: to_day, instrument_id, seed, population, size, drawn_at, drawn_by }
    }
}

impl From<&Call> for CallRow {
    fn from(call: &Call) -> Self {
        let Call { id, sample_id, payment_id, outcome, payment_state, called_at, recorded_at, called_by, .. } = *call;
        let Origin { contact_recorded_by, contact_recorded_at, is_independent } = call.origin;
        Self {
            id,
            sample_id,
            payment_id,
            outcome,
            received_paisa: call.received_paisa.map(Paisa::get),
            payment_state,
            called_at,
            recorded_at,
            called_by,
            contact_recorded_by,
            contact_recorded_at,
            is_independent,
        }
    }
}

impl From<CallRow> for Call {
    fn from(row: CallRow) -> Self {
        let CallRow { id, sample_id, payment_id, outcome, payment_state, called_at, recorded_at, called_by, .. } = row;
        let CallRow { received_paisa, contact_recorded_by, contact_recorded_at, is_independent, .. } = row;
        let received_paisa = received_paisa.map(Paisa::new);
        let origin = Origin { contact_recorded_by, contact_recorded_at, is_independent };
        Self {
            id,
            sample_id,
            payment_id,
            outcome,
            received_paisa,
            payment_state,
            origin,
            called_at,
            recorded_at,
            called_by,
        }
    }
}
