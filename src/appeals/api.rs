//! Appeals over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;

use super::model::{Appeal, AppealId, AppealMove};
use super::service::{self, AppealView, Decision, NewAppeal};
use super::store::Filter;
use super::terms::{AppealTerms, Rung};
use crate::access::policy::{Action, Actor};
use crate::claims::{ClaimId, ClaimView, NewClaim};
use crate::error::Result;
use crate::http::{
    Allow, Command, Created, Found, IfMatch, KeyedCommand, Listed, Listing, Moved, Nothing, Place, Plain, Resource,
    Routes,
};
use crate::work::Work;

impl Resource for AppealView {
    /// The protection of the person changes what is told.
    fn is_told_by_version(&self) -> bool {
        false
    }
    fn version(&self) -> i64 {
        self.appeal.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/appeals/{}", self.appeal.id))
    }
}

pub fn routes(routes: Routes) -> Routes {
    let (read, lodging) = (Allow::May(Action::ReadClaim), Allow::May(Action::LodgeAppeal));
    let (deciding, prepare) = (Allow::May(Action::DecideAppeal), Allow::May(Action::PrepareClaim));
    routes
        .on(Method::GET, "/appeals/ladder", read, "To whom a victim can appeal, one after the other", ladder)
        .on(Method::POST, "/claims/{id}/appeals", lodging, "Appeal against what was decided on a claim", lodge)
        .on(Method::GET, "/appeals", read, "Appeals of one's area, newest first", list)
        .on(Method::GET, "/appeals/{id}", read, "One appeal; recorded", view)
        .on(Method::POST, "/appeals/{id}/review", deciding, "Take it up, as somebody without a part in it", review)
        .on(Method::POST, "/appeals/{id}/decide", deciding, "Decide it, or take down the order that did", decide)
        .on(Method::POST, "/appeals/{id}/withdraw", lodging, "Give it up", withdraw)
        .on(Method::POST, "/appeals/{id}/claim", prepare, "Claim again after it was upheld", claim_again)
}

async fn ladder(terms: Data<AppealTerms>, _actor: Actor) -> Result<Plain<Vec<Rung>>> {
    Ok(Plain(terms.rungs.clone()))
}

async fn lodge(
    work: Data<Work>,
    terms: Data<AppealTerms>,
    claim: Place<ClaimId>,
    command: KeyedCommand<NewAppeal>,
) -> Result<Created<AppealView>> {
    let Command { actor, key, body } = command.0;
    service::lodge(&work, (&actor, &terms.into_inner()), key, claim.0, body).await.map(Created)
}

async fn list(work: Data<Work>, actor: Actor, listing: Listing<Filter>) -> Result<Listed<Appeal>> {
    service::list(&work, &actor, listing.filter, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<AppealId>) -> Result<Found<AppealView>> {
    service::view(&work, &actor, id.0).await.map(Found)
}

async fn make(
    work: &Work,
    (id, read): (Place<AppealId>, IfMatch),
    command: Command<Nothing>,
    step: (Action, AppealMove),
) -> Result<Moved<AppealView>> {
    let Command { actor, key, .. } = command;
    service::make(work, &actor, key, (id.0, read.0), step).await.map(Moved)
}

async fn review(
    work: Data<Work>,
    id: Place<AppealId>,
    read: IfMatch,
    command: KeyedCommand<Nothing>,
) -> Result<Moved<AppealView>> {
    make(&work, (id, read), command.0, (Action::DecideAppeal, AppealMove::Review)).await
}

async fn withdraw(
    work: Data<Work>,
    id: Place<AppealId>,
    read: IfMatch,
    command: KeyedCommand<Nothing>,
) -> Result<Moved<AppealView>> {
    make(&work, (id, read), command.0, (Action::LodgeAppeal, AppealMove::Withdraw)).await
}

async fn decide(
    work: Data<Work>,
    terms: Data<AppealTerms>,
    id: Place<AppealId>,
    read: IfMatch,
    command: KeyedCommand<Decision>,
) -> Result<Moved<AppealView>> {
    let Command { actor, key, body } = command.0;
    service::decide(&work, (&actor, &terms.into_inner()), key, (id.0, read.0), body).await.map(Moved)
}

async fn claim_again(
    work: Data<Work>,
    id: Place<AppealId>,
    command: KeyedCommand<NewClaim>,
) -> Result<Created<ClaimView>> {
    let Command { actor, key, body } = command.0;
    service::claim_again(&work, &actor, key, id.0, body).await.map(Created)
}
