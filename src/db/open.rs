//! Opening pools: what every connection is told before its first query. An address of any other kind is refused.
use std::path::Path;
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Manager, Metrics, Pool, RecycleError, RecycleResult};
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager as _};
use diesel::{Connection, ConnectionError, SqliteConnection};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};

use super::{Database, Lane, Waiter, unavailable};
use crate::error::{Error, Result};

/// How to reach a database. The address may hold a password, so that it is not to be logged.
#[derive(Clone)]
pub struct Options {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// Connections to PostgreSQL in each of the two pools. SQLite has one writer and at most four readers.
    pub connections: usize,
}

/// The two kinds of address.
pub(super) enum Address<'a> {
    Postgres(&'a str),
    Sqlite(&'a str),
}

impl Options {
    /// Refuses an address of any other kind.
    pub fn check(&self) -> Result<()> {
        self.address().map(|_| ())
    }

    /// The file of an SQLite database.
    pub fn file(&self) -> Option<&Path> {
        match self.address() {
            Ok(Address::Sqlite(path)) => Some(Path::new(path)),
            _ => None,
        }
    }

    pub(super) fn address(&self) -> Result<Address<'_>> {
        match self.url.split_once(':') {
            Some(("postgres" | "postgresql", _)) => Ok(Address::Postgres(&self.url)),
            // SQLite keeps `:memory:` for one connection alone, and it would be gone when that one is.
            Some(("sqlite", path)) if !path.is_empty() && !path.starts_with(':') => Ok(Address::Sqlite(path)),
            _ => Err(Error::Unavailable("a database is sqlite:PATH or postgres://…".into())),
        }
    }
}

/// How long a caller waits for a connection before it is told that the service is busy.
const PATIENCE: Duration = Duration::from_secs(5);
/// Connections of a thread in each pool, so that one long report leaves room for others.
const LEAST: usize = 2;

impl Database {
    /// Opens the database. It must have been migrated.
    pub fn open(options: &Options) -> Result<Self> {
        match options.address()? {
            Address::Postgres(url) => {
                let separator = if url.contains('?') { '&' } else { '?' };
                let reading = format!("{url}{separator}options=-c%20default_transaction_read_only%3Don");
                let lane = |url: String| postgres(url, options.connections).map(Lane::Postgres);
                Ok(Self { options: options.clone(), readers: lane(reading)?, writers: lane(url.to_owned())? })
            }
            Address::Sqlite(path) => {
                let lane = |setup, size| sqlite(path, setup, size).map(Lane::Sqlite);
                let readers = lane("PRAGMA query_only = ON;", options.connections.min(4))?;
                Ok(Self { options: options.clone(), readers, writers: lane("", 1)? })
            }
        }
    }

    /// The database for one of `threads`. On PostgreSQL with connections of its own: a connection is driven by the thread
    /// that opened it, and a statement from another one would wake up both, there and back. SQLite is shared.
    pub fn apart(&self, threads: usize) -> Self {
        let connections = self.options.connections.div_ceil(threads).max(LEAST);
        match self.options.address() {
            // What could be opened once can be opened again: nothing is connected to yet.
            Ok(Address::Postgres(_)) => {
                Self::open(&Options { connections, ..self.options.clone() }).unwrap_or_else(|_| self.clone())
            }
            _ => self.clone(),
        }
    }
}

fn postgres(url: String, size: usize) -> Result<Pool<Waiter>> {
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    let manager = AsyncDieselConnectionManager::new_with_config(url, config);
    let pool = Pool::builder(manager).max_size(size).runtime(Runtime::Tokio1);
    pool.wait_timeout(Some(PATIENCE)).create_timeout(Some(PATIENCE)).build().map_err(unavailable)
}

fn sqlite(path: &str, setup: &'static str, size: usize) -> Result<Pool<Sqlite>> {
    let pool = Pool::builder(Sqlite { path: path.to_owned(), setup }).max_size(size).runtime(Runtime::Tokio1);
    pool.wait_timeout(Some(PATIENCE)).build().map_err(unavailable)
}

/// Opens SQLite connections. Callers wait for one in the pool's fair line, never in `busy_timeout`,
/// which is there for other processes only.
pub struct Sqlite {
    path: String,
    setup: &'static str,
}

/// What makes SQLite keep what it has acknowledged, and keep rows whole. Without recursive triggers, `INSERT OR REPLACE` removes
/// a row past the triggers that forbid it.
pub(super) const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -8192; PRAGMA mmap_size = 33554432;
    PRAGMA secure_delete = ON; PRAGMA recursive_triggers = ON;";

impl Manager for Sqlite {
    type Type = SqliteConnection;
    type Error = ConnectionError;

    async fn create(&self) -> Result<SqliteConnection, ConnectionError> {
        let mut conn = SqliteConnection::establish(&self.path)?;
        conn.batch_execute(PRAGMAS)
            .and_then(|()| conn.batch_execute(self.setup))
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(conn)
    }

    /// A transaction that SQLite itself has taken back, as it does when the disk is full, leaves the connection unfit for
    /// another one.
    async fn recycle(&self, conn: &mut SqliteConnection, _: &Metrics) -> RecycleResult<ConnectionError> {
        let is_broken = AnsiTransactionManager::is_broken_transaction_manager(conn);
        if is_broken { Err(RecycleError::message("a broken transaction")) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_row_that_is_never_removed_is_not_replaced_either() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("umeed.db").to_str().unwrap().to_owned();
        let mut conn = Sqlite { path, setup: "" }.create().await.unwrap();
        let table = "CREATE TABLE kept (id INTEGER PRIMARY KEY, what TEXT) STRICT; INSERT INTO kept VALUES (1, 'a');
            CREATE TRIGGER kept_is_kept BEFORE DELETE ON kept BEGIN SELECT RAISE(ABORT, 'this row is never changed'); END;";
        conn.batch_execute(table).unwrap();
        let refused = conn.batch_execute("INSERT OR REPLACE INTO kept VALUES (1, 'b')").unwrap_err();
        assert!(refused.to_string().contains("this row is never changed"), "{refused}");
    }
}
