//! A whole application, in this process, on a database that nobody else uses.
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::test::TestRequest;
use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};
use umeed::config::{Overrides, Settings};
use umeed::crypto::Keyring;
use umeed::http::server;
use umeed::kernel::time::Time;
use umeed::work::{Clock, Work};

use super::actors::Bearer;
use super::ask::Ask;
use super::database::{Database, Kind};
use super::sockets::Server;

/// Answers requests without a socket.
pub type Serve = Rc<dyn Fn(TestRequest) -> LocalBoxFuture<'static, ServiceResponse<BoxBody>>>;

/// Starts an actix application without a socket. A macro, since the type of its service has no name.
macro_rules! serve {
    ($application:expr) => {{
        use actix_web::dev::Service as _;
        let service = std::rc::Rc::new(actix_web::test::init_service($application).await);
        let serve: $crate::kit::Serve = std::rc::Rc::new(move |request: actix_web::test::TestRequest| {
            let service = service.clone();
            Box::pin(async move { service.call(request.to_request()).await.unwrap().map_into_boxed_body() })
        });
        serve
    }};
}
pub(crate) use serve;

/// The application under test. Clones are the same one.
#[derive(Clone)]
pub struct App {
    pub umeed: umeed::App,
    pub settings: Rc<Settings>,
    pub database: Rc<Database>,
    /// Where documents are kept; goes away with the story.
    folder: Rc<tempfile::TempDir>,
    ahead: Arc<AtomicI64>,
    pub(super) serve: Serve,
    pub(super) servers: Rc<std::cell::RefCell<Vec<actix_web::dev::ServerHandle>>>,
}

impl App {
    pub async fn sqlite() -> Self {
        Self::on(Database::fresh(Kind::Sqlite).await).await
    }

    pub async fn postgres() -> Self {
        Self::on(Database::fresh(Kind::Postgres).await).await
    }

    async fn on(database: Database) -> Self {
        Self::sealed_by(database, Keyring::ephemeral().unwrap()).await
    }

    /// On a fresh database, with keys that a process beside it has too.
    pub async fn sealed_by(database: Database, keys: Keyring) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(database.url(), folder.path());
        let ahead = Arc::new(AtomicI64::new(0));
        let umeed = umeed::App::open(&settings, keys, Clock::Ahead(ahead.clone())).await.unwrap();
        let serve = serve!(server::application(&umeed, &server::docs().unwrap()));
        let (settings, database, folder) = (Rc::new(settings), Rc::new(database), Rc::new(folder));
        Self { umeed, settings, database, folder, ahead, serve, servers: Rc::default() }
    }

    /// A second service on the same database with keys of its own, or the reason why there is none.
    pub async fn open_with_other_keys(&self) -> umeed::error::Result<umeed::App> {
        umeed::App::open(&self.settings, Keyring::ephemeral().unwrap(), Clock::System).await
    }

    /// The same application, told whose account compensation is paid from.
    pub async fn with_debtor(&self) -> Self {
        let debtor = json!({ "name": "Home & Tribal Affairs Department", "iban": "PK36SCBL0000001123456702" });
        let umeed = umeed::App { debtor: Some(serde_json::from_value(debtor).unwrap()), ..self.umeed.clone() };
        let serve = serve!(server::application(&umeed, &server::docs().unwrap()));
        Self { umeed, serve, ..self.clone() }
    }

    /// The same application, asked through another door: for routes that only a test has.
    pub fn served_by(&self, serve: Serve) -> Self {
        Self { serve, ..self.clone() }
    }

    pub fn work(&self) -> &Work {
        &self.umeed.work
    }

    pub fn is_sqlite(&self) -> bool {
        self.database.is_sqlite()
    }

    /// The time as the application sees it.
    pub fn now(&self) -> Time {
        self.work().now()
    }

    /// Moves the application's clock.
    pub fn pass_minutes(&self, minutes: i64) {
        self.ahead.fetch_add(minutes * 60_000_000, Ordering::Relaxed);
    }

    pub fn pass_days(&self, days: i64) {
        self.pass_minutes(days * 24 * 60);
    }

    /// A request, to be made more precise and then awaited. A path is below `/api/v1`, unless it begins with `/api/`,
    /// `/health` or `/docs`.
    pub fn ask(&self, who: &(impl Bearer + ?Sized), method: Method, path: &str) -> Ask {
        Ask::new(self, who.token(), method, path)
    }

    pub fn get(&self, who: &(impl Bearer + ?Sized), path: &str) -> Ask {
        self.ask(who, Method::GET, path)
    }

    pub fn post(&self, who: &(impl Bearer + ?Sized), path: &str, body: Value) -> Ask {
        self.ask(who, Method::POST, path).json(&body)
    }

    pub fn patch(&self, who: &(impl Bearer + ?Sized), path: &str, body: Value) -> Ask {
        self.ask(who, Method::PATCH, path).json(&body)
    }

    pub fn delete(&self, who: &(impl Bearer + ?Sized), path: &str) -> Ask {
        self.ask(who, Method::DELETE, path)
    }

    /// The values of the one column that `sql` selects, as text; nothing for NULL. See [`Database::hex`] for bytes.
    pub async fn rows(&self, sql: &str) -> Vec<String> {
        self.database.rows(sql).await
    }

    /// How many rows `rest` has: a table, and perhaps a `WHERE`.
    pub async fn count(&self, rest: &str) -> i64 {
        self.rows(&format!("SELECT count(*) FROM {rest}")).await[0].parse().unwrap()
    }

    /// Runs any statement behind the application's back; the database's own words if it refuses.
    pub async fn sql(&self, sql: &str) -> Result<(), String> {
        self.database.execute(sql).await
    }

    /// The same application behind a real socket, with two workers. Stopped when the story ends.
    pub fn listen(&self) -> Server {
        Server::start(self)
    }

    /// Checks what must hold at the end of every story, and throws the database away.
    pub async fn end(self) {
        for server in self.servers.take() {
            server.stop(false).await;
        }
        super::checks::everything_holds(&self).await;
        let database = self.database.clone();
        drop(self);
        database.discard().await;
    }
}

/// Defaults, but for what would make tests slow.
fn settings(url: String, folder: &Path) -> Settings {
    let mut settings = Settings::read(None, &Overrides { database: Some(url), ..Overrides::default() }).unwrap();
    settings.database.connections = 6;
    settings.documents.folder = folder.join("documents");
    settings.server.workers = 2;
    settings.server.shutdown_seconds = 1;
    settings.access.password.memory_kib = 64;
    settings.access.password.passes = 1;
    settings
}
