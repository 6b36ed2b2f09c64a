//! What banks said: their files, sealed, with what was answered, and each row that had an effect. A row is undone, never
//! deleted.
use std::collections::BTreeSet;

use diesel::dsl::exists;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::model::batch::BatchId;
use super::super::model::payment::PaymentId;
use super::super::model::verdict::Taken;
use super::super::model::words::{Effect, UndoReason};
use super::payment::BATCH;
use crate::access::UserId;
use crate::access::policy::Permit;
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::money::Paisa;
use crate::kernel::page::Page;
use crate::ledger::TransferId;

text_columns!(Effect, UndoReason);

/// The most rows that are told of one payment.
const MOST_TOLD: i64 = 200;

pub type ResultFileId = Id<ResultFile>;

/// A file that a bank answered a batch with.
#[derive(Debug, Clone, Serialize, JsonSchema, Queryable, Selectable)]
#[diesel(table_name = payment_result_files)]
pub struct ResultFile {
    pub id: ResultFileId,
    pub batch_id: BatchId,
    /// In hexadecimal.
    pub sha256: String,
    /// What it says it is, such as `pain.002.001.12`.
    pub message: String,
    pub bytes: i64,
    pub imported_at: Time,
    pub imported_by: UserId,
}

/// A row that had an effect and was not undone.
pub struct Found {
    pub id: Id<Taken>,
    pub effect: Effect,
    pub amount: Paisa,
    pub transfer_id: TransferId,
    pub imported_by: UserId,
}

#[derive(Insertable)]
#[diesel(table_name = payment_results)]
struct ResultRow<'a> {
    id: Id<Taken>,
    file_id: ResultFileId,
    payment_id: PaymentId,
    at_row: i64,
    effect: Effect,
    amount_paisa: i64,
    fingerprint: &'a str,
    transfer_id: TransferId,
    imported_by: UserId,
}

#[apply(both_databases)]
pub async fn insert_file(
    tx: &mut Tx,
    permit: &Permit,
    file: &ResultFile,
    (sealed, verdicts): (&[u8], &str),
) -> Result<()> {
    permit.covers(file.batch_id)?;
    let row = (
        payment_result_files::id.eq(file.id),
        payment_result_files::batch_id.eq(file.batch_id),
        payment_result_files::sha256.eq(&file.sha256),
        payment_result_files::message.eq(&file.message),
        payment_result_files::bytes.eq(file.bytes),
        payment_result_files::content.eq(sealed),
        payment_result_files::verdicts.eq(verdicts),
        payment_result_files::imported_at.eq(file.imported_at),
        payment_result_files::imported_by.eq(file.imported_by),
    );
    diesel::insert_into(payment_result_files::table).values(row).execute(tx).await?;
    Ok(())
}

/// Whether a file of a batch is kept.
#[apply(both_databases)]
pub async fn is_kept(tx: &mut Tx, batch: BatchId, sha256: &str) -> Result<bool> {
    let of = payment_result_files::table.filter(payment_result_files::batch_id.eq(batch));
    Ok(diesel::select(exists(of.filter(payment_result_files::sha256.eq(sha256)))).get_result(tx).await?)
}

/// The files of a batch that the caller has found, newest first.
#[apply(both_databases)]
pub async fn list_files(tx: &mut Tx, batch: BatchId, page: &Page) -> Result<Vec<ResultFile>> {
    let of = payment_result_files::table.filter(payment_result_files::batch_id.eq(batch)).into_boxed::<Db>();
    Ok(of
        .when(page.after.map(ResultFileId::from), |list, after| list.filter(payment_result_files::id.lt(after)))
        .select(ResultFile::as_select())
        .order(payment_result_files::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?)
}

/// What was answered to a file, and the batch by which the caller has to find it.
#[apply(both_databases)]
pub async fn find_verdicts(tx: &mut Tx, id: ResultFileId) -> Result<Option<(BatchId, String)>> {
    let of = payment_result_files::table.find(id);
    let of = of.select((payment_result_files::batch_id, payment_result_files::verdicts));
    Ok(of.first(tx).await.optional()?)
}

/// Fingerprints of what was said of the payments of a batch that the caller has found, and not undone.
#[apply(both_databases)]
pub async fn known(tx: &mut Tx, batch: BatchId) -> Result<BTreeSet<(PaymentId, String)>> {
    let of = payment_result_files::table.filter(payment_result_files::batch_id.eq(batch));
    let of = of.select(payment_result_files::id);
    let all = payment_results::table.filter(payment_results::file_id.eq_any(of));
    let all = all.filter(payment_results::undone_at.is_null());
    let rows: Vec<(PaymentId, String)> =
        all.select((payment_results::payment_id, payment_results::fingerprint)).load(tx).await?;
    Ok(rows.into_iter().collect())
}

/// The rows of a file that had an effect, each with the transfer it was booked by.
#[apply(both_databases)]
pub async fn insert_results(
    tx: &mut Tx,
    permit: &Permit,
    file: &ResultFile,
    taken: &[(Id<Taken>, &Taken, TransferId)],
) -> Result<()> {
    permit.covers(file.batch_id)?;
    for taken in taken.chunks(BATCH) {
        let rows = taken.iter().map(|(id, taken, transfer_id)| ResultRow {
            id: *id,
            file_id: file.id,
            payment_id: taken.payment_id,
            at_row: i64::try_from(taken.at_row).unwrap_or(i64::MAX),
            effect: taken.effect,
            amount_paisa: taken.amount.get(),
            fingerprint: &taken.fingerprint,
            transfer_id: *transfer_id,
            imported_by: file.imported_by,
        });
        let rows: Vec<_> = rows.collect();
        diesel::insert_into(payment_results::table).values(rows).execute(tx).await?;
    }
    Ok(())
}

/// The last thing that was said of a payment which the caller has found, and not undone.
#[apply(both_databases)]
pub async fn find_live(tx: &mut Tx, payment: PaymentId) -> Result<Option<Found>> {
    let live = payment_results::table.filter(payment_results::payment_id.eq(payment));
    let live = live.filter(payment_results::undone_at.is_null()).order(payment_results::id.desc()).select((
        payment_results::id,
        payment_results::effect,
        payment_results::amount_paisa,
        payment_results::transfer_id,
        payment_results::imported_by,
    ));
    let row: Option<(Id<Taken>, Effect, i64, TransferId, UserId)> = live.first(tx).await.optional()?;
    let found = |(id, effect, paisa, transfer_id, imported_by)| {
        let amount = Paisa::new(paisa);
        Found { id, effect, amount, transfer_id, imported_by }
    };
    Ok(row.map(found))
}

/// A row that a bank's file said of a payment, and what became of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ResultView {
    /// Of the file, in hexadecimal.
    pub sha256: String,
    pub message: String,
    pub at_row: i64,
    pub effect: Effect,
    pub amount_paisa: Paisa,
    pub imported_at: Time,
    pub imported_by: UserId,
    pub undone_at: Option<Time>,
    pub undone_by: Option<UserId>,
    pub undo_reason: Option<UndoReason>,
}

/// What was said of a payment that the caller has found, the oldest first.
#[apply(both_databases)]
pub async fn results_of(tx: &mut Tx, payment: PaymentId) -> Result<Vec<ResultView>> {
    type Said = (String, String, Time, UserId, i64, Effect, i64);
    type Undone = (Option<Time>, Option<UserId>, Option<UndoReason>);
    let file = payment_result_files::table.on(payment_result_files::id.eq(payment_results::file_id));
    let all = payment_results::table.inner_join(file).filter(payment_results::payment_id.eq(payment));
    let said = (
        payment_result_files::sha256,
        payment_result_files::message,
        payment_result_files::imported_at,
        payment_result_files::imported_by,
        payment_results::at_row,
        payment_results::effect,
        payment_results::amount_paisa,
    );
    let undone = (payment_results::undone_at, payment_results::undone_by, payment_results::undo_reason);
    let rows: Vec<(Said, Undone)> =
        all.select((said, undone)).order(payment_results::id).limit(MOST_TOLD).load(tx).await?;
    let view = |(said, (undone_at, undone_by, undo_reason)): (Said, Undone)| {
        let (sha256, message, imported_at, imported_by, at_row, effect, paisa) = said;
        let amount_paisa = Paisa::new(paisa);
        ResultView {
            sha256,
            message,
            at_row,
            effect,
            amount_paisa,
            imported_at,
            imported_by,
            undone_at,
            undone_by,
            undo_reason,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Marks a result as taken back, once. The permit is for the payment.
#[apply(both_databases)]
pub async fn undo(
    tx: &mut Tx,
    permit: &Permit,
    (payment, found): (PaymentId, &Found),
    reason: UndoReason,
    (by, at): (UserId, Time),
) -> Result<()> {
    permit.covers(payment)?;
    let live = payment_results::table.find(found.id).filter(payment_results::undone_at.is_null());
    let set =
        (payment_results::undone_at.eq(at), payment_results::undone_by.eq(by), payment_results::undo_reason.eq(reason));
    Error::stale_unless(diesel::update(live).set(set).execute(tx).await? == 1)
}
