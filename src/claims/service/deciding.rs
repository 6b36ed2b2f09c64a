//! Submitting, verifying, returning, approving, rejecting and withdrawing. An approver approves the digest of what they
//! were shown; anything else that it has become meanwhile is not approved by it.
use std::sync::Arc;

use super::again::award_before;
use super::awarding::{award, check_incident, draft};
use super::{ClaimView, hold, key_of, told};
use crate::access::policy::{self, Action, Actor, Permit};
use crate::claims::award::{AwardId, Vote};
use crate::claims::clocks;
use crate::claims::model::{Claim, ClaimId, part_of};
use crate::claims::state::{ClaimMove, ClaimState};
use crate::claims::store;
use crate::claims::terms::ClaimTerms;
use crate::crypto::Keyring;
use crate::db::Isolation;
use crate::error::{Code, Error, Result};
use crate::kernel::time::Time;
use crate::work::{Done, Event, Key, Tx, Work, Written};

/// Who decides by which terms, with which keys, and when.
struct Judge {
    actor: Actor,
    terms: ClaimTerms,
    keys: Arc<Keyring>,
    at: Time,
}

impl Judge {
    fn new(work: &Work, actor: &Actor, terms: &ClaimTerms) -> Self {
        Self { actor: actor.clone(), terms: terms.clone(), keys: work.keys(), at: work.now() }
    }

    /// Whoever decides claims judges them as that, also when sending them back.
    fn is_decider(&self) -> bool {
        policy::may(&self.actor, Action::DecideClaim)
    }

    async fn hold(&self, tx: &mut Tx, action: Action, at: (ClaimId, i64)) -> Result<(Claim, Permit)> {
        hold(tx, &self.actor, action, (at.0, Some(at.1))).await
    }

    /// Makes a move and writes it down.
    async fn make(&self, tx: &mut Tx, (claim, permit): (Claim, &Permit), step: ClaimMove) -> Result<(Claim, Event)> {
        let version = claim.version;
        let (claim, moved) = claim.make(step, self.actor.user, self.at)?;
        let part = part_of(step, self.is_decider());
        store::take_part(tx, claim.id, (self.actor.user, part), self.at).await?;
        if claim.version != version {
            store::update(tx, permit, &claim, version).await?;
        }
        Ok((claim, moved))
    }
}

/// Submits, verifies, returns, rejects or withdraws.
pub async fn make(
    work: &Work,
    (actor, terms): (&Actor, &ClaimTerms),
    key: Option<Key>,
    at: (ClaimId, i64),
    (action, step): (Action, ClaimMove),
) -> Result<Written<ClaimView>> {
    let me = Judge::new(work, actor, terms);
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let (claim, permit) = me.hold(tx, action, at).await?;
        if matches!(step, ClaimMove::Return(_)) {
            // An assessor sends back what was submitted; what is verified, an approver has in hand.
            let is_verified = matches!(claim.state, ClaimState::Verified { .. });
            let wanted = if is_verified { Action::DecideClaim } else { Action::VerifyClaim };
            policy::permit(&me.actor, wanted, &claim.subject())?;
        }
        let (claim, moved) = me.make(tx, (claim, &permit), step).await?;
        let mut moved = moved;
        if matches!(step, ClaimMove::Submit | ClaimMove::Verify) {
            let draft = draft(tx, &me.actor, (&me.terms, me.at.local_date()), &claim).await?;
            // For those who look whether an amount was kept just below it.
            let next = me.terms.on(me.at.local_date())?.next_tier(draft.snapshot.amount_paisa);
            moved = next.into_iter().fold(moved, |event, tier| event.with("next_tier_paisa", tier.get()));
        }
        if step == ClaimMove::Verify {
            check_incident(tx, &me.actor, &claim).await?;
        }
        Ok(Done::new(told(tx, &me.keys, &me.actor, claim).await?, moved))
    })
    .await
}

/// Approves what `digest` is of. With the last approval that the amount needs, the award is made.
pub async fn approve(
    work: &Work,
    (actor, terms): (&Actor, &ClaimTerms),
    key: Option<Key>,
    at: (ClaimId, i64),
    digest: String,
) -> Result<Written<ClaimView>> {
    let (me, id) = (Judge::new(work, actor, terms), AwardId::new());
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let (claim, permit) = me.hold(tx, Action::DecideClaim, at).await?;
        // Refused here already if it is not verified, or not for whoever asks to decide.
        claim.clone().make(ClaimMove::Approve { is_last: false }, me.actor.user, me.at)?;
        if key_of(tx, &me.keys, &me.actor, claim.victim_id).await?.is_blind() {
            return Err(Code::PersonProtected.into());
        }
        check_incident(tx, &me.actor, &claim).await?;
        let draft = draft(tx, &me.actor, (&me.terms, me.at.local_date()), &claim).await?;
        if draft.digest != digest {
            return Err(Code::AwardChanged.into());
        }
        let votes = store::votes(tx, claim.id, &digest).await?;
        let vote = Vote { approver_id: me.actor.user, voted_at: me.at };
        if votes.iter().any(|one| one.approver_id == vote.approver_id) {
            return Err(Code::AlreadyExists.into());
        }
        store::insert_vote(tx, &permit, &claim, (&digest, votes.len()), vote).await?;
        let is_last = votes.len() + 1 >= usize::from(draft.snapshot.approvers);
        let (claim, happened) = me.make(tx, (claim, &permit), ClaimMove::Approve { is_last }).await?;
        let mut made = Vec::new();
        if is_last {
            let before = award_before(tx, &claim).await?;
            store::insert_award(tx, &permit, id, (&draft.snapshot, &digest), (me.at, before)).await?;
            let scope = policy::scope(&me.actor, Action::ReadClaim);
            if let Some(old) = before {
                made.push(award(tx, &scope, old).await?.reversed(id));
            }
            made.push(award(tx, &scope, id).await?.made());
        }
        let view = told(tx, &me.keys, &me.actor, claim).await?;
        let happened = if is_last { clocks::told(happened, &view.clocks) } else { happened };
        Ok(Done::new(view, happened.with("digest", digest.as_str())).and_all(made))
    })
    .await
    .map_err(|error| if error.is_duplicate() { Error::Stale } else { error })
}
