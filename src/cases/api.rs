//! Cases over HTTP. A case is opened where its first needs are: `needs::api`.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::banner::{Banner, ClearReason};
use super::model::{Case, CaseId, CaseMove, CaseOutcome, Contact, ContactMode, HoldReason, Note, Phase, TimelineEntry};
use super::service::contacts::{self, NewContact};
use super::service::{self, banners, notes};
use super::store::Filter;
use crate::access::UserId;
use crate::access::policy::{Action, Actor};
use crate::error::Result;
use crate::http::{Allow, Command, Created, Found, IfMatch, Listed, Listing, Moved, Nothing, Place, Resource, Routes};
use crate::kernel::text::Prose;
use crate::kernel::time::Time;
use crate::work::Work;

impl Resource for Case {
    /// Its urgency and the time of the last change move without it.
    fn is_told_by_version(&self) -> bool {
        false
    }
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/cases/{}", self.id))
    }
}

impl Resource for Contact {
    fn version(&self) -> i64 {
        1
    }
    fn path(&self) -> Option<String> {
        None
    }
}

impl Resource for Note {
    fn version(&self) -> i64 {
        1
    }
    fn path(&self) -> Option<String> {
        None
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CaseChange {
    phase: Phase,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AssignBody {
    /// An officer or supervisor whose area has the case's district.
    officer_id: UserId,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ContactBody {
    mode: ContactMode,
    /// Whether anybody was reached.
    reached: bool,
    /// When it was; now, if left out, and never later.
    #[serde(default)]
    at: Option<Time>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct HoldBody {
    reason: HoldReason,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CloseBody {
    outcome: CaseOutcome,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ClearBody {
    reason: ClearReason,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NoteBody {
    body: Prose<4000>,
}

pub fn routes(routes: Routes) -> Routes {
    let (read, change, end) =
        (Allow::May(Action::ReadCase), Allow::May(Action::ChangeCase), Allow::May(Action::EndCase));
    routes
        .on(Method::GET, "/cases", read, "Cases, newest first", list)
        .on(Method::GET, "/cases/{id}", read, "One case", view)
        .on(Method::PATCH, "/cases/{id}", change, "Say in which phase of support a case is", enter_phase)
        .on(Method::POST, "/cases/{id}/assign", Allow::May(Action::AssignCase), "Assign an officer", assign)
        .on(Method::POST, "/cases/{id}/hold", change, "Put on hold, with a reason", hold)
        .on(Method::POST, "/cases/{id}/resume", change, "Go on after a hold", resume)
        .on(Method::POST, "/cases/{id}/close", end, "Close with an outcome; refused while referrals are open", close)
        .on(Method::POST, "/cases/{id}/reopen", end, "Reopen a closed case", reopen)
        .on(Method::POST, "/cases/{id}/contacts", change, "Say that somebody was reached, or was not", record_contact)
        .on(
            Method::POST,
            "/cases/{id}/banners/suicide_risk/clear",
            change,
            "Clear the banner, with a reason",
            clear_risk,
        )
        .on(Method::POST, "/cases/{id}/notes", change, "Write a note", write_note)
        .on(Method::GET, "/cases/{id}/notes", read, "Notes, newest first; recorded", list_notes)
        .on(Method::GET, "/cases/{id}/timeline", read, "What happened under a case, newest first", timeline)
}

async fn list(work: Data<Work>, actor: Actor, listing: Listing<Filter>) -> Result<Listed<Case>> {
    service::list(&work, &actor, listing.filter, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<CaseId>) -> Result<Found<Case>> {
    service::view(&work, &actor, id.0).await.map(Found)
}

async fn enter_phase(
    work: Data<Work>,
    id: Place<CaseId>,
    read: IfMatch,
    command: Command<CaseChange>,
) -> Result<Moved<Case>> {
    let Command { actor, key, body } = command;
    service::enter_phase(&work, &actor, key, (id.0, read.0), body.phase).await.map(Moved)
}

async fn assign(
    work: Data<Work>,
    id: Place<CaseId>,
    read: IfMatch,
    command: Command<AssignBody>,
) -> Result<Moved<Case>> {
    let officer = command.body.officer_id;
    make(&work, (id, read), command, CaseMove::Assign { officer }).await
}

async fn hold(work: Data<Work>, id: Place<CaseId>, read: IfMatch, command: Command<HoldBody>) -> Result<Moved<Case>> {
    let reason = command.body.reason;
    make(&work, (id, read), command, CaseMove::Hold { reason }).await
}

async fn resume(work: Data<Work>, id: Place<CaseId>, read: IfMatch, command: Command<Nothing>) -> Result<Moved<Case>> {
    make(&work, (id, read), command, CaseMove::Resume).await
}

async fn close(work: Data<Work>, id: Place<CaseId>, read: IfMatch, command: Command<CloseBody>) -> Result<Moved<Case>> {
    let outcome = command.body.outcome;
    make(&work, (id, read), command, CaseMove::Close { outcome }).await
}

async fn reopen(work: Data<Work>, id: Place<CaseId>, read: IfMatch, command: Command<Nothing>) -> Result<Moved<Case>> {
    make(&work, (id, read), command, CaseMove::Reopen).await
}

async fn clear_risk(
    work: Data<Work>,
    id: Place<CaseId>,
    read: IfMatch,
    command: Command<ClearBody>,
) -> Result<Moved<Case>> {
    let Command { actor, key, body } = command;
    let cleared = (Banner::SuicideRisk, body.reason);
    banners::clear_banner(&work, &actor, key, (id.0, read.0), cleared).await.map(Moved)
}

async fn make<T>(
    work: &Work,
    (id, read): (Place<CaseId>, IfMatch),
    command: Command<T>,
    wanted: CaseMove,
) -> Result<Moved<Case>> {
    service::make(work, &command.actor, command.key, (id.0, read.0), wanted).await.map(Moved)
}

async fn record_contact(
    work: Data<Work>,
    id: Place<CaseId>,
    command: Command<ContactBody>,
) -> Result<Created<Contact>> {
    let Command { actor, key, body: ContactBody { mode, reached, at } } = command;
    contacts::record(&work, &actor, key, (id.0, NewContact { mode, reached, at })).await.map(Created)
}

async fn write_note(work: Data<Work>, id: Place<CaseId>, command: Command<NoteBody>) -> Result<Created<Note>> {
    let Command { actor, key, body } = command;
    notes::write(&work, &actor, key, (id.0, body.body)).await.map(Created)
}

async fn list_notes(
    work: Data<Work>,
    actor: Actor,
    id: Place<CaseId>,
    listing: Listing<Nothing>,
) -> Result<Listed<Note>> {
    notes::list(&work, &actor, id.0, listing.page).await.map(Listed)
}

async fn timeline(
    work: Data<Work>,
    actor: Actor,
    id: Place<CaseId>,
    listing: Listing<Nothing>,
) -> Result<Listed<TimelineEntry>> {
    notes::timeline(&work, &actor, id.0, listing.page).await.map(Listed)
}
