//! Batches of payments over HTTP.
use actix_web::http::Method as Verb;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::policy::{Action, Actor};
use crate::error::{Error, Result};
use crate::http::{
    Allow, Asked, Attachment, Command, Created, Found, IfMatch, KeyedCommand, KeyedFile, Listed, Listing, Moved,
    Nothing, Performed, Place, Plain, Resource, Routes,
};
use crate::payouts::model::batch::{Batch, BatchId, BatchView, NewBatch};
use crate::payouts::model::words::FileFormat;
use crate::payouts::service::build::BatchFilter;
use crate::payouts::service::files::{PaymentView, ResultFile, ResultFileId};
use crate::payouts::service::import::{File, Imported};
use crate::payouts::service::{build, files, import, moves, release};
use crate::payouts::sheet::Debtor;
use crate::payouts::{bank_csv, iso20022};
use crate::work::Work;

impl Resource for BatchView {
    /// Payees confirm without it.
    fn is_told_by_version(&self) -> bool {
        false
    }
    fn version(&self) -> i64 {
        self.batch.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/payment-batches/{}", self.batch.id))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ApproveBody {
    /// The `digest` of the batch as the approver has read it.
    #[schemars(length(equal = 64))]
    digest: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FileAsked {
    format: FileFormat,
}

pub fn routes(routes: Routes) -> Routes {
    let (read, build) = (Allow::May(Action::ReadPayment), Allow::May(Action::BuildBatch));
    let (approve, free) = (Allow::May(Action::ApproveBatch), Allow::May(Action::ReleaseBatch));
    let reconcile = Allow::May(Action::ReconcilePayment);
    let inspect = "The payments of a batch with whom they pay; recorded";
    routes
        .on(Verb::POST, "/payment-batches", build, "Put planned payments together", build_batch)
        .on(Verb::GET, "/payment-batches", read, "Batches, newest first", list)
        .on(Verb::GET, "/payment-batches/{id}", read, "One batch, its approvals, files and figures", view)
        .on(Verb::GET, "/payment-batches/{id}/payments", approve, inspect, payments)
        .on(Verb::POST, "/payment-batches/{id}/submit", build, "Ask for approval", submit)
        .on(Verb::POST, "/payment-batches/{id}/approve", approve, "Approve the content that was read", agree)
        .on(Verb::POST, "/payment-batches/{id}/release", free, "Let the money go, and make the bank's file", let_go)
        .on(Verb::POST, "/payment-batches/{id}/cancel", build, "Give up a batch not released", cancel)
        .on(Verb::GET, "/payment-batches/{id}/file", free, "The file as it was made at the release; recorded", file)
        .on(Verb::POST, "/payment-batches/{id}/results", reconcile, "Take in what the bank answered", results)
        .on(
            Verb::GET,
            "/payment-batches/{id}/results",
            read,
            "Files that the bank answered with, newest first",
            answers,
        )
        .on(Verb::GET, "/payment-results/{id}", read, "What was answered to such a file, row by row", verdicts)
}

async fn build_batch(work: Data<Work>, command: KeyedCommand<NewBatch>) -> Result<Created<BatchView>> {
    let Command { actor, key, body } = command.0;
    build::build(&work, &actor, key, body).await.map(Created)
}

async fn list(work: Data<Work>, actor: Actor, listing: Listing<BatchFilter>) -> Result<Listed<Batch>> {
    build::list(&work, &actor, listing.filter, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<BatchId>) -> Result<Found<BatchView>> {
    build::view(&work, &actor, id.0).await.map(Found)
}

async fn payments(
    work: Data<Work>,
    actor: Actor,
    id: Place<BatchId>,
    listing: Listing<Nothing>,
) -> Result<Listed<PaymentView>> {
    files::payments(&work, &actor, id.0, listing.page).await.map(Listed)
}

async fn submit(
    work: Data<Work>,
    id: Place<BatchId>,
    read: IfMatch,
    command: KeyedCommand<Nothing>,
) -> Result<Moved<BatchView>> {
    let Command { actor, key, .. } = command.0;
    moves::submit(&work, &actor, key, (id.0, read.0)).await.map(Moved)
}

async fn agree(
    work: Data<Work>,
    id: Place<BatchId>,
    read: IfMatch,
    command: KeyedCommand<ApproveBody>,
) -> Result<Moved<BatchView>> {
    let Command { actor, key, body } = command.0;
    moves::approve(&work, &actor, key, (id.0, read.0), body.digest).await.map(Moved)
}

async fn let_go(
    work: Data<Work>,
    debtor: Data<Option<Debtor>>,
    id: Place<BatchId>,
    read: IfMatch,
    command: KeyedCommand<Nothing>,
) -> Result<Moved<BatchView>> {
    let Command { actor, key, .. } = command.0;
    release::release(&work, &actor, key, (id.0, read.0), debtor.as_ref().clone()).await.map(Moved)
}

async fn cancel(
    work: Data<Work>,
    id: Place<BatchId>,
    read: IfMatch,
    command: KeyedCommand<Nothing>,
) -> Result<Moved<BatchView>> {
    let Command { actor, key, .. } = command.0;
    moves::cancel(&work, &actor, key, (id.0, read.0)).await.map(Moved)
}

async fn file(work: Data<Work>, actor: Actor, id: Place<BatchId>, asked: Asked<FileAsked>) -> Result<Attachment> {
    let format = asked.0.format;
    let content = files::file(&work, &actor, id.0, format).await?;
    let (ending, media) = match format {
        FileFormat::Pain001 => ("xml", "application/xml"),
        FileFormat::Csv => ("csv", Attachment::CSV),
        FileFormat::Register => ("html", "text/html; charset=utf-8"),
    };
    Ok(Attachment { name: format!("payments-{}.{ending}", id.0), media, content })
}

async fn results(work: Data<Work>, id: Place<BatchId>, file: KeyedFile) -> Result<Performed<Imported>> {
    let KeyedFile { actor, key, is_csv, content } = file;
    let read = if is_csv { bank_csv::read(&content[..]) } else { iso20022::read(&content[..]) };
    let results = read.map_err(|invalid| Error::invalid("", invalid.code, invalid.message))?;
    if results.rows.is_empty() && results.verdicts.is_empty() {
        return Err(Error::invalid("", "no_rows", "the file says nothing of any payment"));
    }
    let file = File { content: content.to_vec(), results };
    import::import(&work, &actor, key, (id.0, file)).await.map(Performed)
}

async fn answers(
    work: Data<Work>,
    actor: Actor,
    id: Place<BatchId>,
    listing: Listing<Nothing>,
) -> Result<Listed<ResultFile>> {
    files::results(&work, &actor, id.0, listing.page).await.map(Listed)
}

async fn verdicts(work: Data<Work>, actor: Actor, id: Place<ResultFileId>) -> Result<Plain<Imported>> {
    files::verdicts(&work, &actor, id.0).await.map(Plain)
}
