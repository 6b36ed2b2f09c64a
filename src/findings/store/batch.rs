//! What is read of a batch of payments when it is submitted.
use crate::claims::{ClaimId, StateWord};
use crate::db::prelude::*;
use crate::error::Result;

/// The most claims of a batch that are looked at when it is submitted. Those of a longer one were looked at the night before.
const MOST: i64 = 1000;

/// Approved claims that a batch pays: the first thousand.
#[apply(both_databases)]
pub async fn claims_of_batch(tx: &mut Tx, batch: Id<()>) -> Result<Vec<ClaimId>> {
    let paid = payments::table.filter(payments::batch_id.eq(batch)).select(payments::award_id);
    let paid = awards::table.filter(awards::id.eq_any(paid)).select(awards::claim_id);
    let approved = claims::table.filter(claims::id.eq_any(paid).and(claims::state.eq(StateWord::Approved)));
    Ok(approved.select(claims::id).order(claims::id).limit(MOST).load(tx).await?)
}
