//! Whether the process lives and whether it can answer. Neither tells anything else.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::Plain;
use super::router::{Allow, Routes};
use crate::error::Result;
use crate::work::Work;

#[derive(Serialize, JsonSchema)]
struct Health {
    status: &'static str,
}

pub fn routes(routes: Routes) -> Routes {
    routes.on(Method::GET, "/health/live", Allow::Public, "Whether the process lives", live).on(
        Method::GET,
        "/health/ready",
        Allow::Public,
        "Whether the database answers",
        ready,
    )
}

async fn live() -> Plain<Health> {
    Plain(Health { status: "live" })
}

async fn ready(work: Data<Work>) -> Result<Plain<Health>> {
    work.ping().await.map(|()| Plain(Health { status: "ready" }))
}
