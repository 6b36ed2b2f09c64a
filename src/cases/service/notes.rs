//! Use cases of notes and of the timeline. A note is never changed: what was believed then stays readable.
use super::super::model::{CaseId, Note, NoteId, TimelineEntry};
use super::super::store;
use super::{get, hold};
use crate::access::policy::{self, Action, Actor};
use crate::error::{Error, Result};
use crate::kernel::page::{Page, Paged};
use crate::kernel::text::Prose;
use crate::victims;
use crate::work::{self, Done, Event, Key, TrailEntry, Tx, Work, Written};

pub async fn write(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (case, body): (CaseId, Prose<4000>),
) -> Result<Written<Note>> {
    let (asking, keys) = (actor.clone(), work.keys());
    let note =
        Note { id: NoteId::new(), case_id: case, body: Some(body), written_at: work.now(), written_by: actor.user };
    work.write(actor, key, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadCase);
        let (case, permit) = hold(tx, &asking, Action::ChangeCase, (note.case_id, note.written_at)).await?;
        let person_key = victims::person_key(tx, &keys, &scope, case.victim_id).await?;
        store::insert_note(tx, &permit, &person_key, &note).await?;
        Ok(Done::new(note.clone(), Event::new("note.written", note.id).of_case(case.id)))
    })
    .await
}

/// Notes tell of a person, so reading them leaves a record.
pub async fn list(work: &Work, actor: &Actor, case: CaseId, page: Page) -> Result<Paged<Note>> {
    let (scope, keys) = (policy::scope(actor, Action::ReadCase), work.keys());
    work.view(actor, async move |tx: &mut Tx| {
        let case = get(tx, &scope, case).await?;
        let person_key = victims::person_key(tx, &keys, &scope, case.victim_id).await?;
        let notes = store::list_notes(tx, &person_key, case.id, &page).await?;
        Ok(Done::new(
            Paged::cut(notes, &page, |note| note.id.uuid()),
            case.event("case.notes_viewed").masked(person_key.is_blind()),
        ))
    })
    .await
}

/// What happened under a case, newest first, made from the trail.
pub async fn timeline(work: &Work, actor: &Actor, case: CaseId, page: Page) -> Result<Paged<TimelineEntry>> {
    let scope = policy::scope(actor, Action::ReadCase);
    work.read(async move |tx: &mut Tx| {
        let case = get(tx, &scope, case).await?;
        let records = work::of_case(tx, case.id.cast(), &page).await?;
        let entries = records.into_iter().map(entry).collect::<Result<Vec<_>>>()?;
        Ok(Paged::cut(entries, &page, |entry| entry.id.uuid()))
    })
    .await
}

fn entry(record: TrailEntry) -> Result<TimelineEntry> {
    let TrailEntry { id, at, actor_id: by, action, record } = record;
    let mut kept: serde_json::Value = serde_json::from_str(&record)?;
    let facts = kept.get_mut("facts").ok_or(Error::Corrupt("trail"))?.take();
    Ok(TimelineEntry { id: id.cast(), at, by, action, facts })
}
