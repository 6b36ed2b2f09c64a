//! For the slice that pays, inside its own unit of work: who is paid by an account, which that slice records, and what
//! to tell when an award is not paid after all.
use std::collections::BTreeMap;

use super::awarding::award;
use super::{clocks_of, get};
use crate::access::policy::{self, Action, Actor, Scope};
use crate::claims::award::AwardId;
use crate::claims::clocks;
use crate::claims::paid::Paid;
use crate::claims::payee::AccountId;
use crate::claims::store;
use crate::crypto::Keyring;
use crate::error::{Error, Result};
use crate::victims::{self, VictimId};
use crate::work::{Event, Tx};

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

/// That an award is not paid that was: the terms for its payment run again from where they began.
pub async fn unpaid(tx: &mut Tx, actor: &Actor, id: AwardId) -> Result<Event> {
    let everywhere = policy::scope(&Actor::system(), Action::ReadClaim);
    let award = award(tx, &everywhere, id).await?;
    let claim = get(tx, &everywhere, award.claim_id).await?;
    let unpaid = Event::new("award.unpaid", id).of_case(claim.case_id).with("claim", claim.id.to_string());
    Ok(clocks::told(unpaid, &clocks_of(tx, actor, &claim).await?))
}
