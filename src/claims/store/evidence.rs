//! Papers of claims: one of each kind.
use super::super::evidence::{Evidence, EvidenceId};
use super::super::model::ClaimId;
use super::super::words::{EvidenceKind, WaiveReason};
use crate::access::UserId;
use crate::access::policy::Permit;
use crate::db::prelude::*;
use crate::documents::DocumentId;
use crate::error::Result;

text_columns!(EvidenceKind, WaiveReason);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = claim_evidence)]
struct EvidenceRow {
    id: EvidenceId,
    claim_id: ClaimId,
    kind: EvidenceKind,
    document_id: Option<DocumentId>,
    sha256: Option<String>,
    reference: Option<Vec<u8>>,
    waived: Option<WaiveReason>,
    recorded_at: Time,
    recorded_by: UserId,
}

/// The papers of a claim that the caller has found, by their kind.
#[apply(both_databases)]
pub async fn evidence(tx: &mut Tx, claim: ClaimId) -> Result<Vec<Evidence>> {
    let all = claim_evidence::table.filter(claim_evidence::claim_id.eq(claim));
    let rows: Vec<EvidenceRow> = all.select(EvidenceRow::as_select()).order(claim_evidence::kind).load(tx).await?;
    Ok(rows.into_iter().map(Evidence::from).collect())
}

/// Takes the place of the paper of that kind, if there is one. The permit is for the claim.
#[apply(both_databases)]
pub async fn put_evidence(tx: &mut Tx, permit: &Permit, claim: ClaimId, paper: &Evidence) -> Result<()> {
    permit.covers(claim)?;
    let of_kind = claim_evidence::claim_id.eq(claim).and(claim_evidence::kind.eq(paper.kind));
    diesel::delete(claim_evidence::table.filter(of_kind)).execute(tx).await?;
    let row = EvidenceRow {
        id: paper.id,
        claim_id: claim,
        kind: paper.kind,
        document_id: paper.document_id,
        sha256: paper.sha256.clone(),
        reference: paper.sealed_reference.clone(),
        waived: paper.waived,
        recorded_at: paper.recorded_at,
        recorded_by: paper.recorded_by,
    };
    diesel::insert_into(claim_evidence::table).values(row).execute(tx).await?;
    Ok(())
}

impl From<EvidenceRow> for Evidence {
    fn from(row: EvidenceRow) -> Self {
        let EvidenceRow { id, kind, document_id, sha256, waived, recorded_at, recorded_by, .. } = row;
        Self { id, kind, document_id, sha256, waived, recorded_at, recorded_by, sealed_reference: row.reference }
    }
}
