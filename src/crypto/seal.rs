//! Sealing: XChaCha20-Poly1305 with a random nonce, bound to the place where the text is kept.
//!
//! A sealed text is one byte for the algorithm (1), four for the key's number, 24 of nonce, then the ciphertext.
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::{Code, Error, Result};

const ALGORITHM: u8 = 1;
const NONCE: usize = 24;
const HEAD: usize = 5;

/// 256 random bits.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(super) struct Secret(pub(super) [u8; 32]);

impl Secret {
    pub(super) fn random() -> Result<Self> {
        super::random().map(Self)
    }

    /// Seals `text` for the place that `context` names, under this key, whose number is `number`.
    pub(super) fn seal(&self, number: u32, context: &str, text: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE] = super::random()?;
        let payload = Payload { msg: text, aad: context.as_bytes() };
        let sealed = XChaCha20Poly1305::new(&self.0.into()).encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| Error::Corrupt("too long to seal"))?;
        Ok([&[ALGORITHM][..], &number.to_be_bytes(), &nonce, &sealed].concat())
    }

    pub(super) fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let broken = || Error::Corrupt("sealed text");
        let (nonce, text) = sealed.get(HEAD..).and_then(|rest| rest.split_at_checked(NONCE)).ok_or_else(broken)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| broken())?;
        let payload = Payload { msg: text, aad: context.as_bytes() };
        XChaCha20Poly1305::new(&self.0.into()).decrypt(&nonce, payload).map_err(|_| broken())
    }
}

/// The number of the key that `sealed` needs.
pub(super) fn key_number(sealed: &[u8]) -> Result<u32> {
    match sealed.first_chunk::<HEAD>() {
        Some([ALGORITHM, number @ ..]) => Ok(u32::from_be_bytes(*number)),
        _ => Err(Error::Corrupt("sealed text")),
    }
}

/// The key of one person's facts. It is stored only wrapped by the service's key, so that destroying that one row
/// leaves everything sealed under it without meaning.
///
/// In the hands of somebody who may not know who a protected person is, it is blind: it seals and opens nothing.
#[derive(Clone)]
pub struct PersonKey {
    pub(super) secret: Secret,
    is_blind: bool,
}

impl PersonKey {
    pub fn random() -> Result<Self> {
        Secret::random().map(Self::of)
    }

    pub(super) fn of(secret: Secret) -> Self {
        Self { secret, is_blind: false }
    }

    /// The same key, which opens nothing any more if `is_blind`.
    #[must_use]
    pub fn blinded(self, is_blind: bool) -> Self {
        Self { is_blind: self.is_blind || is_blind, ..self }
    }

    /// Whether texts about the person stay shut.
    pub fn is_blind(&self) -> bool {
        self.is_blind
    }

    /// `context` names table, row and version.
    pub fn seal(&self, context: &str, text: &[u8]) -> Result<Vec<u8>> {
        self.secret.seal(0, context, text)
    }

    /// A blind key refuses: 403.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        if self.is_blind { Err(Code::PersonProtected.into()) } else { self.secret.open(context, sealed) }
    }

    /// Seals a text that need not be given.
    pub fn seal_text(&self, context: &str, text: Option<&str>) -> Result<Option<Vec<u8>>> {
        text.map(|text| self.seal(context, text.as_bytes())).transpose()
    }

    /// Opens a text that need not be there; to a blind key it is not.
    pub fn open_text(&self, context: &str, sealed: Option<&[u8]>) -> Result<Option<String>> {
        let sealed = sealed.filter(|_| !self.is_blind);
        let open = |sealed| String::from_utf8(self.open(context, sealed)?).map_err(|_| Error::Corrupt("sealed text"));
        sealed.map(open).transpose()
    }
}

impl std::fmt::Debug for PersonKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("PersonKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_text_opens_only_in_its_own_place_whole_and_with_its_own_key() {
        let key = PersonKey::random().unwrap();
        let sealed = key.seal("victims|1|1", b"a name").unwrap();
        assert_eq!(key.open("victims|1|1", &sealed).unwrap(), b"a name");
        assert!(!sealed.windows(6).any(|part| part == b"a name"));
        key.open("victims|2|1", &sealed).unwrap_err();
        PersonKey::random().unwrap().open("victims|1|1", &sealed).unwrap_err();
        for at in HEAD..sealed.len() {
            let mut broken = sealed.clone();
            broken[at] ^= 1;
            key.open("victims|1|1", &broken).unwrap_err();
        }
        for length in 0..sealed.len() {
            key.open("victims|1|1", &sealed[..length]).unwrap_err();
        }
        assert_ne!(sealed, key.seal("victims|1|1", b"a name").unwrap());
    }

    #[test]
    fn a_blind_key_seals_and_opens_nothing() {
        let key = PersonKey::random().unwrap();
        let blind = key.clone().blinded(false).blinded(true).blinded(false);
        let sealed = blind.seal("notes|1|body", b"a name").unwrap();
        assert_eq!(blind.open("notes|1|body", &sealed).unwrap_err().code(), Code::PersonProtected);
        assert_eq!(blind.open_text("notes|1|body", Some(&sealed)).unwrap(), None);
        assert_eq!(key.open_text("notes|1|body", Some(&sealed)).unwrap().as_deref(), Some("a name"));
    }
}
