//! Use cases of feedback. Whoever it is about is not there for any of them to see.
use std::sync::Arc;

use super::model::{Acknowledged, Feedback, FeedbackId, FeedbackMove, FeedbackStatus, FeedbackView, NewFeedback, Text};
use super::store::{self, Eyes, Filter};
use super::terms::FeedbackTerms;
use super::{follow, routing};
use crate::access::policy::{self, Action, Actor, Scope};
use crate::access::{self, UserId};
use crate::cases::{self, CaseId};
use crate::crypto::{Keyring, PersonKey};
use crate::directory;
use crate::error::{Code, Error, Refers, Result};
use crate::kernel::page::{Page, Paged};
use crate::kernel::time::Time;
use crate::victims;
use crate::work::{Done, Key, Tx, Work, Written};

/// Takes what somebody without a name has to say. It keeps nothing of who it was. There is no key by which the answer
/// could be had again: it would be anybody's.
pub async fn receive(work: &Work, actor: &Actor, new: NewFeedback, terms: Arc<FeedbackTerms>) -> Result<Acknowledged> {
    Ok(keep(work, (actor, None), None, new, terms).await?.answer)
}

/// Records what a victim told an officer.
pub async fn record(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    new: NewFeedback,
    terms: Arc<FeedbackTerms>,
) -> Result<Written<Acknowledged>> {
    if new.user_id == Some(actor.user) {
        let what = "somebody else records what is said about you; or it comes without a name";
        return Err(Error::invalid("/user_id", "own_person", what));
    }
    keep(work, (actor, Some(actor.user)), key, new, terms).await
}

async fn keep(
    work: &Work,
    (actor, by): (&Actor, Option<UserId>),
    key: Option<Key>,
    new: NewFeedback,
    terms: Arc<FeedbackTerms>,
) -> Result<Written<Acknowledged>> {
    let (asking, keys, now, id) = (actor.clone(), work.keys(), work.now(), FeedbackId::new());
    let reference_code = Keyring::reference_code()?;
    work.write(actor, key, async move |tx: &mut Tx| {
        directory::check_district(tx, new.district, now.local_date(), "/district").await?;
        if by.is_none() {
            refuse_flood(tx, now, &terms).await?;
        }
        let keeper = keeper(tx, &asking, &new).await?;
        let made = (id, keys.code_hash(&reference_code));
        let (one, received) = Feedback::receive(made, &new, keeper, terms.on(now.local_date())?, (by, now));
        let person = key_of(tx, &keys, &unhidden(), one.case_id).await?;
        let one = follow::route(tx, one.seal_body(&person, &new.body)?).await?;
        let permit = policy::permit(&asking, Action::GiveFeedback, &one.subject())?;
        store::insert(tx, &permit, &one).await?;
        let (reference_code, received_at, due_at) = (reference_code.clone(), now, one.due_at);
        Ok(Done::new(Acknowledged { reference_code, received_at, due_at }, received))
    })
    .await
}

/// So many a minute, whoever sends them: nobody without a name can fill the list. Those that come in the same moment
/// do not count each other.
async fn refuse_flood(tx: &mut Tx, now: Time, terms: &FeedbackTerms) -> Result<()> {
    let lately = store::count_nameless(tx, now.plus_minutes(-1)).await?;
    if lately < i64::from(terms.anonymous_per_minute) { Ok(()) } else { Err(Code::TooMany.into()) }
}

/// Who keeps the case that it is about. Whatever it is about must be there, and the case be one that the officer sees.
async fn keeper(tx: &mut Tx, asking: &Actor, new: &NewFeedback) -> Result<Option<UserId>> {
    if let Some(user) = new.user_id {
        access::get_user(tx, user).await.refers("/user_id")?;
    }
    if let Some(organisation) = new.organisation_id {
        directory::get_organisation(tx, organisation).await.refers("/organisation_id")?;
    }
    let Some(case) = new.case_id else { return Ok(None) };
    let case = cases::get(tx, &policy::scope(asking, Action::ReadCase), case).await.refers("/case_id")?;
    Ok(case.officer_id)
}

/// The key that its texts are sealed under: that of the person whose case it is about, or that of nobody.
async fn key_of(tx: &mut Tx, keys: &Keyring, scope: &Scope, case: Option<CaseId>) -> Result<PersonKey> {
    let Some(case) = case else { return Ok(keys.nobody_key()) };
    let case = cases::get(tx, &policy::scope(&Actor::system(), Action::ReadCase), case).await?;
    victims::person_key(tx, keys, scope, case.victim_id).await
}

/// For whoever has the code: it is their own word.
fn unhidden() -> Scope {
    policy::scope(&Actor::system(), Action::ReadVictim)
}

fn eyes(actor: &Actor) -> Eyes {
    Eyes { scope: policy::scope(actor, Action::ReadFeedback), organisation: actor.organisation }
}

async fn get(tx: &mut Tx, actor: &Actor, id: FeedbackId) -> Result<Feedback> {
    store::find(tx, &eyes(actor), id).await?.ok_or(Error::NOT_FOUND)
}

/// A list tells no text, so it leaves no record.
pub async fn list(work: &Work, actor: &Actor, filter: Filter, page: Page) -> Result<Paged<Feedback>> {
    let (eyes, now) = (eyes(actor), work.now());
    work.read_whole(async move |tx: &mut Tx| {
        let rows = store::list(tx, &eyes, &filter, &page, now).await?;
        Ok(Paged::cut(rows, &page, |one| one.id.uuid()))
    })
    .await
}

pub async fn view(work: &Work, actor: &Actor, id: FeedbackId) -> Result<FeedbackView> {
    let (asking, keys) = (actor.clone(), work.keys());
    work.view_whole(actor, async move |tx: &mut Tx| {
        let one = get(tx, &asking, id).await?;
        // Whoever it was sent to from another area has no sight of the victim; the complaint is what opens this one.
        let person = key_of(tx, &keys, &unhidden().on_word_of(asking.user), one.case_id).await?;
        let viewed = one.event("feedback.viewed").masked(person.is_blind());
        Ok(Done::new(one.open(&person)?, viewed))
    })
    .await
}

/// Answers, decides an appeal against somebody else's answer, or names whom it is about.
pub async fn make(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (FeedbackId, i64),
    step: FeedbackMove,
) -> Result<Written<FeedbackView>> {
    let (asking, keys, now) = (actor.clone(), work.keys(), work.now());
    work.write(actor, key, async move |tx: &mut Tx| {
        let one = get(tx, &asking, id).await?;
        let permit = policy::permit(&asking, Action::AnswerFeedback, &one.subject())?;
        Error::stale_unless(one.version == version)?;
        let person = key_of(tx, &keys, &unhidden().on_word_of(asking.user), one.case_id).await?;
        if person.is_blind() {
            return Err(Code::PersonProtected.into());
        }
        let named = named(tx, &asking, &step).await?;
        let (one, moved) = one.make(step.clone(), &person, (Some(asking.user), now))?;
        let one = named.iter().skip(1).fold(one, |one, rival| one.without(*rival));
        let one = if named.is_empty() { follow::route(tx, one).await? } else { follow::hand_on(tx, one).await? };
        store::update(tx, &permit, &one, version).await?;
        for user in named {
            store::insert_about(tx, &permit, (id, user), (asking.user, now)).await?;
        }
        Ok(Done::new(one.open(&person)?, moved))
    })
    .await
}

/// Who is said not to be the one to answer: whoever is named, and with another supervisor whoever names them, so that nobody
/// keeps a complaint to themselves by naming all others.
async fn named(tx: &mut Tx, asking: &Actor, step: &FeedbackMove) -> Result<Vec<UserId>> {
    let FeedbackMove::Name(user) = step else { return Ok(Vec::new()) };
    let user = access::get_user(tx, *user).await.refers("/user_id")?;
    let rival = (routing::is_rival(&user) && user.id != asking.user).then_some(asking.user);
    Ok(std::iter::once(user.id).chain(rival).collect())
}

/// What became of it, for whoever has the code.
pub async fn status(work: &Work, actor: &Actor, code: &str) -> Result<FeedbackStatus> {
    let keys = work.keys();
    let hash = keys.code_hash(code);
    work.view_whole(actor, async move |tx: &mut Tx| {
        let one = store::find_by_code(tx, &hash).await?.ok_or(Error::NOT_FOUND)?;
        let person = key_of(tx, &keys, &unhidden(), one.case_id).await?;
        let viewed = one.event("feedback.status_viewed");
        Ok(Done::new(one.open(&person)?.into(), viewed))
    })
    .await
}

/// Whoever has the code is not content with the answer.
pub async fn appeal(
    work: &Work,
    actor: &Actor,
    (code, text): (&str, Text),
    terms: Arc<FeedbackTerms>,
) -> Result<FeedbackStatus> {
    let (asking, keys, now) = (actor.clone(), work.keys(), work.now());
    let hash = keys.code_hash(code);
    let written = work.write(actor, None, async move |tx: &mut Tx| {
        let one = store::find_by_code(tx, &hash).await?.ok_or(Error::NOT_FOUND)?;
        let permit = policy::permit(&asking, Action::GiveFeedback, &one.subject())?;
        let person = key_of(tx, &keys, &unhidden(), one.case_id).await?;
        let version = one.version;
        let appeal = FeedbackMove::Appeal(text.clone(), terms.on(now.local_date())?.appeal_days);
        let (one, moved) = one.make(appeal, &person, (None, now))?;
        let one = follow::route(tx, one).await?;
        store::update(tx, &permit, &one, version).await?;
        Ok(Done::new(FeedbackStatus::from(one.open(&person)?), moved))
    });
    Ok(written.await?.answer)
}
