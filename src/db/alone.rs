//! One process serves an `SQLite` database: a lock that the operating system takes back when the process ends, however
//! it ends. It refuses nobody on PostgreSQL, which several instances share.
use std::fs::{File, TryLockError, canonicalize};

use super::open::{Address, Options};
use super::unavailable;
use crate::error::{Error, Result};

/// As long as it lives, no other process gets one for the same file.
#[derive(Debug)]
pub struct Alone {
    _lock: File,
}

impl Alone {
    /// Takes the lock of the database, whose file must be there; nothing for PostgreSQL.
    pub fn take(options: &Options) -> Result<Option<Self>> {
        let Address::Sqlite(path) = options.address()? else { return Ok(None) };
        // By its one true name, or a link to the database would have a lock of its own.
        let path = canonicalize(path).map_err(unavailable)?;
        let lock = File::create(format!("{}.serving", path.display())).map_err(unavailable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { _lock: lock })),
            Err(TryLockError::WouldBlock) => {
                let told = format!("the database {} is served by another process already", path.display());
                Err(Error::Unavailable(told))
            }
            Err(TryLockError::Error(error)) => Err(unavailable(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_served_once_under_whatever_name() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("umeed.db"), folder.path().join("link.db"));
        File::create(&file).unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let take = |path: &std::path::Path| {
            Alone::take(&Options { url: format!("sqlite:{}", path.display()), connections: 1 })
        };
        let first = take(&file).unwrap();
        assert!(take(&link).unwrap_err().to_string().contains("another process"));
        drop(first);
        take(&link).unwrap();
    }
}
