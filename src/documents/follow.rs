//! What follows for documents from what happens to their case: they go with it, and nothing else.
use futures_util::future::LocalBoxFuture;

use super::store;
use crate::cases;
use crate::error::Result;
use crate::work::{Cause, Event, Tx};

/// Follows a transferred case.
pub fn listen<'a>(tx: &'a mut Tx, cause: &'a Cause<'a>) -> LocalBoxFuture<'a, Result<Vec<Event>>> {
    Box::pin(async move {
        if cause.event.action() == "case.transferred" {
            let (permit, id, district) = cases::transferred(cause.event)?;
            store::follow_case(tx, &permit, id, district).await?;
        }
        Ok(Vec::new())
    })
}
