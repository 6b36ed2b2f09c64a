//! Taking in what the recipient answered: a result for every row, and nothing twice. An answer of a later day takes the
//! place of an earlier one; every one stays on the trail.
use std::collections::{BTreeMap, BTreeSet};

use super::answers::{Answer, AnswerRow, Imported, RowOutcome, RowResult, check};
use super::line::{Line, LineState, Reference};
use super::model::{Batch, BatchId};
use super::service;
use super::state::BatchMove;
use super::store;
use crate::access::policy::{self, Action, Actor, Permit, Scope};
use crate::crypto::Keyring;
use crate::error::Result;
use crate::kernel::time::{Date, Time};
use crate::victims;
use crate::work::{Done, Event, Key, Tx, Work, Written};

pub async fn import(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, rows): (BatchId, Vec<AnswerRow>),
) -> Result<Written<Imported>> {
    check(&rows)?;
    let (asking, keys, now) = (actor.clone(), work.keys(), work.now());
    work.write(actor, key, async move |tx: &mut Tx| {
        let (batch, permit) = service::hold(tx, &asking, Action::BuildVictimBatch, (id, None)).await?;
        let version = batch.version;
        // Refuses a batch that was not handed over, before anything is looked at.
        batch.clone().make(BatchMove::Answers { is_all: false }, asking.user, now)?;
        let scope = policy::scope(&asking, Action::ReadVictimBatch);
        let lines = store::by_reference(tx, &scope, id).await?;
        let mut desk =
            Desk { batch: &batch, permit: &permit, keys: &keys, scope: &scope, lines, seen: BTreeSet::new(), at: now };
        let (mut results, mut events) = (Vec::new(), Vec::new());
        for (place, row) in rows.iter().enumerate() {
            let (result, event) = desk.take(tx, place + 1, row).await?;
            results.push(result);
            events.extend(event);
        }
        let waiting = desk.lines.values().filter(|line| line.state.is_waiting()).count();
        let (recorded, others) = (events.len(), results.len() - events.len());
        let imported = Imported { recorded, waiting, rows: results };
        if recorded == 0 {
            let nothing_new = batch.event("victim_batch.answers_imported").with("recorded", 0);
            return Ok(Done::new(imported, nothing_new.with("others", others)));
        }
        let (batch, moved) = batch.make(BatchMove::Answers { is_all: waiting == 0 }, asking.user, now)?;
        store::update(tx, &permit, &batch, version).await?;
        Ok(Done::new(imported, moved.with("recorded", recorded).with("others", others)).and_all(events))
    })
    .await
}

/// Where the rows of one import are worked off.
struct Desk<'a> {
    batch: &'a Batch,
    permit: &'a Permit,
    keys: &'a Keyring,
    scope: &'a Scope,
    lines: BTreeMap<Reference, Line>,
    seen: BTreeSet<Reference>,
    at: Time,
}

impl Desk<'_> {
    /// What becomes of one row, and the event if it was recorded.
    async fn take(&mut self, tx: &mut Tx, row: usize, text: &AnswerRow) -> Result<(RowResult, Option<Event>)> {
        let answer = match text.read() {
            Ok(answer) => answer,
            Err((reference, cell)) => {
                let (outcome, cell) = (RowOutcome::Invalid, Some(cell.to_owned()));
                return Ok((RowResult { row, reference, outcome, cell }, None));
            }
        };
        let reference = Some(answer.reference.clone());
        let (outcome, event) = self.record(tx, answer).await?;
        Ok((RowResult { row, reference, outcome, cell: None }, event))
    }

    async fn record(&mut self, tx: &mut Tx, answer: Answer) -> Result<(RowOutcome, Option<Event>)> {
        let days = (self.handed_over_on(), self.at.local_date());
        let Some(line) = self.lines.get_mut(&answer.reference) else { return Ok((RowOutcome::Unknown, None)) };
        if !self.seen.insert(answer.reference.clone()) {
            return Ok((RowOutcome::Repeated, None));
        }
        let outcome = answer.weigh(line, days);
        if outcome != RowOutcome::Recorded {
            return Ok((outcome, None));
        }
        let from = line.state.word();
        let state = LineState::Answered { answer: answer.word, answered_on: answer.day };
        let mut answered = line.clone().turned(state, self.at);
        answered.sealed_reason = match &answer.reason {
            Some(reason) => {
                let key = victims::person_key(tx, self.keys, self.scope, line.victim_id).await?;
                Some(answered.seal_reason(&key, reason)?)
            }
            None => None,
        };
        store::change(tx, self.permit, &answered, from).await?;
        let event = answered.event("victim_batch.answered", self.batch);
        *line = answered;
        Ok((RowOutcome::Recorded, Some(event)))
    }

    fn handed_over_on(&self) -> Date {
        self.batch.state.given().map_or(self.at, |given| given.handed_over_at).local_date()
    }
}
