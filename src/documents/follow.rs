//! What follows for documents from what happens to their case: they go with it, and nothing else.
use futures_util::future::LocalBoxFuture;

use super::store;
use crate::access::policy::{self, Action, Actor, Subject};
use crate::cases::CaseId;
use crate::error::{Error, Result};
use crate::work::{Cause, Event, Tx};

/// Follows a transferred case.
pub fn listen<'a>(tx: &'a mut Tx, cause: &'a Cause<'a>) -> LocalBoxFuture<'a, Result<Vec<Event>>> {
    Box::pin(async move {
        if cause.event.action() == "case.transferred" {
            let id: CaseId = cause.event.subject();
            let district = cause.event.fact("district").and_then(|code| code.parse().ok());
            let permit = policy::permit(&Actor::system(), Action::FollowCase, &Subject::of(id.uuid()))?;
            store::follow_case(tx, &permit, id, district.ok_or(Error::Corrupt("transfer"))?).await?;
        }
        Ok(Vec::new())
    })
}
