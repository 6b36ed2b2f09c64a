//! Awards that the bank has paid to the last paisa. Only where a law gives a term for it does anybody wait to hear of each; a
//! batch of a hundred thousand tells nothing of single awards otherwise. What was to be done for them ends in bulk.
use crate::access::UserId;
use crate::cases::CaseId;
use crate::claims::{AwardId, ClaimId};
use crate::error::Result;
use crate::kernel::time::Time;
use crate::payouts::model::payment::PaymentId;
use crate::payouts::store;
use crate::tariffs::{self, InstrumentId};
use crate::tasks::{self, TaskKind};
use crate::work::{Event, Tx};

/// An award with its case and claim.
pub type PaidUp = (AwardId, CaseId, ClaimId);

/// Those awards of these payments that have nothing left to pay, if somebody waits to hear of it.
pub async fn paid_up(tx: &mut Tx, instrument: InstrumentId, ids: &[PaymentId]) -> Result<Vec<PaidUp>> {
    if is_awaited(tx, instrument).await? { store::paid_up(tx, ids).await } else { Ok(Vec::new()) }
}

/// Ends what was to be done until these awards were paid; what to tell of them.
pub async fn told(
    tx: &mut Tx,
    instrument: InstrumentId,
    awards: &[PaidUp],
    ended: (UserId, Time),
) -> Result<Vec<Event>> {
    if awards.is_empty() || !is_awaited(tx, instrument).await? {
        return Ok(Vec::new());
    }
    let of: Vec<_> = awards.iter().map(|(_, case, claim)| (*case, claim.cast())).collect();
    tasks::complete_all(tx, &of, &[TaskKind::FundTransfer, TaskKind::ClaimPayment], ended).await?;
    Ok(awards.iter().map(event).collect())
}

async fn is_awaited(tx: &mut Tx, instrument: InstrumentId) -> Result<bool> {
    let clocks = tariffs::clocks(tx, instrument).await?;
    Ok(clocks.payment.is_some() || clocks.fund_transfer.is_some())
}

fn event((award, case, claim): &PaidUp) -> Event {
    Event::new("award.paid", *award).of_case(*case).with("claim", claim.to_string())
}
