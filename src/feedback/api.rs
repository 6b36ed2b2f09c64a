//! Feedback over HTTP. Two doors are open to everybody; nothing at them asks who it is, and no code travels in an address.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Acknowledged, Feedback, FeedbackId, FeedbackMove, FeedbackStatus, FeedbackView, NewFeedback, Text};
use super::service;
use super::store::Filter;
use super::terms::FeedbackTerms;
use super::words::{Category, Channel, FeedbackKind};
use crate::access::policy::{Action, Actor};
use crate::access::{OrganisationId, UserId};
use crate::cases::CaseId;
use crate::error::Result;
use crate::http::{
    Allow, Command, Created, Found, IfMatch, KeyedCommand, Listed, Listing, Moved, Place, Plain, Resource, Routes,
    Search,
};
use crate::kernel::places::Pcode;
use crate::kernel::text::Line;
use crate::work::Work;

impl Resource for FeedbackView {
    /// Of a protected person it tells who is named more.
    fn is_told_by_version(&self) -> bool {
        false
    }
    fn version(&self) -> i64 {
        self.feedback.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/feedback/{}", self.feedback.id))
    }
}

impl Resource for Acknowledged {
    fn version(&self) -> i64 {
        1
    }
    /// Whoever said it has no sight of the record.
    fn path(&self) -> Option<String> {
        None
    }
}

/// What anybody may say. Leave out who you are, if you do not want it known.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OpenBody {
    kind: FeedbackKind,
    category: Category,
    /// P-code of the district it is about.
    district: Pcode,
    body: Text,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RecordBody {
    kind: FeedbackKind,
    category: Category,
    channel: Channel,
    district: Pcode,
    body: Text,
    /// The case it is about; its officer does not learn of it. Texts are then sealed under that person's key.
    #[serde(default)]
    case_id: Option<CaseId>,
    #[serde(default)]
    organisation_id: Option<OrganisationId>,
    /// Whom it is about; that user does not learn of it. More can be named afterwards.
    #[serde(default)]
    user_id: Option<UserId>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NameBody {
    /// Whom the text is about; from now on that user does not see it any more.
    user_id: UserId,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TextBody {
    text: Text,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CodeBody {
    reference_code: Line<40>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AppealBody {
    reference_code: Line<40>,
    text: Text,
}

pub fn routes(routes: Routes) -> Routes {
    let (read, answering) = (Allow::May(Action::ReadFeedback), Allow::May(Action::AnswerFeedback));
    let recording = Allow::May(Action::GiveFeedback);
    routes
        .on(Method::POST, "/feedback", Allow::Public, "Complain or suggest, without a name", receive)
        .on(Method::POST, "/feedback/status", Allow::Public, "What became of it, by its code", status)
        .on(Method::POST, "/feedback/appeal", Allow::Public, "Appeal against the answer, by its code", appeal)
        .on(Method::POST, "/feedback/recorded", recording, "Record what a victim had to say", record)
        .on(Method::GET, "/feedback", read, "Feedback of one's area, newest first", list)
        .on(Method::GET, "/feedback/{id}", read, "One complaint or suggestion; recorded", view)
        .on(Method::POST, "/feedback/{id}/answer", answering, "Answer it", answer)
        .on(Method::POST, "/feedback/{id}/decide", answering, "Decide the appeal, as another person", decide)
        .on(Method::POST, "/feedback/{id}/name", answering, "Say whom it is about, who then sees it no more", name)
}

async fn receive(work: Data<Work>, terms: Data<FeedbackTerms>, asked: Search<OpenBody>) -> Result<Plain<Acknowledged>> {
    let OpenBody { kind, category, district, body } = asked.body;
    let (case_id, organisation_id, user_id) = (None, None, None);
    let channel = Channel::Web;
    let new = NewFeedback { kind, category, channel, district, case_id, organisation_id, user_id, body };
    service::receive(&work, &asked.actor, new, terms.into_inner()).await.map(Plain)
}

async fn record(
    work: Data<Work>,
    terms: Data<FeedbackTerms>,
    command: KeyedCommand<RecordBody>,
) -> Result<Created<Acknowledged>> {
    let Command { actor, key, body } = command.0;
    let RecordBody { kind, category, channel, district, body, case_id, organisation_id, user_id } = body;
    let new = NewFeedback { kind, category, channel, district, case_id, organisation_id, user_id, body };
    service::record(&work, &actor, key, new, terms.into_inner()).await.map(Created)
}

async fn status(work: Data<Work>, asked: Search<CodeBody>) -> Result<Plain<FeedbackStatus>> {
    service::status(&work, &asked.actor, asked.body.reference_code.as_str()).await.map(Plain)
}

async fn appeal(
    work: Data<Work>,
    terms: Data<FeedbackTerms>,
    asked: Search<AppealBody>,
) -> Result<Plain<FeedbackStatus>> {
    let AppealBody { reference_code, text } = asked.body;
    service::appeal(&work, &asked.actor, (reference_code.as_str(), text), terms.into_inner()).await.map(Plain)
}

async fn list(work: Data<Work>, actor: Actor, listing: Listing<Filter>) -> Result<Listed<Feedback>> {
    service::list(&work, &actor, listing.filter, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<FeedbackId>) -> Result<Found<FeedbackView>> {
    service::view(&work, &actor, id.0).await.map(Found)
}

async fn answer(
    work: Data<Work>,
    id: Place<FeedbackId>,
    read: IfMatch,
    command: KeyedCommand<TextBody>,
) -> Result<Moved<FeedbackView>> {
    let Command { actor, key, body } = command.0;
    service::make(&work, &actor, key, (id.0, read.0), FeedbackMove::Answer(body.text)).await.map(Moved)
}

async fn decide(
    work: Data<Work>,
    id: Place<FeedbackId>,
    read: IfMatch,
    command: KeyedCommand<TextBody>,
) -> Result<Moved<FeedbackView>> {
    let Command { actor, key, body } = command.0;
    service::make(&work, &actor, key, (id.0, read.0), FeedbackMove::Decide(body.text)).await.map(Moved)
}

async fn name(
    work: Data<Work>,
    id: Place<FeedbackId>,
    read: IfMatch,
    command: KeyedCommand<NameBody>,
) -> Result<Moved<FeedbackView>> {
    let Command { actor, key, body } = command.0;
    service::make(&work, &actor, key, (id.0, read.0), FeedbackMove::Name(body.user_id)).await.map(Moved)
}
