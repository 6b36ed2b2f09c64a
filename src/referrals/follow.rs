//! What follows for referrals from what happens elsewhere, and from nothing happening in time. A case is not closed over
//! an open referral.
use futures_util::future::LocalBoxFuture;

use super::model::Referral;
use super::moves::ReferralMove;
use super::state::WithdrawReason;
use super::store;
use crate::access::policy::{self, Action, Actor, Subject};
use crate::cases::CaseId;
use crate::error::{Code, Error, Result};
use crate::kernel::time::Time;
use crate::victims::ConsentId;
use crate::work::{Cause, Done, Event, Tx, Work};

/// Referrals that one transaction of `expire` ends.
const BATCH: i64 = 200;

/// Withdraws what rested on a withdrawn consent, follows a transferred case, and refuses the closing of a case that has
/// open referrals.
pub fn listen<'a>(tx: &'a mut Tx, cause: &'a Cause<'a>) -> LocalBoxFuture<'a, Result<Vec<Event>>> {
    Box::pin(async move {
        match cause.event.action() {
            "consent.withdrawn" => withdraw(tx, cause).await,
            "case.transferred" => follow(tx, cause.event).await,
            "case.closed" => veto(tx, cause.event.subject()).await,
            _ => Ok(Vec::new()),
        }
    })
}

async fn withdraw(tx: &mut Tx, cause: &Cause<'_>) -> Result<Vec<Event>> {
    // A consent reaches into every district that the victim was referred from, its withdrawal too.
    let umeed = Actor::system();
    let (consent, scope): (ConsentId, _) = (cause.event.subject(), policy::scope(&umeed, Action::ReadReferral));
    let step = ReferralMove::Withdraw(WithdrawReason::ConsentWithdrawn);
    let mut events = Vec::new();
    for referral in store::open_on_consent(tx, &scope, consent).await? {
        let permit = policy::permit(&umeed, Action::WithdrawReferral, &referral.subject())?;
        let version = referral.facts.version;
        let (referral, withdrawn) = referral.make(step, cause.actor.user, cause.at)?;
        store::update(tx, &permit, &referral, version).await?;
        events.push(withdrawn);
    }
    Ok(events)
}

async fn follow(tx: &mut Tx, event: &Event) -> Result<Vec<Event>> {
    let case: CaseId = event.subject();
    let district = event.fact("district").and_then(|code| code.parse().ok()).ok_or(Error::Corrupt("transfer"))?;
    let permit = policy::permit(&Actor::system(), Action::FollowCase, &Subject::of(case.uuid()))?;
    store::follow_case(tx, &permit, case, district).await?;
    Ok(Vec::new())
}

async fn veto(tx: &mut Tx, case: CaseId) -> Result<Vec<Event>> {
    let scope = policy::scope(&Actor::system(), Action::ReadReferral);
    if store::are_open(tx, &scope, case).await? { Err(Code::ReferralsOpen.into()) } else { Ok(Vec::new()) }
}

/// Ends the referrals that nobody answered in time, and says how many they were. It may run in several places at once.
pub async fn expire(work: &Work) -> Result<usize> {
    let mut ended = 0;
    loop {
        let now = work.now();
        if !work.read(async move |tx: &mut Tx| store::is_any_unanswered_unscoped(tx, now).await).await? {
            return Ok(ended);
        }
        match work.write(&Actor::system(), None, async move |tx: &mut Tx| expire_some(tx, now).await).await {
            Ok(written) => ended += written.answer,
            // All that is left is in somebody else's hands.
            Err(Error::Stale) => return Ok(ended),
            Err(error) => return Err(error),
        }
    }
}

async fn expire_some(tx: &mut Tx, now: Time) -> Result<Done<usize>> {
    let umeed = Actor::system();
    let mut events = Vec::new();
    for referral in store::unanswered_unscoped(tx, now, BATCH).await? {
        let permit = policy::permit(&umeed, Action::ExpireReferral, &referral.subject())?;
        let version = referral.facts.version;
        let (referral, expired): (Referral, Event) = referral.make(ReferralMove::Expire, umeed.user, now)?;
        store::update(tx, &permit, &referral, version).await?;
        events.push(expired);
    }
    let (count, mut events) = (events.len(), events.into_iter());
    let first = events.next().ok_or(Error::Stale)?;
    Ok(Done::new(count, first).and_all(events))
}
