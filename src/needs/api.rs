//! Needs over HTTP, and the opening of a case with the needs found.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{NeedId, NeedView, NewNeed};
use super::service::{self, OpenedCase};
use super::state::{NeedMove, UnmetReason};
use crate::access::UserId;
use crate::access::policy::{Action, Actor};
use crate::cases::{CaseId, NewCase, Phase};
use crate::directory::{Domain, Urgency};
use crate::error::{Error, Result};
use crate::http::{Allow, Command, Created, Found, IfMatch, Listed, Listing, Moved, Nothing, Place, Resource, Routes};
use crate::incidents::IncidentId;
use crate::kernel::optional::Optional;
use crate::kernel::places::Pcode;
use crate::kernel::text::Prose;
use crate::victims::VictimId;
use crate::work::Work;

/// The most needs a case is opened with.
const MOST_NEEDS: usize = 20;

impl Resource for NeedView {
    /// Of a protected person it tells who is named more.
    fn is_told_by_version(&self) -> bool {
        false
    }
    fn version(&self) -> i64 {
        self.need.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/needs/{}", self.need.id))
    }
}

impl Resource for OpenedCase {
    fn version(&self) -> i64 {
        self.case.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/cases/{}", self.case.id))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NeedBody {
    domain: Domain,
    urgency: Urgency,
    #[serde(default)]
    detail: Option<Prose<2000>>,
}

/// What is left out stays as it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NeedChange {
    urgency: Option<Urgency>,
    /// `null` takes it back.
    #[serde(default)]
    detail: Optional<Prose<2000>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LeaveUnmetBody {
    reason: UnmetReason,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CaseBody {
    victim_id: VictimId,
    incident_id: IncidentId,
    /// Where the case is kept; without it, where the incident happened.
    #[serde(default)]
    district: Option<Pcode>,
    /// `acute`, if left out.
    #[serde(default)]
    phase: Option<Phase>,
    /// The asking officer, if left out; a supervisor's case waits for assignment.
    #[serde(default)]
    officer_id: Option<UserId>,
    /// The needs found so far.
    #[serde(default)]
    #[schemars(length(max = 20))]
    needs: Vec<NeedBody>,
}

pub fn routes(routes: Routes) -> Routes {
    let (read, assess) = (Allow::May(Action::ReadCase), Allow::May(Action::AssessNeeds));
    routes
        .on(Method::POST, "/cases", Allow::May(Action::OpenCase), "Open a case with the needs found", open_case)
        .on(Method::POST, "/cases/{id}/needs", assess, "Record a need", identify)
        .on(Method::GET, "/cases/{id}/needs", read, "The needs of a case, newest first", list)
        .on(Method::GET, "/needs/{id}", read, "One need", view)
        .on(Method::PATCH, "/needs/{id}", assess, "Judge a need anew", change)
        .on(Method::POST, "/needs/{id}/start", assess, "Begin to see to a need", start)
        .on(Method::POST, "/needs/{id}/meet", assess, "The need is met", meet)
        .on(Method::POST, "/needs/{id}/leave-unmet", assess, "The need stays unmet", leave_unmet)
        .on(Method::POST, "/needs/{id}/decline", assess, "The victim does not want it seen to", decline)
}

async fn open_case(work: Data<Work>, command: Command<CaseBody>) -> Result<Created<OpenedCase>> {
    let Command { actor, key, body } = command;
    let CaseBody { victim_id, incident_id, district, phase, officer_id, needs } = body;
    if needs.len() > MOST_NEEDS {
        return Err(Error::invalid("/needs", "too_many", "at most 20 needs at a time"));
    }
    let phase = phase.unwrap_or(Phase::Acute);
    let case = NewCase { victim_id, incident_id, district, phase, officer_id, urgency: None };
    let needs = needs.into_iter().map(NewNeed::from).collect();
    service::open_case(&work, &actor, key, case, needs).await.map(Created)
}

async fn identify(work: Data<Work>, case: Place<CaseId>, command: Command<NeedBody>) -> Result<Created<NeedView>> {
    let Command { actor, key, body } = command;
    service::identify(&work, &actor, key, case.0, body.into()).await.map(Created)
}

async fn list(
    work: Data<Work>,
    actor: Actor,
    case: Place<CaseId>,
    listing: Listing<Nothing>,
) -> Result<Listed<NeedView>> {
    service::list(&work, &actor, case.0, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<NeedId>) -> Result<Found<NeedView>> {
    service::view(&work, &actor, id.0).await.map(Found)
}

async fn change(
    work: Data<Work>,
    id: Place<NeedId>,
    read: IfMatch,
    command: Command<NeedChange>,
) -> Result<Moved<NeedView>> {
    let Command { actor, key, body } = command;
    service::assess(&work, &actor, key, (id.0, read.0), (body.urgency, body.detail)).await.map(Moved)
}

async fn start(work: Data<Work>, id: Place<NeedId>, read: IfMatch, command: Plainly) -> Result<Moved<NeedView>> {
    service::make(&work, &command.actor, command.key, (id.0, read.0), NeedMove::Start).await.map(Moved)
}

async fn meet(work: Data<Work>, id: Place<NeedId>, read: IfMatch, command: Plainly) -> Result<Moved<NeedView>> {
    service::make(&work, &command.actor, command.key, (id.0, read.0), NeedMove::Meet).await.map(Moved)
}

async fn decline(work: Data<Work>, id: Place<NeedId>, read: IfMatch, command: Plainly) -> Result<Moved<NeedView>> {
    service::make(&work, &command.actor, command.key, (id.0, read.0), NeedMove::Decline).await.map(Moved)
}

type Plainly = Command<Nothing>;

async fn leave_unmet(
    work: Data<Work>,
    id: Place<NeedId>,
    read: IfMatch,
    command: Command<LeaveUnmetBody>,
) -> Result<Moved<NeedView>> {
    let Command { actor, key, body } = command;
    service::make(&work, &actor, key, (id.0, read.0), NeedMove::LeaveUnmet(body.reason)).await.map(Moved)
}

impl From<NeedBody> for NewNeed {
    fn from(body: NeedBody) -> Self {
        Self { domain: body.domain, urgency: body.urgency, detail: body.detail }
    }
}
