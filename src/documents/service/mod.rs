//! Use cases of documents but adding. Whoever may not know who a person is learns that documents are there, and of what
//! kind; neither name nor content.
pub mod add;
pub mod shelf;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use self::shelf::Shelf;
use super::content::Media;
use super::model::{Document, DocumentId, Repeated};
use super::store;
use crate::access::policy::{self, Action, Actor, Scope};
use crate::cases::{self, Case, CaseId};
use crate::crypto::{Keyring, PersonKey};
use crate::error::{Code, Error, Result};
use crate::kernel::page::{Page, Paged};
use crate::victims;
use crate::work::{Done, Tx, Work};

/// What the file of a document is sealed for.
fn place(id: DocumentId) -> String {
    format!("documents|{id}|content")
}

/// The case of a document, seen with the eyes of whoever may read it, and the key of its victim.
async fn key_of(tx: &mut Tx, keys: &Keyring, scope: &Scope, case: CaseId) -> Result<(Case, PersonKey)> {
    let case = cases::get(tx, scope, case).await?;
    let key = victims::person_key(tx, keys, scope, case.victim_id).await?;
    Ok((case, key))
}

/// The SHA-256 of a document of this case, in hexadecimal, for the slices that prove something by it. It is told only to
/// those who may read the document: else 403 `person_protected`.
pub async fn digest(tx: &mut Tx, scope: &Scope, key: &PersonKey, (case, id): (CaseId, DocumentId)) -> Result<String> {
    let row = store::find(tx, scope, id).await?.filter(|row| row.case_id == case).ok_or(Error::NOT_FOUND)?;
    let detail = row.open(key)?.detail.ok_or(Code::PersonProtected)?;
    Ok(detail.sha256)
}

/// A page of the documents of a case, newest first. Their names tell of a person, so it leaves a record.
pub async fn list(work: &Work, actor: &Actor, case: CaseId, page: Page) -> Result<Paged<Document>> {
    let (scope, keys) = (policy::scope(actor, Action::ReadDocument), work.keys());
    work.view_whole(actor, async move |tx: &mut Tx| {
        let (case, key) = key_of(tx, &keys, &scope, case).await?;
        let rows = store::list(tx, &scope, case.id, &page).await?;
        let documents = rows.into_iter().map(|row| row.open(&key)).collect::<Result<Vec<_>>>()?;
        let viewed = case.event("case.documents_viewed").masked(key.is_blind());
        Ok(Done::new(Paged::cut(documents, &page, |document| document.id.uuid()), viewed))
    })
    .await
}

/// The same file on several cases, for the auditor. It tells nothing of what a file says, so this leaves no record.
pub async fn repeated(work: &Work, actor: &Actor, page: Page) -> Result<Paged<Repeated>> {
    let scope = policy::scope(actor, Action::ReadRepeated);
    work.read_whole(async move |tx: &mut Tx| {
        let rows = store::repeated(tx, &scope, &page).await?;
        Ok(Paged::cut(rows, &page, |one| one.document.id.uuid()))
    })
    .await
}

/// What is known of a document. It leaves a record.
pub async fn view(work: &Work, actor: &Actor, id: DocumentId) -> Result<Document> {
    let (scope, keys) = (policy::scope(actor, Action::ReadDocument), work.keys());
    work.view_whole(actor, async move |tx: &mut Tx| {
        let (document, key) = find(tx, &keys, &scope, id).await?;
        let viewed = document.event("document.viewed").masked(key.is_blind());
        Ok(Done::new(document, viewed))
    })
    .await
}

async fn find(tx: &mut Tx, keys: &Keyring, scope: &Scope, id: DocumentId) -> Result<(Document, PersonKey)> {
    let row = store::find(tx, scope, id).await?.ok_or(Error::NOT_FOUND)?;
    let (_, key) = key_of(tx, keys, scope, row.case_id).await?;
    Ok((row.open(&key)?, key))
}

/// A document as it is given out.
pub struct Given {
    pub file_name: String,
    pub media: Media,
    pub content: Vec<u8>,
}

/// The content. That it was read is recorded before a byte of it is opened; it is for those who may know who the person
/// is, and refused to others: 403 `person_protected`.
pub async fn download(work: &Work, shelf: &Shelf, actor: &Actor, id: DocumentId) -> Result<Given> {
    let (scope, keys) = (policy::scope(actor, Action::ReadDocument), work.keys());
    let found = work.view_whole(actor, async move |tx: &mut Tx| {
        let (document, key) = find(tx, &keys, &scope, id).await?;
        if key.is_blind() {
            return Err(Code::PersonProtected.into());
        }
        let downloaded = document.event("document.downloaded");
        Ok(Done::new((document, key), downloaded))
    });
    let (document, key) = found.await?;
    let detail = document.detail.ok_or(Error::Corrupt("document"))?;
    let content = key.open(&place(id), &shelf.vault().get(id).await?)?;
    if HEXLOWER.encode(&Sha256::digest(&content)) != detail.sha256 {
        return Err(Error::Corrupt("document"));
    }
    Ok(Given { file_name: detail.file_name.into_string(), media: document.media, content })
}
