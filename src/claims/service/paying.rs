//! Who is paid by an account, opened for the slice that pays inside its own unit of work; that slice records whom it showed.
use std::collections::BTreeMap;

use crate::access::policy::Scope;
use crate::claims::paid::Paid;
use crate::claims::payee::AccountId;
use crate::claims::store;
use crate::crypto::Keyring;
use crate::error::{Error, Result};
use crate::victims::{self, VictimId};
use crate::work::Tx;

/// What these accounts are and whose, in as many statements as they fill. Those of victims hidden from `eyes` are left
/// out. An account that is not there is an error.
pub async fn accounts(
    tx: &mut Tx,
    (keys, eyes): (&Keyring, &Scope),
    ids: &[AccountId],
) -> Result<BTreeMap<AccountId, Paid>> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let sealed = store::accounts(tx, &ids).await?;
    if sealed.len() != ids.len() {
        return Err(Error::Corrupt("account"));
    }
    let mut victims: Vec<VictimId> = sealed.iter().map(|one| one.victim_id).collect();
    victims.sort_unstable();
    victims.dedup();
    let keys = victims::person_keys(tx, keys, eyes, &victims).await?;
    let mut opened = BTreeMap::new();
    for one in &sealed {
        let key = keys.get(&one.victim_id).ok_or(Error::Corrupt("person key"))?;
        if let Some(paid) = Paid::open(key, (one.payee_id, &one.person), (one.id, &one.account))? {
            opened.insert(one.id, paid);
        }
    }
    Ok(opened)
}
