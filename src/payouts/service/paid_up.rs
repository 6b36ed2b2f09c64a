//! Awards that the bank has paid to the last paisa. Only where a law gives a term for it does anybody wait to hear of each; a
//! batch of a hundred thousand tells nothing of single awards otherwise.
use crate::cases::CaseId;
use crate::claims::{AwardId, ClaimId};
use crate::error::Result;
use crate::payouts::model::payment::PaymentId;
use crate::payouts::store;
use crate::tariffs::{self, InstrumentId};
use crate::work::{Event, Tx};

/// An award with its case and claim.
type PaidUp = (AwardId, CaseId, ClaimId);

/// What to tell of these payments, which have been paid.
pub async fn paid_up(tx: &mut Tx, instrument: InstrumentId, ids: &[PaymentId]) -> Result<Vec<Event>> {
    if !is_awaited(tx, instrument).await? {
        return Ok(Vec::new());
    }
    let awards = store::paid_up(tx, ids).await?;
    Ok(awards.iter().map(event).collect())
}

/// The same of awards that turned out to be paid already.
pub async fn told(tx: &mut Tx, instrument: InstrumentId, awards: &[PaidUp]) -> Result<Vec<Event>> {
    let is_awaited = is_awaited(tx, instrument).await?;
    Ok(awards.iter().filter(|_| is_awaited).map(event).collect())
}

async fn is_awaited(tx: &mut Tx, instrument: InstrumentId) -> Result<bool> {
    let clocks = tariffs::clocks(tx, instrument).await?;
    Ok(clocks.payment.is_some() || clocks.fund_transfer.is_some())
}

fn event((award, case, claim): &PaidUp) -> Event {
    Event::new("award.paid", *award).of_case(*case).with("claim", claim.to_string())
}
