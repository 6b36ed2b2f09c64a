//! Tasks over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{TaskId, TaskLine, TaskView};
use super::service::{self, NewReminder};
use super::state::{DropReason, TaskMove, TaskOutcome};
use super::store::Filter;
use crate::access::UserId;
use crate::access::policy::{Action, Actor};
use crate::cases::CaseId;
use crate::error::Result;
use crate::http::{Allow, Command, Created, Found, IfMatch, Listed, Listing, Moved, Place, Resource, Routes};
use crate::kernel::text::Prose;
use crate::kernel::time::Date;
use crate::work::Work;

impl Resource for TaskLine {
    /// It becomes overdue by itself.
    fn is_told_by_version(&self) -> bool {
        false
    }
    fn version(&self) -> i64 {
        self.task.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/tasks/{}", self.task.id))
    }
}

impl Resource for TaskView {
    fn is_told_by_version(&self) -> bool {
        self.line.is_told_by_version()
    }
    fn version(&self) -> i64 {
        self.line.version()
    }
    fn path(&self) -> Option<String> {
        self.line.path()
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TaskBody {
    case_id: CaseId,
    /// The day in Pakistan by the end of which it should be done: today or later.
    due_on: Date,
    /// Whether it stands before everything else.
    #[serde(default)]
    urgent: bool,
    /// What to do; sealed, and shown only with the task by itself.
    #[serde(default)]
    note: Option<Prose<1000>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CompleteBody {
    /// `reached` counts as contact with the victim.
    #[serde(default)]
    outcome: Option<TaskOutcome>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DropBody {
    reason: DropReason,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReassignBody {
    /// An officer or supervisor whose area has the case's district.
    officer_id: UserId,
}

pub fn routes(routes: Routes) -> Routes {
    let (read, change) = (Allow::May(Action::ReadTask), Allow::May(Action::ChangeTask));
    routes
        .on(Method::GET, "/tasks", read, "Tasks: the urgent ones first, then by when they are due", list)
        .on(Method::POST, "/tasks", change, "Set yourself a reminder about a case", remind)
        .on(Method::GET, "/tasks/{id}", read, "One task with what was written down; recorded", view)
        .on(Method::POST, "/tasks/{id}/complete", change, "A task was done", complete)
        .on(Method::POST, "/tasks/{id}/drop", change, "A task will not be done", give_up)
        .on(Method::POST, "/tasks/{id}/reassign", change, "Give a task to somebody else", reassign)
}

async fn list(work: Data<Work>, actor: Actor, listing: Listing<Filter>) -> Result<Listed<TaskLine>> {
    service::list(&work, &actor, listing.filter, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<TaskId>) -> Result<Found<TaskView>> {
    service::view(&work, &actor, id.0).await.map(Found)
}

async fn remind(work: Data<Work>, command: Command<TaskBody>) -> Result<Created<TaskView>> {
    let Command { actor, key, body: TaskBody { case_id, due_on, urgent, note } } = command;
    service::remind(&work, &actor, key, NewReminder { case_id, due_on, urgent, note }).await.map(Created)
}

async fn complete(
    work: Data<Work>,
    id: Place<TaskId>,
    read: IfMatch,
    command: Command<CompleteBody>,
) -> Result<Moved<TaskLine>> {
    let step = TaskMove::Complete(command.body.outcome);
    service::make(&work, &command.actor, command.key, (id.0, read.0), step).await.map(Moved)
}

async fn give_up(
    work: Data<Work>,
    id: Place<TaskId>,
    read: IfMatch,
    command: Command<DropBody>,
) -> Result<Moved<TaskLine>> {
    let step = TaskMove::Drop(command.body.reason.of_a_person()?);
    service::make(&work, &command.actor, command.key, (id.0, read.0), step).await.map(Moved)
}

async fn reassign(
    work: Data<Work>,
    id: Place<TaskId>,
    read: IfMatch,
    command: Command<ReassignBody>,
) -> Result<Moved<TaskLine>> {
    let step = TaskMove::Reassign(command.body.officer_id);
    service::make(&work, &command.actor, command.key, (id.0, read.0), step).await.map(Moved)
}
