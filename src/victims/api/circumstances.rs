//! Circumstances over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;

use super::super::model::{Circumstances, Told, VictimId};
use super::super::service::circumstances;
use crate::access::policy::{Action, Actor};
use crate::error::Result;
use crate::http::{Allow, Command, Found, IfMatch, Moved, Place, Resource, Routes};
use crate::work::Work;

impl Resource for Told {
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/victims/{}/circumstances", self.victim_id))
    }
}

pub fn routes(routes: Routes) -> Routes {
    let (read, change) = (Allow::May(Action::ReadVictim), Allow::May(Action::ChangeVictim));
    let place = "/victims/{id}/circumstances";
    routes.on(Method::GET, place, read, "What decides whom a victim can be referred to; recorded", view).on(
        Method::PUT,
        place,
        change,
        "Record circumstances in the place of those told before",
        replace,
    )
}

async fn view(work: Data<Work>, actor: Actor, id: Place<VictimId>) -> Result<Found<Told>> {
    circumstances::view(&work, &actor, id.0).await.map(Found)
}

async fn replace(
    work: Data<Work>,
    id: Place<VictimId>,
    read: IfMatch,
    command: Command<Circumstances>,
) -> Result<Moved<Told>> {
    let Command { actor, key, body } = command;
    circumstances::replace(&work, &actor, key, (id.0, read.0), body).await.map(Moved)
}
