//! What follows for appeals from what happens elsewhere. A case is not closed over an appeal that nobody has decided.
use futures_util::future::LocalBoxFuture;

use super::store;
use crate::access::policy::{self, Action, Actor};
use crate::cases::{self, CLOSING, CaseId};
use crate::error::{Error, Fault, Result};
use crate::work::{Cause, Event, Tx};

/// Follows a transferred case, and refuses the closing of one with open appeals.
pub fn listen<'a>(tx: &'a mut Tx, cause: &'a Cause<'a>) -> LocalBoxFuture<'a, Result<Vec<Event>>> {
    Box::pin(async move {
        match cause.event.action() {
            "case.transferred" => follow(tx, cause.event).await,
            action if CLOSING.contains(&action) => veto(tx, cause.event.subject()).await,
            _ => Ok(Vec::new()),
        }
    })
}

async fn follow(tx: &mut Tx, event: &Event) -> Result<Vec<Event>> {
    let (permit, case, district) = cases::transferred(event)?;
    store::follow_case(tx, &permit, case, district).await.map(|()| Vec::new())
}

async fn veto(tx: &mut Tx, case: CaseId) -> Result<Vec<Event>> {
    let scope = policy::scope(&Actor::system(), Action::ReadClaim);
    let open = store::open_of_case(tx, &scope, case)
        .await?
        .into_iter()
        .map(|appeal| Fault::new(format!("/appeals/{appeal}"), "appeal_open", "an appeal is not decided"));
    Error::not_ready_unless_none(open.collect()).map(|()| Vec::new())
}
