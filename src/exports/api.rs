//! Exports over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;

use super::model::{Export, ExportId, NewExport};
use super::service::{self, ExportedRow};
use super::store::Filter;
use super::words::ExportFormat;
use crate::access::policy::{Action, Actor};
use crate::error::Result;
use crate::http::{
    Allow, Attachment, Command, Created, Found, KeyedCommand, Listed, Listing, Nothing, Place, Resource, Routes,
};
use crate::work::Work;

impl Resource for Export {
    fn version(&self) -> i64 {
        1
    }
    fn path(&self) -> Option<String> {
        Some(format!("/exports/{}", self.id))
    }
}

pub fn routes(routes: Routes) -> Routes {
    let (make, read) = (Allow::May(Action::MakeExport), Allow::May(Action::ReadExport));
    let making =
        "Make a masked file of payments, findings or entries of the ledger; it is kept with the ids of its rows";
    routes
        .on(Method::POST, "/exports", make, making, export)
        .on(Method::GET, "/exports", read, "What was taken along, newest first", list)
        .on(Method::GET, "/exports/{id}", read, "One export; recorded", view)
        .on(Method::GET, "/exports/{id}/rows", read, "The rows that an export holds; recorded", rows)
        .on(Method::GET, "/exports/{id}/file", read, "The file as it was made; recorded", file)
}

async fn export(work: Data<Work>, command: KeyedCommand<NewExport>) -> Result<Created<Export>> {
    let Command { actor, key, body } = command.0;
    service::make(&work, &actor, key, body).await.map(Created)
}

async fn list(work: Data<Work>, actor: Actor, listing: Listing<Filter>) -> Result<Listed<Export>> {
    service::list(&work, &actor, listing.filter, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<ExportId>) -> Result<Found<Export>> {
    service::view(&work, &actor, id.0).await.map(Found)
}

async fn rows(
    work: Data<Work>,
    actor: Actor,
    id: Place<ExportId>,
    listing: Listing<Nothing>,
) -> Result<Listed<ExportedRow>> {
    service::rows(&work, &actor, id.0, listing.page).await.map(Listed)
}

async fn file(work: Data<Work>, actor: Actor, id: Place<ExportId>) -> Result<Attachment> {
    let (export, content) = service::file(&work, &actor, id.0).await?;
    let media = match export.format {
        ExportFormat::Csv => Attachment::CSV,
        ExportFormat::Xlsx => Attachment::XLSX,
    };
    Ok(Attachment { name: format!("{}-{}.{}", export.kind, export.id, export.format), media, content })
}
