//! Papers of a claim: attached, or done without for a reason that a second person gives. What a paper says stays sealed;
//! its digest goes into the award.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::{EvidenceKind, WaiveReason};
use crate::access::UserId;
use crate::crypto::PersonKey;
use crate::documents::DocumentId;
use crate::error::{Error, Fault, Result};
use crate::kernel::ids::Id;
use crate::kernel::places::{Pcode, Province};
use crate::kernel::text::Line;
use crate::kernel::time::{Date, Time};

/// A paper of a claim, whatever it is.
pub enum EvidenceMark {}
pub type EvidenceId = Id<EvidenceMark>;

/// What attaches a paper: the document that was uploaded, or where the paper itself can be found, or both.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEvidence {
    pub kind: EvidenceKind,
    /// A document of the same case, with its SHA-256 in hexadecimal.
    #[serde(default)]
    pub document_id: Option<DocumentId>,
    #[serde(default)]
    #[schemars(length(equal = 64))]
    pub sha256: Option<Line<64>>,
    #[serde(default)]
    pub reference: Option<Reference>,
}

/// Where a paper can be found.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Reference {
    Fir(FirKey),
    Certificate(Certificate),
}

/// A first information report: the serial is the police station's own, of the year.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FirKey {
    pub province: Province,
    /// P-code.
    pub district: Pcode,
    pub police_station: Line<120>,
    #[schemars(range(min = 1990, max = 2100))]
    pub year: u16,
    #[schemars(range(min = 1, max = 999_999))]
    pub serial: u32,
}

/// A certificate by its number.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    pub number: Line<80>,
    pub issued_by: Line<200>,
    #[serde(default)]
    pub issued_on: Option<Date>,
}

/// It may hold the number of a card.
impl std::fmt::Debug for Reference {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Reference(…)")
    }
}

/// How a paper is there, or why it is not.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    pub id: EvidenceId,
    pub kind: EvidenceKind,
    pub document_id: Option<DocumentId>,
    /// Of the document's bytes, or of the sealed reference, in hexadecimal; left out if it was waived.
    pub sha256: Option<String>,
    pub waived: Option<WaiveReason>,
    pub recorded_at: Time,
    pub recorded_by: UserId,
    #[serde(skip)]
    pub sealed_reference: Option<Vec<u8>>,
}

/// A paper as those who work on the claim see it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EvidenceView {
    #[serde(flatten)]
    pub evidence: Evidence,
    /// Left out where whoever asks may not know who the person is.
    pub reference: Option<Reference>,
}

impl NewEvidence {
    /// A document comes with its digest, and something must be there; an FIR is named by its key.
    pub fn check(&self, today: Date) -> Result<()> {
        let is_hex = |text: &Line<64>| {
            let text = text.as_str();
            text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        let is_meant = match &self.reference {
            Some(Reference::Fir(fir)) => {
                self.kind == EvidenceKind::Fir
                    && (1990..=today.year()).contains(&i32::from(fir.year))
                    && (1..=999_999).contains(&fir.serial)
                    && Province::from_pcode_prefix(fir.district.as_str()) == Some(fir.province)
            }
            Some(Reference::Certificate(one)) => {
                self.kind != EvidenceKind::Fir && one.issued_on.is_none_or(|day| day <= today)
            }
            None => true,
        };
        let rules = [
            (
                self.document_id.is_some() || self.reference.is_some(),
                "/reference",
                "missing",
                "attach or name the paper",
            ),
            (self.document_id.is_some() == self.sha256.is_some(), "/sha256", "one_of", "a document has a digest"),
            (self.sha256.as_ref().is_none_or(is_hex), "/sha256", "invalid_digest", "expected 64 hexadecimal digits"),
            (
                is_meant,
                "/reference",
                "contradiction",
                "this is no reference of such a paper, or it is not of this time",
            ),
        ];
        let broken = rules.iter().filter(|(holds, ..)| !holds);
        let faults: Vec<_> = broken.map(|(_, at, code, why)| Fault::new(*at, code, *why)).collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }

    /// Refuses another digest than that of the document, so that an award tells by it which file was seen.
    pub fn check_digest(&self, of_document: &str) -> Result<()> {
        match &self.sha256 {
            Some(given) if given.as_str() == of_document => Ok(()),
            _ => Err(Error::invalid("/sha256", "wrong_digest", "this is not the SHA-256 of the document")),
        }
    }
}

fn place(id: EvidenceId) -> String {
    format!("claim_evidence|{id}|reference")
}

impl Evidence {
    /// The paper as it is kept. Without a document, the digest is that of the sealed reference: it is of random bytes, so
    /// that nobody finds a card's number by trying all of them.
    pub fn attach(id: EvidenceId, new: &NewEvidence, key: &PersonKey, by: (UserId, Time)) -> Result<Self> {
        let seal = |reference| key.seal(&place(id), &serde_json::to_vec(reference)?);
        let sealed_reference = new.reference.as_ref().map(seal).transpose()?;
        let given = new.sha256.as_ref().map(|digest| digest.as_str().to_owned());
        let sha256 = given.or_else(|| sealed_reference.as_deref().map(super::award::sha256));
        let (kind, document_id, (recorded_by, recorded_at)) = (new.kind, new.document_id, by);
        Ok(Self { id, kind, document_id, sha256, waived: None, recorded_at, recorded_by, sealed_reference })
    }

    pub fn waive(id: EvidenceId, kind: EvidenceKind, reason: WaiveReason, by: (UserId, Time)) -> Self {
        let (recorded_by, recorded_at) = by;
        Self {
            id,
            kind,
            document_id: None,
            sha256: None,
            waived: Some(reason),
            recorded_at,
            recorded_by,
            sealed_reference: None,
        }
    }

    /// The same paper under another id, for another claim of the same victim.
    pub fn carried(self, id: EvidenceId, key: &PersonKey) -> Result<Self> {
        let EvidenceView { evidence, reference } = self.open(key)?;
        let seal = |reference| key.seal(&place(id), &serde_json::to_vec(reference)?);
        let sealed_reference = reference.as_ref().map(seal).transpose()?;
        let of_reference = || sealed_reference.as_deref().map(super::award::sha256);
        let sha256 = evidence.sha256.filter(|_| evidence.document_id.is_some()).or_else(of_reference);
        Ok(Self { id, sha256, sealed_reference, ..evidence })
    }

    pub fn open(self, key: &PersonKey) -> Result<EvidenceView> {
        let reference = key.open_text(&place(self.id), self.sealed_reference.as_deref())?;
        let reference = reference.map(|text| serde_json::from_str(&text)).transpose()?;
        // Whoever has a file could tell by its digest whose it is.
        let sha256 = self.sha256.filter(|_| !key.is_blind());
        Ok(EvidenceView { evidence: Self { sha256, ..self }, reference })
    }
}

/// A paper that is done without.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWaiver {
    pub kind: EvidenceKind,
    pub reason: WaiveReason,
}

/// A claim and one of its papers, for the trail.
pub fn happened(claim: &super::model::Claim, action: &'static str, evidence: &Evidence) -> crate::work::Event {
    let event = claim.event(action).with("kind", evidence.kind.word());
    match evidence.waived {
        Some(reason) => event.with("waived", reason.word()),
        None => event,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fir(year: u16, serial: u32, district: &str) -> Reference {
        let police_station = "Nowshera Kalan".parse().unwrap();
        let province = Province::KhyberPakhtunkhwa;
        Reference::Fir(FirKey { province, district: district.parse().unwrap(), police_station, year, serial })
    }

    fn fault(kind: EvidenceKind, reference: Option<Reference>, sha256: Option<&str>) -> String {
        let sha256 = sha256.map(|text| text.parse().unwrap());
        let document_id = sha256.as_ref().map(|_| DocumentId::new());
        match (NewEvidence { kind, document_id, sha256, reference }).check("2026-11-21".parse().unwrap()) {
            Ok(()) => String::new(),
            Err(Error::Invalid(faults)) => faults[0].pointer.clone(),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn a_paper_is_named_by_a_reference_of_its_kind_or_by_a_document_with_its_digest() {
        let digest = "0".repeat(64);
        assert_eq!(fault(EvidenceKind::Fir, Some(fir(2025, 412, "PK508")), None), "");
        assert_eq!(fault(EvidenceKind::Mlc, None, Some(&digest)), "");
        assert_eq!(fault(EvidenceKind::Mlc, None, None), "/reference");
        assert_eq!(fault(EvidenceKind::Mlc, None, Some("ABC")), "/sha256");
        for wrong in [fir(2027, 1, "PK508"), fir(1989, 1, "PK508"), fir(2025, 0, "PK508"), fir(2025, 1, "PK708")] {
            assert_eq!(fault(EvidenceKind::Fir, Some(wrong), None), "/reference");
        }
        assert_eq!(fault(EvidenceKind::Mlc, Some(fir(2025, 1, "PK508")), None), "/reference");
    }

    #[test]
    fn a_reference_opens_with_the_person_s_key_alone_and_its_digest_is_of_the_sealed_text() {
        let key = PersonKey::random().unwrap();
        let new = NewEvidence {
            kind: EvidenceKind::Fir,
            document_id: None,
            sha256: None,
            reference: Some(fir(2025, 412, "PK508")),
        };
        let by = (UserId::new(), Time::from_micros(0).unwrap());
        let one = Evidence::attach(EvidenceId::new(), &new, &key, by).unwrap();
        let two = Evidence::attach(EvidenceId::new(), &new, &key, by).unwrap();
        assert_ne!(one.sha256, two.sha256);
        assert_eq!(one.clone().open(&key).unwrap().reference, new.reference);
        assert_eq!(one.clone().open(&key.clone().blinded(true)).unwrap().reference, None);
        assert!(!serde_json::to_string(&one).unwrap().contains("Nowshera"));
    }
}
