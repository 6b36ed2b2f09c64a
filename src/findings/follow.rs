//! What follows for findings from what happens elsewhere: a claim is looked at when it is verified, before anybody approves it;
//! what a bank says otherwise of a payment is found when it is taken in; no money is approved or asked for over a finding that
//! stops it; and findings go with their case to another district.
use futures_util::future::LocalBoxFuture;

use super::service::{dispute, look};
use super::store;
use super::words::FoundHow;
use crate::cases;
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
            // An account that was moved after the claim was verified is looked at now, not when the money is on its way.
            "payee.account_changed" if matches!(event.fact("state"), Some("verified" | "approved")) => {
                return look(tx, &[event.subject()], None, (FoundHow::Verification, cause.at)).await;
            }
            "payment.disputed" => return dispute(tx, event, cause.at).await,
            "claim.voted" | "claim.approved" => store::stopping(tx, event.subject()).await?,
            "payment_batch.submitted" | "payment_batch.voted" | "payment_batch.approved" | "payment_batch.released" => {
                store::stopping_batch(tx, event.subject()).await?
            }
            "case.transferred" => {
                let (permit, id, district) = cases::transferred(event)?;
                return store::follow_case(tx, &permit, id, district).await.map(|()| Vec::new());
            }
            _ => None,
        };
        match stopped {
            Some(finding) => Err(Error::conflict_with(Code::FindingOpen, finding)),
            None => Ok(Vec::new()),
        }
    })
}
