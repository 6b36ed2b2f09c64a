//! Use cases of needs. Whatever changes one holds its case, so that the case's urgency is always that of its most
//! urgent open need; no two of them count at the same time.
use std::sync::Arc;

use futures_util::future::LocalBoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Need, NeedId, NeedView, NewNeed};
use super::state::NeedMove;
use super::store;
use crate::access::policy::{self, Action, Actor, Permit, Scope, Subject};
use crate::cases::{self, CLOSING, Case, CaseId, NewCase, Opened};
use crate::crypto::{Keyring, PersonKey};
use crate::directory::Urgency;
use crate::error::{Code, Error, Fault, Result};
use crate::kernel::optional::Optional;
use crate::kernel::page::{Page, Paged};
use crate::kernel::text::Prose;
use crate::kernel::time::Time;
use crate::victims::{self, VictimId};
use crate::work::{Cause, Done, Event, Key, Tx, Work, Written};

pub use store::{find_all, open_domains, open_of_case};

/// Who assesses, with which keys, and when.
struct Assessor {
    actor: Actor,
    keys: Arc<Keyring>,
    at: Time,
}

impl Assessor {
    fn new(work: &Work, actor: &Actor) -> Self {
        Self { actor: actor.clone(), keys: work.keys(), at: work.now() }
    }

    fn scope(&self) -> Scope {
        policy::scope(&self.actor, Action::ReadCase)
    }

    fn permit(&self, subject: &Subject) -> Result<Permit> {
        policy::permit(&self.actor, Action::AssessNeeds, subject)
    }
}

/// A case and the needs it was opened with.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct OpenedCase {
    #[serde(flatten)]
    pub case: Case,
    pub needs: Vec<NeedView>,
}

/// Opens a case together with the needs found so far.
pub async fn open_case(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    case: NewCase,
    found: Vec<NewNeed>,
) -> Result<Written<OpenedCase>> {
    let me = Assessor::new(work, actor);
    let urgency = found.iter().map(|need| need.urgency).min();
    let (id, case, found) = (CaseId::new(), NewCase { urgency, ..case }, with_ids(found));
    work.write(actor, key, async move |tx: &mut Tx| {
        let Opened { case, permit, event } = cases::open_in(tx, &me.actor, (id, &case), me.at).await?;
        let (needs, identified) = add(tx, &me, (&case, &permit), &found).await?;
        Ok(Done::new(OpenedCase { case, needs }, event).and_all(identified))
    })
    .await
}

/// Records a need found in an open case.
pub async fn identify(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    case: CaseId,
    new: NewNeed,
) -> Result<Written<NeedView>> {
    let (me, found) = (Assessor::new(work, actor), with_ids(vec![new]));
    work.write(actor, key, async move |tx: &mut Tx| {
        let (case, permit) = cases::hold(tx, &me.actor, Action::AssessNeeds, (case, me.at)).await?;
        case.expect_open()?;
        let (mut needs, mut events) = add(tx, &me, (&case, &permit), &found).await?;
        count(tx, &permit, case.id, me.at).await?;
        needs.pop().zip(events.pop()).map(|(need, event)| Done::new(need, event)).ok_or(Error::Corrupt("need"))
    })
    .await
}

fn with_ids(found: Vec<NewNeed>) -> Vec<(NeedId, NewNeed)> {
    found.into_iter().map(|new| (NeedId::new(), new)).collect()
}

async fn add(
    tx: &mut Tx,
    me: &Assessor,
    (case, permit): (&Case, &Permit),
    found: &[(NeedId, NewNeed)],
) -> Result<(Vec<NeedView>, Vec<Event>)> {
    if found.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let is_told = found.iter().any(|(_, new)| new.detail.is_some());
    let key = if is_told { Some(victims::person_key(tx, &me.keys, &me.scope(), case.victim_id).await?) } else { None };
    let (mut views, mut events) = (Vec::new(), Vec::new());
    for (id, new) in found {
        let judged = (new.domain, new.urgency);
        let (mut need, identified) = Need::identify(*id, (case.id, case.district), judged, me.actor.user, me.at);
        let told = key.as_ref().zip(new.detail.as_ref());
        need.sealed_detail = told.map(|(key, detail)| need.seal_detail(key, detail)).transpose()?;
        views.push(NeedView { need, detail: new.detail.clone() });
        events.push(identified);
    }
    let needs: Vec<_> = views.iter().map(|view| view.need.clone()).collect();
    store::insert(tx, permit, case.id, &needs).await?;
    Ok((views, events))
}

/// Tells the case how urgent it is now.
async fn count(tx: &mut Tx, permit: &Permit, case: CaseId, at: Time) -> Result<()> {
    let top = store::top_urgency(tx, permit, case).await?;
    cases::changed(tx, permit, case, top, at).await
}

pub async fn view(work: &Work, actor: &Actor, id: NeedId) -> Result<NeedView> {
    let me = Assessor::new(work, actor);
    work.view_whole(actor, async move |tx: &mut Tx| {
        let need = get(tx, &me.scope(), id).await?;
        let case = cases::get(tx, &me.scope(), need.case_id).await?;
        let viewed = need.viewed();
        let told = told(tx, &me, case.victim_id, need).await?;
        let is_masked = told.is_masked();
        Ok(Done::new(told, viewed.masked(is_masked)))
    })
    .await
}

pub async fn list(work: &Work, actor: &Actor, case: CaseId, page: Page) -> Result<Paged<NeedView>> {
    let me = Assessor::new(work, actor);
    work.view_whole(actor, async move |tx: &mut Tx| {
        let case = cases::get(tx, &me.scope(), case).await?;
        let needs = of_case(tx, &me.keys, (&me.scope(), &case), &page).await?;
        let is_masked = needs.items.iter().any(NeedView::is_masked);
        Ok(Done::new(needs, Event::new("needs.viewed", case.id).of_case(case.id).masked(is_masked)))
    })
    .await
}

/// The needs of a case that the caller has found, newest first, for slices that show them in their own unit of work.
pub async fn of_case(
    tx: &mut Tx,
    keys: &Keyring,
    (scope, case): (&Scope, &Case),
    page: &Page,
) -> Result<Paged<NeedView>> {
    let rows = store::of_case(tx, scope, case.id, page).await?;
    let Paged { items, next } = Paged::cut(rows, page, |need| need.id.uuid());
    Ok(Paged { items: told_all(tx, keys, scope, (case.victim_id, items)).await?, next })
}

/// Judges anew how urgent a need is, tells more of it, or takes back what was told. What is not given stays.
pub async fn assess(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (NeedId, i64),
    (urgency, detail): (Option<Urgency>, Optional<Prose<2000>>),
) -> Result<Written<NeedView>> {
    change(work, actor, key, at, async move |tx: &mut Tx, need: Need, case: &Case, me: &Assessor| {
        let urgency = urgency.unwrap_or(need.urgency);
        let sealed = match &detail {
            Optional::Given(Some(detail)) => {
                let key = victims::person_key(tx, &me.keys, &me.scope(), case.victim_id).await?;
                expect_read(&need, &key)?;
                Some(need.seal_detail(&key, detail)?)
            }
            Optional::Given(None) => {
                expect_read(&need, &victims::person_key(tx, &me.keys, &me.scope(), case.victim_id).await?)?;
                None
            }
            Optional::Kept => need.sealed_detail.clone(),
        };
        need.assess(urgency, sealed)
    })
    .await
}

/// What somebody may not read they do not write over.
fn expect_read(need: &Need, key: &PersonKey) -> Result<()> {
    let is_unread = need.sealed_detail.is_some() && key.is_blind();
    if is_unread { Err(Code::PersonProtected.into()) } else { Ok(()) }
}

/// Makes a move.
pub async fn make(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (NeedId, i64),
    step: NeedMove,
) -> Result<Written<NeedView>> {
    let moving = async move |_: &mut Tx, need: Need, _: &Case, me: &Assessor| -> Result<(Need, Event)> {
        Ok(need.make(step, me.actor.user, me.at)?)
    };
    change(work, actor, key, at, moving).await
}

async fn change<F>(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (NeedId, i64),
    changing: F,
) -> Result<Written<NeedView>>
where
    F: AsyncFn(&mut Tx, Need, &Case, &Assessor) -> Result<(Need, Event)> + Send + 'static,
{
    let me = Assessor::new(work, actor);
    work.write(actor, key, async move |tx: &mut Tx| {
        let need = get(tx, &me.scope(), id).await?;
        let permit = me.permit(&need.subject())?;
        let (case, of_case) = cases::hold(tx, &me.actor, Action::AssessNeeds, (need.case_id, me.at)).await?;
        case.expect_not_closed()?;
        Error::stale_unless(need.version == version)?;
        let (need, changed) = changing(tx, need, &case, &me).await?;
        store::update(tx, &permit, &need, version).await?;
        count(tx, &of_case, case.id, me.at).await?;
        Ok(Done::new(told(tx, &me, case.victim_id, need).await?, changed))
    })
    .await
}

async fn get(tx: &mut Tx, scope: &Scope, id: NeedId) -> Result<Need> {
    store::find(tx, scope, id).await?.ok_or(Error::NOT_FOUND)
}

async fn told(tx: &mut Tx, me: &Assessor, victim: VictimId, need: Need) -> Result<NeedView> {
    told_all(tx, &me.keys, &me.scope(), (victim, vec![need])).await?.pop().ok_or(Error::Corrupt("need"))
}

/// The needs with what was told of them; the person's key is fetched only if there is anything to open.
async fn told_all(
    tx: &mut Tx,
    keys: &Keyring,
    scope: &Scope,
    (victim, needs): (VictimId, Vec<Need>),
) -> Result<Vec<NeedView>> {
    if needs.iter().all(|need| need.sealed_detail.is_none()) {
        return Ok(needs.into_iter().map(|need| NeedView { need, detail: None }).collect());
    }
    let key = victims::person_key(tx, keys, scope, victim).await?;
    needs.into_iter().map(|need| need.open_detail(&key)).collect()
}

/// Hears of a case having been transferred, and tells which needs stand in the way of closing one.
pub fn listen<'a>(tx: &'a mut Tx, cause: &'a Cause<'a>) -> LocalBoxFuture<'a, Result<Vec<Event>>> {
    Box::pin(async move {
        match cause.event.action() {
            "case.transferred" => follow(tx, cause.event).await?,
            action if CLOSING.contains(&action) => veto(tx, cause.event.subject()).await?,
            _ => {}
        }
        Ok(Vec::new())
    })
}

/// A need is met, or it is explained why not.
async fn veto(tx: &mut Tx, case: CaseId) -> Result<()> {
    let scope = policy::scope(&Actor::system(), Action::ReadCase);
    let open = open_of_case(tx, &scope, case)
        .await?
        .into_iter()
        .map(|need| Fault::new(format!("/needs/{}", need.id), "need_open", "a need is neither met nor explained"));
    Error::not_ready_unless_none(open.collect())
}

/// The needs of a case go with it to another district.
async fn follow(tx: &mut Tx, event: &Event) -> Result<()> {
    let (permit, case, district) = cases::transferred(event)?;
    store::follow_case(tx, &permit, case, district).await
}
