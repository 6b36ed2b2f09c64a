//! What other slices may do with a victim inside their own unit of work. Nothing here is more than its caller has shown
//! it may know.
use std::collections::BTreeMap;

use super::super::model::{SharedField, SharedPerson, VictimId};
use super::super::store;
use crate::access::policy::{self, Action, Actor, Scope, UserId};
use crate::crypto::{Keyring, PersonKey};
use crate::error::{Error, Result};
use crate::incidents::IncidentId;
use crate::kernel::places::Pcode;
use crate::work::Tx;

pub use store::known_among;

/// Whether an incident harmed a victim whom the scope lets see.
pub async fn is_harmed_by(tx: &mut Tx, scope: &Scope, victim: VictimId, incident: IncidentId) -> Result<bool> {
    let (is_seen, is_harmed) = store::find_harm(tx, scope, victim, incident).await?;
    if is_seen { Ok(is_harmed) } else { Err(Error::NOT_FOUND) }
}

/// The key under which texts about a person are sealed: notes, details of needs, messages. It seals for everybody; it
/// opens nothing if the person is hidden from whoever looks, since such a text may name them.
pub async fn person_key(tx: &mut Tx, keys: &Keyring, scope: &Scope, victim: VictimId) -> Result<PersonKey> {
    store::find_key(tx, keys, scope, victim).await
}

/// The same for many, in as many statements as they fill.
pub async fn person_keys(
    tx: &mut Tx,
    keys: &Keyring,
    scope: &Scope,
    victims: &[VictimId],
) -> Result<BTreeMap<VictimId, PersonKey>> {
    store::find_keys(tx, keys, scope, victims).await
}

/// The eyes of a recipient who was told of somebody by `user`: of a protected person it sees as much as that user may.
pub fn eyes_of_recipient(user: UserId) -> Scope {
    // The recipient has no sight of victims; the consent is what opens this one.
    policy::scope(&Actor::system(), Action::ReadVictim).on_word_of(user)
}

/// What `fields` let a recipient know, seen with `eyes_of_recipient`. The caller has found a live consent to just these
/// fields.
pub async fn shared_person(
    tx: &mut Tx,
    keys: &Keyring,
    eyes: &Scope,
    (victim, fields): (VictimId, &[SharedField]),
) -> Result<SharedPerson> {
    let sealed = store::find(tx, eyes, victim).await?.ok_or(Error::NOT_FOUND)?;
    let key = sealed.key(keys)?;
    let guardians = if key.is_blind() { Vec::new() } else { store::guardians(tx, &key, victim).await? };
    let person = SharedPerson::of(&sealed.open(keys)?, guardians, fields);
    let (may_call, may_write) = (fields.contains(&SharedField::Mobile), fields.contains(&SharedField::Address));
    if key.is_blind() || !(may_call || may_write) {
        return Ok(person);
    }
    let mut contact = store::get_contact(tx, &key, victim).await?;
    contact.safe_number = contact.safe_number.filter(|_| may_call);
    Ok(person.reached_by(contact))
}

/// Lets sight of a victim follow their case: the officers of `to` gain it, those of `from` lose it.
pub async fn follow_case(tx: &mut Tx, victim: VictimId, from: Option<Pcode>, to: Pcode) -> Result<()> {
    if let Some(from) = from.filter(|from| *from != to) {
        store::delete_district(tx, victim, from).await?;
    }
    store::insert_district(tx, victim, to).await
}
