//! Rows of safe contacts: rules and number in one sealed text.
use serde::{Deserialize, Serialize};

use super::super::model::{ContactRules, SafeContact, VictimId};
use crate::access::UserId;
use crate::access::policy::Permit;
use crate::crypto::PersonKey;
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::phone::Mobile;

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    rules: ContactRules,
    safe_number: Option<Mobile>,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = safe_contacts, primary_key(victim_id))]
struct ContactRow {
    victim_id: VictimId,
    rules: Vec<u8>,
    recorded_at: Time,
    recorded_by: UserId,
    version: i64,
}

fn context(victim: VictimId, version: i64) -> String {
    format!("safe_contacts|{victim}|rules|{version}")
}

/// What is to be heeded with a victim whom the caller has found.
#[apply(both_databases)]
pub async fn get_contact(tx: &mut Tx, key: &PersonKey, victim: VictimId) -> Result<SafeContact> {
    let row = safe_contacts::table.find(victim).select(ContactRow::as_select());
    let row: Option<ContactRow> = row.first(tx).await.optional()?;
    let Some(ContactRow { rules, recorded_at, recorded_by, version, .. }) = row else {
        return Ok(SafeContact::none(victim));
    };
    let Kept { rules, safe_number } = serde_json::from_slice(&key.open(&context(victim, version), &rules)?)?;
    let (recorded_at, recorded_by) = (Some(recorded_at), Some(recorded_by));
    Ok(SafeContact { victim_id: victim, rules, safe_number, recorded_at, recorded_by, version })
}

/// Writes over what was recorded, if it is still at `version`.
#[apply(both_databases)]
pub async fn keep_contact(
    tx: &mut Tx,
    permit: &Permit,
    key: &PersonKey,
    (contact, version): (&SafeContact, i64),
) -> Result<()> {
    let victim = contact.victim_id;
    permit.covers(victim)?;
    let (recorded_at, recorded_by) =
        contact.recorded_at.zip(contact.recorded_by).ok_or(Error::Corrupt("safe contact"))?;
    let kept = Kept { rules: contact.rules.clone(), safe_number: contact.safe_number.clone() };
    let rules = key.seal(&context(victim, contact.version), &serde_json::to_vec(&kept)?)?;
    let row = ContactRow { victim_id: victim, rules, recorded_at, recorded_by, version: contact.version };
    let written = if version == 0 {
        diesel::insert_into(safe_contacts::table).values(row).on_conflict_do_nothing().execute(tx).await?
    } else {
        let old = safe_contacts::table.find(victim).filter(safe_contacts::version.eq(version));
        diesel::update(old).set(row).execute(tx).await?
    };
    Error::stale_unless(written == 1)
}
