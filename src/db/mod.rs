//! Connections and transactions. Nothing outside this folder knows that there are two databases,
//! and nothing outside `work` holds a `Database`, so nothing else can begin or commit.
mod alone;
pub(crate) mod both;
mod migrate;
mod open;
mod reach;
pub mod schema;
pub(crate) mod types;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use deadpool::managed::{Object, Pool};
use diesel::SqliteConnection;
use diesel::connection::{AnsiTransactionManager as Blocking, SimpleConnection as _, TransactionManager as _};
use diesel::prelude::QueryResult;
use diesel_async::pooled_connection::AsyncDieselConnectionManager;
use diesel_async::{
    AnsiTransactionManager as Waiting, AsyncPgConnection, SimpleAsyncConnection as _, TransactionManager as _,
};
use futures_util::FutureExt;
use tokio::task::{spawn_blocking, spawn_local};

use crate::error::{Code, Error, Result};

pub use alone::Alone;
pub use open::Options;

/// What a query needs when it is written for both databases: diesel's prelude without its `RunQueryDsl`.
pub(crate) mod prelude {
    pub use diesel::prelude::{
        AsChangeset, BoolExpressionMethods as _, ExpressionMethods as _, Insertable, JoinOnDsl as _,
        NullableExpressionMethods as _, OptionalExtension as _, QueryDsl as _, QueryResult, Queryable, QueryableByName,
        Selectable, SelectableHelper as _,
    };
    pub use macro_rules_attribute::apply;

    pub use super::Tx;
    pub use super::both::When as _;
    pub(crate) use super::both::{both_databases, wholly_within, within};
    pub use super::schema::*;
    pub(crate) use super::types::text_columns;
    pub use super::types::{Lines, Words};
    pub use crate::kernel::ids::Id;
    pub use crate::kernel::time::{Date, Time};
}

type Waiter = AsyncDieselConnectionManager<AsyncPgConnection>;

/// A connection on loan for one unit of work. It goes back to its pool when dropped.
#[expect(clippy::large_enum_variant, reason = "there are no more of them than connections")]
pub enum Tx {
    Postgres(Object<Waiter>),
    Sqlite(Object<open::Sqlite>),
}

/// How much a unit of work must be kept apart from others. SQLite has one writer, so there a write is always alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    ReadCommitted,
    /// Every statement sees the same snapshot; for reads that must agree with each other.
    Snapshot,
    /// Run again when PostgreSQL finds that no serial order explains what was read.
    Serializable,
}

/// Two pools: connections that cannot write, and connections that can.
#[derive(Clone)]
pub struct Database {
    options: Options,
    readers: Lane,
    writers: Lane,
}

#[derive(Clone)]
enum Lane {
    Postgres(Pool<Waiter>),
    Sqlite(Pool<open::Sqlite>),
}

impl Database {
    /// Runs `job` on a connection that refuses to write. No transaction: one statement sees one snapshot.
    pub async fn read<T, F>(&self, job: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.readers.run(job).await
    }

    /// Runs `job` on a connection that refuses to write; all its statements see one snapshot.
    pub async fn snapshot<T, F>(&self, job: F) -> Result<T>
    where
        F: AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.readers.run(async move |tx: &mut Tx| tx.transaction(Isolation::Snapshot, &job).await).await
    }

    /// Runs `job`, each statement of which is a transaction by itself: two trips to the database less than `write`.
    pub async fn append<T, F>(&self, job: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.writers.run(job).await
    }

    /// Runs `job` in a transaction: all of it, or nothing when it fails or panics.
    pub async fn write<T, F>(&self, isolation: Isolation, job: F) -> Result<T>
    where
        F: AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.writers.run(async move |tx: &mut Tx| tx.transaction(isolation, &job).await).await
    }
}

impl Lane {
    /// Waits in line for a connection, then runs `job` to its end even if nobody waits for it any more.
    async fn run<T, F>(&self, job: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let outcome = match self {
            Self::Postgres(pool) => {
                let mut tx = Tx::Postgres(pool.get().await.map_err(unavailable)?);
                spawn_local(async move { AssertUnwindSafe(job(&mut tx)).catch_unwind().await }).await
            }
            Self::Sqlite(pool) => {
                let mut tx = Tx::Sqlite(pool.get().await.map_err(unavailable)?);
                spawn_blocking(move || AssertUnwindSafe(job(&mut tx)).catch_unwind().now_or_never().transpose())
                    .await
                    .map(|outcome| outcome.map(|outcome| outcome.unwrap_or(Err(Error::Corrupt(AWAITED)))))
            }
        };
        outcome.unwrap_or_else(|_| Ok(Err(Error::Panicked))).unwrap_or(Err(Error::Panicked))
    }
}

/// On SQLite a job is polled once: there is nothing it could rightly wait for.
const AWAITED: &str = "a job awaited something else than its Tx";

impl Tx {
    const ATTEMPTS: u32 = 12;

    async fn transaction<T>(&mut self, isolation: Isolation, job: &impl AsyncFn(&mut Self) -> Result<T>) -> Result<T> {
        let mut attempt = 1;
        loop {
            self.begin(isolation).await?;
            let outcome = match AssertUnwindSafe(job(self)).catch_unwind().await.unwrap_or(Err(Error::Panicked)) {
                Ok(value) => self.commit().await.map(|()| value).map_err(Error::from),
                // What cannot be told to roll back has done so: a database that is lost, or an SQLite whose disk is full.
                Err(error) => match self.rollback().await {
                    Err(lost) if error.code() == Code::Internal => return Err(unavailable(lost)),
                    Err(_) => return Err(error),
                    Ok(()) => Err(error),
                },
            };
            match outcome {
                Err(error) if error.may_pass_if_repeated() && attempt < Self::ATTEMPTS => {
                    self.back_off(attempt).await;
                    attempt += 1;
                }
                settled => return settled,
            }
        }
    }

    /// Waits 2 to 128 ms, never the same for two. SQLite is never told to repeat, and could not wait.
    async fn back_off(&self, attempt: u32) {
        if let Self::Postgres(_) = self {
            let jitter = uuid::Uuid::now_v7().as_u64_pair().1 % 1000;
            tokio::time::sleep(Duration::from_micros((1000 + jitter) << attempt.min(6))).await;
        }
    }

    async fn begin(&mut self, isolation: Isolation) -> QueryResult<()> {
        let postgres = match isolation {
            Isolation::ReadCommitted => "BEGIN",
            Isolation::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Isolation::Serializable => "BEGIN ISOLATION LEVEL SERIALIZABLE",
        };
        match self {
            Self::Postgres(conn) => Waiting::begin_transaction_sql(&mut **conn, postgres).await,
            Self::Sqlite(conn) if isolation == Isolation::Snapshot => {
                Blocking::begin_transaction_sql(&mut **conn, "BEGIN DEFERRED")
            }
            Self::Sqlite(conn) => Blocking::begin_transaction_sql(&mut **conn, "BEGIN IMMEDIATE"),
        }
    }

    async fn commit(&mut self) -> QueryResult<()> {
        match self {
            Self::Postgres(conn) => Waiting::commit_transaction(&mut **conn).await,
            Self::Sqlite(conn) => {
                let conn: &mut SqliteConnection = conn;
                Blocking::commit_transaction(conn)
            }
        }
    }

    async fn rollback(&mut self) -> QueryResult<()> {
        match self {
            Self::Postgres(conn) => Waiting::rollback_transaction(&mut **conn).await,
            Self::Sqlite(conn) => {
                let conn: &mut SqliteConnection = conn;
                Blocking::rollback_transaction(conn)
            }
        }
    }

    /// Asks the database whether it is there.
    pub async fn ping(&mut self) -> Result<()> {
        match self {
            Self::Postgres(conn) => conn.batch_execute("SELECT 1").await?,
            Self::Sqlite(conn) => conn.batch_execute("SELECT 1")?,
        }
        Ok(())
    }
}

fn unavailable(error: impl std::fmt::Display) -> Error {
    Error::Unavailable(error.to_string())
}
