//! Files in a folder that nobody else may look into. It refuses to leave half a file under its name, whenever the power
//! goes.
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::documents::model::DocumentId;
use crate::error::{Code, Error, Result};
use crate::kernel::time::Time;

/// The ending of a file that is not whole yet.
const PART: &str = "part";

/// A folder for documents. Every function blocks.
#[derive(Clone)]
pub struct Folder(Arc<Path>);

impl Folder {
    /// Makes the folder if it is not there; nobody else may look into it.
    pub fn open(folder: &Path) -> Result<Self> {
        make(folder).map_err(|error| trouble("make the folder of documents", &error))?;
        Ok(Self(folder.into()))
    }

    pub fn put(&self, id: DocumentId, sealed: &[u8]) -> Result<()> {
        self.write(id, sealed).map_err(|error| {
            // Half a file would take room until it is swept, and room may be what there is none of.
            _ = fs::remove_file(self.path(id).with_extension(PART));
            trouble("keep a document", &error)
        })
    }

    fn write(&self, id: DocumentId, sealed: &[u8]) -> io::Result<()> {
        let (folder, path) = (self.shelf(id), self.path(id));
        if !folder.exists() {
            make(&folder)?;
            File::open(&self.0)?.sync_all()?;
        }
        let part = path.with_extension(PART);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
        file.write_all(sealed)?;
        file.sync_all()?;
        fs::rename(&part, &path)?;
        File::open(&folder)?.sync_all()
    }

    pub fn get(&self, id: DocumentId) -> Result<Vec<u8>> {
        fs::read(self.path(id)).map_err(|error| match error.kind() {
            ErrorKind::NotFound => Error::Corrupt("document without its file"),
            _ => trouble("read a document", &error),
        })
    }

    pub fn remove(&self, id: DocumentId) -> Result<()> {
        let path = self.path(id);
        for path in [path.with_extension(PART), path] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(trouble("remove a file", &error)),
                _ => {}
            }
        }
        Ok(())
    }

    pub fn list(&self, before: Time) -> Result<Vec<DocumentId>> {
        let found = || -> io::Result<Vec<DocumentId>> {
            let mut found = Vec::new();
            for folder in fs::read_dir(&self.0)? {
                let folder = folder?;
                if !folder.file_type()?.is_dir() {
                    continue;
                }
                for file in fs::read_dir(folder.path())? {
                    let file = file?;
                    let written = match file.metadata() {
                        Ok(about) => Time::from(DateTime::<Utc>::from(about.modified()?)),
                        // Removed, or given its last name, while we looked.
                        Err(error) if error.kind() == ErrorKind::NotFound => continue,
                        Err(error) => return Err(error),
                    };
                    let id: Option<DocumentId> = file.path().file_stem().and_then(|name| name.to_str()?.parse().ok());
                    found.extend(id.filter(|_| written < before));
                }
            }
            Ok(found)
        };
        found().map_err(|error| trouble("list documents", &error))
    }

    fn shelf(&self, id: DocumentId) -> PathBuf {
        self.0.join(super::shelf(id))
    }

    fn path(&self, id: DocumentId) -> PathBuf {
        self.shelf(id).join(id.to_string())
    }
}

fn make(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn trouble(what: &str, error: &io::Error) -> Error {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Code::StorageFull.into(),
        kind => Error::Unavailable(format!("cannot {what}: {kind}")),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_kept_for_its_owner_alone_once_and_whole() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Folder::open(&folder.path().join("documents")).unwrap();
        let id = DocumentId::new();
        vault.put(id, b"sealed").unwrap();
        assert_eq!(vault.get(id).unwrap(), b"sealed");
        vault.put(DocumentId::new(), b"other").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&vault.path(id)), mode(&vault.shelf(id)), mode(&vault.0)), (0o600, 0o700, 0o700));
        assert_eq!(vault.list(Time::now().plus_days(1)).unwrap().len(), 2);
        assert!(vault.list(Time::now().plus_days(-1)).unwrap().is_empty());
        vault.remove(id).unwrap();
        vault.remove(id).unwrap();
        vault.get(id).unwrap_err();
    }

    #[test]
    fn what_cannot_be_kept_leaves_no_half_of_it_and_a_full_disk_is_told_as_such() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Folder::open(folder.path()).unwrap();
        let id = DocumentId::new();
        // Something is in the way of its last name, so that only the last step fails.
        make(&vault.path(id).join("in the way")).unwrap();
        assert_eq!(vault.put(id, b"sealed").unwrap_err().code(), Code::Unavailable);
        assert!(!vault.path(id).with_extension(PART).exists());
        // Linux has a file that is always full.
        let full = fs::write("/dev/full", "sealed").unwrap_err();
        assert_eq!(trouble("keep a document", &full).code(), Code::StorageFull);
    }

    #[test]
    fn what_a_crash_left_half_is_no_file_and_can_be_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let vault = Folder::open(folder.path()).unwrap();
        let id = DocumentId::new();
        make(&vault.shelf(id)).unwrap();
        fs::write(vault.path(id).with_extension(PART), "half").unwrap();
        vault.get(id).unwrap_err();
        assert_eq!(vault.list(Time::now().plus_days(1)).unwrap(), [id]);
        vault.remove(id).unwrap();
        assert!(vault.list(Time::now().plus_days(1)).unwrap().is_empty());
    }
}
