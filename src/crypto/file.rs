//! The key file: JSON, made on first start with mode 0600. A file that others can read is refused.
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use data_encoding::BASE64;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::seal::Secret;
use crate::error::{Error, Result};

/// Every key with a number; in each ring the highest number is the one in use, the others open what is old.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyFile {
    format: u32,
    /// Wrap the keys of persons.
    pub service: Vec<Numbered>,
    /// Sign tokens (Ed25519 seeds).
    pub signing: Vec<Numbered>,
    /// Make blind indexes. A change needs a new index over everything.
    pub index: Vec<Numbered>,
    /// Hash passwords once more, outside the database.
    pub pepper: Vec<Numbered>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Numbered {
    pub number: u32,
    pub key: Secret,
}

impl KeyFile {
    pub(super) fn fresh() -> Result<Self> {
        let ring = || Ok::<_, Error>(vec![Numbered { number: 1, key: Secret::random()? }]);
        Ok(Self { format: 1, service: ring()?, signing: ring()?, index: ring()?, pepper: ring()? })
    }

    pub(super) fn read(path: &Path) -> Result<Self> {
        let mut file = File::open(path).map_err(|error| trouble(path, &error))?;
        let mode = file.metadata().map_err(|error| trouble(path, &error))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(trouble(path, &"others may read it; set its mode to 0600"));
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|error| trouble(path, &error))?;
        // The parser's own message may quote a key.
        let keys: Self = serde_json::from_str(&text).map_err(|_| trouble(path, &"it is not a key file"))?;
        let is_whole = [&keys.service, &keys.signing, &keys.index, &keys.pepper].iter().all(|ring| !ring.is_empty());
        if keys.format == 1 && is_whole {
            Ok(keys)
        } else {
            Err(trouble(path, &"it is not a whole key file of format 1"))
        }
    }

    /// Fails if the file is there already: of several that start at once, one makes the keys.
    pub(super) fn create(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut draft = tempfile::Builder::new().tempfile_in(folder).map_err(|error| trouble(path, &error))?;
        draft
            .write_all(text.as_bytes())
            .and_then(|()| draft.as_file().sync_all())
            .map_err(|error| trouble(path, &error))?;
        draft.persist_noclobber(path).map_err(|error| trouble(path, &error.error))?;
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| trouble(path, &error))
    }
}

fn trouble(path: &Path, why: &dyn std::fmt::Display) -> Error {
    Error::Unavailable(format!("key file {}: {why}", path.display()))
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(&self.0))
    }
}
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| serde::de::Error::custom("a key is 32 bytes in base64"))
    }
}
