//! What would be awarded, worked out anew each time it is asked for; and what was. A claim from which anything is missing
//! has no award to look at.
use crate::access::policy::{self, Action, Actor, Scope};
use crate::claims::award::{Award, AwardId, AwardView, Made, Snapshot, sha256};
use crate::claims::model::{Claim, ClaimId, ready_unless};
use crate::claims::payee::{self, Payee};
use crate::claims::store;
use crate::claims::terms::ClaimTerms;
use crate::error::{Error, Fault, Result};
use crate::incidents::{self, IncidentState};
use crate::kernel::time::Date;
use crate::tariffs::{self, LookOnly};
use crate::work::{Done, Tx, Work};

use super::payees::opened;
use super::preparing::choices;
use super::{get, key_of, needed, others};

/// A snapshot and its digest.
pub(super) struct Draft {
    pub snapshot: Snapshot,
    pub digest: String,
}

/// What the claim lacks, or the award that it would have. The caller holds it, or reads one snapshot of the database.
pub(super) async fn draft(
    tx: &mut Tx,
    actor: &Actor,
    (terms, today): (&ClaimTerms, Date),
    claim: &Claim,
) -> Result<Draft> {
    let (instrument, line) = tariffs::with_line(tx, claim.line_id).await?;
    let payees = store::payees(tx, claim.id).await?;
    let papers = store::evidence(tx, claim.id).await?;
    let mut faults = Vec::new();
    let lacking =
        needed(claim, &instrument, &payees)?.into_iter().filter(|kind| papers.iter().all(|one| one.kind != *kind));
    faults
        .extend(lacking.map(|kind| Fault::new(format!("/evidence/{kind}"), "missing", "neither attached nor waived")));
    let chosen = choices(tx, actor, (claim.incident_id, claim.track), (Some(claim.harm), today)).await?;
    let choice = chosen.into_iter().find(|choice| choice.line.id == claim.line_id);
    if let Some(why) = choice.map_or(Some("no_amount"), |choice| choice.look_only.map(LookOnly::word)) {
        faults.push(Fault::new("/line_id", why, "this line does not pay any more; change the claim"));
    }
    let classes: Vec<_> = payees.iter().map(|payee| (payee.class, payee.share_bp)).collect();
    let shares = payee::shares(&classes, &instrument.facts.heirs, claim.harm.is_death());
    let shares = shares.unwrap_or_else(|fault| {
        faults.push(fault);
        Vec::new()
    });
    ready_unless(faults)?;
    let payees: Vec<(Payee, u32)> = payees.into_iter().zip(shares).collect();
    let amount = line.facts.amount_paisa;
    let approvers = terms.on(today)?.approvers(amount)?;
    let instrument_code = instrument.facts.code.as_str();
    let made = Made { instrument_code, amount, payees: &payees, evidence: &papers, approvers };
    let snapshot = Snapshot::of(claim, &made)?;
    let digest = sha256(snapshot.text()?.as_bytes());
    Ok(Draft { snapshot, digest })
}

/// Refuses to pay for what nobody has confirmed as an act of terrorism.
pub(super) async fn check_incident(tx: &mut Tx, actor: &Actor, claim: &Claim) -> Result<()> {
    let incident = incidents::get(tx, &policy::scope(actor, Action::ReadIncident), claim.incident_id).await?;
    let is_verified = matches!(incident.state, IncidentState::Verified { .. });
    let fault = || Fault::new("/incident_id", "incident_not_verified", "the incident is not verified");
    ready_unless(if is_verified { Vec::new() } else { vec![fault()] })
}

/// What is to be approved, or was, with those who are paid: what an approver sees is what the digest is of. Reading it
/// leaves a record.
pub async fn view(work: &Work, (actor, terms): (&Actor, &ClaimTerms), id: ClaimId) -> Result<AwardView> {
    let (asking, keys, today, terms) = (actor.clone(), work.keys(), work.now().local_date(), terms.clone());
    work.view_whole(actor, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadClaim);
        let claim = get(tx, &scope, id).await?;
        let made = match store::award_of_claim(tx, claim.id).await? {
            Some(id) => Some(award(tx, &scope, id).await?),
            None => None,
        };
        let (snapshot, digest) = if let Some(award) = &made {
            (store::snapshot(tx, award.id).await?, award.digest.clone())
        } else {
            let Draft { snapshot, digest } = draft(tx, &asking, (&terms, today), &claim).await?;
            (snapshot, digest)
        };
        let key = key_of(tx, &keys, &asking, claim.victim_id).await?;
        let view = AwardView {
            id: made.as_ref().map(|award| award.id),
            made_at: made.as_ref().map(|award| award.made_at),
            votes: store::votes(tx, claim.id, &digest).await?,
            digest,
            snapshot,
            people: opened(store::payees(tx, claim.id).await?, &key)?,
            others: others(tx, &claim).await?,
            claim_version: claim.version,
        };
        Ok(Done::new(view, claim.event("award.viewed").masked(key.is_blind())))
    })
    .await
}

/// An award, for the slices that pay by it inside their own unit of work.
pub async fn award(tx: &mut Tx, scope: &Scope, id: AwardId) -> Result<Award> {
    store::award(tx, scope, id).await?.ok_or(Error::NOT_FOUND)
}
