//! Files in a bucket of a store that speaks S3. It refuses to wait longer for the store than whoever asks would.
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt, PutMode, RetryConfig};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::documents::model::DocumentId;
use crate::error::{Error, Result};
use crate::kernel::time::Time;

/// For one attempt; a file is 10 MiB at most.
const PATIENCE: Duration = Duration::from_secs(10);
const PATIENCE_TO_CONNECT: Duration = Duration::from_secs(3);
/// Together with the last attempt less than a handler may take.
const PATIENCE_IN_ALL: Duration = Duration::from_secs(15);
const MOST_RETRIES: usize = 3;

/// A bucket and how to get at it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3 {
    /// Empty for a folder instead.
    pub bucket: String,
    /// The address of the store, without the bucket; empty for Amazon's.
    pub endpoint: String,
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key: String,
}

/// It holds a password.
impl std::fmt::Debug for S3 {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("S3").field("bucket", &self.bucket).finish_non_exhaustive()
    }
}

impl S3 {
    /// Whether nothing is set, or everything that must be.
    pub fn is_sound(&self) -> bool {
        let must = [&self.bucket, &self.region, &self.access_key_id, &self.secret_access_key];
        let host = ["https://", "http://"].iter().find_map(|start| self.endpoint.strip_prefix(start));
        let is_address = self.endpoint.is_empty() || host.is_some_and(|host| !host.is_empty());
        *self == Self::default() || must.iter().all(|one| !one.is_empty()) && is_address
    }

    /// To be shown: without its password.
    pub fn masked(&self, mask: &str) -> Self {
        let secret_access_key = if self.secret_access_key.is_empty() { String::new() } else { mask.to_owned() };
        Self { secret_access_key, ..self.clone() }
    }
}

#[derive(Clone)]
pub struct Bucket {
    store: Arc<dyn ObjectStore>,
    /// What the names of all files of one database begin with.
    database: Uuid,
}

impl Bucket {
    /// Asks nothing of the store yet.
    pub fn open(s3: &S3, database: Uuid) -> Result<Self> {
        let retry = RetryConfig { max_retries: MOST_RETRIES, retry_timeout: PATIENCE_IN_ALL, ..RetryConfig::default() };
        let options = ClientOptions::new().with_timeout(PATIENCE).with_connect_timeout(PATIENCE_TO_CONNECT);
        let builder = AmazonS3Builder::new()
            .with_bucket_name(&s3.bucket)
            .with_region(&s3.region)
            .with_access_key_id(&s3.access_key_id)
            .with_secret_access_key(&s3.secret_access_key)
            // One by one: not every store knows how to delete many at a time.
            .with_disable_bulk_delete(true)
            .with_retry(retry)
            .with_client_options(options.with_allow_http(s3.endpoint.starts_with("http://")));
        let builder = if s3.endpoint.is_empty() { builder } else { builder.with_endpoint(&s3.endpoint) };
        let store = builder.build().map_err(|error| trouble("open the bucket of documents", &error))?;
        Ok(Self { store: Arc::new(store), database })
    }

    fn path(&self, id: DocumentId) -> Path {
        Path::from(format!("{}/{}/{id}", self.database, super::shelf(id)))
    }

    pub async fn put(&self, id: DocumentId, sealed: Vec<u8>) -> Result<()> {
        let put = self.store.put_opts(&self.path(id), sealed.into(), PutMode::Create.into()).await;
        put.map(drop).map_err(|error| trouble("keep a document", &error))
    }

    pub async fn get(&self, id: DocumentId) -> Result<Vec<u8>> {
        let read = async { self.store.get(&self.path(id)).await?.bytes().await };
        match read.await {
            Ok(content) => Ok(content.to_vec()),
            Err(object_store::Error::NotFound { .. }) => Err(Error::Corrupt("document without its file")),
            Err(error) => Err(trouble("read a document", &error)),
        }
    }

    pub async fn remove(&self, id: DocumentId) -> Result<()> {
        match self.store.delete(&self.path(id)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(trouble("remove a file", &error)),
        }
    }

    pub async fn list(&self, before: Time) -> Result<Vec<DocumentId>> {
        let ours = Path::from(self.database.to_string());
        let all = self.store.list(Some(&ours)).try_filter_map(async |file| {
            let id: Option<DocumentId> = file.location.filename().and_then(|name| name.parse().ok());
            Ok(id.filter(|_| Time::from(file.last_modified) < before))
        });
        all.try_collect().await.map_err(|error| trouble("list documents", &error))
    }
}

/// The store's own message may hold addresses and keys, so only its kind is told.
fn trouble(what: &str, error: &object_store::Error) -> Error {
    let kind = match error {
        object_store::Error::AlreadyExists { .. } => "it is there already",
        object_store::Error::PermissionDenied { .. } => "permission denied",
        object_store::Error::Unauthenticated { .. } => "wrong credentials",
        object_store::Error::NotFound { .. } => "no such bucket",
        _ => "the store did not answer, or not as expected",
    };
    Error::Unavailable(format!("cannot {what}: {kind}"))
}

#[cfg(test)]
mod tests {
    use object_store::memory::InMemory;

    use super::*;

    #[actix_web::test]
    async fn a_file_is_kept_once_and_those_of_another_database_are_not_seen() {
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let databases = [Uuid::now_v7(), Uuid::now_v7()];
        keeps_files(databases.map(|database| Bucket { store: store.clone(), database })).await;
    }

    /// Against a server whose bucket `umeed` takes the key `test` with the password `test`.
    #[actix_web::test]
    async fn a_store_that_speaks_s3_keeps_files_alike() {
        let endpoint =
            std::env::var("UMEED_TEST_S3").expect("UMEED_TEST_S3 is the address of an S3 server; see tests/run");
        let [bucket, key] = ["umeed", "test"].map(str::to_owned);
        let (region, secret_access_key) = ("us-east-1".to_owned(), key.clone());
        let s3 = S3 { bucket, endpoint, region, access_key_id: key, secret_access_key };
        keeps_files([Uuid::now_v7(), Uuid::now_v7()].map(|database| Bucket::open(&s3, database).unwrap())).await;
        let nowhere = S3 { bucket: "nowhere".to_owned(), ..s3 };
        let error = Bucket::open(&nowhere, Uuid::now_v7()).unwrap().put(DocumentId::new(), vec![1]).await.unwrap_err();
        assert_eq!(error.to_string(), "unavailable: cannot keep a document: no such bucket");
    }

    #[actix_web::test]
    async fn a_store_that_does_not_answer_is_told_as_unavailable() {
        let [bucket, region, access_key_id, secret_access_key] = ["umeed", "any", "id", "secret"].map(str::to_owned);
        let endpoint = "http://127.0.0.1:9".to_owned();
        let s3 = S3 { bucket, endpoint, region, access_key_id, secret_access_key };
        let error = Bucket::open(&s3, Uuid::now_v7()).unwrap().get(DocumentId::new()).await.unwrap_err();
        assert_eq!(error.code(), crate::error::Code::Unavailable);
    }

    async fn keeps_files([one, other]: [Bucket; 2]) {
        let id = DocumentId::new();
        one.put(id, b"sealed".to_vec()).await.unwrap();
        one.put(id, b"another".to_vec()).await.unwrap_err();
        assert_eq!(one.get(id).await.unwrap(), b"sealed");
        other.get(id).await.unwrap_err();
        assert_eq!(one.list(Time::now().plus_days(1)).await.unwrap(), [id]);
        assert!(one.list(Time::now().plus_days(-1)).await.unwrap().is_empty());
        assert!(other.list(Time::now().plus_days(1)).await.unwrap().is_empty());
        one.remove(id).await.unwrap();
        one.remove(id).await.unwrap();
        one.get(id).await.unwrap_err();
    }

    #[test]
    fn a_bucket_is_told_whole_or_not_at_all_and_never_with_its_password() {
        assert!(S3::default().is_sound());
        let text = |text: &str| text.to_owned();
        let s3 = S3 {
            bucket: text("umeed"),
            endpoint: text("https://s3.example.org"),
            region: text("any"),
            access_key_id: text("id"),
            secret_access_key: text("Qanarwaxsecret"),
        };
        assert!(s3.is_sound() && S3 { endpoint: String::new(), ..s3.clone() }.is_sound());
        for broken in [
            S3 { bucket: String::new(), ..s3.clone() },
            S3 { secret_access_key: String::new(), ..s3.clone() },
            S3 { endpoint: text("s3.example.org"), ..s3.clone() },
            S3 { endpoint: text("https://"), ..s3.clone() },
        ] {
            assert!(!broken.is_sound());
        }
        assert!(!format!("{s3:?}").contains("Qanarwaxsecret"));
        assert_eq!(s3.masked("***").secret_access_key, "***");
    }
}
