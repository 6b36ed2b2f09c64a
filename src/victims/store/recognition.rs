//! Rows of recognitions. The reference is sealed under the victim's key.
use super::super::model::{Recognition, RecognitionEnd, RecognitionId, RecognitionKind, VictimId};
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::crypto::PersonKey;
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::incidents::IncidentId;
use crate::kernel::page::Page;
use crate::kernel::places::Area;
use crate::kernel::text::Line;

text_columns!(RecognitionEnd, RecognitionKind);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = recognitions, treat_none_as_null = true)]
pub struct RecognitionRow {
    id: RecognitionId,
    victim_id: VictimId,
    incident_id: IncidentId,
    kind: RecognitionKind,
    source: String,
    reference: Option<Vec<u8>>,
    listed_on: Date,
    recorded_at: Time,
    recorded_by: UserId,
    withdrawn_at: Option<Time>,
    withdrawn_by: Option<UserId>,
    withdraw_reason: Option<RecognitionEnd>,
    version: i64,
}

fn context(id: RecognitionId) -> String {
    format!("recognitions|{id}|reference")
}

impl RecognitionRow {
    fn seal(recognition: &Recognition, key: &PersonKey) -> Result<Self> {
        let Recognition { id, victim_id, incident_id, kind, listed_on, recorded_at, recorded_by, .. } = *recognition;
        let Recognition { withdrawn_at, withdrawn_by, withdraw_reason, version, .. } = *recognition;
        let source = recognition.source.as_str().to_owned();
        let reference = recognition.reference.as_ref().map(Line::as_str);
        let reference = key.seal_text(&context(id), reference)?;
        Ok(Self {
            id,
            victim_id,
            incident_id,
            kind,
            source,
            reference,
            listed_on,
            recorded_at,
            recorded_by,
            withdrawn_at,
            withdrawn_by,
            withdraw_reason,
            version,
        })
    }

    pub fn victim(&self) -> VictimId {
        self.victim_id
    }

    /// `key` is that of its victim.
    pub fn open(self, key: &PersonKey) -> Result<Recognition> {
        let broken = |_| Error::Corrupt("recognition");
        let reference = key.open_text(&context(self.id), self.reference.as_deref())?;
        Ok(Recognition {
            id: self.id,
            victim_id: self.victim_id,
            incident_id: self.incident_id,
            kind: self.kind,
            source: self.source.parse().map_err(broken)?,
            reference: reference.map(|text| text.parse()).transpose().map_err(broken)?,
            listed_on: self.listed_on,
            recorded_at: self.recorded_at,
            recorded_by: self.recorded_by,
            withdrawn_at: self.withdrawn_at,
            withdrawn_by: self.withdrawn_by,
            withdraw_reason: self.withdraw_reason,
            version: self.version,
        })
    }
}

/// A recognition of a victim whom the scope lets see.
#[apply(both_databases)]
pub async fn find_recognition(tx: &mut Tx, scope: &Scope, id: RecognitionId) -> Result<Option<RecognitionRow>> {
    let found = recognitions::table.inner_join(victims::table).filter(recognitions::id.eq(id));
    let found = found.select(RecognitionRow::as_select()).into_boxed::<Db>();
    Ok(visible!(found, scope).first(tx).await.optional()?)
}

/// The recognitions of a victim whom the caller has found, newest first.
#[apply(both_databases)]
pub async fn list_recognitions(
    tx: &mut Tx,
    key: &PersonKey,
    victim: VictimId,
    page: &Page,
) -> Result<Vec<Recognition>> {
    let all = recognitions::table.filter(recognitions::victim_id.eq(victim)).select(RecognitionRow::as_select());
    let rows: Vec<RecognitionRow> = all
        .into_boxed::<Db>()
        .when(page.after.map(RecognitionId::from), |list, after| list.filter(recognitions::id.lt(after)))
        .order(recognitions::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(|row| row.open(key)).collect()
}

#[apply(both_databases)]
pub async fn insert_recognition(
    tx: &mut Tx,
    permit: &Permit,
    key: &PersonKey,
    recognition: &Recognition,
) -> Result<()> {
    permit.covers(recognition.victim_id)?;
    let row = RecognitionRow::seal(recognition, key)?;
    diesel::insert_into(recognitions::table).values(row).execute(tx).await?;
    Ok(())
}

/// Writes how it ended, if it is still at `version`.
#[apply(both_databases)]
pub async fn end_recognition(tx: &mut Tx, permit: &Permit, ended: &Recognition, version: i64) -> Result<()> {
    permit.covers(ended.victim_id)?;
    let row = recognitions::table.find(ended.id).filter(recognitions::version.eq(version));
    let set = (
        recognitions::withdrawn_at.eq(ended.withdrawn_at),
        recognitions::withdrawn_by.eq(ended.withdrawn_by),
        recognitions::withdraw_reason.eq(ended.withdraw_reason),
        recognitions::version.eq(ended.version),
    );
    Error::stale_unless(diesel::update(row).set(set).execute(tx).await? == 1)
}
