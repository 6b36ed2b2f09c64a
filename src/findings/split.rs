//! Looking for a batch that was split, so that no part of it takes another approver. It tells that somebody should look: two
//! batches may be as large as they are by chance.
use std::collections::BTreeSet;

use super::model::Found;
use super::service::register;
use super::store;
use super::terms::FindingTerms;
use super::words::{FindingKind, FoundHow};
use crate::claims::ClaimId;
use crate::error::Result;
use crate::kernel::ids::Id;
use crate::kernel::money::Paisa;
use crate::kernel::time::Time;
use crate::payouts::tiers;
use crate::work::{Event, Tx};

/// Finds a batch, told by a claim that it pays, if it and another that the same payer submitted in the days before are each
/// just below a total which takes another approver.
pub async fn find(tx: &mut Tx, (batch, claim): (Id<()>, ClaimId), at: Time) -> Result<Vec<Event>> {
    let terms = FindingTerms::get()?;
    let (payer, total) = store::submitted(tx, batch).await?;
    if !is_just_below(total, terms, at)? {
        return Ok(Vec::new());
    }
    for total in store::submitted_before(tx, (batch, payer), at.plus_days(-i64::from(terms.split_days))).await? {
        if is_just_below(total, terms, at)? {
            let found = Found::on(FindingKind::SplitBatches, claim, &batch.to_string());
            let found = Found { user: Some(payer), ..found };
            return register(tx, BTreeSet::from([found]), (FoundHow::Approval, at)).await;
        }
    }
    Ok(Vec::new())
}

fn is_just_below(total: i64, terms: FindingTerms, at: Time) -> Result<bool> {
    let raised = (total / (100 - i64::from(terms.below_tier_percent))).saturating_mul(100);
    let approvals = |total: i64| tiers::approvals(Paisa::new(total), at.local_date());
    Ok(approvals(total)? < approvals(raised)?)
}
