//! Use cases of screenings. Recording one holds its case, so that the change since the last is always told of the last.
use std::sync::Arc;

use futures_util::future::LocalBoxFuture;

use super::answers::check_answers;
use super::instrument::Instrument;
use super::model::{Answers, Content, NewScreening, Person, Screening, ScreeningId, ScreeningView};
use super::read::Instruments;
use super::{scoring, store};
use crate::access::policy::{self, Action, Actor, Permit, Scope};
use crate::cases::{self, Case, CaseId};
use crate::crypto::{Keyring, PersonKey};
use crate::error::{Error, Result};
use crate::kernel::page::{Page, Paged};
use crate::kernel::time::Time;
use crate::victims::{self, VictimId};
use crate::work::{Cause, Done, Event, Key, Tx, Work, Written};

/// Who records, and when.
struct Recorder {
    actor: Actor,
    keys: Arc<Keyring>,
    at: Time,
}

impl Recorder {
    fn scope(&self, action: Action) -> Scope {
        policy::scope(&self.actor, action)
    }
}

/// Answers that their instrument takes, and whether it was validated in the language in which it was asked.
struct Taken {
    instrument: Arc<Instrument>,
    is_validated: bool,
    answers: Answers,
}

/// Records the answers of the victim of an open case, and what they come to. An answer that must not wait raises its
/// banner at once.
pub async fn record(
    work: &Work,
    instruments: &Instruments,
    actor: &Actor,
    key: Option<Key>,
    (case, new): (CaseId, NewScreening),
) -> Result<Written<ScreeningView>> {
    let me = Recorder { actor: actor.clone(), keys: work.keys(), at: work.now() };
    let NewScreening { instrument, version, language, mode, answers } = new;
    let (instrument, is_validated) = instruments.pick(instrument.as_str(), version, language.as_str())?;
    check_answers(&instrument, &answers)?;
    let (id, taken) = (ScreeningId::new(), Taken { instrument, is_validated, answers });
    work.write(actor, key, async move |tx: &mut Tx| {
        let (case, permit) = cases::hold(tx, &me.actor, Action::RecordScreening, (case, me.at)).await?;
        // What somebody says while their case rests must not be lost.
        case.expect_not_closed()?;
        let person_key = victims::person_key(tx, &me.keys, &eyes(), case.victim_id).await?;
        let content = score(tx, &me, (&case, &person_key), &taken).await?;
        let screening = Screening::take((id, &case), &taken.instrument, (&language, mode), (me.actor.user, me.at));
        let screening = screening.seal(&person_key, &content)?;
        store::insert(tx, &permit, &screening).await?;
        let raised = raise(tx, &permit, (&screening, &taken), me.at).await?;
        let recorded = screening.recorded();
        Ok(Done::new(screening.open(&person_key)?, recorded).and_all(raised))
    })
    .await
}

async fn score(tx: &mut Tx, me: &Recorder, (case, key): (&Case, &PersonKey), taken: &Taken) -> Result<Content> {
    let victim = victims::get(tx, &me.keys, &me.scope(Action::ReadVictim), case.victim_id).await?;
    let person = Person::of(&victim, me.at.local_date());
    let instrument = &*taken.instrument;
    let edition = (instrument.code.as_str(), *instrument.version);
    let last = store::last(tx, &me.scope(Action::ReadScreening), case.id, edition).await?;
    let last = last.map(|last| last.open(key)).transpose()?;
    Content::of((instrument, taken.is_validated), taken.answers.clone(), &person, last.as_ref())
}

/// What must not wait for anybody to read the result. The permit is for the case.
async fn raise(tx: &mut Tx, permit: &Permit, (screening, taken): (&Screening, &Taken), at: Time) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for alert in scoring::alerts(&taken.instrument, &taken.answers) {
        events.push(screening.risk_raised());
        events.extend(cases::raise_banner(tx, permit, screening.case_id, (alert.banner, at)).await?);
    }
    Ok(events)
}

/// One screening. It tells of a person's health, so reading it leaves a record.
pub async fn view(work: &Work, actor: &Actor, id: ScreeningId) -> Result<ScreeningView> {
    let (scope, keys) = (policy::scope(actor, Action::ReadScreening), work.keys());
    let cases = policy::scope(actor, Action::ReadCase);
    work.view_whole(actor, async move |tx: &mut Tx| {
        let screening = store::find(tx, &scope, id).await?.ok_or(Error::NOT_FOUND)?;
        let case = cases::get(tx, &cases, screening.case_id).await?;
        let viewed = screening.viewed();
        let view = told(tx, &keys, case.victim_id, vec![screening]).await?.pop().ok_or(Error::Corrupt("screening"))?;
        Ok(Done::new(view, viewed))
    })
    .await
}

/// The screenings of a case, newest first, each with the change since the one before it.
pub async fn list(work: &Work, actor: &Actor, case: CaseId, page: Page) -> Result<Paged<ScreeningView>> {
    let (scope, keys) = (policy::scope(actor, Action::ReadScreening), work.keys());
    let cases = policy::scope(actor, Action::ReadCase);
    work.view_whole(actor, async move |tx: &mut Tx| {
        let case = cases::get(tx, &cases, case).await?;
        let rows = store::of_case(tx, &scope, case.id, &page).await?;
        let Paged { items, next } = Paged::cut(rows, &page, |screening| screening.id.uuid());
        let items = told(tx, &keys, case.victim_id, items).await?;
        Ok(Done::new(Paged { items, next }, Event::new("screenings.viewed", case.id).of_case(case.id)))
    })
    .await
}

/// Answers are numbers of a scale and name nobody, so whoever sees the case of a protected person reads them too.
fn eyes() -> Scope {
    policy::scope(&Actor::system(), Action::ReadVictim)
}

async fn told(tx: &mut Tx, keys: &Keyring, victim: VictimId, all: Vec<Screening>) -> Result<Vec<ScreeningView>> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let key = victims::person_key(tx, keys, &eyes(), victim).await?;
    all.into_iter().map(|screening| screening.open(&key)).collect()
}

/// Hears of a case having been transferred.
pub fn listen<'a>(tx: &'a mut Tx, cause: &'a Cause<'a>) -> LocalBoxFuture<'a, Result<Vec<Event>>> {
    Box::pin(async move {
        if cause.event.action() == "case.transferred" {
            follow(tx, cause.event).await?;
        }
        Ok(Vec::new())
    })
}

/// The screenings of a case go with it to another district.
async fn follow(tx: &mut Tx, event: &Event) -> Result<()> {
    let (permit, case, district) = cases::transferred(event)?;
    store::follow_case(tx, &permit, case, district).await
}
