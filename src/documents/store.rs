//! Rows of documents. Name and digests are sealed; the mark of a file is a keyed hash, the same for the same file.
use std::collections::BTreeMap;

use diesel::dsl::{exists, not};

use super::content::Media;
use super::model::{Detail, Document, DocumentId, DocumentKind, Hung, Repeated};
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::cases::CaseId;
use crate::crypto::PersonKey;
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::page::Page;
use crate::kernel::places::{Area, Pcode};

text_columns!(DocumentKind, Media);

/// The most repetitions of one file that are reported at once.
const MOST_REPEATED: i64 = 20;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = documents)]
struct DocumentRow {
    id: DocumentId,
    case_id: CaseId,
    district: Pcode,
    kind: DocumentKind,
    media: Media,
    bytes: i64,
    detail: Vec<u8>,
    mark: Vec<u8>,
    added_at: Time,
    added_by: UserId,
}

/// A document as it is stored, with its detail sealed.
#[derive(Clone)]
pub struct Row {
    pub document: Document,
    pub case_id: CaseId,
    pub mark: Vec<u8>,
    detail: Vec<u8>,
}

fn place(id: DocumentId) -> String {
    format!("documents|{id}|detail")
}

impl Row {
    pub fn of(document: Document, key: &PersonKey, mark: Vec<u8>) -> Result<Self> {
        let detail = document.detail.as_ref().ok_or(Error::Corrupt("document"))?;
        let detail = key.seal(&place(document.id), &serde_json::to_vec(detail)?)?;
        Ok(Self { case_id: document.case_id, document, mark, detail })
    }

    pub fn in_district(mut self, district: Pcode) -> Self {
        self.document.district = Some(district);
        self
    }

    /// With its detail, if the key opens anything.
    pub fn open(self, key: &PersonKey) -> Result<Document> {
        let detail = key.open_text(&place(self.document.id), Some(&self.detail))?;
        let detail: Option<Detail> = detail.map(|detail| serde_json::from_str(&detail)).transpose()?;
        Ok(Document { detail, ..self.document })
    }
}

impl From<DocumentRow> for Row {
    fn from(row: DocumentRow) -> Self {
        let DocumentRow { id, case_id, district, kind, media, bytes, detail, mark, added_at, added_by } = row;
        let district = Some(district);
        let document = Document { id, case_id, kind, media, bytes, detail: None, added_at, added_by, district };
        Self { document, case_id, mark, detail }
    }
}

#[apply(both_databases)]
pub async fn find(tx: &mut Tx, scope: &Scope, id: DocumentId) -> Result<Option<Row>> {
    let found = documents::table.filter(documents::id.eq(id)).select(DocumentRow::as_select()).into_boxed::<Db>();
    let row: Option<DocumentRow> = within!(found, documents::district, scope.area()).first(tx).await.optional()?;
    Ok(row.map(Row::from))
}

#[apply(both_databases)]
pub async fn list(tx: &mut Tx, scope: &Scope, case: CaseId, page: &Page) -> Result<Vec<Row>> {
    let all = documents::table.filter(documents::case_id.eq(case)).select(DocumentRow::as_select()).into_boxed::<Db>();
    let rows: Vec<DocumentRow> = within!(all, documents::district, scope.area())
        .when(page.after.map(DocumentId::from), |list, after| list.filter(documents::id.lt(after)))
        .order(documents::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    Ok(rows.into_iter().map(Row::from).collect())
}

/// The document of this case whose file is the same. The caller holds the case.
#[apply(both_databases)]
pub async fn twin(tx: &mut Tx, case: CaseId, mark: &[u8]) -> Result<Option<DocumentId>> {
    let same = documents::table.filter(documents::case_id.eq(case).and(documents::mark.eq(mark.to_vec())));
    Ok(same.select(documents::id).first(tx).await.optional()?)
}

/// The documents of other cases whose file is the same, the first that came.
#[apply(both_databases)]
pub async fn elsewhere(tx: &mut Tx, scope: &Scope, case: CaseId, mark: &[u8]) -> Result<Vec<DocumentId>> {
    let same = documents::table.filter(documents::case_id.ne(case).and(documents::mark.eq(mark.to_vec())));
    let same = within!(same.into_boxed::<Db>(), documents::district, scope.area()).select(documents::id);
    Ok(same.order(documents::id).limit(MOST_REPEATED).load(tx).await?)
}

type HungRow = (DocumentId, CaseId, Pcode, DocumentKind, Time, UserId, Vec<u8>);

/// A page of the documents whose file came before, newest first, each with the first that had it. A file is for whoever
/// may see one of the places where it hangs: a case holds a file once, so that the other is on another case.
#[apply(both_databases)]
pub async fn repeated(tx: &mut Tx, scope: &Scope, page: &Page) -> Result<Vec<Repeated>> {
    let earlier = diesel::alias!(documents as earlier);
    let before = || {
        let (mark, id) = earlier.fields((documents::mark, documents::id));
        exists(earlier.filter(mark.eq(documents::mark)).filter(id.lt(documents::id)))
    };
    let hung = || {
        let place = (documents::id, documents::case_id, documents::district, documents::kind);
        (place.0, place.1, place.2, place.3, documents::added_at, documents::added_by, documents::mark)
    };
    let again = documents::table.filter(before()).select(hung()).into_boxed::<Db>();
    let again = match scope.area() {
        Area::Country => again,
        area => {
            let here = documents::table.select(documents::mark).into_boxed::<Db>();
            again.filter(documents::mark.eq_any(within!(here, documents::district, area)))
        }
    };
    let again = again.when(page.after.map(DocumentId::from), |list, after| list.filter(documents::id.lt(after)));
    let again: Vec<HungRow> = again.order(documents::id.desc()).limit(page.fetch()).load(tx).await?;
    let marks: Vec<Vec<u8>> = again.iter().map(|row| row.6.clone()).collect();
    let first = documents::table.filter(documents::mark.eq_any(marks)).filter(not(before())).select(hung());
    let first: Vec<HungRow> = first.load(tx).await?;
    let first: BTreeMap<_, _> = first.into_iter().map(told).collect();
    let repeated = |row| {
        let (mark, document) = told(row);
        let repeats = first.get(&mark).cloned().ok_or(Error::Corrupt("document"))?;
        Ok(Repeated { document, repeats })
    };
    again.into_iter().map(repeated).collect()
}

fn told((id, case_id, district, kind, added_at, added_by, mark): HungRow) -> (Vec<u8>, Hung) {
    (mark, Hung { id, case_id, district, kind, added_at, added_by })
}

/// How many bytes the documents of a case take. The caller holds the case.
#[apply(both_databases)]
pub async fn room_taken(tx: &mut Tx, case: CaseId) -> Result<i64> {
    let all: Vec<i64> = documents::table.filter(documents::case_id.eq(case)).select(documents::bytes).load(tx).await?;
    Ok(all.into_iter().fold(0, i64::saturating_add))
}

/// Those of `ids` that are documents, whoever looks: it tells only that they are.
#[apply(both_databases)]
pub async fn known_among(tx: &mut Tx, ids: &[DocumentId]) -> Result<Vec<DocumentId>> {
    let these = documents::table.filter(documents::id.eq_any(ids.to_vec()));
    Ok(these.select(documents::id).load(tx).await?)
}

/// The permit is for the case.
#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, row: &Row) -> Result<()> {
    permit.covers(row.case_id)?;
    let Document { id, case_id, kind, media, bytes, added_at, added_by, district, .. } = row.document;
    let district = district.ok_or(Error::Corrupt("document"))?;
    let (detail, mark) = (row.detail.clone(), row.mark.clone());
    let row = DocumentRow { id, case_id, district, kind, media, bytes, detail, mark, added_at, added_by };
    diesel::insert_into(documents::table).values(row).execute(tx).await?;
    Ok(())
}

/// The documents of a case go with it to another district. The permit is for the case.
#[apply(both_databases)]
pub async fn follow_case(tx: &mut Tx, permit: &Permit, case: CaseId, district: Pcode) -> Result<()> {
    permit.covers(case)?;
    let of_case = documents::table.filter(documents::case_id.eq(case));
    diesel::update(of_case).set(documents::district.eq(district)).execute(tx).await?;
    Ok(())
}
