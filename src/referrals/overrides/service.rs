//! Use cases of overrides. Whatever changes one holds its case, so that of two who answer the second is told so.
use super::model::{NewOverride, Override, OverrideId, OverrideMove, OverrideTerms, OverrideView};
use super::store::{self, Filter};
use crate::access::policy::{self, Action, Actor, Scope};
use crate::cases::{self, CaseId};
use crate::crypto::Keyring;
use crate::directory;
use crate::error::{Code, Error, Result};
use crate::kernel::page::{Page, Paged};
use crate::kernel::time::Time;
use crate::victims::{self, VictimId};
use crate::work::{Done, Key, Tx, Work, Written};

/// Asks a supervisor to let a referral go without the victim's consent.
pub async fn ask(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (case, new): (CaseId, NewOverride),
    terms: OverrideTerms,
) -> Result<Written<OverrideView>> {
    let (asking, keys, now, id) = (actor.clone(), work.keys(), work.now(), OverrideId::new());
    work.write(actor, key, async move |tx: &mut Tx| {
        let (case, permit) = cases::hold(tx, &asking, Action::AskOverride, (case, now)).await?;
        case.expect_open()?;
        let service = directory::find_service(tx, new.service_id).await?;
        let service = service.ok_or_else(|| Error::unknown_reference("/service_id"))?;
        let about = (&case, service.facts.organisation_id);
        let (one, asked) = Override::ask(id, about, &new, terms, (asking.user, now))?;
        let scope = policy::scope(&asking, Action::ReadOverride);
        let person_key = victims::person_key(tx, &keys, &scope, case.victim_id).await?;
        let one = one.seal(&person_key, &new.detail)?;
        store::insert(tx, &permit, &one).await?;
        Ok(Done::new(OverrideView { consent_override: one, detail: Some(new.detail.clone()) }, asked))
    })
    .await
}

/// Overrides of one's area. A list tells no detail, so it leaves no record.
pub async fn list(work: &Work, actor: &Actor, filter: Filter, page: Page) -> Result<Paged<Override>> {
    let (scope, now) = (policy::scope(actor, Action::ReadOverride), work.now());
    work.read(async move |tx: &mut Tx| {
        let rows = store::list(tx, &scope, &filter, &page, now).await?;
        Ok(Paged::cut(rows, &page, |one| one.id.uuid()).map(|one| one.seen_at(now)))
    })
    .await
}

pub async fn view(work: &Work, actor: &Actor, id: OverrideId) -> Result<OverrideView> {
    let (scope, keys, now) = (policy::scope(actor, Action::ReadOverride), work.keys(), work.now());
    work.view_whole(actor, async move |tx: &mut Tx| {
        let one = store::find(tx, &scope, id).await?.ok_or(Error::NOT_FOUND)?;
        let viewed = one.event("override.viewed");
        let view = told(tx, &keys, &scope, (one, now)).await?;
        let is_masked = view.detail.is_none();
        Ok(Done::new(view, viewed.masked(is_masked)))
    })
    .await
}

async fn told(tx: &mut Tx, keys: &Keyring, scope: &Scope, (one, now): (Override, Time)) -> Result<OverrideView> {
    let everywhere = policy::scope(&Actor::system(), Action::ReadCase);
    let case = cases::get(tx, &everywhere, one.case_id).await?;
    let key = victims::person_key(tx, keys, scope, case.victim_id).await?;
    one.open(&key, now)
}

/// Agrees, refuses, withdraws or reviews. A move that is not allowed any more is told before a version that is not.
pub async fn make(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (OverrideId, i64),
    step: OverrideMove,
) -> Result<Written<OverrideView>> {
    let (asking, keys, now) = (actor.clone(), work.keys(), work.now());
    let action = match step {
        OverrideMove::Withdraw(_) => Action::AskOverride,
        _ => Action::AnswerOverride,
    };
    work.write(actor, key, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadOverride);
        let found = store::find(tx, &scope, id).await?.ok_or(Error::NOT_FOUND)?;
        let (case, _) = cases::hold(tx, &asking, action, (found.case_id, now)).await?;
        let one = store::find(tx, &scope, id).await?.ok_or(Error::NOT_FOUND)?;
        let permit = policy::permit(&asking, action, &one.subject())?;
        if matches!(step, OverrideMove::Agree(_)) {
            case.expect_open()?;
        }
        if matches!(step, OverrideMove::Agree(_) | OverrideMove::Review(_)) {
            expect_read(tx, &keys, &scope, case.victim_id).await?;
        }
        let read = one.version;
        let (one, moved) = one.make(step, Some(asking.user), now)?;
        Error::stale_unless(read == version)?;
        store::update(tx, &permit, &one, version).await?;
        Ok(Done::new(told(tx, &keys, &scope, (one, now)).await?, moved))
    })
    .await
}

/// Nobody agrees to, or judges, what they may not read: why it was asked for is told of a protected person.
async fn expect_read(tx: &mut Tx, keys: &Keyring, scope: &Scope, victim: VictimId) -> Result<()> {
    let key = victims::person_key(tx, keys, scope, victim).await?;
    if key.is_blind() { Err(Code::PersonProtected.into()) } else { Ok(()) }
}

/// One that a referral may rest on, if this one is live. The caller holds its case.
pub async fn find_live(tx: &mut Tx, case: CaseId, id: OverrideId, at: Time) -> Result<Option<Override>> {
    let everywhere = policy::scope(&Actor::system(), Action::ReadOverride);
    let found = store::find(tx, &everywhere, id).await?;
    Ok(found.filter(|one| one.case_id == case && one.is_live(at)))
}

/// Whether one still holds, for those who rest on it.
pub async fn is_live(tx: &mut Tx, id: OverrideId, at: Time) -> Result<bool> {
    let everywhere = policy::scope(&Actor::system(), Action::ReadOverride);
    Ok(store::find(tx, &everywhere, id).await?.is_some_and(|one| one.is_live(at)))
}
