//! Adding a document. Its file is written first and its row then, so that a row is never without its file; a file whose
//! row never came is swept away.
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::super::content::examine;
use super::super::model::{Detail, Document, DocumentId, DocumentKind};
use super::super::store::{self, Row};
use super::shelf::Shelf;
use super::{key_of, place};
use crate::access::policy::{self, Action, Actor};
use crate::cases::{self, CaseId};
use crate::crypto::{Keyring, PersonKey};
use crate::error::{At, Code, Error, Result};
use crate::kernel::time::Time;
use crate::work::{Done, Key, Tx, Work, Written};

/// What is sent in.
pub struct NewDocument {
    pub kind: DocumentKind,
    pub file_name: String,
    pub content: Vec<u8>,
}

/// Keeps a document of a case that is not closed. The same file is not kept twice for one case: 409 `already_exists`.
pub async fn add(
    work: &Work,
    shelf: &Shelf,
    actor: &Actor,
    key: Option<Key>,
    (case, new): (CaseId, NewDocument),
) -> Result<Written<Document>> {
    let person = match admit(work, actor, case).await {
        Ok(person) => person,
        Err(error) => {
            work.record_refusal(actor, &error).await?;
            return Err(error);
        }
    };
    let draft = Draft { id: DocumentId::new(), case, kind: new.kind, at: work.now(), by: actor.clone() };
    let (id, drafting, keys) = (draft.id, draft.clone(), work.keys());
    let (row, sealed) = shelf.in_turn(move || drafting.seal(&keys, &person, new)).await?;
    shelf.vault().put(id, sealed).await?;
    let written = work.write(actor, key, async move |tx: &mut Tx| draft.keep(tx, &row).await).await;
    let is_without_row = match &written {
        Ok(written) => written.answer.id != id,
        // Where the database did not say whether it committed, the sweep finds out.
        Err(error) => error.code().status() < 500,
    };
    if is_without_row {
        // What cannot be removed now is swept later; the answer stands either way.
        if let Err(error) = shelf.vault().remove(id).await {
            tracing::warn!(%error, "a file without a row was not removed");
        }
    }
    written
}

/// Whether the actor may add to the case, before anything is made of the file; the key of the victim.
async fn admit(work: &Work, actor: &Actor, case: CaseId) -> Result<PersonKey> {
    let (asking, keys) = (actor.clone(), work.keys());
    work.read_whole(async move |tx: &mut Tx| {
        let (case, key) = key_of(tx, &keys, &policy::scope(&asking, Action::ReadDocument), case).await?;
        policy::permit(&asking, Action::AddDocument, &case.subject())?;
        if case.is_closed() { Err(Code::CaseNotOpen.into()) } else { Ok(key) }
    })
    .await
}

/// A document that is being made.
#[derive(Clone)]
struct Draft {
    id: DocumentId,
    case: CaseId,
    kind: DocumentKind,
    at: Time,
    by: Actor,
}

impl Draft {
    /// Looks into the file, and seals what is kept of it. Heavy.
    fn seal(&self, keys: &Keyring, person: &PersonKey, new: NewDocument) -> Result<(Row, Vec<u8>)> {
        let sent = Sha256::digest(&new.content);
        let examined = examine(&new.file_name, new.content).at("/file")?;
        // Of what is kept: the same picture under another name or time of day is the same.
        let kept = Sha256::digest(&examined.content);
        let detail = Detail {
            file_name: examined.name.parse().at("/file")?,
            sha256: HEXLOWER.encode(&kept),
            sent_sha256: HEXLOWER.encode(&sent),
        };
        let sealed = person.seal(&place(self.id), &examined.content)?;
        let bytes = i64::try_from(examined.content.len()).map_err(|_| Error::Corrupt("document"))?;
        let document = Document {
            id: self.id,
            case_id: self.case,
            kind: self.kind,
            media: examined.media,
            bytes,
            detail: Some(detail),
            added_at: self.at,
            added_by: self.by.user,
            district: None,
        };
        Ok((Row::of(document, person, keys.mark_of_document(&kept))?, sealed))
    }

    async fn keep(&self, tx: &mut Tx, row: &Row) -> Result<Done<Document>> {
        let (case, permit) = cases::hold(tx, &self.by, Action::AddDocument, (self.case, self.at)).await?;
        if case.is_closed() {
            return Err(Code::CaseNotOpen.into());
        }
        if let Some(there) = store::twin(tx, self.case, &row.mark).await? {
            return Err(Error::conflict_with(Code::AlreadyExists, there));
        }
        let everywhere = policy::scope(&Actor::system(), Action::ReadDocument);
        let same = store::elsewhere(tx, &everywhere, self.case, &row.mark).await?;
        let row = row.clone().in_district(case.district);
        row.document.check_room(store::room_taken(tx, self.case).await?)?;
        store::insert(tx, &permit, &row).await?;
        let document = row.document;
        let repeated: Vec<_> = same.into_iter().map(|other| document.repeats(other)).collect();
        let added = document.event("document.added").with("bytes", document.bytes);
        Ok(Done::new(document, added).and_all(repeated))
    }
}
