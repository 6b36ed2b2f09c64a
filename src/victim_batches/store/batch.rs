//! Batches and their files.
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::model::{Batch, BatchId, FileView};
use super::super::state::{BatchState, Format, Given, ReturnReason, Returned, Reviewed, Submitted};
use crate::access::policy::{Permit, Scope};
use crate::access::{OrganisationId, UserId};
use crate::db::prelude::*;
use crate::directory::ProgrammeId;
use crate::error::{Error, Result};
use crate::kernel::page::Page;
use crate::kernel::places::{Area, Pcode};
use crate::kernel::words::words;
use crate::victims::SharedField;

text_columns!(Format, ReturnReason, StateWord);

words! {
    /// Where a batch stands.
    pub enum StateWord {
        Draft = "draft",
        Submitted = "submitted",
        Returned = "returned",
        Reviewed = "reviewed",
        HandedOver = "handed_over",
        PartlyAnswered = "partly_answered",
        Answered = "answered",
        Cancelled = "cancelled",
    }
}

/// Batches all of whose districts lie in the area.
macro_rules! whole {
    ($query:expr, $scope:expr) => {{
        let query = $query;
        let of = victim_batch_districts::table.select(victim_batch_districts::batch_id).into_boxed::<Db>();
        match $scope.area() {
            Area::Country => query,
            Area::Provinces(provinces) => {
                let inside = districts::table.filter(districts::province.eq_any(provinces.to_vec()));
                let outside = victim_batch_districts::district.ne_all(inside.select(districts::pcode));
                query.filter(victim_batches::id.ne_all(of.filter(outside)))
            }
            Area::Districts(codes) => {
                let outside = victim_batch_districts::district.ne_all(codes.to_vec());
                query.filter(victim_batches::id.ne_all(of.filter(outside)))
            }
        }
    }};
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = victim_batches, treat_none_as_null = true)]
struct BatchRow {
    id: BatchId,
    recipient_id: OrganisationId,
    programme_id: ProgrammeId,
    fields: Words<SharedField>,
    built_at: Time,
    built_by: UserId,
    version: i64,
    #[diesel(embed)]
    state: StateColumns,
}

#[derive(PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = victim_batches, treat_none_as_null = true)]
struct StateColumns {
    state: StateWord,
    submitted_at: Option<Time>,
    submitted_by: Option<UserId>,
    returned_at: Option<Time>,
    returned_by: Option<UserId>,
    return_reason: Option<ReturnReason>,
    reviewed_at: Option<Time>,
    reviewed_by: Option<UserId>,
    handed_over_at: Option<Time>,
    handed_over_by: Option<UserId>,
    cancelled_at: Option<Time>,
    cancelled_by: Option<UserId>,
}

/// What a list of batches may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub state: Option<StateWord>,
    pub programme_id: Option<ProgrammeId>,
}

#[apply(both_databases)]
pub async fn find(tx: &mut Tx, scope: &Scope, id: BatchId) -> Result<Option<Batch>> {
    let found = victim_batches::table.find(id).select(BatchRow::as_select()).into_boxed::<Db>();
    let row = whole!(found, scope).first::<BatchRow>(tx).await.optional()?;
    let Some(row) = row else { return Ok(None) };
    let of = victim_batch_districts::table.filter(victim_batch_districts::batch_id.eq(id));
    let of = of.select(victim_batch_districts::district).order(victim_batch_districts::district);
    let districts: Vec<Pcode> = of.load(tx).await?;
    row.batch(districts).map(Some)
}

/// The batches that `scope` and `filter` let through, newest first, without their districts.
#[apply(both_databases)]
pub async fn list(tx: &mut Tx, scope: &Scope, filter: &Filter, page: &Page) -> Result<Vec<Batch>> {
    let all = victim_batches::table.select(BatchRow::as_select()).into_boxed::<Db>();
    let rows: Vec<BatchRow> = whole!(all, scope)
        .when(filter.state, |list, state| list.filter(victim_batches::state.eq(state)))
        .when(filter.programme_id, |list, of| list.filter(victim_batches::programme_id.eq(of)))
        .when(page.after.map(BatchId::from), |list, after| list.filter(victim_batches::id.lt(after)))
        .order(victim_batches::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(|row| row.batch(Vec::new())).collect()
}

/// Keeps every other change of the batch waiting, and says which version it has.
#[apply(both_databases)]
pub async fn hold(tx: &mut Tx, permit: &Permit, id: BatchId) -> Result<i64> {
    permit.covers(id)?;
    Ok(locked!(victim_batches::table.find(id).select(victim_batches::version)).first(tx).await?)
}

#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, batch: &Batch) -> Result<()> {
    permit.covers(batch.id)?;
    diesel::insert_into(victim_batches::table).values(BatchRow::from(batch)).execute(tx).await?;
    let row = |district: &Pcode| {
        (victim_batch_districts::batch_id.eq(batch.id), victim_batch_districts::district.eq(*district))
    };
    let rows: Vec<_> = batch.districts.iter().map(row).collect();
    diesel::insert_into(victim_batch_districts::table).values(rows).execute(tx).await?;
    Ok(())
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, batch: &Batch, version: i64) -> Result<()> {
    permit.covers(batch.id)?;
    let row = victim_batches::table.find(batch.id).filter(victim_batches::version.eq(version));
    Error::stale_unless(diesel::update(row).set(BatchRow::from(batch)).execute(tx).await? == 1)
}

/// A file, sealed, as it was handed over.
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
        victim_batch_files::batch_id.eq(batch),
        victim_batch_files::format.eq(file.format),
        victim_batch_files::sha256.eq(&file.sha256),
        victim_batch_files::bytes.eq(file.bytes),
        victim_batch_files::content.eq(sealed),
        victim_batch_files::made_at.eq(at),
    );
    diesel::insert_into(victim_batch_files::table).values(row).execute(tx).await?;
    Ok(())
}

/// The sealed file of a batch that the caller has found.
#[apply(both_databases)]
pub async fn find_file(tx: &mut Tx, batch: BatchId, format: Format) -> Result<Option<Vec<u8>>> {
    let file = victim_batch_files::table.find((batch, format));
    Ok(file.select(victim_batch_files::content).first(tx).await.optional()?)
}

/// The files of a batch that the caller has found, without their content.
#[apply(both_databases)]
pub async fn list_files(tx: &mut Tx, batch: BatchId) -> Result<Vec<FileView>> {
    let all = victim_batch_files::table.filter(victim_batch_files::batch_id.eq(batch));
    let all = all.select((victim_batch_files::format, victim_batch_files::sha256, victim_batch_files::bytes));
    let rows: Vec<(Format, String, i64)> = all.order(victim_batch_files::format).load(tx).await?;
    Ok(rows.into_iter().map(|(format, sha256, bytes)| FileView { format, sha256, bytes }).collect())
}

impl StateColumns {
    /// The state, and nothing that happened.
    const fn of(state: StateWord) -> Self {
        Self {
            state,
            submitted_at: None,
            submitted_by: None,
            returned_at: None,
            returned_by: None,
            return_reason: None,
            reviewed_at: None,
            reviewed_by: None,
            handed_over_at: None,
            handed_over_by: None,
            cancelled_at: None,
            cancelled_by: None,
        }
    }

    fn sent(self, Submitted { submitted_at, submitted_by }: Submitted) -> Self {
        Self { submitted_at: Some(submitted_at), submitted_by: Some(submitted_by), ..self }
    }

    fn agreed(self, Reviewed { reviewed_at, reviewed_by }: Reviewed) -> Self {
        Self { reviewed_at: Some(reviewed_at), reviewed_by: Some(reviewed_by), ..self }
    }

    fn given(self, given: Given) -> Self {
        let Given { submitted, reviewed, handed_over_at, handed_over_by } = given;
        let both = self.sent(submitted).agreed(reviewed);
        Self { handed_over_at: Some(handed_over_at), handed_over_by: Some(handed_over_by), ..both }
    }
}

impl From<&BatchState> for StateColumns {
    fn from(state: &BatchState) -> Self {
        let in_state = Self::of;
        match *state {
            BatchState::Draft => in_state(StateWord::Draft),
            BatchState::Submitted { submitted } => in_state(StateWord::Submitted).sent(submitted),
            BatchState::Returned { submitted, returned: Returned { returned_at, returned_by, return_reason } } => {
                let (returned_at, returned_by) = (Some(returned_at), Some(returned_by));
                let sent = in_state(StateWord::Returned).sent(submitted);
                Self { returned_at, returned_by, return_reason: Some(return_reason), ..sent }
            }
            BatchState::Reviewed { submitted, reviewed } => {
                in_state(StateWord::Reviewed).sent(submitted).agreed(reviewed)
            }
            BatchState::HandedOver { given } => in_state(StateWord::HandedOver).given(given),
            BatchState::PartlyAnswered { given } => in_state(StateWord::PartlyAnswered).given(given),
            BatchState::Answered { given } => in_state(StateWord::Answered).given(given),
            BatchState::Cancelled { cancelled_at, cancelled_by } => Self {
                cancelled_at: Some(cancelled_at),
                cancelled_by: Some(cancelled_by),
                ..in_state(StateWord::Cancelled)
            },
        }
    }
}

impl TryFrom<StateColumns> for BatchState {
    type Error = Error;

    fn try_from(row: StateColumns) -> Result<Self> {
        let broken = || Error::Corrupt("victim batch");
        let sent = row.submitted_at.zip(row.submitted_by);
        let sent = sent.map(|(submitted_at, submitted_by)| Submitted { submitted_at, submitted_by });
        let agreed = row.reviewed_at.zip(row.reviewed_by);
        let agreed = agreed.map(|(reviewed_at, reviewed_by)| Reviewed { reviewed_at, reviewed_by });
        let back = row.returned_at.zip(row.returned_by).zip(row.return_reason);
        let back = back.map(|((returned_at, returned_by), return_reason)| Returned {
            returned_at,
            returned_by,
            return_reason,
        });
        let given = sent.zip(agreed).zip(row.handed_over_at.zip(row.handed_over_by));
        let given = given.map(|((submitted, reviewed), (handed_over_at, handed_over_by))| Given {
            submitted,
            reviewed,
            handed_over_at,
            handed_over_by,
        });
        let state = match row.state {
            StateWord::Draft => Self::Draft,
            StateWord::Submitted => Self::Submitted { submitted: sent.ok_or_else(broken)? },
            StateWord::Returned => {
                Self::Returned { submitted: sent.ok_or_else(broken)?, returned: back.ok_or_else(broken)? }
            }
            StateWord::Reviewed => {
                Self::Reviewed { submitted: sent.ok_or_else(broken)?, reviewed: agreed.ok_or_else(broken)? }
            }
            StateWord::HandedOver => Self::HandedOver { given: given.ok_or_else(broken)? },
            StateWord::PartlyAnswered => Self::PartlyAnswered { given: given.ok_or_else(broken)? },
            StateWord::Answered => Self::Answered { given: given.ok_or_else(broken)? },
            StateWord::Cancelled => {
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
        let Batch { id, recipient_id, programme_id, built_at, built_by, version, .. } = *batch;
        let (fields, state) = (Words(batch.fields.clone()), StateColumns::from(&batch.state));
        Self { id, recipient_id, programme_id, fields, built_at, built_by, version, state }
    }
}

impl BatchRow {
    fn batch(self, districts: Vec<Pcode>) -> Result<Batch> {
        let Self { id, recipient_id, programme_id, fields, built_at, built_by, version, state } = self;
        let (fields, state) = (fields.0, state.try_into()?);
        Ok(Batch { id, recipient_id, programme_id, fields, districts, built_at, built_by, state, version })
    }
}
