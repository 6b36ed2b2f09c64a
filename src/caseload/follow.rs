//! What follows for an open offer from what happens to its case. A case that was closed is not on offer any more.
use futures_util::future::LocalBoxFuture;

use super::model::TransferId;
use super::store;
use crate::access::policy::{self, Action, Actor, Subject};
use crate::cases::CaseId;
use crate::error::Result;
use crate::work::{Cause, Event, Tx};

/// Takes the offer of a closed case back.
pub fn listen<'a>(tx: &'a mut Tx, cause: &'a Cause<'a>) -> LocalBoxFuture<'a, Result<Vec<Event>>> {
    Box::pin(async move {
        if cause.event.action() != "case.closed" {
            return Ok(Vec::new());
        }
        let closed: CaseId = cause.event.subject();
        let permit = policy::permit(&Actor::system(), Action::FollowCase, &Subject::of(closed.uuid()))?;
        let by = (cause.actor.user, cause.at);
        let withdrawn: Option<TransferId> = store::withdraw_open(tx, &permit, closed, by).await?;
        let event = |id: TransferId| Event::new("transfer.withdrawn", id).of_case(closed).announced();
        Ok(withdrawn.map(event).into_iter().collect())
    })
}
