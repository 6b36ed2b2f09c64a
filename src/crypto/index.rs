//! Blind indexes: keyed hashes by which a person is found without their number being stored. They cannot be reversed
//! without the key, and two kinds of number never share a hash.
use hmac::Mac;

use crate::kernel::cnic::Cnic;
use crate::kernel::iban::Iban;
use crate::kernel::phone::Mobile;
use crate::kernel::words::words;

use super::keyring::keyed;

words! {
    /// What a mark was made of.
    pub enum MarkKind {
        Cnic = "cnic",
        Mobile = "mobile",
    }
}

/// The hash of one number of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub kind: MarkKind,
    pub bytes: Vec<u8>,
}

impl super::Keyring {
    pub fn mark_of_cnic(&self, cnic: &Cnic) -> Mark {
        self.mark(MarkKind::Cnic, cnic.digits())
    }

    pub fn mark_of_mobile(&self, mobile: &Mobile) -> Mark {
        self.mark(MarkKind::Mobile, mobile.e164())
    }

    /// The hash of an account, by which it is found again under another payee.
    pub fn mark_of_account(&self, iban: &Iban) -> Vec<u8> {
        let hash = keyed(self.index_key()).chain_update(b"payee_marks|account|1|").chain_update(iban.as_str());
        hash.finalize().into_bytes().to_vec()
    }

    /// Thirty bits that are always the same for a person and tell nothing of them; for a name to call them by.
    pub fn pseudonym_bits(&self, person: &str) -> u32 {
        let hash = keyed(self.index_key()).chain_update(b"pseudonyms|1|").chain_update(person).finalize().into_bytes();
        hash.first_chunk().map_or(0, |first| u32::from_be_bytes(*first) >> 2)
    }

    /// The mark of a file by its SHA-256: the same for the same file, and for nobody without the key to be told whose.
    pub fn mark_of_document(&self, sha256: &[u8]) -> Vec<u8> {
        let hash = keyed(self.index_key()).chain_update(b"documents|1|").chain_update(sha256);
        hash.finalize().into_bytes().to_vec()
    }

    fn mark(&self, kind: MarkKind, canonical: &str) -> Mark {
        let hash = keyed(self.index_key());
        let hash = hash.chain_update(format!("identity_marks|{kind}|1|")).chain_update(canonical);
        Mark { kind, bytes: hash.finalize().into_bytes().to_vec() }
    }
}
