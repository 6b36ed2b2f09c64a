//! Referrals over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{NewReferral, Referral, ReferralFacts, ReferralId, ReferralView};
use super::moves::ReferralMove;
use super::overrides::{self, OverrideId};
use super::service::{self, Seen};
use super::state::{DeclineReason, FailReason, Outcome, WithdrawReason};
use super::store::Filter;
use crate::access::policy::{Action, Actor};
use crate::cases::CaseId;
use crate::directory::ServiceId;
use crate::error::Result;
use crate::http::{
    Allow, Command, Created, Found, IfMatch, KeyedCommand, Listed, Listing, Moved, Nothing, Place, Resource, Routes,
};
use crate::kernel::text::Prose;
use crate::needs::NeedId;
use crate::victims::SharedField;
use crate::work::Work;

impl Resource for ReferralFacts {
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/referrals/{}", self.id))
    }
}

impl Resource for Referral {
    fn version(&self) -> i64 {
        self.facts.version()
    }
    fn path(&self) -> Option<String> {
        self.facts.path()
    }
}

impl Resource for ReferralView {
    fn version(&self) -> i64 {
        self.referral.version()
    }
    fn path(&self) -> Option<String> {
        self.referral.path()
    }
}

impl Resource for Seen {
    /// A consent may end without the referral changing.
    fn is_told_by_version(&self) -> bool {
        false
    }
    fn version(&self) -> i64 {
        match self {
            Self::Sent(view) => view.version(),
            Self::Received(view) => view.facts.version(),
        }
    }
    fn path(&self) -> Option<String> {
        match self {
            Self::Sent(view) => view.path(),
            Self::Received(view) => view.facts.path(),
        }
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReferralBody {
    service_id: ServiceId,
    #[schemars(length(min = 1, max = 20))]
    need_ids: Vec<NeedId>,
    /// What the recipient may know; a consent of the victim or an agreed override must cover all of it.
    fields: Vec<SharedField>,
    /// For the recipient; `message` must be among the fields.
    #[serde(default)]
    message: Option<Prose<2000>>,
    /// An agreed override for this service and these fields, where no consent covers them.
    #[serde(default)]
    override_id: Option<OverrideId>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DeclineBody {
    reason: DeclineReason,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CompleteBody {
    outcome: Outcome,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FailBody {
    reason: FailReason,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WithdrawBody {
    reason: WithdrawReason,
}

pub fn routes(routes: Routes) -> Routes {
    let (read, answer) = (Allow::May(Action::ReadReferral), Allow::May(Action::AnswerReferral));
    let withdrawing = Allow::May(Action::WithdrawReferral);
    let keeping = Allow::May(Action::ReadCase);
    routes
        .on(Method::POST, "/cases/{id}/referrals", Allow::May(Action::Refer), "Refer a victim", request)
        .on(Method::GET, "/cases/{id}/referrals", keeping, "The referrals of a case, newest first", of_case)
        .on(Method::GET, "/referrals", read, "Referrals sent or received, newest first", list)
        .on(Method::GET, "/referrals/{id}", read, "One referral", view)
        .on(Method::POST, "/referrals/{id}/accept", answer, "Take a referral", accept)
        .on(Method::POST, "/referrals/{id}/decline", answer, "Turn a referral down", decline)
        .on(Method::POST, "/referrals/{id}/start", answer, "Begin to help", start)
        .on(Method::POST, "/referrals/{id}/complete", answer, "Say what came of it", complete)
        .on(Method::POST, "/referrals/{id}/fail", answer, "Give a referral up", fail)
        .on(Method::POST, "/referrals/{id}/withdraw", withdrawing, "Take a referral back", withdraw)
        .and(overrides::api::routes)
}

async fn request(
    work: Data<Work>,
    case: Place<CaseId>,
    command: KeyedCommand<ReferralBody>,
) -> Result<Created<ReferralView>> {
    let Command { actor, key, body } = command.0;
    service::request(&work, &actor, key, case.0, body.into()).await.map(Created)
}

async fn of_case(
    work: Data<Work>,
    actor: Actor,
    case: Place<CaseId>,
    listing: Listing<Nothing>,
) -> Result<Listed<Referral>> {
    service::list_of_case(&work, &actor, case.0, listing.page).await.map(Listed)
}

async fn list(work: Data<Work>, actor: Actor, listing: Listing<Filter>) -> Result<Listed<service::Listed>> {
    service::list(&work, &actor, listing.filter, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<ReferralId>) -> Result<Found<Seen>> {
    service::view(&work, &actor, id.0).await.map(Found)
}

/// One answer of a recipient: the body, and the move it asks for.
macro_rules! answers {
    ($($name:ident($body:ident: $type:ty) => $step:expr;)+) => {$(
        async fn $name(
            work: Data<Work>,
            id: Place<ReferralId>,
            read: IfMatch,
            command: KeyedCommand<$type>,
        ) -> Result<Moved<ReferralFacts>> {
            let Command { actor, key, body: $body } = command.0;
            service::answer(&work, &actor, key, (id.0, read.0), $step).await.map(Moved)
        }
    )+};
}

answers! {
    accept(_body: Nothing) => ReferralMove::Accept;
    decline(body: DeclineBody) => ReferralMove::Decline(body.reason);
    start(_body: Nothing) => ReferralMove::Start;
    complete(body: CompleteBody) => ReferralMove::Complete(body.outcome);
    fail(body: FailBody) => ReferralMove::Fail(body.reason);
}

async fn withdraw(
    work: Data<Work>,
    id: Place<ReferralId>,
    read: IfMatch,
    command: KeyedCommand<WithdrawBody>,
) -> Result<Moved<Referral>> {
    let Command { actor, key, body } = command.0;
    service::withdraw(&work, &actor, key, (id.0, read.0), body.reason).await.map(Moved)
}

impl From<ReferralBody> for NewReferral {
    fn from(body: ReferralBody) -> Self {
        let ReferralBody { service_id, need_ids, fields, message, override_id } = body;
        Self { service_id, need_ids, fields, message, override_id }
    }
}
