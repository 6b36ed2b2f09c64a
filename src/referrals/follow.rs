//! What follows for referrals from what happens elsewhere, and from nothing happening in time. A case is not closed over
//! an open referral.
use futures_util::future::LocalBoxFuture;

use super::model::{Ground, Referral};
use super::moves::ReferralMove;
use super::state::WithdrawReason;
use super::store;
use crate::access::policy::{self, Action, Actor, Permit, Subject};
use crate::cases::{self, CLOSING, CaseId};
use crate::error::{Error, Fault, Result};
use crate::kernel::time::Time;
use crate::work::{Cause, Done, Event, Tx, Work};

/// Referrals that one transaction of `expire` ends.
const BATCH: i64 = 200;

/// Withdraws what rested on a withdrawn consent or an ended override, follows a transferred case, and refuses the closing of a case that has
/// open referrals.
pub fn listen<'a>(tx: &'a mut Tx, cause: &'a Cause<'a>) -> LocalBoxFuture<'a, Result<Vec<Event>>> {
    Box::pin(async move {
        match cause.event.action() {
            "consent.withdrawn" => withdraw(tx, cause, Ground::Consent { consent_id: cause.event.subject() }).await,
            "override.withdrawn" | "override.expired" => {
                withdraw(tx, cause, Ground::Override { override_id: cause.event.subject() }).await
            }
            "case.transferred" => follow(tx, cause.event).await,
            action if CLOSING.contains(&action) => veto(tx, cause.event.subject()).await,
            _ => Ok(Vec::new()),
        }
    })
}

async fn withdraw(tx: &mut Tx, cause: &Cause<'_>, ground: Ground) -> Result<Vec<Event>> {
    // A consent reaches into every district that the victim was referred from, its withdrawal too.
    let umeed = Actor::system();
    let scope = policy::scope(&umeed, Action::ReadReferral);
    let step = ReferralMove::Withdraw(WithdrawReason::ConsentWithdrawn);
    let mut events = Vec::new();
    for referral in store::hold_open_on(tx, &scope, ground).await? {
        let permit = policy::permit(&umeed, Action::WithdrawReferral, &referral.subject())?;
        let version = referral.facts.version;
        let (referral, withdrawn) = referral.make(step, cause.actor.user, cause.at)?;
        keep(tx, &permit, &referral, (version, cause.at)).await?;
        events.push(withdrawn);
    }
    Ok(events)
}

/// Writes a move over the referral, if it is still at `version`, and notes on its case that something under it changed.
/// Whoever may move a referral need not have sight of the case.
pub(super) async fn keep(tx: &mut Tx, permit: &Permit, referral: &Referral, (version, at): (i64, Time)) -> Result<()> {
    store::update(tx, permit, referral, version).await?;
    let case = policy::permit(&Actor::system(), Action::FollowCase, &Subject::of(referral.case_id.uuid()))?;
    cases::lock(tx, &case, referral.case_id, at).await.map(drop)
}

async fn follow(tx: &mut Tx, event: &Event) -> Result<Vec<Event>> {
    let (permit, case, district) = cases::transferred(event)?;
    store::follow_case(tx, &permit, case, district).await.map(|()| Vec::new())
}

async fn veto(tx: &mut Tx, case: CaseId) -> Result<Vec<Event>> {
    let scope = policy::scope(&Actor::system(), Action::ReadReferral);
    let open = store::open_of_case(tx, &scope, case)
        .await?
        .into_iter()
        .map(|referral| Fault::new(format!("/referrals/{referral}"), "referral_open", "a referral has not ended"));
    Error::not_ready_unless_none(open.collect()).map(|()| Vec::new())
}

/// Ends the referrals that nobody answered in time, and says how many they were. It may run in several places at once.
pub async fn expire(work: &Work) -> Result<usize> {
    let mut ended = 0;
    loop {
        let now = work.now();
        let late = work.read(async move |tx: &mut Tx| late(tx, now, 1).await).await?;
        if late.is_empty() {
            return Ok(ended);
        }
        match work.write(&Actor::system(), None, async move |tx: &mut Tx| expire_some(tx, now).await).await {
            Ok(written) => ended += written.answer,
            // All of them were answered or ended meanwhile.
            Err(Error::Stale) => return Ok(ended),
            Err(error) => return Err(error),
        }
    }
}

async fn late(tx: &mut Tx, now: Time, most: i64) -> Result<Vec<Referral>> {
    store::unanswered(tx, &policy::scope(&Actor::system(), Action::ReadReferral), now, most).await
}

async fn expire_some(tx: &mut Tx, now: Time) -> Result<Done<usize>> {
    let umeed = Actor::system();
    let mut events = Vec::new();
    for referral in late(tx, now, BATCH).await? {
        let permit = policy::permit(&umeed, Action::ExpireReferral, &referral.subject())?;
        let version = referral.facts.version;
        let (referral, expired) = referral.make(ReferralMove::Expire, umeed.user, now)?;
        match keep(tx, &permit, &referral, (version, now)).await {
            Ok(()) => events.push(expired),
            // Somebody else had it in hand.
            Err(Error::Stale) => {}
            Err(error) => return Err(error),
        }
    }
    let (count, mut events) = (events.len(), events.into_iter());
    let first = events.next().ok_or(Error::Stale)?;
    Ok(Done::new(count, first).and_all(events))
}
