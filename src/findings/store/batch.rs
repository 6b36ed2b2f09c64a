//! What is read of a batch of payments when it is submitted.
use crate::access::UserId;
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

/// Who built a batch, and its total in paisa.
#[apply(both_databases)]
pub async fn submitted(tx: &mut Tx, batch: Id<()>) -> Result<(UserId, i64)> {
    let columns = (payment_batches::built_by, payment_batches::total_paisa);
    Ok(payment_batches::table.find(batch).select(columns).first(tx).await?)
}

/// Totals of the other batches that somebody built and that were submitted since, in paisa; the newest thousand. One that was
/// cancelled paid nothing.
#[apply(both_databases)]
pub async fn submitted_before(tx: &mut Tx, (batch, by): (Id<()>, UserId), since: Time) -> Result<Vec<i64>> {
    let theirs = payment_batches::built_by.eq(by).and(payment_batches::id.ne(batch));
    let live = payment_batches::cancelled_at.is_null().and(payment_batches::submitted_at.assume_not_null().ge(since));
    let all = payment_batches::table.filter(theirs.and(live)).order(payment_batches::id.desc());
    Ok(all.select(payment_batches::total_paisa).limit(MOST).load(tx).await?)
}
