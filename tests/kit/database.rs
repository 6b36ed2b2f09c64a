//! Databases for tests: copies of one that was migrated once. And a way to look into them behind the application's back.
use std::sync::OnceLock;

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use tempfile::TempDir;
use umeed::db::Options;
use uuid::Uuid;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// A database of one test. It goes away with its folder or by `discard`.
pub enum Database {
    Sqlite(TempDir),
    Postgres(String),
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    value: String,
}

impl Database {
    pub async fn fresh(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let folder = folder();
                std::fs::write(folder.path().join(FILE), sqlite_template()).unwrap();
                Self::Sqlite(folder)
            }
            Kind::Postgres => {
                let (name, template) = (format!("test_{}", Uuid::now_v7().simple()), postgres_template());
                // Copies of one template wait for each other inside PostgreSQL, so none of them fails.
                maintain(&format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")).await;
                Self::Postgres(name)
            }
        }
    }

    /// An empty database that has not been migrated.
    pub async fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => Self::Sqlite(folder()),
            Kind::Postgres => {
                let name = format!("test_{}", Uuid::now_v7().simple());
                maintain(&format!("CREATE DATABASE {name}")).await;
                Self::Postgres(name)
            }
        }
    }

    pub async fn discard(&self) {
        if let Self::Postgres(name) = self {
            maintain(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }

    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", path(folder)),
            Self::Postgres(name) => format!("{}/{name}", server()),
        }
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// SQL for the bytes or the id in `column`, in hexadecimal.
    pub fn hex(&self, column: &str) -> String {
        if self.is_sqlite() {
            format!("lower(hex({column}))")
        } else if column.ends_with("id") {
            format!("replace({column}::text, '-', '')")
        } else {
            format!("encode({column}, 'hex')")
        }
    }

    /// SQL for this id.
    pub fn id(&self, id: Uuid) -> String {
        if self.is_sqlite() { format!("x'{}'", id.simple()) } else { format!("'{id}'") }
    }

    pub async fn rows(&self, sql: &str) -> Vec<String> {
        let sql = format!("WITH told (value) AS ({sql}) SELECT coalesce(CAST(value AS text), '') AS value FROM told");
        let query = diesel::sql_query(sql);
        let rows: Vec<Row> = match self {
            Self::Sqlite(folder) => query.load(&mut sqlite(folder)).unwrap(),
            Self::Postgres(_) => {
                diesel_async::RunQueryDsl::load(query, &mut postgres(&self.url()).await).await.unwrap()
            }
        };
        rows.into_iter().map(|row| row.value).collect()
    }

    /// Cuts the application off: PostgreSQL lets nobody in, another process holds the SQLite file.
    pub async fn take_away(&self) -> Option<SqliteConnection> {
        match self {
            Self::Sqlite(folder) => {
                let mut holder = sqlite(folder);
                holder.batch_execute("BEGIN EXCLUSIVE").unwrap();
                Some(holder)
            }
            Self::Postgres(name) => {
                maintain(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
                maintain(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"))
                    .await;
                None
            }
        }
    }

    pub async fn bring_back(&self, holder: Option<SqliteConnection>) {
        match (self, holder) {
            (Self::Postgres(name), _) => maintain(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await,
            (Self::Sqlite(_), Some(mut holder)) => holder.batch_execute("ROLLBACK").unwrap(),
            (Self::Sqlite(_), None) => unreachable!("an SQLite file is taken away by holding it"),
        }
    }

    pub async fn execute(&self, sql: &str) -> Result<(), String> {
        let outcome = match self {
            Self::Sqlite(folder) => sqlite(folder).batch_execute(sql),
            Self::Postgres(_) => postgres(&self.url()).await.batch_execute(sql).await,
        };
        outcome.map_err(|error| error.to_string())
    }
}

const FILE: &str = "umeed.db";

/// In memory where there is such a place: tests give up durability for speed.
fn folder() -> TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

fn path(folder: &TempDir) -> String {
    folder.path().join(FILE).to_str().unwrap().to_owned()
}

fn sqlite(folder: &TempDir) -> SqliteConnection {
    let mut conn = SqliteConnection::establish(&path(folder)).unwrap();
    conn.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;").unwrap();
    conn
}

async fn postgres(url: &str) -> AsyncPgConnection {
    AsyncPgConnection::establish(url).await.unwrap()
}

fn server() -> String {
    std::env::var("UMEED_TEST_POSTGRES").expect("no PostgreSQL to test with: run tests/run, which brings one")
}

async fn maintain(sql: &str) {
    postgres(&format!("{}/postgres", server())).await.batch_execute(sql).await.unwrap();
}

fn migrate(url: String) {
    umeed::db::Database::migrate(&Options { url, connections: 1 }).unwrap();
}

/// The bytes of a migrated database with its districts.
fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = folder();
        migrate(format!("sqlite:{}", path(&folder)));
        sqlite(&folder).batch_execute(&districts()).unwrap();
        std::fs::read(path(&folder)).unwrap()
    })
}

/// The name of a migrated database with its districts.
fn postgres_template() -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let name = format!("template_{}", Uuid::now_v7().simple());
        let filled = name.clone();
        // On a thread of its own: a test's runtime cannot wait in here.
        let fill = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(maintain(&format!("CREATE DATABASE {filled}")));
            migrate(format!("{}/{filled}", server()));
            let url = format!("{}/{filled}", server());
            runtime.block_on(async { postgres(&url).await.batch_execute(&districts()).await.unwrap() });
        };
        std::thread::spawn(fill).join().unwrap();
        name
    })
}

/// The districts, so that what refers to one can be written. Literals that both databases understand.
fn districts() -> String {
    let mut reader = csv::Reader::from_path("config/districts.csv").unwrap();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.unwrap();
        let cell = |at: usize| match &record[at] {
            "" => "NULL".to_owned(),
            text => format!("'{}'", text.replace('\'', "''")),
        };
        let order = [3, 0, 4, 6, 10, 7, 8].map(cell).join(", ").replace("'true'", "TRUE").replace("'false'", "FALSE");
        rows.push(format!("({order}, 1)"));
    }
    let columns = "pcode, province, name, name_ur, erstwhile_fata, valid_from, valid_to, version";
    format!("INSERT INTO districts ({columns}) VALUES {} ON CONFLICT DO NOTHING;", rows.join(", "))
}
