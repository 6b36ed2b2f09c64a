//! What follows for findings from what happens elsewhere: a claim is looked at when it is verified, before anybody approves it;
//! and no money is approved or asked for over a finding that stops it.
use futures_util::future::LocalBoxFuture;

use super::service::look;
use super::store;
use super::words::FoundHow;
use crate::error::{Code, Error, Result};
use crate::kernel::money::Paisa;
use crate::work::{Cause, Event, Tx};

pub fn listen<'a>(tx: &'a mut Tx, cause: &'a Cause<'a>) -> LocalBoxFuture<'a, Result<Vec<Event>>> {
    Box::pin(async move {
        let event = cause.event;
        let stopped = match event.action() {
            "claim.verified" => {
                let next_tier = event.number("next_tier_paisa").map(Paisa::new);
                return look(tx, &[event.subject()], next_tier, (FoundHow::Verification, cause.at)).await;
            }
            "claim.voted" | "claim.approved" => store::stopping(tx, event.subject()).await?,
            "payment_batch.submitted" | "payment_batch.voted" | "payment_batch.approved" | "payment_batch.released" => {
                store::stopping_batch(tx, event.subject()).await?
            }
            _ => None,
        };
        match stopped {
            Some(finding) => Err(Error::conflict_with(Code::FindingOpen, finding)),
            None => Ok(Vec::new()),
        }
    })
}
