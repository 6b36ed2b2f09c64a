//! Migrations, one folder a database, embedded in the binary. A schema newer than the binary is refused.
use std::fs::File;

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::{Connection, ConnectionError, SqliteConnection};
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::open::{Address, Options, PRAGMAS};
use super::{Database, reach, unavailable};
use crate::error::{Error, Result};

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Any number will do, as long as every instance of Umeed takes the same.
const LOCK: i64 = 0x756d_6565_6400;

impl Database {
    /// Brings the database up to date and returns how many migrations ran. Safe to start several times at once.
    ///
    /// Blocks, on a thread of its own: diesel's wrapper refuses to start inside a runtime.
    pub fn migrate(options: &Options) -> Result<usize> {
        std::thread::scope(|scope| scope.spawn(|| run(options)).join()).unwrap_or(Err(Error::Panicked))
    }
}

fn run(options: &Options) -> Result<usize> {
    match options.address()? {
        Address::Postgres(url) => {
            let unreached = |error: ConnectionError| {
                let why = reach::trouble(url).unwrap_or_else(|| error.to_string());
                Error::Unavailable(format!("cannot reach the database: {why}"))
            };
            let mut conn = AsyncConnectionWrapper::<AsyncPgConnection>::establish(url).map_err(unreached)?;
            conn.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))?;
            bring_up(&mut conn, POSTGRES)
        }
        Address::Sqlite(path) => {
            let turn = File::create(format!("{path}.lock")).map_err(unavailable)?;
            turn.lock().map_err(unavailable)?;
            let mut conn = SqliteConnection::establish(path).map_err(unavailable)?;
            let broken = |error| Error::Unavailable(format!("cannot open the database {path}: {error}"));
            conn.batch_execute(PRAGMAS).map_err(broken)?;
            bring_up(&mut conn, SQLITE)
        }
    }
}

fn bring_up<DB, C>(conn: &mut C, ours: EmbeddedMigrations) -> Result<usize>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
    EmbeddedMigrations: MigrationSource<DB>,
{
    let known: Vec<Box<dyn Migration<DB>>> = ours.migrations().map_err(unavailable)?;
    let known: Vec<MigrationVersion<'static>> = known.iter().map(|one| one.name().version().as_owned()).collect();
    let applied = conn.applied_migrations().map_err(unavailable)?;
    if applied.iter().any(|version| !known.contains(version)) {
        return Err(Error::Unavailable("the database was migrated by a newer umeed; use that one".into()));
    }
    Ok(conn.run_pending_migrations(ours).map_err(unavailable)?.len())
}
