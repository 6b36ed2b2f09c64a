//! Protection and safe contact over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::model::{LiftReason, NewProtection, NewSafeContact, Protection, SafeContact, VictimId};
use super::super::service::{contact, protection};
use crate::access::policy::{Action, Actor};
use crate::error::Result;
use crate::http::{Allow, Command, Found, IfMatch, Moved, Place, Resource, Routes};
use crate::work::Work;

impl Resource for Protection {
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/victims/{}/protection", self.victim_id))
    }
}

impl Resource for SafeContact {
    /// Its number is not for everybody.
    fn is_told_by_version(&self) -> bool {
        false
    }
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/victims/{}/safe-contact", self.victim_id))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UnprotectBody {
    reason: LiftReason,
}

pub fn routes(routes: Routes) -> Routes {
    let (read, change) = (Allow::May(Action::ReadVictim), Allow::May(Action::ChangeVictim));
    let protecting = Allow::May(Action::ProtectVictim);
    let named = "Hide who a victim is from all but the users named";
    routes
        .on(Method::GET, "/victims/{id}/protection", read, "Whether a victim is protected, and who is named", view)
        .on(Method::POST, "/victims/{id}/protect", protecting, named, protect)
        .on(Method::POST, "/victims/{id}/unprotect", protecting, "End the protection of a victim", unprotect)
        .on(Method::GET, "/victims/{id}/safe-contact", read, "How to reach a victim without harm; recorded", contact)
        .on(Method::PUT, "/victims/{id}/safe-contact", change, "Record how to reach a victim without harm", record)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<VictimId>) -> Result<Found<Protection>> {
    protection::view(&work, &actor, id.0).await.map(Found)
}

async fn protect(
    work: Data<Work>,
    id: Place<VictimId>,
    read: IfMatch,
    command: Command<NewProtection>,
) -> Result<Moved<Protection>> {
    let Command { actor, key, body } = command;
    protection::protect(&work, &actor, key, (id.0, read.0), body).await.map(Moved)
}

async fn unprotect(
    work: Data<Work>,
    id: Place<VictimId>,
    read: IfMatch,
    command: Command<UnprotectBody>,
) -> Result<Moved<Protection>> {
    let Command { actor, key, body } = command;
    protection::unprotect(&work, &actor, key, (id.0, read.0), body.reason).await.map(Moved)
}

async fn contact(work: Data<Work>, actor: Actor, id: Place<VictimId>) -> Result<Found<SafeContact>> {
    contact::view(&work, &actor, id.0).await.map(Found)
}

async fn record(
    work: Data<Work>,
    id: Place<VictimId>,
    read: IfMatch,
    command: Command<NewSafeContact>,
) -> Result<Moved<SafeContact>> {
    let Command { actor, key, body } = command;
    contact::record(&work, &actor, key, (id.0, read.0), body).await.map(Moved)
}
