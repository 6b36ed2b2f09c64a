//! Consents over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;

use super::super::model::{Consent, ConsentId, NewConsent, VictimId};
use super::super::service::consents;
use crate::access::policy::{Action, Actor};
use crate::error::Result;
use crate::http::{Allow, Command, Created, Found, IfMatch, Listed, Listing, Moved, Nothing, Place, Resource, Routes};
use crate::work::Work;

impl Resource for Consent {
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/consents/{}", self.id))
    }
}

pub fn routes(routes: Routes) -> Routes {
    let (read, record_it) = (Allow::May(Action::ReadVictim), Allow::May(Action::RecordConsent));
    routes
        .on(Method::POST, "/victims/{id}/consents", record_it, "Record that a victim consents to sharing", record)
        .on(Method::GET, "/victims/{id}/consents", read, "The consents of a victim, newest first", list)
        .on(Method::GET, "/consents/{id}", read, "One consent", view)
        .on(
            Method::POST,
            "/consents/{id}/withdraw",
            record_it,
            "Withdraw a consent; open referrals end with it",
            withdraw,
        )
}

async fn record(work: Data<Work>, id: Place<VictimId>, command: Command<NewConsent>) -> Result<Created<Consent>> {
    let Command { actor, key, body } = command;
    consents::record(&work, &actor, key, (id.0, body)).await.map(Created)
}

async fn list(
    work: Data<Work>,
    actor: Actor,
    id: Place<VictimId>,
    listing: Listing<Nothing>,
) -> Result<Listed<Consent>> {
    consents::list(&work, &actor, id.0, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<ConsentId>) -> Result<Found<Consent>> {
    consents::view(&work, &actor, id.0).await.map(Found)
}

async fn withdraw(
    work: Data<Work>,
    id: Place<ConsentId>,
    read: IfMatch,
    command: Command<Nothing>,
) -> Result<Moved<Consent>> {
    consents::withdraw(&work, &command.actor, command.key, (id.0, read.0)).await.map(Moved)
}
