//! Relations over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;

use super::super::model::{NewRelation, Relation, VictimId};
use super::super::service::relations;
use crate::access::policy::{Action, Actor};
use crate::error::Result;
use crate::http::{Allow, Command, Created, Place, Plain, Resource, Routes};
use crate::work::Work;

impl Resource for Relation {
    fn version(&self) -> i64 {
        1
    }
    fn path(&self) -> Option<String> {
        None
    }
}

pub fn routes(routes: Routes) -> Routes {
    let (read, change) = (Allow::May(Action::ReadVictim), Allow::May(Action::ChangeVictim));
    routes.on(Method::POST, "/victims/{id}/relations", change, "Record who belongs to a victim", record).on(
        Method::GET,
        "/victims/{id}/relations",
        read,
        "Who belongs to a victim; recorded",
        list,
    )
}

async fn record(work: Data<Work>, id: Place<VictimId>, command: Command<NewRelation>) -> Result<Created<Relation>> {
    let Command { actor, key, body } = command;
    relations::record(&work, &actor, key, (id.0, body)).await.map(Created)
}

async fn list(work: Data<Work>, actor: Actor, id: Place<VictimId>) -> Result<Plain<Vec<Relation>>> {
    relations::list(&work, &actor, id.0).await.map(Plain)
}
