//! A document, what it may prove, and how much room documents may take. A document is never changed.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::content::Media;
use crate::access::UserId;
use crate::cases::CaseId;
use crate::error::{Code, Result};
use crate::kernel::ids::Id;
use crate::kernel::places::Pcode;
use crate::kernel::text::Line;
use crate::kernel::time::Time;
use crate::kernel::words::words;
use crate::work::Event;

pub type DocumentId = Id<Document>;

/// What the documents of one case may take together, in bytes: 100 MiB.
pub const MOST_OF_CASE: i64 = 100 << 20;

words! {
    /// What a document is, by the checklists of evidence in use (facts.md §1.5).
    pub enum DocumentKind {
        /// First information report (Code of Criminal Procedure 1898, section 154).
        Fir = "fir",
        /// Medico-legal certificate.
        Mlc = "mlc",
        PostMortem = "post_mortem",
        DeathCertificate = "death_cert",
        Cnic = "cnic",
        /// Registration of a child, B-Form or CRC.
        BForm = "bform",
        /// Family registration certificate.
        Frc = "frc",
        Nikahnama = "nikahnama",
        SuccessionCertificate = "succession_cert",
        LetterOfAdministration = "letter_of_administration",
        GuardianshipCertificate = "guardianship_cert",
        DisabilityCertificate = "disability_cert",
        PropertyTitle = "property_title",
        DamageAssessment = "damage_assessment",
        /// The Deputy Commissioner's verification.
        DcVerification = "dc_verification",
        /// The Counter Terrorism Department's verification.
        CtdVerification = "ctd_verification",
        BankProof = "bank_proof",
        Affidavit = "affidavit",
        IndemnityBond = "indemnity_bond",
        Other = "other",
    }
}

/// A document as it is told. Its content is read by itself.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    pub id: DocumentId,
    pub case_id: CaseId,
    pub kind: DocumentKind,
    /// What is kept; a TIFF is kept as PNG.
    pub media: Media,
    /// Of what is kept.
    pub bytes: i64,
    /// Not there for those who may not know who the person is, like the digests.
    #[serde(flatten)]
    pub detail: Option<Detail>,
    pub added_at: Time,
    pub added_by: UserId,
    #[serde(skip)]
    pub(super) district: Option<Pcode>,
}

/// What is sealed of a document: a name may name somebody, and a digest would tell which file it is.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct Detail {
    /// As it was sent, with the ending of what is kept.
    pub file_name: Line<200>,
    /// SHA-256 of what is kept, in hexadecimal.
    pub sha256: String,
    /// SHA-256 of what was sent: an image is written anew, without the place where it was taken.
    pub sent_sha256: String,
}

/// Where a document hangs and who hung it there, and nothing of what it says.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Hung {
    pub id: DocumentId,
    pub case_id: CaseId,
    /// P-code of the case's district.
    pub district: Pcode,
    pub kind: DocumentKind,
    pub added_at: Time,
    pub added_by: UserId,
}

/// A document whose file hung on another case before, as the auditor sees it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Repeated {
    #[serde(flatten)]
    pub document: Hung,
    /// The first document with this file.
    pub repeats: Hung,
}

impl std::fmt::Debug for Detail {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Detail(…)")
    }
}

impl Document {
    /// Refuses a document for which the case has no room left, with `taken` bytes of it taken.
    pub fn check_room(&self, taken: i64) -> Result<()> {
        if taken.saturating_add(self.bytes) <= MOST_OF_CASE { Ok(()) } else { Err(Code::CaseFull.into()) }
    }

    pub fn event(&self, action: &'static str) -> Event {
        let event = Event::new(action, self.id).of_case(self.case_id);
        event.with("kind", self.kind.word()).with("media", self.media.word())
    }

    /// For the auditor's eyes: the same file hangs on another case. It stands on no timeline, since neither officer may
    /// learn of the other's case.
    pub fn repeats(&self, other: DocumentId) -> Event {
        Event::new("document.repeated", self.id).with("repeats", other.to_string()).with("kind", self.kind.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_full_at_a_hundred_mebibytes_and_not_before() {
        let document = Document {
            id: DocumentId::new(),
            case_id: CaseId::new(),
            kind: DocumentKind::Fir,
            media: Media::Pdf,
            bytes: 5,
            detail: None,
            added_at: Time::from_micros(0).unwrap(),
            added_by: UserId::new(),
            district: None,
        };
        document.check_room(MOST_OF_CASE - 5).unwrap();
        assert_eq!(document.check_room(MOST_OF_CASE - 4).unwrap_err().code(), Code::CaseFull);
        assert_eq!(document.check_room(i64::MAX).unwrap_err().code(), Code::CaseFull);
    }
}
