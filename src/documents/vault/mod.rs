//! Where files are kept, each under the id of its document and all of one database by themselves: a folder, or a bucket
//! of a store that speaks S3. They are sealed before they come here. It refuses to write over a file, and to show half of
//! one: a file is there whole or not at all.
mod bucket;
mod folder;

use std::path::PathBuf;

use uuid::Uuid;

use self::bucket::Bucket;
pub use self::bucket::S3;
use self::folder::Folder;
use super::model::DocumentId;
use crate::error::{Error, Result};
use crate::kernel::time::Time;

/// Where files are to be kept.
#[derive(Debug, Clone)]
pub enum Place {
    Folder(PathBuf),
    Bucket(S3),
}

#[derive(Clone)]
pub enum Vault {
    Folder(Folder),
    Bucket(Bucket),
}

impl Vault {
    /// The part of this place that belongs to one database: two that share a place never sweep away each other's files.
    pub fn open(place: &Place, database: Uuid) -> Result<Self> {
        match place {
            Place::Folder(folder) => Folder::open(&folder.join(database.to_string())).map(Self::Folder),
            Place::Bucket(s3) => Bucket::open(s3, database).map(Self::Bucket),
        }
    }

    /// Keeps the file: once this returns it outlives a loss of power.
    pub async fn put(&self, id: DocumentId, sealed: Vec<u8>) -> Result<()> {
        match self {
            Self::Folder(folder) => aside(folder, move |folder| folder.put(id, &sealed)).await,
            Self::Bucket(bucket) => bucket.put(id, sealed).await,
        }
    }

    pub async fn get(&self, id: DocumentId) -> Result<Vec<u8>> {
        match self {
            Self::Folder(folder) => aside(folder, move |folder| folder.get(id)).await,
            Self::Bucket(bucket) => bucket.get(id).await,
        }
    }

    /// Takes a file away, if it is there.
    pub async fn remove(&self, id: DocumentId) -> Result<()> {
        match self {
            Self::Folder(folder) => aside(folder, move |folder| folder.remove(id)).await,
            Self::Bucket(bucket) => bucket.remove(id).await,
        }
    }

    /// What was written before `before`, whole or not.
    pub async fn list(&self, before: Time) -> Result<Vec<DocumentId>> {
        match self {
            Self::Folder(folder) => aside(folder, move |folder| folder.list(before)).await,
            Self::Bucket(bucket) => bucket.list(before).await,
        }
    }
}

/// Reads or writes files, beside the threads that answer requests.
async fn aside<T: Send + 'static>(
    folder: &Folder,
    job: impl FnOnce(&Folder) -> Result<T> + Send + 'static,
) -> Result<T> {
    let folder = folder.clone();
    tokio::task::spawn_blocking(move || job(&folder)).await.map_err(|_| Error::Panicked)?
}

/// The last letters of an id are random, so that no folder becomes long.
fn shelf(id: DocumentId) -> String {
    let name = id.uuid().simple().to_string();
    name.get(30..).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn two_databases_in_one_folder_do_not_see_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Folder(folder.path().to_owned());
        let [one, other] = [Uuid::now_v7(), Uuid::now_v7()].map(|database| Vault::open(&place, database).unwrap());
        let (id, later) = (DocumentId::new(), Time::now().plus_days(1));
        one.put(id, b"sealed".to_vec()).await.unwrap();
        assert_eq!(one.list(later).await.unwrap(), [id]);
        assert!(other.list(later).await.unwrap().is_empty());
        other.get(id).await.unwrap_err();
        assert_eq!(one.get(id).await.unwrap(), b"sealed");
    }
}
