//! Batches, who approved them, and their files.
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::model::batch::{Batch, BatchId, BatchState, FileView, Gone, Submitted, Vote};
use super::super::model::words::{BatchWord, FileFormat};
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::claims::Method;
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::money::Paisa;
use crate::kernel::page::Page;
use crate::kernel::places::Pcode;
use crate::tariffs::InstrumentId;

text_columns!(BatchWord, FileFormat);

/// Batches all of whose districts lie in the area.
macro_rules! whole {
    ($query:expr, $scope:expr) => {
        wholly_within!($query, payment_batches::id, payment_batch_districts.batch_id, $scope.area())
    };
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = payment_batches, treat_none_as_null = true)]
struct BatchRow {
    id: BatchId,
    instrument_id: InstrumentId,
    method: Method,
    built_at: Time,
    built_by: UserId,
    payments: i64,
    total_paisa: i64,
    digest: String,
    approvals_needed: i64,
    version: i64,
    #[diesel(embed)]
    state: StateColumns,
}

#[derive(PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = payment_batches, treat_none_as_null = true)]
struct StateColumns {
    state: BatchWord,
    submitted_at: Option<Time>,
    submitted_by: Option<UserId>,
    approved_at: Option<Time>,
    released_at: Option<Time>,
    released_by: Option<UserId>,
    cancelled_at: Option<Time>,
    cancelled_by: Option<UserId>,
}

/// What a list of batches may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub state: Option<BatchWord>,
    pub instrument_id: Option<InstrumentId>,
    pub method: Option<Method>,
}

#[apply(both_databases)]
pub async fn find(tx: &mut Tx, scope: &Scope, id: BatchId) -> Result<Option<Batch>> {
    let found = payment_batches::table.find(id).select(BatchRow::as_select()).into_boxed::<Db>();
    let row = whole!(found, scope).first::<BatchRow>(tx).await.optional()?;
    let Some(row) = row else { return Ok(None) };
    let of = payment_batch_districts::table.filter(payment_batch_districts::batch_id.eq(id));
    let of = of.select(payment_batch_districts::district).order(payment_batch_districts::district);
    let districts: Vec<Pcode> = of.load(tx).await?;
    row.batch(districts).map(Some)
}

/// The batches that `scope` and `filter` let through, newest first, without their districts.
#[apply(both_databases)]
pub async fn list(tx: &mut Tx, scope: &Scope, filter: &Filter, page: &Page) -> Result<Vec<Batch>> {
    let all = payment_batches::table.select(BatchRow::as_select()).into_boxed::<Db>();
    let rows: Vec<BatchRow> = whole!(all, scope)
        .when(filter.state, |list, state| list.filter(payment_batches::state.eq(state)))
        .when(filter.instrument_id, |list, of| list.filter(payment_batches::instrument_id.eq(of)))
        .when(filter.method, |list, method| list.filter(payment_batches::method.eq(method)))
        .when(page.after.map(BatchId::from), |list, after| list.filter(payment_batches::id.lt(after)))
        .order(payment_batches::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(|row| row.batch(Vec::new())).collect()
}

/// Keeps every other change of the batch waiting, and says which version it has.
#[apply(both_databases)]
pub async fn hold(tx: &mut Tx, permit: &Permit, id: BatchId) -> Result<i64> {
    permit.covers(id)?;
    Ok(locked!(payment_batches::table.find(id).select(payment_batches::version)).first(tx).await?)
}

#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, batch: &Batch) -> Result<()> {
    permit.covers(batch.id)?;
    diesel::insert_into(payment_batches::table).values(BatchRow::from(batch)).execute(tx).await?;
    let row = |district: &Pcode| {
        (payment_batch_districts::batch_id.eq(batch.id), payment_batch_districts::district.eq(*district))
    };
    let rows: Vec<_> = batch.districts.iter().map(row).collect();
    diesel::insert_into(payment_batch_districts::table).values(rows).execute(tx).await?;
    Ok(())
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, batch: &Batch, version: i64) -> Result<()> {
    permit.covers(batch.id)?;
    let row = payment_batches::table.find(batch.id).filter(payment_batches::version.eq(version));
    Error::stale_unless(diesel::update(row).set(BatchRow::from(batch)).execute(tx).await? == 1)
}

#[apply(both_databases)]
pub async fn insert_vote(tx: &mut Tx, permit: &Permit, batch: BatchId, vote: &Vote) -> Result<()> {
    permit.covers(batch)?;
    let row = (
        payment_batch_votes::batch_id.eq(batch),
        payment_batch_votes::voter_id.eq(vote.voter_id),
        payment_batch_votes::digest.eq(&vote.digest),
        payment_batch_votes::voted_at.eq(vote.voted_at),
    );
    diesel::insert_into(payment_batch_votes::table).values(row).execute(tx).await?;
    Ok(())
}

/// Who approved a batch that the caller has found, first to last.
#[apply(both_databases)]
pub async fn votes(tx: &mut Tx, batch: BatchId) -> Result<Vec<Vote>> {
    let all = payment_batch_votes::table.filter(payment_batch_votes::batch_id.eq(batch));
    let all = all.order((payment_batch_votes::voted_at, payment_batch_votes::voter_id)).select((
        payment_batch_votes::voter_id,
        payment_batch_votes::digest,
        payment_batch_votes::voted_at,
    ));
    let rows: Vec<(UserId, String, Time)> = all.load(tx).await?;
    Ok(rows.into_iter().map(|(voter_id, digest, voted_at)| Vote { voter_id, digest, voted_at }).collect())
}

/// A file, sealed, as it goes to the bank.
#[apply(both_databases)]
pub async fn insert_file(
    tx: &mut Tx,
    permit: &Permit,
    (batch, at): (BatchId, Time),
    file: &FileView,
    sealed: &[u8],
) -> Result<()> {
    permit.covers(batch)?;
    let row = (
        payment_batch_files::batch_id.eq(batch),
        payment_batch_files::format.eq(file.format),
        payment_batch_files::sha256.eq(&file.sha256),
        payment_batch_files::bytes.eq(file.bytes),
        payment_batch_files::content.eq(sealed),
        payment_batch_files::made_at.eq(at),
    );
    diesel::insert_into(payment_batch_files::table).values(row).execute(tx).await?;
    Ok(())
}

/// The sealed file of a batch that the caller has found.
#[apply(both_databases)]
pub async fn find_file(tx: &mut Tx, batch: BatchId, format: FileFormat) -> Result<Option<Vec<u8>>> {
    let file = payment_batch_files::table.find((batch, format));
    Ok(file.select(payment_batch_files::content).first(tx).await.optional()?)
}

/// The files of a batch that the caller has found, without their content.
#[apply(both_databases)]
pub async fn list_files(tx: &mut Tx, batch: BatchId) -> Result<Vec<FileView>> {
    let all = payment_batch_files::table.filter(payment_batch_files::batch_id.eq(batch));
    let all = all.select((payment_batch_files::format, payment_batch_files::sha256, payment_batch_files::bytes));
    let rows: Vec<(FileFormat, String, i64)> = all.order(payment_batch_files::format).load(tx).await?;
    Ok(rows.into_iter().map(|(format, sha256, bytes)| FileView { format, sha256, bytes }).collect())
}

impl From<&BatchState> for StateColumns {
    fn from(state: &BatchState) -> Self {
        let (submitted, gone) = (state.submitted(), state.gone());
        let approved_at = match *state {
            BatchState::Approved { approved_at, .. } => Some(approved_at),
            _ => gone.map(|gone| gone.approved_at),
        };
        let cancelled = match *state {
            BatchState::Cancelled { cancelled_at, cancelled_by } => Some((cancelled_at, cancelled_by)),
            _ => None,
        };
        Self {
            state: state.word(),
            submitted_at: submitted.map(|one| one.submitted_at),
            submitted_by: submitted.map(|one| one.submitted_by),
            approved_at,
            released_at: gone.map(|gone| gone.released_at),
            released_by: gone.map(|gone| gone.released_by),
            cancelled_at: cancelled.map(|(at, _)| at),
            cancelled_by: cancelled.map(|(_, by)| by),
        }
    }
}

impl TryFrom<StateColumns> for BatchState {
    type Error = Error;

    fn try_from(row: StateColumns) -> Result<Self> {
        let broken = || Error::Corrupt("payment batch");
        let submitted = row.submitted_at.zip(row.submitted_by);
        let submitted = submitted.map(|(submitted_at, submitted_by)| Submitted { submitted_at, submitted_by });
        let gone = submitted.zip(row.approved_at).zip(row.released_at.zip(row.released_by));
        let gone = gone.map(|((submitted, approved_at), (released_at, released_by))| Gone {
            submitted,
            approved_at,
            released_at,
            released_by,
        });
        let state = match row.state {
            BatchWord::Draft => Self::Draft,
            BatchWord::Submitted => Self::Submitted { submitted: submitted.ok_or_else(broken)? },
            BatchWord::Approved => {
                let (submitted, approved_at) = submitted.zip(row.approved_at).ok_or_else(broken)?;
                Self::Approved { submitted, approved_at }
            }
            BatchWord::Released => Self::Released { gone: gone.ok_or_else(broken)? },
            BatchWord::PartlySettled => Self::PartlySettled { gone: gone.ok_or_else(broken)? },
            BatchWord::Settled => Self::Settled { gone: gone.ok_or_else(broken)? },
            BatchWord::Cancelled => {
                let (cancelled_at, cancelled_by) = row.cancelled_at.zip(row.cancelled_by).ok_or_else(broken)?;
                Self::Cancelled { cancelled_at, cancelled_by }
            }
        };
        // What the state has no room for must not stand in the row either.
        if StateColumns::from(&state) == row { Ok(state) } else { Err(broken()) }
    }
}

impl From<&Batch> for BatchRow {
    fn from(batch: &Batch) -> Self {
        let Batch { id, instrument_id, method, built_at, built_by, payments, approvals_needed, version, .. } = *batch;
        let (total_paisa, digest, state) = (batch.total_paisa.get(), batch.digest.clone(), (&batch.state).into());
        Self {
            id,
            instrument_id,
            method,
            built_at,
            built_by,
            payments,
            total_paisa,
            digest,
            approvals_needed,
            version,
            state,
        }
    }
}

impl BatchRow {
    fn batch(self, districts: Vec<Pcode>) -> Result<Batch> {
        let Self { id, instrument_id, method, built_at, built_by, payments, digest, approvals_needed, .. } = self;
        let (total_paisa, state, version) = (Paisa::new(self.total_paisa), self.state.try_into()?, self.version);
        Ok(Batch {
            id,
            instrument_id,
            method,
            districts,
            built_at,
            built_by,
            payments,
            total_paisa,
            digest,
            approvals_needed,
            state,
            version,
        })
    }
}
