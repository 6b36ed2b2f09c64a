//! Plans over HTTP. Every change of one answers with the whole.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{ActionId, ActionMove, Agreement, DropReason, GoalId, NewAction, Plan, Terms};
use super::service;
use crate::access::UserId;
use crate::access::policy::{Action, Actor};
use crate::cases::CaseId;
use crate::error::Result;
use crate::http::{Allow, Command, Created, Found, IfMatch, Moved, Nothing, Place, Resource, Routes};
use crate::kernel::text::Prose;
use crate::kernel::time::Date;
use crate::needs::NeedId;
use crate::work::Work;

impl Resource for Plan {
    /// Of a protected person it tells who is named more.
    fn is_told_by_version(&self) -> bool {
        false
    }
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/cases/{}/plan", self.case_id))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PlanBody {
    /// Today or later.
    review_on: Date,
    /// `not_asked`, if left out.
    #[serde(default)]
    agreement: Option<Agreement>,
}

/// What is left out stays as it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PlanChange {
    review_on: Option<Date>,
    agreement: Option<Agreement>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GoalBody {
    /// A need of the case that is open.
    need_id: NeedId,
    text: Prose<1000>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ActionBody {
    /// A goal of the plan that it serves.
    #[serde(default)]
    goal_id: Option<GoalId>,
    text: Prose<1000>,
    /// An officer or supervisor whose area has the case's district.
    owner_id: UserId,
    /// Today or later.
    due_on: Date,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DropBody {
    reason: DropReason,
}

pub fn routes(routes: Routes) -> Routes {
    let (change, read) = (Allow::May(Action::ChangePlan), Allow::May(Action::ReadPlan));
    routes
        .on(Method::POST, "/cases/{id}/plan", change, "Make the plan of a case", make)
        .on(Method::GET, "/cases/{id}/plan", read, "The plan of a case; recorded", view)
        .on(Method::PATCH, "/cases/{id}/plan", change, "Set the review, or what the victim says", alter)
        .on(Method::POST, "/cases/{id}/plan/goals", change, "Set a goal for a need that is open", set_goal)
        .on(Method::POST, "/cases/{id}/plan/actions", change, "Set an action with owner and day", set_action)
        .on(Method::POST, "/plan-actions/{id}/done", change, "An action is done; the ETag is the plan's", done)
        .on(Method::POST, "/plan-actions/{id}/drop", change, "Drop an action; the ETag is the plan's", drop_action)
}

async fn make(work: Data<Work>, case: Place<CaseId>, command: Command<PlanBody>) -> Result<Created<Plan>> {
    let Command { actor, key, body } = command;
    let terms = Terms { review_on: body.review_on, agreement: body.agreement.unwrap_or(Agreement::NOT_ASKED) };
    service::make(&work, &actor, key, case.0, terms).await.map(Created)
}

async fn view(work: Data<Work>, actor: Actor, case: Place<CaseId>) -> Result<Found<Plan>> {
    service::view(&work, &actor, case.0).await.map(Found)
}

async fn alter(
    work: Data<Work>,
    case: Place<CaseId>,
    read: IfMatch,
    command: Command<PlanChange>,
) -> Result<Moved<Plan>> {
    let Command { actor, key, body: PlanChange { review_on, agreement } } = command;
    let change = move |terms: Terms| Terms {
        review_on: review_on.unwrap_or(terms.review_on),
        agreement: agreement.unwrap_or(terms.agreement),
    };
    service::change(&work, &actor, key, (case.0, read.0), change).await.map(Moved)
}

async fn set_goal(
    work: Data<Work>,
    case: Place<CaseId>,
    read: IfMatch,
    command: Command<GoalBody>,
) -> Result<Moved<Plan>> {
    let Command { actor, key, body } = command;
    service::set_goal(&work, &actor, key, (case.0, read.0), (body.need_id, body.text)).await.map(Moved)
}

async fn set_action(
    work: Data<Work>,
    case: Place<CaseId>,
    read: IfMatch,
    command: Command<ActionBody>,
) -> Result<Moved<Plan>> {
    let Command { actor, key, body: ActionBody { goal_id, text, owner_id, due_on } } = command;
    let new = NewAction { goal_id, text, owner_id, due_on };
    service::set_action(&work, &actor, key, (case.0, read.0), new).await.map(Moved)
}

async fn done(work: Data<Work>, id: Place<ActionId>, read: IfMatch, command: Command<Nothing>) -> Result<Moved<Plan>> {
    let Command { actor, key, .. } = command;
    service::end_action(&work, &actor, key, (id.0, read.0), ActionMove::Done).await.map(Moved)
}

async fn drop_action(
    work: Data<Work>,
    id: Place<ActionId>,
    read: IfMatch,
    command: Command<DropBody>,
) -> Result<Moved<Plan>> {
    let Command { actor, key, body } = command;
    service::end_action(&work, &actor, key, (id.0, read.0), ActionMove::Drop(body.reason)).await.map(Moved)
}
