//! What tests are written with: an application on a database of its own, people who are signed in, requests that read
//! like sentences. Whatever a test asks, the kit checks the conventions of every answer, and at the end of a story that
//! the trail is whole.
//!
//! ```ignore
//! on_both_databases! {
//!     async fn an_officer_reports_an_incident(app: App) {
//!         let officer = app.actor(Role::Officer, "PK508").await;
//!         let incident = app.post(&officer, "/incidents", incident_body("PK508")).await.expect(201);
//!         let again = app.get(&officer, &incident.location()).await.expect(200);
//!         app.post(&officer, &format!("{}/verify", incident.location()), json!({})).if_match(1).await.expect(403);
//!     }
//! }
//! ```
#![allow(dead_code, unused_imports, reason = "each word serves some tests and not others")]
mod actors;
mod app;
mod ask;
mod builders;
mod checks;
mod database;
mod files;
mod sockets;

pub use actors::{Actor, Bearer, NOBODY, Nobody, PASSWORD};
pub(crate) use app::serve;
pub use app::{App, Serve};
pub use ask::{Answer, Ask};
pub use builders::*;
pub use database::{Database, Kind};
pub use files::*;
pub use sockets::{Server, Wire, command, request};

pub use actix_web::http::Method;
pub use serde_json::{Value, json};
pub use umeed::access::policy::Role;

/// Tells one story twice: on SQLite and on PostgreSQL, each on a fresh database. Checks the database at its end.
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: App) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not every story needs every word")]
            use super::*;

            async fn story($app: $crate::kit::App) $body

            $(#[$meta])*
            #[actix_web::test]
            async fn sqlite() {
                let app = $crate::kit::App::sqlite().await;
                story(app.clone()).await;
                app.end().await;
            }

            $(#[$meta])*
            #[actix_web::test]
            async fn postgres() {
                let app = $crate::kit::App::postgres().await;
                story(app.clone()).await;
                app.end().await;
            }
        }
    )+};
}
