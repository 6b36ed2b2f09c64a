//! What other slices may do with a victim inside their own unit of work. Nothing here is more than its caller has shown
//! it may know.
use super::super::model::{SharedField, SharedPerson, VictimId};
use super::super::store;
use crate::access::policy::{self, Action, Actor, Scope};
use crate::crypto::{Keyring, PersonKey};
use crate::error::{Error, Result};
use crate::incidents::IncidentId;
use crate::kernel::places::Pcode;
use crate::work::Tx;

/// Whether an incident harmed a victim whom the scope lets see.
pub async fn is_harmed_by(tx: &mut Tx, scope: &Scope, victim: VictimId, incident: IncidentId) -> Result<bool> {
    let (is_seen, is_harmed) = store::find_harm(tx, scope, victim, incident).await?;
    if is_seen { Ok(is_harmed) } else { Err(Error::NOT_FOUND) }
}

/// The key under which texts about a person are sealed: notes, details of needs, messages.
pub async fn person_key(tx: &mut Tx, keys: &Keyring, victim: VictimId) -> Result<PersonKey> {
    store::find_key(tx, keys, victim).await
}

/// What `fields` let a recipient know. The caller has found a live consent to just these fields.
pub async fn shared_person(
    tx: &mut Tx,
    keys: &Keyring,
    victim: VictimId,
    fields: &[SharedField],
) -> Result<SharedPerson> {
    // The recipient has no sight of victims; the consent is what opens this one.
    let everywhere = policy::scope(&Actor::system(), Action::ReadVictim);
    let sealed = store::find(tx, &everywhere, victim).await?.ok_or(Error::NOT_FOUND)?;
    let key = sealed.key(keys)?;
    let guardians = store::guardians(tx, &key, victim).await?;
    Ok(SharedPerson::of(&sealed.open(keys)?, guardians, fields))
}

/// Lets sight of a victim follow their case: the officers of `to` gain it, those of `from` lose it.
pub async fn follow_case(tx: &mut Tx, victim: VictimId, from: Option<Pcode>, to: Pcode) -> Result<()> {
    if let Some(from) = from.filter(|from| *from != to) {
        store::delete_district(tx, victim, from).await?;
    }
    store::insert_district(tx, victim, to).await
}
