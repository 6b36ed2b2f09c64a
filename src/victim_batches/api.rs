//! Batches of verified victims over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::answers::{AnswerRow, Imported, from_csv};
use super::download::Handed;
use super::line::{LineId, LineView};
use super::model::{Batch, BatchId, BatchView, NewBatch};
use super::service;
use super::state::{BatchMove, Format, ReturnReason};
use super::store::{Filter, LineFilter};
use super::{build, download, hand_over, import};
use crate::access::policy::{Action, Actor};
use crate::error::Result;
use crate::http::{
    Allow, Asked, Attachment, Command, Created, Found, FromCsv, IfMatch, KeyedCommand, KeyedRows, Listed, Listing,
    Moved, Nothing, Performed, Place, Resource, Routes,
};
use crate::work::Work;

impl Resource for BatchView {
    /// Persons are dropped without it.
    fn is_told_by_version(&self) -> bool {
        false
    }
    fn version(&self) -> i64 {
        self.batch.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/victim-batches/{}", self.batch.id))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReturnBody {
    reason: ReturnReason,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DropBody {
    #[schemars(length(min = 1, max = 5000))]
    line_ids: Vec<LineId>,
}

/// In JSON; or as `text/csv` with the columns `reference,answer,answered_on,reason`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AnswersBody {
    #[schemars(length(min = 1, max = 5000))]
    answers: Vec<AnswerRow>,
}

impl FromCsv for AnswersBody {
    fn from_csv(file: &[u8]) -> Result<Self> {
        from_csv(file).map(|answers| Self { answers })
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FileAsked {
    format: Format,
}

pub fn routes(routes: Routes) -> Routes {
    let (read, judge) = (Allow::May(Action::ReadVictimBatch), Allow::May(Action::ReviewVictimBatch));
    let build = Allow::May(Action::BuildVictimBatch);
    routes
        .on(Method::POST, "/victim-batches", build, "Put together a list of verified victims", build_batch)
        .on(Method::GET, "/victim-batches", read, "Lists of verified victims, newest first", list)
        .on(Method::GET, "/victim-batches/{id}", read, "One list, without the persons", view)
        .on(Method::GET, "/victim-batches/{id}/lines", read, "Who is on it and who is not, and why; recorded", lines)
        .on(Method::POST, "/victim-batches/{id}/drop", build, "Take persons off a draft or a returned list", take_off)
        .on(Method::POST, "/victim-batches/{id}/submit", build, "Ask for review", submit)
        .on(Method::POST, "/victim-batches/{id}/review", judge, "Agree, as a second person", review)
        .on(Method::POST, "/victim-batches/{id}/return", judge, "Send back, as a second person", send_back)
        .on(Method::POST, "/victim-batches/{id}/hand-over", build, "Make the file; records each disclosure", hand)
        .on(Method::POST, "/victim-batches/{id}/cancel", build, "Give up a list not handed over", cancel)
        .on(
            Method::GET,
            "/victim-batches/{id}/file",
            read,
            "The file, without whom the recipient may no longer be told of; recorded",
            file,
        )
        .on(Method::POST, "/victim-batches/{id}/answers", build, "Take in answers, JSON or CSV, row by row", answers)
}

async fn build_batch(work: Data<Work>, command: KeyedCommand<NewBatch>) -> Result<Created<BatchView>> {
    let Command { actor, key, body } = command.0;
    build::build(&work, &actor, key, body).await.map(Created)
}

async fn list(work: Data<Work>, actor: Actor, listing: Listing<Filter>) -> Result<Listed<Batch>> {
    service::list(&work, &actor, listing.filter, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<BatchId>) -> Result<Found<BatchView>> {
    service::view(&work, &actor, id.0).await.map(Found)
}

async fn lines(
    work: Data<Work>,
    actor: Actor,
    id: Place<BatchId>,
    listing: Listing<LineFilter>,
) -> Result<Listed<LineView>> {
    service::lines(&work, &actor, id.0, (listing.filter, listing.page)).await.map(Listed)
}

async fn take_off(
    work: Data<Work>,
    id: Place<BatchId>,
    read: IfMatch,
    command: KeyedCommand<DropBody>,
) -> Result<Moved<BatchView>> {
    let Command { actor, key, body } = command.0;
    service::take_off(&work, &actor, key, (id.0, read.0), body.line_ids).await.map(Moved)
}

/// One move of a batch: the body, what it takes, and where it leads.
macro_rules! moves {
    ($($name:ident($body:ident: $type:ty) => $action:expr, $step:expr;)+) => {$(
        async fn $name(
            work: Data<Work>,
            id: Place<BatchId>,
            read: IfMatch,
            command: KeyedCommand<$type>,
        ) -> Result<Moved<BatchView>> {
            let Command { actor, key, body: $body } = command.0;
            service::make(&work, &actor, key, (id.0, read.0), ($action, $step)).await.map(Moved)
        }
    )+};
}

moves! {
    submit(_body: Nothing) => Action::BuildVictimBatch, BatchMove::Submit;
    review(_body: Nothing) => Action::ReviewVictimBatch, BatchMove::Review;
    send_back(body: ReturnBody) => Action::ReviewVictimBatch, BatchMove::Return(body.reason);
    cancel(_body: Nothing) => Action::BuildVictimBatch, BatchMove::Cancel;
}

async fn hand(
    work: Data<Work>,
    id: Place<BatchId>,
    read: IfMatch,
    command: KeyedCommand<Nothing>,
) -> Result<Moved<BatchView>> {
    let Command { actor, key, .. } = command.0;
    hand_over::hand_over(&work, &actor, key, (id.0, read.0)).await.map(Moved)
}

async fn file(work: Data<Work>, actor: Actor, id: Place<BatchId>, asked: Asked<FileAsked>) -> Result<Attachment> {
    let Handed { batch, format, content } = download::file(&work, &actor, id.0, asked.0.format).await?;
    let media = match format {
        Format::Csv => Attachment::CSV,
        Format::Json => Attachment::JSON,
    };
    Ok(Attachment { name: format!("victims-{batch}.{format}"), media, content })
}

async fn answers(work: Data<Work>, id: Place<BatchId>, command: KeyedRows<AnswersBody>) -> Result<Performed<Imported>> {
    let Command { actor, key, body } = command.0;
    import::import(&work, &actor, key, (id.0, body.answers)).await.map(Performed)
}
