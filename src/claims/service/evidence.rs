//! Attaching papers, and doing without them. Whoever prepared a claim never waives a paper of it.
use super::{ClaimView, hold, key_of, told};
use crate::access::policy::{self, Action, Actor};
use crate::claims::evidence::{Evidence, EvidenceId, NewEvidence, NewWaiver, happened};
use crate::claims::model::ClaimId;
use crate::claims::state::ClaimMove;
use crate::claims::store;
use crate::claims::words::Part;
use crate::documents;
use crate::error::{Code, Refers, Result};
use crate::work::{Done, Key, Tx, Work, Written};

/// Attaches a paper to a draft or a returned claim; one of the same kind that is there gives way to it. A document is one
/// of the same case, attached by somebody who may read it.
pub async fn attach(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (ClaimId, i64),
    new: NewEvidence,
) -> Result<Written<ClaimView>> {
    let (asking, keys, now, id) = (actor.clone(), work.keys(), work.now(), EvidenceId::new());
    new.check(now.local_date())?;
    work.write(actor, key, async move |tx: &mut Tx| {
        let (claim, permit) = hold(tx, &asking, Action::PrepareClaim, (at.0, Some(at.1))).await?;
        let (claim, _) = claim.make(ClaimMove::Change, asking.user, now)?;
        store::take_part(tx, claim.id, (asking.user, Part::Prepare), now).await?;
        let key = key_of(tx, &keys, &asking, claim.victim_id).await?;
        if let Some(document) = new.document_id {
            let scope = policy::scope(&asking, Action::ReadDocument);
            let digest = documents::digest(tx, &scope, &key, (claim.case_id, document)).await;
            new.check_digest(&digest.refers("/document_id")?)?;
        }
        let paper = Evidence::attach(id, &new, &key, (asking.user, now))?;
        store::put_evidence(tx, &permit, claim.id, &paper).await?;
        store::update(tx, &permit, &claim, at.1).await?;
        let attached = happened(&claim, "claim.evidence_attached", &paper);
        Ok(Done::new(told(tx, &keys, &asking, claim).await?, attached))
    })
    .await
}

/// Does without a paper, as a second person: a supervisor of the area, or whoever verifies.
pub async fn waive(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (ClaimId, i64),
    new: NewWaiver,
) -> Result<Written<ClaimView>> {
    let (asking, keys, now, id) = (actor.clone(), work.keys(), work.now(), EvidenceId::new());
    // Who verifies has judged its papers anyhow.
    let part = if policy::may(actor, Action::VerifyClaim) { Part::Verify } else { Part::Waive };
    work.write(actor, key, async move |tx: &mut Tx| {
        let (claim, permit) = hold(tx, &asking, Action::WaiveEvidence, (at.0, Some(at.1))).await?;
        let submitter = claim.state.submitted().map(|submitted| submitted.submitted_by);
        if claim.prepared_by == asking.user || submitter == Some(asking.user) {
            return Err(Code::SecondPerson.into());
        }
        // What was submitted is whole: whoever finds a paper doubtful sends the claim back.
        let (claim, _) = claim.make(ClaimMove::Change, asking.user, now)?;
        store::take_part(tx, claim.id, (asking.user, part), now).await?;
        let paper = Evidence::waive(id, new.kind, new.reason, (asking.user, now));
        store::put_evidence(tx, &permit, claim.id, &paper).await?;
        store::update(tx, &permit, &claim, at.1).await?;
        let waived = happened(&claim, "claim.evidence_waived", &paper);
        Ok(Done::new(told(tx, &keys, &asking, claim).await?, waived))
    })
    .await
}
