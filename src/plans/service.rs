//! Use cases of plans. Whatever changes one holds its case, so that no goal is set on a need that ends meanwhile.
use std::sync::Arc;

use super::model::{ActionId, ActionMove, Goal, GoalId, NewAction, Plan, PlanId, Terms};
use super::store;
use crate::access::policy::{self, Action, Actor, Permit, Scope};
use crate::cases::{self, Case, CaseId};
use crate::crypto::{Keyring, PersonKey};
use crate::error::{Code, Error, Result};
use crate::kernel::text::Prose;
use crate::kernel::time::{Date, Time};
use crate::needs::{self, NeedId};
use crate::victims;
use crate::work::{Done, Event, Key, Tx, Work, Written};

/// Who plans, with which keys, and when.
struct Planner {
    actor: Actor,
    keys: Arc<Keyring>,
    at: Time,
}

impl Planner {
    fn new(work: &Work, actor: &Actor) -> Self {
        Self { actor: actor.clone(), keys: work.keys(), at: work.now() }
    }

    fn scope(&self, action: Action) -> Scope {
        policy::scope(&self.actor, action)
    }
}

/// A case that is held, with leave to change its plan and the key of its victim.
struct Held {
    case: Case,
    permit: Permit,
    key: PersonKey,
}

async fn hold(tx: &mut Tx, me: &Planner, case: CaseId) -> Result<Held> {
    let (case, permit) = cases::hold(tx, &me.actor, Action::ChangePlan, (case, me.at)).await?;
    let key = victims::person_key(tx, &me.keys, &me.scope(Action::ReadVictim), case.victim_id).await?;
    Ok(Held { case, permit, key })
}

/// Makes the plan of an open case; a case has one.
pub async fn make(work: &Work, actor: &Actor, key: Option<Key>, case: CaseId, terms: Terms) -> Result<Written<Plan>> {
    let (me, id) = (Planner::new(work, actor), PlanId::new());
    work.write(actor, key, async move |tx: &mut Tx| {
        let held = hold(tx, &me, case).await?;
        held.case.expect_open()?;
        let (plan, events) = Plan::make(id, &held.case, terms, me.actor.user, me.at)?;
        store::insert(tx, &held.permit, &plan).await.map_err(|error| match error {
            error if error.is_duplicate() => Code::AlreadyExists.into(),
            error => error,
        })?;
        done(plan, events)
    })
    .await
}

fn done(plan: Plan, events: Vec<Event>) -> Result<Done<Plan>> {
    let mut events = events.into_iter();
    let first = events.next().ok_or(Error::Corrupt("plan without event"))?;
    Ok(Done::new(plan, first).and_all(events))
}

/// The plan of a case. It tells of the victim, so reading it leaves a record.
pub async fn view(work: &Work, actor: &Actor, case: CaseId) -> Result<Plan> {
    let me = Planner::new(work, actor);
    work.view_whole(actor, async move |tx: &mut Tx| {
        let case = cases::get(tx, &me.scope(Action::ReadCase), case).await?;
        let key = victims::person_key(tx, &me.keys, &me.scope(Action::ReadVictim), case.victim_id).await?;
        let plan = store::find(tx, &me.scope(Action::ReadPlan), &key, case.id).await?.ok_or(Error::NOT_FOUND)?;
        let viewed = plan.viewed();
        Ok(Done::new(plan, viewed))
    })
    .await
}

/// The plan of a case and the day of its review, for the slices that remind of it. It tells nothing of the victim.
pub async fn review_of(tx: &mut Tx, scope: &Scope, case: CaseId) -> Result<Option<(PlanId, Date)>> {
    store::review_of(tx, scope, case).await
}

/// Sets the review anew, or takes down what the victim says; `change` makes the new terms from the old.
pub async fn change(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (CaseId, i64),
    change: impl Fn(Terms) -> Terms + Send + 'static,
) -> Result<Written<Plan>> {
    alter(work, actor, key, at, async move |_: &mut Tx, plan: Plan, held: &Held, me: &Planner| {
        held.case.expect_open()?;
        let terms = change(plan.terms());
        plan.change(terms, me.at)
    })
    .await
}

/// Sets a goal for a need of the case that is open.
pub async fn set_goal(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (CaseId, i64),
    (need, text): (NeedId, Prose<1000>),
) -> Result<Written<Plan>> {
    let id = GoalId::new();
    alter(work, actor, key, at, async move |tx: &mut Tx, plan: Plan, held: &Held, me: &Planner| {
        held.case.expect_open()?;
        let need = needs::find_all(tx, &me.scope(Action::ReadCase), &[need]).await?.pop().ok_or(Code::NeedEnded)?;
        let goal = Goal { id, need_id: need.id, text: Some(text.clone()), set_at: me.at, set_by: me.actor.user };
        let (plan, event) = plan.set_goal(goal, &need, me.at)?;
        store::insert_goal(tx, &held.permit, &held.key, &plan).await?;
        Ok((plan, vec![event]))
    })
    .await
}

/// Sets an action for an officer or supervisor of the case's district.
pub async fn set_action(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (CaseId, i64),
    new: NewAction,
) -> Result<Written<Plan>> {
    let id = ActionId::new();
    alter(work, actor, key, at, async move |tx: &mut Tx, plan: Plan, held: &Held, me: &Planner| {
        held.case.expect_open()?;
        cases::check_officer(tx, new.owner_id, held.case.district, "/owner_id").await?;
        let (plan, event) = plan.set_action(id, new.clone(), me.actor.user, me.at)?;
        store::insert_action(tx, &held.permit, &held.key, &plan).await?;
        Ok((plan, vec![event]))
    })
    .await
}

/// An action is done, or dropped with a reason. The version is that of the plan.
pub async fn end_action(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (ActionId, i64),
    step: ActionMove,
) -> Result<Written<Plan>> {
    let me = Planner::new(work, actor);
    work.write(actor, key, async move |tx: &mut Tx| {
        let case = store::case_of_action(tx, &me.scope(Action::ReadPlan), id).await?.ok_or(Error::NOT_FOUND)?;
        let held = hold(tx, &me, case).await?;
        held.case.expect_not_closed()?;
        let plan = get(tx, &me, &held, version).await?;
        let (plan, event) = plan.end_action(id, step, me.actor.user, me.at)?;
        store::end_action(tx, &held.permit, &plan, id).await?;
        store::update(tx, &held.permit, &plan, version).await?;
        Ok(Done::new(plan, event))
    })
    .await
}

/// The plan of a case that is held, if it is still at `version`.
async fn get(tx: &mut Tx, me: &Planner, held: &Held, version: i64) -> Result<Plan> {
    let plan = store::find(tx, &me.scope(Action::ReadPlan), &held.key, held.case.id).await?.ok_or(Error::NOT_FOUND)?;
    Error::stale_unless(plan.version == version).map(|()| plan)
}

async fn alter<F>(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (case, version): (CaseId, i64),
    altering: F,
) -> Result<Written<Plan>>
where
    F: AsyncFn(&mut Tx, Plan, &Held, &Planner) -> Result<(Plan, Vec<Event>)> + Send + 'static,
{
    let me = Planner::new(work, actor);
    work.write(actor, key, async move |tx: &mut Tx| {
        let held = hold(tx, &me, case).await?;
        let plan = get(tx, &me, &held, version).await?;
        let (plan, events) = altering(tx, plan, &held, &me).await?;
        store::update(tx, &held.permit, &plan, version).await?;
        done(plan, events)
    })
    .await
}
