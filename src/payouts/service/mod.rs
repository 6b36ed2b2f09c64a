//! Use cases of paying. Money is booked in the transaction of what moves it, and every one of these is serializable.
pub mod build;
pub mod calls;
pub mod chain;
pub mod files;
pub mod import;
pub mod moves;
mod paid_up;
pub mod payments;
pub mod plan;
pub mod release;
pub mod sample;

use super::model::batch::{Batch, BatchId, BatchView};
use super::model::payment::PaymentId;
use super::store;
use crate::access::UserId;
use crate::access::policy::{self, Action, Actor, Permit, Scope};
use crate::error::{Code, Error, Result};
use crate::work::Tx;

/// Leave to do `action` to a batch, asked for every district in it.
fn permit(actor: &Actor, action: Action, batch: &Batch) -> Result<Permit> {
    let mut leave = Err(Error::NOT_FOUND);
    for subject in batch.subjects() {
        leave = Ok(policy::permit(actor, action, &subject)?);
    }
    leave
}

/// Refuses whoever had a part in the claim or the batch of a payment, or registered its victim.
async fn expect_no_part(tx: &mut Tx, payment: PaymentId, user: UserId) -> Result<()> {
    if store::has_part(tx, payment, user).await? { Err(Code::SecondPerson.into()) } else { Ok(()) }
}

async fn get(tx: &mut Tx, scope: &Scope, id: BatchId) -> Result<Batch> {
    store::find(tx, scope, id).await?.ok_or(Error::NOT_FOUND)
}

/// The batch with votes, files and figures.
async fn told(tx: &mut Tx, batch: Batch) -> Result<BatchView> {
    let (votes, files) = (store::votes(tx, batch.id).await?, store::list_files(tx, batch.id).await?);
    let figures = store::figures(tx, batch.id).await?;
    Ok(BatchView { batch, votes, files, figures })
}

/// The batch for whoever acts, held: nothing else changes it until this unit of work ends. Refuses another version than
/// the one that was read.
async fn hold(
    tx: &mut Tx,
    actor: &Actor,
    action: Action,
    (id, version): (BatchId, Option<i64>),
) -> Result<(Batch, Permit)> {
    let scope = policy::scope(actor, Action::ReadPayment);
    let leave = permit(actor, action, &get(tx, &scope, id).await?)?;
    let now = store::hold(tx, &leave, id).await?;
    Error::stale_unless(version.is_none_or(|version| version == now))?;
    Ok((get(tx, &scope, id).await?, leave))
}
