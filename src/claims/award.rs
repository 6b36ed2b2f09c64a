//! What is awarded, and what an approver approves: a digest of everything that the award will hold. It is never changed;
//! a correction is another award, which reverses this one and takes its place.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::model::{Claim, ClaimId};
use super::payee::{AccountId, Payee, PayeeId, PayeeView};
use super::words::{EvidenceKind, Method, PayeeClass, WaiveReason};
use super::{divide, evidence::Evidence};
use crate::access::UserId;
use crate::cases::CaseId;
use crate::error::{Error, Result};
use crate::incidents::IncidentId;
use crate::kernel::ids::Id;
use crate::kernel::money::Paisa;
use crate::kernel::places::Pcode;
use crate::kernel::time::Time;
use crate::tariffs::{HarmCode, InstrumentId, LineId};
use crate::victims::VictimId;
use crate::work::Event;

pub type AwardId = Id<Award>;

/// What a later slice pays by. It names nobody.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Award {
    pub id: AwardId,
    pub claim_id: ClaimId,
    pub case_id: CaseId,
    pub victim_id: VictimId,
    /// P-code of the case's district, as it is now.
    pub district: Pcode,
    pub instrument_id: InstrumentId,
    pub instrument_code: String,
    pub line_id: LineId,
    pub amount_paisa: Paisa,
    /// Those who get a paisa at least, in the order of the award.
    pub payees: Vec<AwardPayee>,
    /// SHA-256 of the snapshot, in hexadecimal.
    pub digest: String,
    pub made_at: Time,
    /// The award whose place it takes.
    pub reverses: Option<AwardId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AwardPayee {
    pub payee_id: PayeeId,
    /// The payee of the first claim that this one continues; itself, where it continues none.
    pub first_id: PayeeId,
    pub amount_paisa: Paisa,
    /// How they are paid now.
    pub method: Method,
    /// The account that holds now; it may be another than the approved one, and then it has waited from `usable_from`.
    pub account_id: AccountId,
    /// Before this no payment may be made to it.
    pub usable_from: Time,
}

impl Award {
    /// The record of its having been made, on the timeline of the case.
    pub fn made(&self) -> Event {
        self.event("award.made")
            .with("line", self.line_id.to_string())
            .with("amount_paisa", self.amount_paisa.get())
            .with("digest", self.digest.as_str())
    }

    /// The record of another's having taken its place.
    pub fn reversed(&self, by: AwardId) -> Event {
        self.event("award.reversed").with("by", by.to_string())
    }

    fn event(&self, action: &'static str) -> Event {
        Event::new(action, self.id).of_case(self.case_id).with("claim", self.claim_id.to_string())
    }
}

/// Everything that an award holds. Nothing is in it that names a person: they stand in it by id, and by the digest of
/// what is sealed of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    pub claim_id: ClaimId,
    pub case_id: CaseId,
    pub victim_id: VictimId,
    pub incident_id: IncidentId,
    pub harm: HarmCode,
    pub instrument_id: InstrumentId,
    pub instrument_code: String,
    pub line_id: LineId,
    pub amount_paisa: Paisa,
    pub prepared_by: UserId,
    pub submitted_at: Option<Time>,
    pub submitted_by: Option<UserId>,
    pub verified_at: Option<Time>,
    pub verified_by: Option<UserId>,
    pub payees: Vec<SnapshotPayee>,
    pub evidence: Vec<SnapshotPaper>,
    /// How many must approve.
    pub approvers: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SnapshotPayee {
    pub payee_id: PayeeId,
    pub class: PayeeClass,
    pub is_minor: bool,
    pub share_bp: u32,
    pub amount_paisa: Paisa,
    pub method: Method,
    pub account_id: AccountId,
    /// Of what is sealed of the person, and of the account.
    pub person_sha256: String,
    pub account_sha256: String,
    pub usable_from: Time,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SnapshotPaper {
    pub kind: EvidenceKind,
    pub sha256: Option<String>,
    pub waived: Option<WaiveReason>,
    pub recorded_by: UserId,
}

/// What a snapshot is made of, beside the claim.
pub struct Made<'a> {
    pub instrument_code: &'a str,
    pub amount: Paisa,
    /// In the order in which they were added, with a share each.
    pub payees: &'a [(Payee, u32)],
    pub evidence: &'a [Evidence],
    pub approvers: u8,
}

impl Snapshot {
    pub fn of(claim: &Claim, made: &Made) -> Result<Self> {
        let (submitted, verified) = (claim.state.submitted(), claim.state.verified());
        Ok(Self {
            claim_id: claim.id,
            case_id: claim.case_id,
            victim_id: claim.victim_id,
            incident_id: claim.incident_id,
            harm: claim.harm,
            instrument_id: claim.instrument_id,
            instrument_code: made.instrument_code.to_owned(),
            line_id: claim.line_id,
            amount_paisa: made.amount,
            prepared_by: claim.prepared_by,
            submitted_at: submitted.map(|one| one.submitted_at),
            submitted_by: submitted.map(|one| one.submitted_by),
            verified_at: verified.map(|one| one.verified_at),
            verified_by: verified.map(|one| one.verified_by),
            payees: divided(made.amount, made.payees)?,
            evidence: made.evidence.iter().map(SnapshotPaper::from).collect(),
            approvers: made.approvers,
        })
    }

    /// The one text of it: JSON with its names in order and no white space.
    pub fn text(&self) -> Result<String> {
        Ok(serde_json::to_value(self)?.to_string())
    }
}

fn divided(amount: Paisa, payees: &[(Payee, u32)]) -> Result<Vec<SnapshotPayee>> {
    let shares: Vec<u32> = payees.iter().map(|(_, share)| *share).collect();
    let amounts = divide::divide(amount, &shares).ok_or(Error::Corrupt("shares of a claim"))?;
    let part = |((payee, share_bp), amount_paisa): (&(Payee, u32), Paisa)| SnapshotPayee {
        payee_id: payee.id,
        class: payee.class,
        is_minor: payee.is_minor,
        share_bp: *share_bp,
        amount_paisa,
        method: payee.account.method,
        account_id: payee.account.id,
        person_sha256: sha256(&payee.sealed_person),
        account_sha256: sha256(&payee.account.sealed),
        usable_from: payee.account.usable_from,
    };
    Ok(payees.iter().zip(amounts).map(part).collect())
}

impl From<&Evidence> for SnapshotPaper {
    fn from(paper: &Evidence) -> Self {
        let Evidence { kind, waived, recorded_by, .. } = *paper;
        Self { kind, sha256: paper.sha256.clone(), waived, recorded_by }
    }
}

/// In hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

/// What would be awarded, or what was, with those who are paid.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AwardView {
    /// Once it is made.
    pub id: Option<AwardId>,
    pub made_at: Option<Time>,
    /// What an approver sends to say that this is what they approve.
    pub digest: String,
    #[serde(flatten)]
    pub snapshot: Snapshot,
    pub people: Vec<PayeeView>,
    pub votes: Vec<Vote>,
    /// Other claims of the victim: another harm, another instrument or another government may pay too.
    pub others: Vec<OtherClaim>,
    /// The version of the claim, for `If-Match`.
    pub claim_version: i64,
}

/// One approval of a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Vote {
    pub approver_id: UserId,
    pub voted_at: Time,
}

/// Another claim of the same victim.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct OtherClaim {
    pub claim_id: ClaimId,
    pub incident_id: IncidentId,
    pub instrument_id: InstrumentId,
    pub harm: HarmCode,
    /// Where it stands.
    pub standing: String,
    /// If it is awarded.
    pub amount_paisa: Option<Paisa>,
}
