//! What stands on a packet. Who reads which copy decides what it holds; a packet never holds the notes of a case.
use schemars::JsonSchema;
use serde::Deserialize;

use crate::cases::CaseId;
use crate::directory::{Domain, Urgency};
use crate::kernel::names::PersonName;
use crate::kernel::numbers::CaseNumber;
use crate::kernel::text::Prose;
use crate::kernel::time::{Date, Time};
use crate::kernel::words::words;
use crate::victims::{Identity, SharedField, SharedPerson};

words! {
    /// The language of a packet.
    pub enum Language {
        English = "en",
        Urdu = "ur",
    }
}

words! {
    /// Whether a person is named or stands behind the number of the case.
    pub enum Naming {
        Full = "full",
        Code = "code",
    }
}

words! {
    /// The three copies of a referral (IASC Inter-Agency Referral Form, 2017).
    pub enum CopyFor {
        Referrer = "referrer",
        Receiver = "receiver",
        Survivor = "survivor",
    }
}

/// How a referral is to be printed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Printing {
    /// English, if left out.
    pub lang: Option<Language>,
    /// `code` puts the number of the case in place of every name of the person.
    pub name: Option<Naming>,
    /// One copy; all that the reader may have, if left out.
    pub copy: Option<CopyFor>,
}

/// For which case the papers of a service are to be printed, and how.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperPrinting {
    pub case_id: CaseId,
    /// English, if left out.
    pub lang: Option<Language>,
    /// `code` puts the number of the case in place of every name of the person.
    pub name: Option<Naming>,
}

/// Where to go, and what to take along.
#[derive(Debug, Clone)]
pub struct Destination {
    pub organisation: Named,
    pub service: Named,
    pub programme: Option<Named>,
    /// Where an officer calls or writes to: an office's.
    pub contact: Option<String>,
    pub phone: Option<String>,
    pub website: Option<String>,
    /// How one applies.
    pub application: Option<String>,
    /// The papers asked for, in the words of the source.
    pub documents: Vec<String>,
    /// Who says so, and when that was read.
    pub source: Option<(String, Date)>,
}

/// A name in English, and in Urdu where there is one.
#[derive(Debug, Clone)]
pub struct Named {
    pub name: String,
    pub name_ur: Option<String>,
}

/// Who a paper is about, as the paper calls the person.
#[derive(Clone)]
pub struct Bearer {
    pub case_number: CaseNumber,
    /// None where the number stands for the name.
    pub name: Option<PersonName>,
    pub name_ur: Option<PersonName>,
}

impl Bearer {
    pub fn new(case_number: CaseNumber, identity: &Identity, naming: Naming) -> Self {
        let is_named = naming == Naming::Full;
        let name = |name: &Option<PersonName>| name.clone().filter(|_| is_named);
        Self { case_number, name: name(&identity.name), name_ur: name(&identity.name_ur) }
    }

    /// Nobody's name: all that a recipient has by itself.
    pub const fn nameless(case_number: CaseNumber) -> Self {
        Self { case_number, name: None, name_ur: None }
    }
}

/// The papers of a service, for one case.
pub struct PaperPacket {
    pub printed_on: Date,
    pub bearer: Bearer,
    pub destination: Destination,
}

/// A referral on paper.
pub struct ReferralPacket {
    pub printed_on: Date,
    /// As the copies of referrer and survivor call the person.
    pub bearer: Bearer,
    pub destination: Destination,
    pub referrer: Referrer,
    pub urgency: Urgency,
    pub requested_at: Time,
    pub due_at: Time,
    /// Its state, as a word.
    pub state: &'static str,
    pub fields: Vec<SharedField>,
    /// Whether the person agreed; else two people did without asking.
    pub has_consent: bool,
    /// What the recipient may know now; none once the consent has ended or the recipient has no use for it.
    pub shared: Option<Shared>,
    /// What is asked for, without detail.
    pub asked: Vec<(Domain, Urgency)>,
}

/// Who refers.
pub struct Referrer {
    pub name: String,
    pub email: String,
    pub organisation: Option<Named>,
}

/// What a recipient may know of the person.
pub struct Shared {
    pub person: SharedPerson,
    pub details: Vec<(Domain, Prose<2000>)>,
    pub message: Option<Prose<2000>>,
}

impl Shared {
    /// The same without what names the person.
    pub fn without_name(mut self) -> Self {
        let nobody = SharedPerson::default();
        self.person.name = nobody.name;
        self.person.name_ur = nobody.name_ur;
        self.person.father_or_husband = nobody.father_or_husband;
        self.person.father_or_husband_ur = nobody.father_or_husband_ur;
        self.person.cnic = nobody.cnic;
        self.person.guardians = nobody.guardians;
        self
    }
}

/// The copies that are printed, of those that the reader may have. A recipient has its own and no other.
pub fn copies(asked: Option<CopyFor>, is_recipient: bool) -> Vec<CopyFor> {
    let may = |copy: &CopyFor| !is_recipient || *copy == CopyFor::Receiver;
    let is_asked = |copy: &CopyFor| asked.is_none_or(|asked| asked == *copy);
    CopyFor::ALL.iter().copied().filter(may).filter(is_asked).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_prints_its_own_copy_alone() {
        assert_eq!(copies(None, false), CopyFor::ALL);
        assert_eq!(copies(None, true), [CopyFor::Receiver]);
        assert_eq!(copies(Some(CopyFor::Survivor), false), [CopyFor::Survivor]);
        assert!(copies(Some(CopyFor::Survivor), true).is_empty());
    }
}
