//! Submitting, approving and cancelling. What is approved is one content; the money for it is there from then on.
use std::collections::BTreeMap;

use super::{hold, told};
use crate::access::UserId;
use crate::access::policy::{Action, Actor, Permit};
use crate::db::Isolation;
use crate::error::{Code, Error, Result};
use crate::kernel::money::Paisa;
use crate::kernel::time::Time;
use crate::ledger::{self, FiscalYear, FundId, Reason, Tie, Transfer, TransferId};
use crate::payouts::model::batch::{Batch, BatchId, BatchState, BatchView, Vote};
use crate::payouts::model::content::Content;
use crate::payouts::store;
use crate::payouts::tiers;
use crate::work::{Done, Key, Tx, Work, Written};

/// Asks for approval. How many have to give it hangs on the total, by the tiers of the day.
pub async fn submit(work: &Work, actor: &Actor, key: Option<Key>, at: (BatchId, i64)) -> Result<Written<BatchView>> {
    let (asking, now) = (actor.clone(), work.now());
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let (batch, permit) = hold(tx, &asking, Action::BuildBatch, (at.0, Some(at.1))).await?;
        let needed = tiers::approvals(batch.total_paisa, now.local_date())?;
        let (batch, submitted) = batch.submit(needed, asking.user, now)?;
        batch.expect(&store::content(tx, batch.id).await?)?;
        store::update(tx, &permit, &batch, at.1).await?;
        Ok(Done::new(told(tx, batch).await?, submitted))
    })
    .await
}

/// Approves just the content whose digest the approver has read. With the last vote that is needed, the money is set
/// aside; a fund that does not hold it refuses the vote: 409 `fund_exhausted`.
pub async fn approve(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (BatchId, i64),
    digest: String,
) -> Result<Written<BatchView>> {
    let (asking, now) = (actor.clone(), work.now());
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let (batch, permit) = hold(tx, &asking, Action::ApproveBatch, (at.0, Some(at.1))).await?;
        let vote = Vote { voter_id: asking.user, digest: digest.clone(), voted_at: now };
        let (batch, approved) = batch.approve(&store::votes(tx, at.0).await?, &vote)?;
        let content = store::content(tx, batch.id).await?;
        batch.expect(&content)?;
        store::insert_vote(tx, &permit, batch.id, &vote).await?;
        store::update(tx, &permit, &batch, at.1).await?;
        if let BatchState::Approved { .. } = batch.state {
            set_aside(tx, (&batch, &permit), &content, (asking.user, now)).await?;
        }
        Ok(Done::new(told(tx, batch).await?, approved))
    })
    .await
}

/// What the payments of a batch come to, by fund; those on no fund under nothing.
pub(super) fn by_fund(content: &Content) -> Result<BTreeMap<Option<FundId>, Paisa>> {
    let mut sums: BTreeMap<Option<FundId>, Paisa> = BTreeMap::new();
    for item in &content.0 {
        let sum = sums.entry(item.fund_id).or_default();
        *sum = sum.checked_add(item.amount).ok_or(Error::Corrupt("payment batch"))?;
    }
    Ok(sums)
}

/// A transfer of all that a batch has on a fund.
pub(super) fn whole(
    batch: &Batch,
    fund: FundId,
    (reason, sum): (Reason, Paisa),
    who: (UserId, Time),
) -> Result<Transfer> {
    let transfer = Transfer::new(TransferId::new(), fund, (reason, sum), Tie::batch(batch.id), who);
    transfer.ok_or(Error::Corrupt("payment batch"))
}

/// Commits what is on no fund yet on that of this fiscal year, and makes all of it payable.
async fn set_aside(
    tx: &mut Tx,
    (batch, permit): (&Batch, &Permit),
    content: &Content,
    who: (UserId, Time),
) -> Result<()> {
    let mut sums = by_fund(content)?;
    let mut booked = Vec::new();
    if let Some(unfunded) = sums.remove(&None) {
        let year = FiscalYear::of(who.1.local_date());
        let fund = ledger::fund_for(tx, batch.instrument_id, year).await?.ok_or(Code::FundExhausted)?;
        booked.push(whole(batch, fund, (Reason::Commit, unfunded), who)?);
        store::set_fund(tx, permit, batch.id, fund).await?;
        let sum = sums.entry(Some(fund)).or_default();
        *sum = sum.checked_add(unfunded).ok_or(Error::Corrupt("payment batch"))?;
    }
    for (fund, sum) in sums {
        let fund = fund.ok_or(Error::Corrupt("payment batch"))?;
        booked.push(whole(batch, fund, (Reason::MakePayable, sum), who)?);
    }
    ledger::post(tx, &booked).await
}

/// Gives up a batch that was not released. Its payments are planned again, and stay committed on their funds.
pub async fn cancel(work: &Work, actor: &Actor, key: Option<Key>, at: (BatchId, i64)) -> Result<Written<BatchView>> {
    let (asking, now) = (actor.clone(), work.now());
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let (batch, permit) = hold(tx, &asking, Action::BuildBatch, (at.0, Some(at.1))).await?;
        let (batch, cancelled) = batch.cancel(asking.user, now)?;
        let booked = ledger::postings_of_batch(tx, batch.id, &[Reason::MakePayable]).await?;
        let back = booked.iter().map(|transfer| transfer.undone(TransferId::new(), (asking.user, now)));
        let back: Option<Vec<_>> = back.collect();
        ledger::post(tx, &back.ok_or(Error::Corrupt("payment batch"))?).await?;
        let freed = store::take_out(tx, &permit, batch.id).await?;
        store::update(tx, &permit, &batch, at.1).await?;
        Ok(Done::new(told(tx, batch).await?, cancelled.with("freed", freed)))
    })
    .await
}
