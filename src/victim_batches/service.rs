//! Use cases of batches, but for building, handing over and answers, which have files of their own. Who acts upon a
//! batch is in charge of every district in it.
use super::line::{LineId, LineState, LineView, LineWord, OffReason};
use super::model::{Batch, BatchId, BatchView, MOST_LINES};
use super::state::{BatchMove, Format};
use super::store::{self, Filter, LineFilter};
use crate::access::policy::{self, Action, Actor, Permit, Scope};
use crate::error::{Code, Error, Result};
use crate::kernel::page::{Page, Paged};
use crate::kernel::time::Time;
use crate::victims;
use crate::work::{Done, Event, Key, Tx, Work, Written};

/// Leave to do `action` to a batch, asked for every district in it.
pub(super) fn permit(actor: &Actor, action: Action, batch: &Batch) -> Result<Permit> {
    let mut leave = Err(Error::NOT_FOUND);
    for subject in batch.subjects() {
        leave = Ok(policy::permit(actor, action, &subject)?);
    }
    leave
}

pub(super) async fn get(tx: &mut Tx, scope: &Scope, id: BatchId) -> Result<Batch> {
    store::find(tx, scope, id).await?.ok_or(Error::NOT_FOUND)
}

/// The batch with how many persons stand where.
pub(super) async fn told(tx: &mut Tx, batch: Batch) -> Result<BatchView> {
    let (counts, files) = (store::counts(tx, batch.id).await?, store::list_files(tx, batch.id).await?);
    Ok(BatchView { batch, counts, files })
}

/// The batch for whoever acts, held: nothing else changes it until this unit of work ends. Refuses another version than
/// the one that was read.
pub(super) async fn hold(
    tx: &mut Tx,
    actor: &Actor,
    action: Action,
    (id, version): (BatchId, Option<i64>),
) -> Result<(Batch, Permit)> {
    let scope = policy::scope(actor, Action::ReadVictimBatch);
    let leave = permit(actor, action, &get(tx, &scope, id).await?)?;
    let now = store::hold(tx, &leave, id).await?;
    Error::stale_unless(version.is_none_or(|version| version == now))?;
    Ok((get(tx, &scope, id).await?, leave))
}

/// It names nobody, so it leaves no record.
pub async fn view(work: &Work, actor: &Actor, id: BatchId) -> Result<BatchView> {
    let scope = policy::scope(actor, Action::ReadVictimBatch);
    work.read_whole(async move |tx: &mut Tx| {
        let batch = get(tx, &scope, id).await?;
        told(tx, batch).await
    })
    .await
}

/// The batches of one's own area, newest first, without their districts.
pub async fn list(work: &Work, actor: &Actor, filter: Filter, page: Page) -> Result<Paged<Batch>> {
    let scope = policy::scope(actor, Action::ReadVictimBatch);
    work.read(async move |tx: &mut Tx| {
        let rows = store::list(tx, &scope, &filter, &page).await?;
        Ok(Paged::cut(rows, &page, |batch| batch.id.uuid()))
    })
    .await
}

/// Who is on the list with what is shared, and who is not. Every person shown leaves a record under their case.
pub async fn lines(
    work: &Work,
    actor: &Actor,
    id: BatchId,
    (filter, page): (LineFilter, Page),
) -> Result<Paged<LineView>> {
    let (scope, keys) = (policy::scope(actor, Action::ReadVictimBatch), work.keys());
    let eyes = policy::scope(actor, Action::ReadVictim);
    work.view_whole(actor, async move |tx: &mut Tx| {
        let batch = get(tx, &scope, id).await?;
        let rows = store::lines(tx, &scope, id, &filter, &page).await?;
        let Paged { items, next } = Paged::cut(rows, &page, |line| line.id.uuid());
        let (mut views, mut seen) = (Vec::new(), Vec::new());
        for line in items {
            if line.is_told() {
                seen.push(line.event("victim_batch.line_viewed", &batch));
                let key = victims::person_key(tx, &keys, &eyes, line.victim_id).await?;
                views.push(line.open(&key)?);
            } else {
                views.push(LineView { line, person: None, answer_reason: None });
            }
        }
        Ok(Done::new(Paged { items: views, next }, batch.event("victim_batch.lines_viewed")).and_all(seen))
    })
    .await
}

/// Submits, reviews, returns or cancels.
pub async fn make(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (BatchId, i64),
    (action, step): (Action, BatchMove),
) -> Result<Written<BatchView>> {
    let (asking, now) = (actor.clone(), work.now());
    work.write(actor, key, async move |tx: &mut Tx| {
        let (batch, permit) = hold(tx, &asking, action, (at.0, Some(at.1))).await?;
        let (batch, moved) = batch.make(step, asking.user, now)?;
        let counts = store::counts(tx, batch.id).await?;
        if step == BatchMove::Submit && counts.listed == 0 {
            return Err(Code::BatchEmpty.into());
        }
        store::update(tx, &permit, &batch, at.1).await?;
        let mut events = Vec::new();
        if step == BatchMove::Cancel {
            events = drop_all(tx, (&batch, &permit), OffReason::BatchCancelled, now).await?;
        }
        Ok(Done::new(told(tx, batch).await?, moved).and_all(events))
    })
    .await
}

async fn drop_all(tx: &mut Tx, (batch, permit): (&Batch, &Permit), reason: OffReason, at: Time) -> Result<Vec<Event>> {
    let everywhere = policy::scope(&Actor::system(), Action::ReadCase);
    let mut events = Vec::new();
    for line in store::in_states(tx, &everywhere, batch.id, &[LineWord::Listed]).await? {
        let line = line.turned(LineState::Dropped { reason }, at);
        store::change(tx, permit, &line, LineWord::Listed).await?;
        events.push(line.event("victim_batch.dropped", batch));
    }
    Ok(events)
}

/// Takes persons off a draft, or off a batch that was returned.
pub async fn take_off(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (BatchId, i64),
    ids: Vec<LineId>,
) -> Result<Written<BatchView>> {
    if !(1..=MOST_LINES).contains(&ids.len()) {
        return Err(Error::invalid("/line_ids", "out_of_range", "one line at least, and 5,000 at most"));
    }
    let (asking, now) = (actor.clone(), work.now());
    work.write(actor, key, async move |tx: &mut Tx| {
        let (batch, permit) = hold(tx, &asking, Action::BuildVictimBatch, (at.0, Some(at.1))).await?;
        let (batch, shortened) = batch.make(BatchMove::Drop, asking.user, now)?;
        let scope = policy::scope(&asking, Action::ReadVictimBatch);
        let mut listed = store::in_states(tx, &scope, batch.id, &[LineWord::Listed]).await?;
        let mut events = Vec::new();
        for (place, id) in ids.iter().enumerate() {
            let Some(found) = listed.iter().position(|line| line.id == *id) else {
                return Err(Error::unknown_reference(&format!("/line_ids/{place}")));
            };
            let line = listed.swap_remove(found).turned(LineState::Dropped { reason: OffReason::TakenOff }, now);
            store::change(tx, &permit, &line, LineWord::Listed).await?;
            events.push(line.event("victim_batch.dropped", &batch));
        }
        store::update(tx, &permit, &batch, at.1).await?;
        Ok(Done::new(told(tx, batch).await?, shortened).and_all(events))
    })
    .await
}

/// The place that a file is sealed for.
pub(super) fn place_of_file(id: BatchId, format: Format) -> String {
    format!("victim_batch_files|{id}|{format}")
}
