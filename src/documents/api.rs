//! Documents over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Document, DocumentId, DocumentKind, Repeated};
use super::service::add::NewDocument;
use super::service::shelf::Shelf;
use super::service::{self, add as adding};
use crate::access::policy::{Action, Actor};
use crate::cases::CaseId;
use crate::error::Result;
use crate::http::{Allow, Attachment, Created, Found, Listed, Listing, Nothing, Place, Resource, Routes, Upload};
use crate::work::Work;

impl Resource for Document {
    /// Of a protected person it tells who is named more.
    fn is_told_by_version(&self) -> bool {
        false
    }
    /// It is never changed.
    fn version(&self) -> i64 {
        1
    }
    fn path(&self) -> Option<String> {
        Some(format!("/documents/{}", self.id))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DocumentForm {
    /// What the document is.
    kind: DocumentKind,
}

pub fn routes(routes: Routes) -> Routes {
    let (add_one, read) = (Allow::May(Action::AddDocument), Allow::May(Action::ReadDocument));
    let audit = Allow::May(Action::ReadRepeated);
    routes
        .on(Method::POST, "/cases/{id}/documents", add_one, "Add a document, of at most 10 MiB", add)
        .on(Method::GET, "/cases/{id}/documents", read, "The documents of a case, newest first; recorded", list)
        .on(Method::GET, "/documents/repeated", audit, "The same file on several cases, newest first", repeated)
        .on(Method::GET, "/documents/{id}", read, "What is known of a document; recorded", view)
        .on(Method::GET, "/documents/{id}/content", read, "The document itself; recorded", download)
}

async fn add(
    work: Data<Work>,
    shelf: Data<Shelf>,
    case: Place<CaseId>,
    upload: Upload<DocumentForm>,
) -> Result<Created<Document>> {
    let Upload { actor, key, fields, file, .. } = upload;
    let new = NewDocument { kind: fields.kind, file_name: file.name, content: file.content };
    adding::add(&work, &shelf, &actor, key, (case.0, new)).await.map(Created)
}

async fn list(
    work: Data<Work>,
    actor: Actor,
    case: Place<CaseId>,
    listing: Listing<Nothing>,
) -> Result<Listed<Document>> {
    service::list(&work, &actor, case.0, listing.page).await.map(Listed)
}

async fn repeated(work: Data<Work>, actor: Actor, listing: Listing<Nothing>) -> Result<Listed<Repeated>> {
    service::repeated(&work, &actor, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<DocumentId>) -> Result<Found<Document>> {
    service::view(&work, &actor, id.0).await.map(Found)
}

async fn download(work: Data<Work>, shelf: Data<Shelf>, actor: Actor, id: Place<DocumentId>) -> Result<Attachment> {
    let given = service::download(&work, &shelf, &actor, id.0).await?;
    Ok(Attachment { name: given.file_name, media: given.media.mime(), content: given.content })
}
