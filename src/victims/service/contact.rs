//! Use cases of safe contact. The rules are for whoever acts; the safe number only for those who may know the person.
use super::super::model::{NewSafeContact, SafeContact, VictimId};
use super::super::store;
use super::{get, permit};
use crate::access::policy::{self, Action, Actor, Scope};
use crate::crypto::Keyring;
use crate::error::{Error, Result};
use crate::work::{Done, Key, Tx, Work, Written};

/// What is to be heeded with a victim whom the scope lets see, for slices that show it in their own unit of work.
pub async fn safe_contact(tx: &mut Tx, keys: &Keyring, scope: &Scope, victim: VictimId) -> Result<SafeContact> {
    let sealed = store::find(tx, scope, victim).await?.ok_or(Error::NOT_FOUND)?;
    let is_hidden = sealed.key(keys)?.is_blind();
    let contact = whole(tx, keys, victim).await?;
    let safe_number = contact.safe_number.filter(|_| !is_hidden);
    Ok(SafeContact { safe_number, ..contact })
}

/// Rules and number, whoever looks.
async fn whole(tx: &mut Tx, keys: &Keyring, victim: VictimId) -> Result<SafeContact> {
    let umeed = policy::scope(&Actor::system(), Action::ReadVictim);
    let key = store::find_key(tx, keys, &umeed, victim).await?;
    store::get_contact(tx, &key, victim).await
}

pub async fn view(work: &Work, actor: &Actor, id: VictimId) -> Result<SafeContact> {
    let (scope, keys) = (policy::scope(actor, Action::ReadVictim), work.keys());
    work.view(actor, async move |tx: &mut Tx| {
        let victim = get(tx, &keys, &scope, id).await?;
        let contact = safe_contact(tx, &keys, &scope, id).await?;
        Ok(Done::new(contact, victim.event("victim.safe_contact_viewed")))
    })
    .await
}

/// Replaces what was recorded. Who may not know the person changes the rules and leaves the number as it is.
pub async fn record(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (VictimId, i64),
    new: NewSafeContact,
) -> Result<Written<SafeContact>> {
    let (asking, keys, now) = (actor.clone(), work.keys(), work.now());
    work.write(actor, key, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadVictim);
        let victim = get(tx, &keys, &scope, id).await?;
        let permit = permit(&asking, Action::ChangeVictim, &victim)?;
        let old = whole(tx, &keys, id).await?;
        Error::stale_unless(old.version == version)?;
        let mut new = new.clone();
        if victim.is_masked {
            new.safe_number.is_none().then_some(()).ok_or(crate::error::Code::PersonProtected)?;
            new.safe_number.clone_from(&old.safe_number);
        }
        let (contact, recorded) = old.record(new, asking.user, now)?;
        let person_key = store::find_key(tx, &keys, &scope, id).await?;
        store::keep_contact(tx, &permit, &person_key, (&contact, version)).await?;
        let safe_number = contact.safe_number.clone().filter(|_| !victim.is_masked);
        Ok(Done::new(SafeContact { safe_number, ..contact }, recorded))
    })
    .await
}
