//! Overrides of consent over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{
    Finding, NewOverride, Override, OverrideEnd, OverrideId, OverrideMove, OverrideTerms, OverrideView,
};
use super::service;
use super::store::Filter;
use crate::access::policy::{Action, Actor};
use crate::cases::CaseId;
use crate::error::Result;
use crate::http::{
    Allow, Command, Created, Found, IfMatch, KeyedCommand, Listed, Listing, Moved, Nothing, Place, Resource, Routes,
};
use crate::work::Work;

impl Resource for OverrideView {
    /// Its time may be over without it changing.
    fn is_told_by_version(&self) -> bool {
        false
    }
    fn version(&self) -> i64 {
        self.consent_override.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/consent-overrides/{}", self.consent_override.id))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WithdrawBody {
    reason: OverrideEnd,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReviewBody {
    finding: Finding,
}

pub fn routes(routes: Routes) -> Routes {
    let (read, asking) = (Allow::May(Action::ReadOverride), Allow::May(Action::AskOverride));
    let answer = Allow::May(Action::AnswerOverride);
    let asked = "Ask to refer without the victim's consent";
    routes
        .on(Method::POST, "/cases/{id}/consent-overrides", asking, asked, ask)
        .on(Method::GET, "/consent-overrides", read, "Overrides of consent, newest first", list)
        .on(Method::GET, "/consent-overrides/{id}", read, "One override, with its reason; recorded", view)
        .on(Method::POST, "/consent-overrides/{id}/agree", answer, "Agree, as another person", agree)
        .on(Method::POST, "/consent-overrides/{id}/refuse", answer, "Refuse, as another person", refuse)
        .on(Method::POST, "/consent-overrides/{id}/withdraw", asking, "End it; open referrals end with it", withdraw)
        .on(Method::POST, "/consent-overrides/{id}/review", answer, "Say afterwards whether it was right", review)
}

async fn ask(
    work: Data<Work>,
    terms: Data<OverrideTerms>,
    case: Place<CaseId>,
    command: KeyedCommand<NewOverride>,
) -> Result<Created<OverrideView>> {
    let Command { actor, key, body } = command.0;
    service::ask(&work, &actor, key, (case.0, body), **terms).await.map(Created)
}

async fn list(work: Data<Work>, actor: Actor, listing: Listing<Filter>) -> Result<Listed<Override>> {
    service::list(&work, &actor, listing.filter, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<OverrideId>) -> Result<Found<OverrideView>> {
    service::view(&work, &actor, id.0).await.map(Found)
}

async fn agree(
    work: Data<Work>,
    terms: Data<OverrideTerms>,
    id: Place<OverrideId>,
    read: IfMatch,
    command: KeyedCommand<Nothing>,
) -> Result<Moved<OverrideView>> {
    make(&work, (id, read), command, OverrideMove::Agree(terms.live_hours)).await
}

async fn refuse(
    work: Data<Work>,
    id: Place<OverrideId>,
    read: IfMatch,
    command: KeyedCommand<Nothing>,
) -> Result<Moved<OverrideView>> {
    make(&work, (id, read), command, OverrideMove::Refuse).await
}

async fn withdraw(
    work: Data<Work>,
    id: Place<OverrideId>,
    read: IfMatch,
    command: KeyedCommand<WithdrawBody>,
) -> Result<Moved<OverrideView>> {
    let reason = command.0.body.reason;
    make(&work, (id, read), command, OverrideMove::Withdraw(reason)).await
}

async fn review(
    work: Data<Work>,
    id: Place<OverrideId>,
    read: IfMatch,
    command: KeyedCommand<ReviewBody>,
) -> Result<Moved<OverrideView>> {
    let finding = command.0.body.finding;
    make(&work, (id, read), command, OverrideMove::Review(finding)).await
}

async fn make<T>(
    work: &Work,
    (id, read): (Place<OverrideId>, IfMatch),
    command: KeyedCommand<T>,
    step: OverrideMove,
) -> Result<Moved<OverrideView>> {
    let Command { actor, key, .. } = command.0;
    service::make(work, &actor, key, (id.0, read.0), step).await.map(Moved)
}
