//! What follows for plans from what happens to their case. A case is not closed over an open action.
use futures_util::future::LocalBoxFuture;

use super::model::ActionId;
use super::store;
use crate::access::policy::{self, Action, Actor};
use crate::cases::{self, CLOSING, CaseId};
use crate::error::{Error, Fault, Result};
use crate::work::{Cause, Event, Tx};

/// Follows a transferred case, and tells which actions stand in the way of closing one.
pub fn listen<'a>(tx: &'a mut Tx, cause: &'a Cause<'a>) -> LocalBoxFuture<'a, Result<Vec<Event>>> {
    Box::pin(async move {
        match cause.event.action() {
            "case.transferred" => follow(tx, cause.event).await?,
            action if CLOSING.contains(&action) => veto(tx, cause.event.subject()).await?,
            _ => {}
        }
        Ok(Vec::new())
    })
}

async fn follow(tx: &mut Tx, event: &Event) -> Result<()> {
    let (permit, case, district) = cases::transferred(event)?;
    store::follow_case(tx, &permit, case, district).await
}

async fn veto(tx: &mut Tx, case: CaseId) -> Result<()> {
    let scope = policy::scope(&Actor::system(), Action::ReadPlan);
    let open = |id: ActionId| {
        Fault::new(format!("/plan-actions/{id}"), "action_open", "an action of the plan is neither done nor dropped")
    };
    let open: Vec<_> = store::open_actions(tx, &scope, case).await?.into_iter().map(open).collect();
    Error::not_ready_unless_none(open)
}
