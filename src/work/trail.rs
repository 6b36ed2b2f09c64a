//! What a unit of work leaves behind: records, messages, the answer under its key. A record is never updated.
//!
//! A record is canonical JSON: one object, keys sorted by their bytes, no white space. Its leaf is SHA-256 of a zero
//! byte and those bytes (RFC 6962 §2.1), ready for the tree that orders and signs them.
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Event, Tx};
use crate::access::policy::{Actor, UserId};
use crate::db::prelude::*;
use crate::error::Result;
use crate::kernel::page::Page;
use crate::kernel::words::words;

words! {
    /// What became of what was asked for.
    pub enum Outcome {
        Done = "done",
        Viewed = "viewed",
        Refused = "refused",
    }
}
text_columns!(Outcome);

// With a default for `None` each statement would be another one, and prepared anew.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = trail, treat_none_as_default_value = false)]
pub struct Record {
    id: Id<Record>,
    at: Time,
    actor_id: Option<UserId>,
    action: &'static str,
    outcome: Outcome,
    subject_id: Id<()>,
    case_id: Option<Id<()>>,
    #[diesel(column_name = record)]
    text: String,
    leaf: Vec<u8>,
}

impl Record {
    pub fn new(actor: &Actor, event: &Event, outcome: Outcome, at: Time) -> Self {
        let id = Id::new();
        let actor_id = (actor.user != Id::nil()).then_some(actor.user);
        let text = json!({
            "v": 1, "id": id, "at": at, "actor": actor_id, "role": actor.role(), "session": actor.session,
            "request": actor.request, "action": event.action, "outcome": outcome.word(), "subject": event.subject,
            "case": event.case, "facts": event.facts,
        })
        .to_string();
        let leaf = leaf(text.as_bytes());
        let (action, subject_id, case_id) = (event.action, event.subject.into(), event.case.map(Id::from));
        Self { id, at, actor_id, action, outcome, subject_id, case_id, text, leaf }
    }
}

/// RFC 6962 §2.1: the hash of a leaf, told apart from the hash of a node by its first byte.
fn leaf(record: &[u8]) -> Vec<u8> {
    Sha256::new().chain_update([0]).chain_update(record).finalize().to_vec()
}

#[derive(Insertable)]
#[diesel(table_name = outbox)]
struct Message {
    id: Id<()>,
    topic: &'static str,
    subject_id: Id<()>,
    payload: String,
    created_at: Time,
    due_at: Time,
    attempts: i32,
}

impl Message {
    fn new(event: &Event, at: Time) -> Self {
        let payload = json!({ "case": event.case, "facts": event.facts }).to_string();
        let (topic, subject_id) = (event.action, event.subject.into());
        Self { id: Id::new(), topic, subject_id, payload, created_at: at, due_at: at, attempts: 0 }
    }
}

/// Rows in one statement. SQLite takes 32,766 parameters in one, PostgreSQL 65,535.
const BATCH: usize = 1000;

/// Appends the records, posts the messages and keeps the answer, in one flight on PostgreSQL.
#[apply(both_databases)]
pub async fn close(
    tx: &mut Tx,
    actor: &Actor,
    events: &[Event],
    reply: Option<(&str, Vec<u8>)>,
    at: Time,
) -> Result<()> {
    let records: Vec<_> = events.iter().map(|event| Record::new(actor, event, Outcome::Done, at)).collect();
    let messages: Vec<_> =
        events.iter().filter(|event| event.is_announced).map(|event| Message::new(event, at)).collect();
    let (key, answer) = reply.unwrap_or_default();
    let reply = replies::table.find((actor.user, key));
    if records.len().max(messages.len()) <= BATCH {
        together!(tx =>
            diesel::insert_into(trail::table).values(&records).execute(tx),
            diesel::insert_into(outbox::table).values(&messages).execute(tx),
            diesel::update(reply).set(replies::answer.eq(answer)).execute(tx),
        )?;
        return Ok(());
    }
    for records in records.chunks(BATCH) {
        diesel::insert_into(trail::table).values(records).execute(tx).await?;
    }
    for messages in messages.chunks(BATCH) {
        diesel::insert_into(outbox::table).values(messages).execute(tx).await?;
    }
    if !key.is_empty() {
        diesel::update(reply).set(replies::answer.eq(answer)).execute(tx).await?;
    }
    Ok(())
}

#[apply(both_databases)]
pub(super) async fn append(tx: &mut Tx, records: &[Record]) -> Result<()> {
    for records in records.chunks(BATCH) {
        match records {
            // Most reads are alone, and a statement of one row is prepared once for all.
            [record] => diesel::insert_into(trail::table).values(record).execute(tx).await?,
            records => diesel::insert_into(trail::table).values(records).execute(tx).await?,
        };
    }
    Ok(())
}

/// A record as a timeline shows it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = trail)]
pub struct TrailEntry {
    pub id: Id<Record>,
    pub at: Time,
    pub actor_id: Option<UserId>,
    pub action: String,
    pub record: String,
}

/// What was done under a case, newest first. The caller has shown, by finding the case, that it may see it.
#[apply(both_databases)]
pub async fn of_case(tx: &mut Tx, case: Id<()>, page: &Page) -> QueryResult<Vec<TrailEntry>> {
    trail::table
        .filter(trail::case_id.eq(case).and(trail::outcome.eq(Outcome::Done)))
        .select(TrailEntry::as_select())
        .into_boxed::<Db>()
        .when(page.after.map(Id::<Record>::from), |page, after| page.filter(trail::id.lt(after)))
        .order(trail::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_canonical_and_its_leaf_is_of_rfc_6962() {
        let event = Event::new("case.opened", Id::<()>::nil()).with("z", 1).with("a", "b");
        let record = Record::new(&Actor::system(), &event, Outcome::Done, Time::from_micros(0).unwrap());
        let keys: Vec<_> =
            record.text.match_indices("\":").map(|(at, _)| record.text[..at].rfind('"').unwrap()).collect();
        assert!(record.text.starts_with(r#"{"action":"case.opened","actor":null,"at":"1970"#), "{}", record.text);
        assert!(record.text.contains(r#""facts":{"a":"b","z":1}"#) && keys.len() > 10);
        // The hash of the empty leaf, from RFC 6962's own test vectors.
        let empty = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
        assert_eq!(data_encoding::HEXLOWER.encode(&leaf(b"")), empty);
    }
}
