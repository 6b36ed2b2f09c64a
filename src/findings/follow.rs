//! What follows for findings from what happens elsewhere: a claim is looked at when it is verified, once more when somebody
//! approves it, and when a batch that pays it is submitted; what a bank says otherwise of a payment, or its payee does, is found
//! when it is taken in; no money is approved or asked for over a finding that stops it, and no receipt confirmed that was
//! denied; and findings go with their case to another district.
use futures_util::future::LocalBoxFuture;

use super::model::FindingId;
use super::service::{denial, deny, dispute, look};
use super::words::FoundHow;
use super::{split, store};
use crate::cases;
use crate::claims::ClaimId;
use crate::error::{Code, Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::money::Paisa;
use crate::kernel::time::Time;
use crate::work::{Cause, Event, Tx};

/// Claims that one search looks at.
const AT_ONCE: usize = 100;

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
            "payment.receipt_denied" => return deny(tx, event, cause.at).await,
            "payment.confirmed" => denial(tx, event.subject()).await?,
            "claim.voted" | "claim.approved" => return look_again(tx, event.subject(), cause.at).await,
            "payment_batch.submitted" => return look_at_batch(tx, event.subject(), cause.at).await,
            "payment_batch.voted" | "payment_batch.approved" | "payment_batch.released" => {
                store::stopping_batch(tx, event.subject()).await?
            }
            "case.transferred" => {
                let (permit, id, district) = cases::transferred(event)?;
                return store::follow_case(tx, &permit, id, district).await.map(|()| Vec::new());
            }
            _ => None,
        };
        expect_none(stopped).map(|()| Vec::new())
    })
}

fn expect_none(stopping: Option<FindingId>) -> Result<()> {
    stopping.map_or(Ok(()), |finding| Err(Error::conflict_with(Code::FindingOpen, finding)))
}

/// What stops a claim and is found only now goes back with the vote, so that the refusal names no finding; the search of the
/// night puts it into the register.
async fn look_again(tx: &mut Tx, claim: ClaimId, at: Time) -> Result<Vec<Event>> {
    expect_none(store::stopping(tx, claim).await?)?;
    let found = look(tx, &[claim], None, (FoundHow::Approval, at)).await?;
    match store::stopping(tx, claim).await? {
        Some(_) => Err(Code::FindingOpen.into()),
        None => Ok(found),
    }
}

/// What is found now does not keep the batch from being submitted, so that it stands in the register when it keeps the batch
/// from being approved.
async fn look_at_batch(tx: &mut Tx, batch: Id<()>, at: Time) -> Result<Vec<Event>> {
    expect_none(store::stopping_batch(tx, batch).await?)?;
    let claims = store::claims_of_batch(tx, batch).await?;
    let mut found = match claims.first() {
        Some(first) => split::find(tx, (batch, *first), at).await?,
        None => Vec::new(),
    };
    for claims in claims.chunks(AT_ONCE) {
        found.extend(look(tx, claims, None, (FoundHow::Approval, at)).await?);
    }
    Ok(found)
}
