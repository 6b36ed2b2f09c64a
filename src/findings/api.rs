//! Findings over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Finding, FindingId, FindingMove};
use super::service::{self, FindingView};
use super::store::Filter;
use crate::access::policy::{Action, Actor};
use crate::error::Result;
use crate::http::{Allow, Command, Found, IfMatch, KeyedCommand, Listed, Listing, Moved, Place, Resource, Routes};
use crate::kernel::text::Prose;
use crate::work::Work;

impl Resource for FindingView {
    fn version(&self) -> i64 {
        self.finding.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/findings/{}", self.finding.id))
    }
}

/// What somebody has to say to a finding. Name claims, and nobody.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReplyBody {
    text: Prose<2000>,
}

pub fn routes(routes: Routes) -> Routes {
    let read = Allow::May(Action::ReadFinding);
    let (answering, settling) = (Allow::May(Action::AnswerFinding), Allow::May(Action::SettleFinding));
    routes
        .on(Method::GET, "/findings", read, "What speaks against paying, newest first", list)
        .on(Method::GET, "/findings/{id}", read, "One finding with its replies; recorded", view)
        .on(Method::POST, "/findings/{id}/answer", answering, "Say what is behind it", answer)
        .on(Method::POST, "/findings/{id}/settle", settling, "There is nothing wrong, or it was put right", settle)
        .on(Method::POST, "/findings/{id}/uphold", settling, "It stands: what it is about is not paid", uphold)
}

async fn list(work: Data<Work>, actor: Actor, listing: Listing<Filter>) -> Result<Listed<Finding>> {
    service::list(&work, &actor, listing.filter, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<FindingId>) -> Result<Found<FindingView>> {
    service::view(&work, &actor, id.0).await.map(Found)
}

/// One move of a finding: what it takes, and where it leads.
macro_rules! moves {
    ($($name:ident => $action:expr, $step:expr;)+) => {$(
        async fn $name(
            work: Data<Work>,
            id: Place<FindingId>,
            read: IfMatch,
            command: KeyedCommand<ReplyBody>,
        ) -> Result<Moved<FindingView>> {
            let Command { actor, key, body } = command.0;
            service::make(&work, &actor, key, (id.0, read.0), ($action, $step, body.text)).await.map(Moved)
        }
    )+};
}

moves! {
    answer => Action::AnswerFinding, FindingMove::Answer;
    settle => Action::SettleFinding, FindingMove::Settle;
    uphold => Action::SettleFinding, FindingMove::Uphold;
}
