//! The unit of work. A write is one transaction: reserve the key, run the closure, let listeners follow up, append the
//! trail, fill the outbox, keep the answer, commit. It refuses to finish without an `Event`.
mod clock;
mod event;
mod meta;
mod reads;
mod reply;
mod trail;
mod upkeep;

use std::sync::Arc;

use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::access::policy::Actor;
use crate::crypto::Keyring;
use crate::db::{Database, Isolation};
use crate::error::{Code, Error, Fault, Result};
use crate::kernel::ids::Id;
use crate::kernel::time::Time;

pub use clock::Clock;
pub use event::{Done, Event};
pub use reply::{Key, Written};
pub use trail::{Outcome, TrailEntry, of_case};

pub use crate::db::Tx;

/// What follows from an event, in the same transaction. A listener hears every event and answers with those that its
/// own writes caused; those are heard too.
pub type Listener = for<'a> fn(&'a mut Tx, &'a Cause<'a>) -> LocalBoxFuture<'a, Result<Vec<Event>>>;

/// An event, and who brought it about when.
pub struct Cause<'a> {
    pub event: &'a Event,
    pub actor: &'a Actor,
    pub at: Time,
}

/// Whether a database was sealed before, so that new keys cannot open it.
pub async fn is_sealed(database: &Database) -> Result<bool> {
    database.read(async |tx: &mut Tx| meta::is_settled(tx).await).await
}

#[derive(Clone)]
pub struct Work {
    database: Database,
    keys: Arc<Keyring>,
    clock: Clock,
    listeners: &'static [Listener],
    reads: reads::Reads,
}

impl Work {
    pub fn new(database: Database, keys: Arc<Keyring>, clock: Clock, listeners: &'static [Listener]) -> Self {
        Self { reads: reads::Reads::new(database.clone()), database, keys, clock, listeners }
    }

    /// The same for one of `threads`.
    pub fn apart(&self, threads: usize) -> Self {
        let database = self.database.apart(threads);
        Self { reads: self.reads.apart(database.clone()), database, ..self.clone() }
    }

    /// The time that every part of one use case agrees on.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    pub fn keys(&self) -> Arc<Keyring> {
        self.keys.clone()
    }

    /// Reads what identifies nobody.
    pub async fn read<T, F>(&self, reading: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.database.read(reading).await
    }

    /// The same, where several statements must agree with each other.
    pub async fn read_whole<T, F>(&self, reading: F) -> Result<T>
    where
        F: AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.database.snapshot(reading).await
    }

    /// What listeners would find in the way of an event that has not happened: they hear it and may read, and it leaves
    /// no record.
    pub async fn foresee<F>(&self, actor: &Actor, asking: F) -> Result<Vec<Fault>>
    where
        F: AsyncFn(&mut Tx) -> Result<Event> + Send + 'static,
    {
        let (actor, at, listeners) = (actor.clone(), self.now(), self.listeners);
        let heard = self.read_whole(async move |tx: &mut Tx| {
            let event = asking(tx).await?;
            hear(tx, listeners, &Cause { event: &event, actor: &actor, at }).await.map(drop)
        });
        match heard.await {
            Ok(()) => Ok(Vec::new()),
            Err(Error::Conflict { code: Code::CaseNotReady, faults, .. }) => Ok(faults),
            Err(error) => Err(error),
        }
    }

    /// Reads an identified person. The answer waits until the record of the read is safe.
    pub async fn view<T, F>(&self, actor: &Actor, viewing: F) -> Result<T>
    where
        F: AsyncFn(&mut Tx) -> Result<Done<T>> + Send + 'static,
        T: Send + 'static,
    {
        let seen = self.database.read(viewing).await;
        self.keep(actor, seen).await
    }

    /// The same, where several statements must agree with each other.
    pub async fn view_whole<T, F>(&self, actor: &Actor, viewing: F) -> Result<T>
    where
        F: AsyncFn(&mut Tx) -> Result<Done<T>> + Send + 'static,
        T: Send + 'static,
    {
        let seen = self.database.snapshot(viewing).await;
        self.keep(actor, seen).await
    }

    async fn keep<T>(&self, actor: &Actor, seen: Result<Done<T>>) -> Result<T> {
        match seen {
            Ok(Done { answer, events }) => {
                let at = self.now();
                let records = events.iter().map(|event| trail::Record::new(actor, event, Outcome::Viewed, at));
                self.reads.append(records.collect()).await?;
                Ok(answer)
            }
            Err(error) => {
                self.record_refusal(actor, &error).await?;
                Err(error)
            }
        }
    }

    /// Writes, once for each `key`. The closure may run again, so what it makes up (ids, times) is made before it.
    pub async fn write<T, F>(&self, actor: &Actor, key: Option<Key>, writing: F) -> Result<Written<T>>
    where
        F: AsyncFn(&mut Tx) -> Result<Done<T>> + Send + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        self.write_at(Isolation::ReadCommitted, actor, key, writing).await
    }

    /// The same, at a chosen isolation: `Serializable` for money and for rules over several rows.
    pub async fn write_at<T, F>(
        &self,
        isolation: Isolation,
        actor: &Actor,
        key: Option<Key>,
        writing: F,
    ) -> Result<Written<T>>
    where
        F: AsyncFn(&mut Tx) -> Result<Done<T>> + Send + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let unit = Unit { actor: actor.clone(), at: self.now(), keys: self.keys(), key, listeners: self.listeners };
        let outcome = self.database.write(isolation, async move |tx: &mut Tx| unit.run(tx, &writing).await).await;
        if let Err(error) = &outcome {
            self.record_refusal(actor, error).await?;
        }
        outcome
    }

    /// A refusal rolls its transaction back, so it is recorded in one of its own.
    pub async fn record_refusal(&self, actor: &Actor, error: &Error) -> Result<()> {
        // Whoever has not signed in could fill the trail with guesses, and nobody would learn from them who it was.
        if actor.is_nobody() && error.code() == Code::NotFound {
            return Ok(());
        }
        let Some(event) = event::refusal(error, actor.about) else { return Ok(()) };
        let record = trail::Record::new(actor, &event, Outcome::Refused, self.now());
        self.reads.append(vec![record]).await
    }

    /// Refuses to work on a database whose identities other keys have sealed; a new database takes these keys.
    pub async fn check_keys(&self) -> Result<()> {
        let ours = self.keys.fingerprint();
        let theirs =
            self.database.write(Isolation::ReadCommitted, async move |tx: &mut Tx| meta::settle(tx, &ours).await);
        if theirs.await? == self.keys.fingerprint() {
            return Ok(());
        }
        Err(Error::Unavailable("this is not the key file that the database was sealed with".into()))
    }

    /// What the database is called: a name of its own that goes with it wherever it is moved.
    pub async fn name_of_database(&self) -> Result<Uuid> {
        let new = Uuid::now_v7().to_string();
        let named = self.database.write(Isolation::ReadCommitted, async move |tx: &mut Tx| meta::name(tx, &new).await);
        named.await?.parse().map_err(|_| Error::Corrupt("name of the database"))
    }

    /// Asks the database whether it is there.
    pub async fn ping(&self) -> Result<()> {
        self.database.read(async |tx: &mut Tx| tx.ping().await).await
    }
}

/// Lets every listener hear an event: what follows, or all that any of them finds in its way.
async fn hear(tx: &mut Tx, listeners: &[Listener], cause: &Cause<'_>) -> Result<Vec<Event>> {
    let (mut events, mut open) = (Vec::new(), Vec::new());
    for listen in listeners {
        match listen(tx, cause).await {
            Ok(following) => events.extend(following),
            Err(Error::Conflict { code: Code::CaseNotReady, faults, .. }) => open.extend(faults),
            Err(error) => return Err(error),
        }
    }
    Error::not_ready_unless_none(open).map(|()| events)
}

/// One write, from its key to its trail. Owns all it needs, since it may run again.
struct Unit {
    actor: Actor,
    at: Time,
    keys: Arc<Keyring>,
    key: Option<Key>,
    listeners: &'static [Listener],
}

impl Unit {
    async fn run<T, F>(&self, tx: &mut Tx, writing: &F) -> Result<Written<T>>
    where
        F: AsyncFn(&mut Tx) -> Result<Done<T>>,
        T: Serialize + DeserializeOwned,
    {
        if let Some(key) = &self.key
            && let Some(answer) = reply::reserve(tx, self.actor.user, key, self.at).await?
        {
            let answer = serde_json::from_slice(&self.keys.open_reply(&key.context(self.actor.user), &answer)?)?;
            // The answer may name a person, so that it was given again is on the trail.
            let replayed = Event::new("reply.replayed", Id::<()>::nil());
            trail::append(tx, &[trail::Record::new(&self.actor, &replayed, Outcome::Viewed, self.at)]).await?;
            return Ok(Written { answer, replayed: true });
        }
        let Done { answer, mut events } = writing(tx).await?;
        self.follow_up(tx, &mut events).await?;
        if events.iter().any(|event| event.is_hiding) {
            reply::hide_all_before(tx, self.at).await?;
        }
        let kept = match &self.key {
            Some(key) => {
                let sealed = self.keys.seal_reply(&key.context(self.actor.user), &serde_json::to_vec(&answer)?)?;
                Some((key.text(), sealed))
            }
            None => None,
        };
        trail::close(tx, &self.actor, &events, kept, self.at).await?;
        Ok(Written { answer, replayed: false })
    }

    /// Lets every listener hear every event, those of listeners too, in rounds: what was caused in one is heard in the next.
    /// Two listeners that answer each other for ever run out of rounds.
    async fn follow_up(&self, tx: &mut Tx, events: &mut Vec<Event>) -> Result<()> {
        const MOST: usize = 20;
        let mut heard = 0;
        for _ in 0..MOST {
            let round = heard..events.len();
            if round.is_empty() {
                return Ok(());
            }
            heard = round.end;
            for event in events.get(round).map(<[Event]>::to_vec).unwrap_or_default() {
                let cause = Cause { event: &event, actor: &self.actor, at: self.at };
                events.extend(hear(tx, self.listeners, &cause).await?);
            }
        }
        Err(Error::Corrupt("events without end"))
    }
}
