//! Use cases of circumstances. They are replaced whole, so that what is not said again is not believed on.
use super::super::model::{Circumstances, Told, Victim, VictimId};
use super::super::store;
use super::permit;
use crate::access::policy::{self, Action, Actor, Scope};
use crate::crypto::Keyring;
use crate::directory;
use crate::error::{Error, Result};
use crate::work::{Done, Key, Tx, Work, Written};

/// A victim and what was told of their circumstances, for slices that decide by it in their own unit of work.
pub async fn with_circumstances(tx: &mut Tx, keys: &Keyring, scope: &Scope, id: VictimId) -> Result<(Victim, Told)> {
    let sealed = store::find(tx, scope, id).await?.ok_or(Error::NOT_FOUND)?;
    let told = sealed.told(&sealed.key(keys)?)?;
    Ok((sealed.open(keys)?, told))
}

pub async fn view(work: &Work, actor: &Actor, id: VictimId) -> Result<Told> {
    let (scope, keys) = (policy::scope(actor, Action::ReadVictim), work.keys());
    work.view_whole(actor, async move |tx: &mut Tx| {
        let (victim, told) = with_circumstances(tx, &keys, &scope, id).await?;
        victim.expect_known()?;
        Ok(Done::new(told, victim.event("victim.circumstances_viewed")))
    })
    .await
}

/// Records what was told, in the place of what was told before.
pub async fn replace(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (VictimId, i64),
    circumstances: Circumstances,
) -> Result<Written<Told>> {
    let (asking, keys, now) = (actor.clone(), work.keys(), work.now());
    let codes: Vec<_> = circumstances.aid.received.iter().map(|code| code.as_str().to_owned()).collect();
    work.write(actor, key, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadVictim);
        let (victim, told) = with_circumstances(tx, &keys, &scope, id).await?;
        let permit = permit(&asking, Action::ChangeVictim, &victim)?;
        victim.expect_known()?;
        let person_key = store::find_key(tx, &keys, &scope, id).await?;
        Error::stale_unless(told.version == version)?;
        let (told, recorded) = told.replace(circumstances.clone(), asking.user, now)?;
        directory::check_aid(tx, &codes, "/aid/received").await?;
        store::save_circumstances(tx, &permit, &person_key, &told, version).await?;
        Ok(Done::new(told, recorded))
    })
    .await
}
