//! Awards that the bank has paid to the last paisa. Only where a law gives a term for it does anybody wait to hear of each; a
//! batch of a hundred thousand tells nothing of single awards otherwise.
use crate::error::Result;
use crate::payouts::model::batch::Batch;
use crate::payouts::model::payment::PaymentId;
use crate::payouts::store;
use crate::tariffs;
use crate::work::{Event, Tx};

/// What to tell of these payments, which have just been paid.
pub async fn paid_up(tx: &mut Tx, batch: &Batch, ids: &[PaymentId]) -> Result<Vec<Event>> {
    let clocks = tariffs::clocks(tx, batch.instrument_id).await?;
    if clocks.payment.is_none() && clocks.fund_transfer.is_none() {
        return Ok(Vec::new());
    }
    let awards = store::paid_up(tx, ids).await?;
    let told = |(award, case, claim): &(_, _, crate::claims::ClaimId)| {
        Event::new("award.paid", *award).of_case(*case).with("claim", claim.to_string())
    };
    Ok(awards.iter().map(told).collect())
}
