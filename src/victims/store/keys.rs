//! The keys of many persons at once, for files that tell of all of them.
use std::collections::BTreeMap;

use super::{ProtectionWord, Shield, key_context};
use crate::access::UserId;
use crate::access::policy::Scope;
use crate::crypto::{Keyring, PersonKey};
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::victims::VictimId;

/// Rows in one statement: SQLite takes 32,766 parameters.
const BATCH: usize = 1000;

/// The keys of many persons, in as many statements as they fill. Refuses a victim without a key. The caller has found what
/// the texts hang on.
#[apply(both_databases)]
pub async fn find_keys(
    tx: &mut Tx,
    keys: &Keyring,
    scope: &Scope,
    of: &[VictimId],
) -> Result<BTreeMap<VictimId, PersonKey>> {
    let mut found = BTreeMap::new();
    for ids in of.chunks(BATCH) {
        let wrapped = person_keys::table.filter(person_keys::victim_id.eq_any(ids.to_vec()));
        let shields = shield!(scope.reader().unwrap_or(Id::nil())).filter(protections::victim_id.eq_any(ids.to_vec()));
        let shields = shields.select((protections::victim_id, protection_readers::user_id.nullable()));
        let shields: Vec<(VictimId, Option<UserId>)> = shields.load(tx).await?;
        let mut of_victim: BTreeMap<VictimId, Vec<Option<UserId>>> = BTreeMap::new();
        for (victim, reader) in shields {
            of_victim.entry(victim).or_default().push(reader);
        }
        for (victim, wrapped) in wrapped.load::<(VictimId, Vec<u8>)>(tx).await? {
            let shield = Shield::of(of_victim.get(&victim).map_or(&[][..], Vec::as_slice), scope);
            found.insert(victim, keys.unwrap(&key_context(victim), &wrapped)?.blinded(shield.is_hidden));
        }
    }
    if found.len() == of.len() { Ok(found) } else { Err(Error::Corrupt("person keys")) }
}
