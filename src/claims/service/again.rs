//! Claiming again after an appeal: another claim takes the place of the one that was decided, with its papers and payees.
//! It is judged by other people, and its award reverses the one before.
use std::collections::BTreeSet;

use super::preparing::{Preparer, ground, taken};
use super::{ClaimView, key_of, told};
use crate::access::UserId;
use crate::access::policy::{self, Action, Actor, Permit};
use crate::cases;
use crate::claims::award::AwardId;
use crate::claims::evidence::EvidenceId;
use crate::claims::model::{Claim, ClaimId};
use crate::claims::payee::{AccountId, PayeeId};
use crate::claims::service::payees::marks;
use crate::claims::service::preparing::NewClaim;
use crate::claims::store;
use crate::claims::words::Part;
use crate::crypto::PersonKey;
use crate::error::{Code, Error, Result};
use crate::work::{Event, Tx, Work};

/// The most claims that took each other's place.
const MOST_FORMER: usize = 20;

/// Who claims again, and under which id.
pub struct Again {
    me: Preparer,
    id: ClaimId,
}

impl Again {
    pub fn new(work: &Work, actor: &Actor) -> Self {
        Self { me: Preparer::new(work, actor), id: ClaimId::new() }
    }

    /// Prepares the claim, in the caller's unit of work. `judges` had a part in its appeals, and so have none in what comes of
    /// them.
    pub async fn prepare(
        &self,
        tx: &mut Tx,
        former: &Claim,
        new: &NewClaim,
        judges: &[UserId],
    ) -> Result<(ClaimView, Event)> {
        let me = &self.me;
        let (case, permit) = cases::hold(tx, &me.actor, Action::PrepareClaim, (former.case_id, me.at)).await?;
        case.expect_not_closed()?;
        let (whose, ground) = ground(tx, me, &case, (new.instrument_id, new.harm, &new.none_of)).await?;
        let (claim, prepared) = Claim::prepare(self.id, whose, ground, (me.actor.user, me.at));
        let claim = Claim { replaces: Some(former.id), ..claim };
        expect_alone(tx, &claim).await?;
        store::insert(tx, &permit, &claim).await.map_err(taken)?;
        let permit = policy::permit(&me.actor, Action::PrepareClaim, &claim.subject())?;
        // Whoever was barred from the former claim had decided the one before.
        let is_barred = |(_, part): &(UserId, Part)| matches!(part, Part::Decide | Part::Former);
        let former_deciders: BTreeSet<_> =
            store::parts(tx, former.id).await?.into_iter().filter(is_barred).map(|(user, _)| user).collect();
        for user in former_deciders.into_iter().chain(judges.iter().copied()) {
            store::bar(tx, &permit, claim.id, (user, me.at)).await?;
        }
        store::take_part(tx, claim.id, (me.actor.user, Part::Prepare), me.at).await?;
        let key = key_of(tx, &me.keys, &me.actor, claim.victim_id).await?;
        carry(tx, me, (&permit, &key), (former, &claim)).await?;
        let view = told(tx, &me.keys, &me.actor, claim).await?;
        // No term is told: the victim was reported to the government by the first of these claims.
        Ok((view, prepared.with("replaces", former.id.to_string())))
    }
}

/// Takes papers and payees over from a claim to the one that takes its place. What is sealed belongs to its row, so it is
/// sealed anew; an account that still waits goes on waiting.
async fn carry(
    tx: &mut Tx,
    me: &Preparer,
    (permit, key): (&Permit, &PersonKey),
    (former, claim): (&Claim, &Claim),
) -> Result<()> {
    if key.is_blind() {
        return Err(Code::PersonProtected.into());
    }
    for paper in store::evidence(tx, former.id).await? {
        store::put_evidence(tx, permit, claim.id, &paper.carried(EvidenceId::new(), key)?).await?;
    }
    for payee in store::payees(tx, former.id).await? {
        let ids = (PayeeId::new(), AccountId::new());
        let (payee, new) = payee.carried(ids, claim.id, key, (me.actor.user, me.at))?;
        store::insert_payee(tx, permit, &payee).await?;
        store::insert_account(tx, permit, &payee, marks(&me.keys, Some(&new.person), &new.account)).await?;
    }
    Ok(())
}

/// Refuses a claim beside another for the same harm by the same instrument, but for those whose place it takes. Whoever
/// prepares claims holds their case, so none comes between.
pub(super) async fn expect_alone(tx: &mut Tx, claim: &Claim) -> Result<()> {
    let former = ancestors(tx, claim).await?;
    let same = store::same(tx, claim, false).await?;
    let other = same.into_iter().find(|id| *id != claim.id && !former.contains(id));
    other.map_or(Ok(()), |_| Err(Code::AlreadyExists.into()))
}

/// The claims whose place it takes, the latest first.
pub(super) async fn ancestors(tx: &mut Tx, claim: &Claim) -> Result<Vec<ClaimId>> {
    let mut former = Vec::new();
    let mut next = claim.replaces;
    while let Some(id) = next {
        if former.len() >= MOST_FORMER {
            return Err(Error::Corrupt("claims"));
        }
        former.push(id);
        next = store::replaced_by(tx, id).await?;
    }
    Ok(former)
}

/// The award that this claim's would reverse: the latest of those whose place it takes.
pub(super) async fn award_before(tx: &mut Tx, claim: &Claim) -> Result<Option<AwardId>> {
    for id in ancestors(tx, claim).await? {
        if let Some(award) = store::award_of_claim(tx, id).await? {
            return Ok(Some(award));
        }
    }
    Ok(None)
}

/// Refuses somebody who had a part in a claim that the caller has found, or registered its victim.
pub async fn expect_no_part(tx: &mut Tx, scope: &policy::Scope, claim: ClaimId, user: UserId) -> Result<()> {
    let registered_by = super::get(tx, scope, claim).await?.registered_by;
    let is_part = store::parts(tx, claim).await?.iter().any(|(one, _)| *one == user);
    if is_part || registered_by == user { Err(Code::SecondPerson.into()) } else { Ok(()) }
}
