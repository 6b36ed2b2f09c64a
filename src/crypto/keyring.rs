//! The ring of keys a running service holds. It refuses to work on a database that other keys have sealed.
use std::path::Path;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::file::{KeyFile, Numbered};
use super::seal::{PersonKey, Secret, key_number};
use crate::error::{Error, Result};
use crate::kernel::page::CursorKey;

pub struct Keyring {
    file: KeyFile,
    index: Secret,
    replies: Secret,
    texts: Secret,
    requests: Secret,
    files: Secret,
    cursors: CursorKey,
}

/// A key that signs tokens, in the forms that the signer and the verifier want.
pub struct SigningKey {
    pub id: String,
    pub pkcs8: Vec<u8>,
    pub public: Vec<u8>,
}

impl Keyring {
    /// Reads the key file; makes it if it is not there.
    pub fn open_or_create(path: &Path) -> Result<Self> {
        if !path.exists() {
            match KeyFile::fresh()?.create(path) {
                Err(_) if path.exists() => {}
                made => made?,
            }
        }
        Self::of(KeyFile::read(path)?)
    }

    /// Keys that are kept nowhere, for a database that is thrown away.
    pub fn ephemeral() -> Result<Self> {
        Self::of(KeyFile::fresh()?)
    }

    fn of(file: KeyFile) -> Result<Self> {
        // Derived from the index key, which never rotates: a page or a reply outlives a rotation of the service key.
        let index = newest(&file.index)?.key.clone();
        let derived = |purpose: &str| -> Result<Secret> {
            let mut key = Secret([0; 32]);
            let expanded = Hkdf::<Sha256>::new(None, &index.0).expand(purpose.as_bytes(), &mut key.0);
            expanded.map(|()| key).map_err(|_| Error::Corrupt("key derivation"))
        };
        let (replies, texts, requests) = (derived("replies")?, derived("texts")?, derived("requests")?);
        let (files, cursors) = (derived("files")?, CursorKey::from(derived("cursors")?.0));
        Ok(Self { file, index, replies, texts, requests, files, cursors })
    }

    /// What tells these keys from others without telling anything else of them; kept in the database.
    pub fn fingerprint(&self) -> String {
        let all = Sha256::new().chain_update(b"umeed index key").chain_update(self.index.0);
        HEXLOWER.encode(&all.finalize())
    }

    /// Wraps the key of the person whose row is `context`.
    pub fn wrap(&self, context: &str, key: &PersonKey) -> Result<Vec<u8>> {
        let service = newest(&self.file.service)?;
        service.key.seal(service.number, context, &key.secret.0)
    }

    pub fn unwrap(&self, context: &str, wrapped: &[u8]) -> Result<PersonKey> {
        let number = key_number(wrapped)?;
        let service = self.file.service.iter().find(|key| key.number == number);
        let opened = service.ok_or(Error::Corrupt("no such service key"))?.key.open(context, wrapped)?;
        let bytes = opened.try_into().map_err(|_| Error::Corrupt("a person's key"))?;
        Ok(PersonKey::of(Secret(bytes)))
    }

    pub fn seal_reply(&self, context: &str, answer: &[u8]) -> Result<Vec<u8>> {
        self.replies.seal(0, context, answer)
    }

    pub fn open_reply(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        self.replies.open(context, sealed)
    }

    /// Seals a file that tells of several persons, so that no one person's key fits it.
    pub fn seal_file(&self, context: &str, file: &[u8]) -> Result<Vec<u8>> {
        self.files.seal(0, context, file)
    }

    pub fn open_file(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        self.files.open(context, sealed)
    }

    /// The key of texts that belong to nobody on file; used as a person's is. It outlives every erasure.
    pub fn nobody_key(&self) -> PersonKey {
        PersonKey::of(self.texts.clone())
    }

    /// A keyed hash of a request, to compare requests with each other without keeping them.
    pub fn request_hash(&self, parts: &[&[u8]]) -> Vec<u8> {
        let mut hash = keyed(&self.requests.0);
        for part in parts {
            hash.update(&part.len().to_be_bytes());
            hash.update(part);
        }
        hash.finalize().into_bytes().to_vec()
    }

    pub fn cursors(&self) -> &CursorKey {
        &self.cursors
    }

    pub(super) fn index_key(&self) -> &[u8; 32] {
        &self.index.0
    }

    /// A password's hash, hashed once more under a key that is not in the database; with the number of that key.
    pub fn pepper(&self, number: Option<u32>, hash: &[u8]) -> Result<(u32, Vec<u8>)> {
        let pepper = match number {
            None => newest(&self.file.pepper)?,
            Some(number) => {
                self.file.pepper.iter().find(|key| key.number == number).ok_or(Error::Corrupt("no such pepper"))?
            }
        };
        let mac = keyed(&pepper.key.0).chain_update(hash);
        Ok((pepper.number, mac.finalize().into_bytes().to_vec()))
    }

    /// The keys that tokens may be signed with, the one in use first.
    pub fn signing_keys(&self) -> Result<Vec<SigningKey>> {
        let mut ring: Vec<_> = self.file.signing.iter().collect();
        ring.sort_by_key(|key| std::cmp::Reverse(key.number));
        ring.into_iter().map(|key| SigningKey::of(&key.key)).collect()
    }
}

impl SigningKey {
    fn of(seed: &Secret) -> Result<Self> {
        let broken = |_| Error::Corrupt("signing key");
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed.0).map_err(broken)?;
        let pkcs8 = pair.to_pkcs8().map_err(|_| Error::Corrupt("signing key"))?;
        let public = pair.public_key().as_ref().to_vec();
        let id = BASE64URL_NOPAD.encode(Sha256::digest(&public).first_chunk::<9>().unwrap_or(&[0; 9]));
        Ok(Self { id, pkcs8: pkcs8.as_ref().to_vec(), public })
    }
}

/// A keyed hash that has read nothing yet.
pub(super) fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    // A key that is shorter than the hash's block is filled up with zeros (RFC 2104 §2).
    let mut block = [0; 64];
    block.iter_mut().zip(key).for_each(|(place, byte)| *place = *byte);
    <Hmac<Sha256> as KeyInit>::new(&block.into())
}

fn newest(ring: &[Numbered]) -> Result<&Numbered> {
    ring.iter().max_by_key(|key| key.number).ok_or(Error::Corrupt("empty key ring"))
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Keyring(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::cnic::Cnic;
    use crate::kernel::phone::Mobile;

    #[test]
    fn keys_are_made_once_for_their_owner_alone_and_found_again() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        let first = Keyring::open_or_create(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let again = Keyring::open_or_create(&path).unwrap();
        assert_eq!(first.fingerprint(), again.fingerprint());
        let person = PersonKey::random().unwrap();
        let wrapped = first.wrap("person_keys|1", &person).unwrap();
        assert_eq!(again.unwrap("person_keys|1", &wrapped).unwrap().secret.0, person.secret.0);
        again.unwrap("person_keys|2", &wrapped).unwrap_err();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        Keyring::open_or_create(&path).unwrap_err();
    }

    #[test]
    fn a_damaged_key_file_is_refused_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        Keyring::open_or_create(&path).unwrap();
        std::fs::write(&path, "{}").unwrap();
        Keyring::open_or_create(&path).unwrap_err();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{}");
    }

    #[test]
    fn a_number_has_one_mark_however_it_is_written_and_another_for_each_kind_and_ring() {
        let (one, two) = (Keyring::ephemeral().unwrap(), Keyring::ephemeral().unwrap());
        let cnic = |text: &str| text.parse::<Cnic>().unwrap();
        assert_eq!(one.mark_of_cnic(&cnic("17301-0000001-1")), one.mark_of_cnic(&cnic("1730100000011")));
        assert_ne!(one.mark_of_cnic(&cnic("17301-0000001-1")), two.mark_of_cnic(&cnic("17301-0000001-1")));
        let mobile = |text: &str| text.parse::<Mobile>().unwrap();
        assert_eq!(one.mark_of_mobile(&mobile("0300 0000001")), one.mark_of_mobile(&mobile("+923000000001")));
    }
}
