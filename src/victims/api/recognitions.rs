//! Recognitions over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::model::{NewRecognition, Recognition, RecognitionEnd, RecognitionId, VictimId};
use super::super::service::recognitions;
use crate::access::policy::{Action, Actor};
use crate::error::Result;
use crate::http::{Allow, Command, Created, Found, IfMatch, Listed, Listing, Moved, Nothing, Place, Resource, Routes};
use crate::work::Work;

impl Resource for Recognition {
    /// Its reference is not for everybody.
    fn is_told_by_version(&self) -> bool {
        false
    }
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/recognitions/{}", self.id))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WithdrawBody {
    reason: RecognitionEnd,
}

pub fn routes(routes: Routes) -> Routes {
    let (read, change) = (Allow::May(Action::ReadVictim), Allow::May(Action::ChangeVictim));
    let listed = "The lists that a victim is on, newest first; recorded";
    routes
        .on(Method::POST, "/victims/{id}/recognitions", change, "Record that an authority lists a victim", record)
        .on(Method::GET, "/victims/{id}/recognitions", read, listed, list)
        .on(Method::GET, "/recognitions/{id}", read, "One recognition; recorded", view)
        .on(Method::POST, "/recognitions/{id}/withdraw", change, "Say why a recognition no longer holds", withdraw)
}

async fn record(
    work: Data<Work>,
    id: Place<VictimId>,
    command: Command<NewRecognition>,
) -> Result<Created<Recognition>> {
    let Command { actor, key, body } = command;
    recognitions::record(&work, &actor, key, (id.0, body)).await.map(Created)
}

async fn list(
    work: Data<Work>,
    actor: Actor,
    id: Place<VictimId>,
    listing: Listing<Nothing>,
) -> Result<Listed<Recognition>> {
    recognitions::list(&work, &actor, id.0, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<RecognitionId>) -> Result<Found<Recognition>> {
    recognitions::view(&work, &actor, id.0).await.map(Found)
}

async fn withdraw(
    work: Data<Work>,
    id: Place<RecognitionId>,
    read: IfMatch,
    command: Command<WithdrawBody>,
) -> Result<Moved<Recognition>> {
    let Command { actor, key, body } = command;
    recognitions::withdraw(&work, &actor, key, (id.0, read.0), body.reason).await.map(Moved)
}
