//! Rows of circumstances: one sealed document a victim, under the victim's key.
use super::super::model::{Told, VictimId};
use crate::access::UserId;
use crate::access::policy::Permit;
use crate::crypto::PersonKey;
use crate::db::prelude::*;
use crate::error::{Error, Result};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = circumstances, primary_key(victim_id))]
pub(super) struct CircumstancesRow {
    victim_id: VictimId,
    document: Vec<u8>,
    recorded_at: Time,
    recorded_by: UserId,
    version: i64,
}

fn context(id: VictimId, version: i64) -> String {
    format!("circumstances|{id}|{version}")
}

/// Writes over the row, if it is still at `version`; 0 is none yet.
#[apply(both_databases)]
pub async fn save_circumstances(
    tx: &mut Tx,
    permit: &Permit,
    key: &PersonKey,
    told: &Told,
    version: i64,
) -> Result<()> {
    permit.covers(told.victim_id)?;
    let row = CircumstancesRow::seal(told, key)?;
    if version == 0 {
        let added = diesel::insert_into(circumstances::table).values(row).on_conflict_do_nothing().execute(tx).await?;
        return Error::stale_unless(added == 1);
    }
    let old = circumstances::table.find(told.victim_id).filter(circumstances::version.eq(version));
    Error::stale_unless(diesel::update(old).set(row).execute(tx).await? == 1)
}

impl CircumstancesRow {
    fn seal(told: &Told, key: &PersonKey) -> Result<Self> {
        let unsaid = || Error::Corrupt("circumstances");
        let text = serde_json::to_vec(&told.circumstances)?;
        Ok(Self {
            victim_id: told.victim_id,
            document: key.seal(&context(told.victim_id, told.version), &text)?,
            recorded_at: told.recorded_at.ok_or_else(unsaid)?,
            recorded_by: told.recorded_by.ok_or_else(unsaid)?,
            version: told.version,
        })
    }

    pub(super) fn open(&self, key: &PersonKey) -> Result<Told> {
        let Self { victim_id, ref document, recorded_at, recorded_by, version } = *self;
        let circumstances = serde_json::from_slice(&key.open(&context(victim_id, version), document)?)?;
        Ok(Told { victim_id, circumstances, recorded_at: Some(recorded_at), recorded_by: Some(recorded_by), version })
    }
}
