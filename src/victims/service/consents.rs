//! Use cases of consents. Withdrawing one is heard by the slices that rest on it.
use std::collections::{BTreeMap, BTreeSet};

use super::super::model::{Consent, ConsentId, NewConsent, SharedField, VictimId};
use super::super::store;
use super::{get, permit};
use crate::access::policy::{self, Action, Actor, OrganisationId};
use crate::directory;
use crate::error::{Error, Refers, Result};
use crate::kernel::page::{Page, Paged};
use crate::kernel::time::Time;
use crate::work::{Done, Key, Tx, Work, Written};

pub async fn record(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (victim, new): (VictimId, NewConsent),
) -> Result<Written<Consent>> {
    let (asking, keys, now, id) = (actor.clone(), work.keys(), work.now(), ConsentId::new());
    work.write(actor, key, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadVictim);
        let victim = get(tx, &keys, &scope, victim).await?;
        let permit = permit(&asking, Action::RecordConsent, &victim)?;
        let recipient = directory::get_organisation(tx, new.recipient_id).await;
        recipient.refers("/recipient_id")?;
        let (consent, recorded) = Consent::record(id, &victim, new.clone(), asking.user, now)?;
        store::insert_consent(tx, &permit, &consent).await?;
        Ok(Done::new(consent, recorded))
    })
    .await
}

pub async fn list(work: &Work, actor: &Actor, victim: VictimId, page: Page) -> Result<Paged<Consent>> {
    let scope = policy::scope(actor, Action::ReadVictim);
    work.read(async move |tx: &mut Tx| {
        store::find(tx, &scope, victim).await?.ok_or(Error::NOT_FOUND)?;
        let rows = store::list_consents(tx, victim, &page).await?;
        Ok(Paged::cut(rows, &page, |consent| consent.id.uuid()))
    })
    .await
}

pub async fn view(work: &Work, actor: &Actor, id: ConsentId) -> Result<Consent> {
    let scope = policy::scope(actor, Action::ReadVictim);
    work.read(async move |tx: &mut Tx| store::find_consent(tx, &scope, id).await?.ok_or(Error::NOT_FOUND)).await
}

pub async fn withdraw(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (ConsentId, i64),
) -> Result<Written<Consent>> {
    let (asking, keys, now) = (actor.clone(), work.keys(), work.now());
    work.write(actor, key, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadVictim);
        let consent = store::find_consent(tx, &scope, id).await?.ok_or(Error::NOT_FOUND)?;
        let victim = get(tx, &keys, &scope, consent.victim_id).await?;
        let permit = permit(&asking, Action::RecordConsent, &victim)?;
        Error::stale_unless(consent.version == version)?;
        let (consent, withdrawn) = consent.withdraw(asking.user, now)?;
        store::update_consent(tx, &permit, &consent, version).await?;
        Ok(Done::new(consent, withdrawn))
    })
    .await
}

/// A live consent of the victim that lets `recipient` know all of `fields`, for other slices inside their own unit of
/// work. It is not withdrawn before that ends.
pub async fn consent_for(
    tx: &mut Tx,
    victim: VictimId,
    recipient: OrganisationId,
    fields: &[SharedField],
    at: Time,
) -> Result<Option<Consent>> {
    let given = store::hold_live_consents(tx, victim, recipient).await?;
    Ok(given.into_iter().find(|consent| consent.is_live(at) && consent.covers(recipient, fields)))
}

/// The consents that let `recipient` know all of `fields` of these victims: one of each who gave one, the newest.
pub async fn consents_for(
    tx: &mut Tx,
    (recipient, fields): (OrganisationId, &[SharedField]),
    victims: &[VictimId],
    at: Time,
) -> Result<BTreeMap<VictimId, ConsentId>> {
    let given = store::consents_to(tx, recipient, victims).await?.into_iter();
    let live = given.filter(|consent| consent.is_live(at) && consent.covers(recipient, fields));
    Ok(live.map(|consent| (consent.victim_id, consent.id)).collect())
}

/// Which of these consents still hold. Until this unit of work ends, none of those is withdrawn.
pub async fn hold_live(tx: &mut Tx, ids: &[ConsentId], at: Time) -> Result<BTreeSet<ConsentId>> {
    let held = store::hold_consents(tx, ids).await?.into_iter();
    Ok(held.filter(|consent| consent.is_live(at)).map(|consent| consent.id).collect())
}

/// Whether a consent still holds, for those who rest on it.
pub async fn is_consent_live(tx: &mut Tx, consent: ConsentId, at: Time) -> Result<bool> {
    // A recipient has no sight of victims, and learns no more of this one than whether it may know what it was told.
    let everywhere = policy::scope(&Actor::system(), Action::ReadVictim);
    Ok(store::find_consent(tx, &everywhere, consent).await?.is_some_and(|consent| consent.is_live(at)))
}
