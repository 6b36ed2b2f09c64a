//! Use cases of recognitions.
use super::super::model::{NewRecognition, Recognition, RecognitionEnd, RecognitionId, VictimId};
use super::super::store;
use super::{find_incident, get, permit};
use crate::access::policy::{self, Action, Actor};
use crate::error::{Code, Error, Result};
use crate::kernel::page::{Page, Paged};
use crate::work::{Done, Key, Tx, Work, Written};

/// The most that one victim has: far above what four kinds of list need.
const MOST: u16 = 100;

pub async fn record(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (victim, new): (VictimId, NewRecognition),
) -> Result<Written<Recognition>> {
    let (asking, keys, now, id) = (actor.clone(), work.keys(), work.now(), RecognitionId::new());
    work.write(actor, key, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadVictim);
        let victim = get(tx, &keys, &scope, victim).await?;
        let permit = permit(&asking, Action::ChangeVictim, &victim)?;
        let incidents = policy::scope(&asking, Action::ReadIncident);
        let incident = find_incident(tx, &incidents, new.incident_id, "/incident_id").await?;
        let about = (&victim, incident.facts.occurred_on);
        let (recognition, recorded) = Recognition::record(id, about, new.clone(), asking.user, now)?;
        let person_key = store::find_key(tx, &keys, &scope, victim.id).await?;
        let all = Page { limit: MOST, after: None };
        let known = store::list_recognitions(tx, &person_key, victim.id, &all).await?;
        if known.len() >= usize::from(MOST) || known.iter().any(|one| one.is_same_list(&recognition)) {
            return Err(Code::AlreadyExists.into());
        }
        let stored = store::insert_recognition(tx, &permit, &person_key, &recognition).await;
        stored.map_err(|error| if error.is_duplicate() { Code::AlreadyExists.into() } else { error })?;
        Ok(Done::new(recognition, recorded))
    })
    .await
}

/// A reference may identify, so reading leaves a record.
pub async fn list(work: &Work, actor: &Actor, victim: VictimId, page: Page) -> Result<Paged<Recognition>> {
    let (scope, keys) = (policy::scope(actor, Action::ReadVictim), work.keys());
    work.view(actor, async move |tx: &mut Tx| {
        let victim = get(tx, &keys, &scope, victim).await?;
        let person_key = store::find_key(tx, &keys, &scope, victim.id).await?;
        let rows = store::list_recognitions(tx, &person_key, victim.id, &page).await?;
        let rows = Paged::cut(rows, &page, |recognition| recognition.id.uuid());
        Ok(Done::new(rows, victim.event("victim.recognitions_viewed")))
    })
    .await
}

pub async fn view(work: &Work, actor: &Actor, id: RecognitionId) -> Result<Recognition> {
    let (scope, keys) = (policy::scope(actor, Action::ReadVictim), work.keys());
    work.view(actor, async move |tx: &mut Tx| {
        let row = store::find_recognition(tx, &scope, id).await?.ok_or(Error::NOT_FOUND)?;
        let victim = get(tx, &keys, &scope, row.victim()).await?;
        let recognition = row.open(&store::find_key(tx, &keys, &scope, victim.id).await?)?;
        Ok(Done::new(recognition, victim.event("victim.recognitions_viewed")))
    })
    .await
}

/// Says that a recognition does not hold any more. The others do.
pub async fn withdraw(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (RecognitionId, i64),
    reason: RecognitionEnd,
) -> Result<Written<Recognition>> {
    let (asking, keys, now) = (actor.clone(), work.keys(), work.now());
    work.write(actor, key, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadVictim);
        let row = store::find_recognition(tx, &scope, id).await?.ok_or(Error::NOT_FOUND)?;
        let victim = get(tx, &keys, &scope, row.victim()).await?;
        let permit = permit(&asking, Action::ChangeVictim, &victim)?;
        let recognition = row.open(&store::find_key(tx, &keys, &scope, victim.id).await?)?;
        Error::stale_unless(recognition.version == version)?;
        let (recognition, withdrawn) = recognition.withdraw(reason, asking.user, now)?;
        store::end_recognition(tx, &permit, &recognition, version).await?;
        Ok(Done::new(recognition, withdrawn))
    })
    .await
}
