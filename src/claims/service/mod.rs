//! Use cases of claims. Whoever changes one holds it, so that two approvals are counted one after the other.
pub mod again;
pub mod awarding;
pub mod deciding;
pub mod evidence;
pub mod payees;
pub mod paying;
pub mod preparing;
pub mod proof;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::award::OtherClaim;
use super::checklist::{self, Facts};
use super::clocks::{self, ClaimClock};
use super::evidence::EvidenceView;
use super::model::{Claim, ClaimId};
use super::payee::Payee;
use super::state::{ClaimState, MOVES};
use super::store::{self, Filter};
use super::words::EvidenceKind;
use crate::access::policy::{self, Action, Actor, Permit, Scope};
use crate::cases::{self, CaseId};
use crate::crypto::{Keyring, PersonKey};
use crate::error::{Error, Result};
use crate::incidents;
use crate::kernel::moves::refuse;
use crate::kernel::page::{Page, Paged};
use crate::kernel::time::{Date, Time};
use crate::tariffs::{self, Instrument};
use crate::victims::{self, VictimId};
use crate::work::{Done, Tx, Work};

/// A claim with its papers and what still stands between it and a decision.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ClaimView {
    #[serde(flatten)]
    pub claim: Claim,
    pub evidence: Vec<EvidenceView>,
    /// Papers that the claim needs and that are neither attached nor waived.
    pub missing: Vec<EvidenceKind>,
    /// Other claims of the victim: another harm, another instrument or another government may pay too.
    pub others: Vec<OtherClaim>,
    /// The terms that the State has set itself, as far as they run.
    pub clocks: Vec<ClaimClock>,
    /// What the victim can do against a rejection.
    pub appeal: Option<RightOfAppeal>,
}

/// What a victim whose claim was rejected is told.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RightOfAppeal {
    /// The last day; none if the instrument publishes no term.
    pub until: Option<Date>,
    /// Where the term is written.
    pub source: Option<String>,
}

/// For the slices that hang something on a claim, inside their own unit of work.
pub async fn get(tx: &mut Tx, scope: &Scope, id: ClaimId) -> Result<Claim> {
    store::find(tx, scope, id).await?.ok_or(Error::NOT_FOUND)
}

/// The claim for whoever acts, held: nothing else changes it until this unit of work ends. Refuses another version than
/// the one that was read.
pub async fn hold(
    tx: &mut Tx,
    actor: &Actor,
    action: Action,
    (id, version): (ClaimId, Option<i64>),
) -> Result<(Claim, Permit)> {
    let scope = policy::scope(actor, Action::ReadClaim);
    let leave = policy::permit(actor, action, &get(tx, &scope, id).await?.subject())?;
    let now = store::hold(tx, &leave, id).await?;
    Error::stale_unless(version.is_none_or(|version| version == now))?;
    Ok((get(tx, &scope, id).await?, leave))
}

/// The key of a claim's victim in the hands of whoever asks: blind where they may not know who it is.
pub async fn key_of(tx: &mut Tx, keys: &Keyring, actor: &Actor, victim: VictimId) -> Result<PersonKey> {
    let key = victims::person_key(tx, keys, &policy::scope(actor, Action::ReadClaim), victim).await?;
    Ok(key.blinded(actor.sees_masked()))
}

/// The papers that a claim needs.
pub(super) fn needed(claim: &Claim, instrument: &Instrument, payees: &[Payee]) -> Result<Vec<EvidenceKind>> {
    let has_minors = payees.iter().any(|payee| payee.is_minor);
    let on = claim.prepared_at.local_date();
    let kinds = checklist::needed(&Facts { instrument, harm: claim.harm, has_minors, on })?;
    Ok(kinds.into_iter().collect())
}

/// By when the State has said that it will act on it.
pub(super) async fn clocks_of(tx: &mut Tx, actor: &Actor, claim: &Claim) -> Result<Vec<ClaimClock>> {
    let (instrument, _) = tariffs::with_line(tx, claim.line_id).await?;
    let incident = incidents::get(tx, &policy::scope(actor, Action::ReadIncident), claim.incident_id).await?;
    Ok(clocks::running(&instrument.facts.clocks, incident.facts.occurred_on, &claim.state))
}

/// Other claims of the victim, wherever they are: two governments may pay for one death.
pub(super) async fn others(tx: &mut Tx, claim: &Claim) -> Result<Vec<OtherClaim>> {
    let everywhere = policy::scope(&Actor::system(), Action::ReadClaim);
    let of_victim = store::of_victims(tx, &everywhere, &[claim.victim_id]).await?.remove(&claim.victim_id);
    Ok(of_victim.into_iter().flatten().filter(|other| other.claim_id != claim.id).collect())
}

/// The claim as it is told, inside a unit of work.
pub(super) async fn told(tx: &mut Tx, keys: &Keyring, actor: &Actor, claim: Claim) -> Result<ClaimView> {
    let key = key_of(tx, keys, actor, claim.victim_id).await?;
    let (instrument, _) = tariffs::with_line(tx, claim.line_id).await?;
    let papers = store::evidence(tx, claim.id).await?;
    let mut missing = needed(&claim, &instrument, &store::payees(tx, claim.id).await?)?;
    missing.retain(|kind| papers.iter().all(|paper| paper.kind != *kind));
    let evidence = papers.into_iter().map(|paper| paper.open(&key)).collect::<Result<_>>()?;
    let (others, appeal) = (others(tx, &claim).await?, right_of_appeal(&claim, &instrument));
    let clocks = clocks_of(tx, actor, &claim).await?;
    Ok(ClaimView { claim, evidence, missing, others, clocks, appeal })
}

/// The last day for an appeal against what was decided on a claim, or after that on an appeal; none if the instrument
/// publishes no term. Refuses a claim that nobody has decided.
pub async fn appeal_until(tx: &mut Tx, claim: &Claim, on_appeal: Option<Time>) -> Result<Option<Date>> {
    let (ClaimState::Approved { ended_at, .. } | ClaimState::Rejected { ended_at, .. }) = claim.state else {
        return Err(refuse(MOVES, claim.state.word(), "appeal").into());
    };
    let (instrument, _) = tariffs::with_line(tx, claim.line_id).await?;
    let clock = instrument.facts.clocks.appeal;
    let told_on = on_appeal.map_or(ended_at, |at| at.max(ended_at)).local_date();
    Ok(clock.map(|clock| told_on.plus_days(i64::from(clock.days))))
}

fn right_of_appeal(claim: &Claim, instrument: &Instrument) -> Option<RightOfAppeal> {
    let ClaimState::Rejected { ended_at, .. } = claim.state else { return None };
    let clock = instrument.facts.clocks.appeal.as_ref();
    let until = |days: u16| Time::local_date(ended_at).plus_days(i64::from(days));
    let source = clock.map(|clock| clock.source.as_str().to_owned());
    Some(RightOfAppeal { until: clock.map(|clock| until(clock.days)), source })
}

/// One claim with what its papers say, so that reading it leaves a record.
pub async fn view(work: &Work, actor: &Actor, id: ClaimId) -> Result<ClaimView> {
    let (asking, keys) = (actor.clone(), work.keys());
    work.view_whole(actor, async move |tx: &mut Tx| {
        let claim = get(tx, &policy::scope(&asking, Action::ReadClaim), id).await?;
        let viewed = claim.event("claim.viewed");
        let view = told(tx, &keys, &asking, claim).await?;
        let is_masked =
            view.evidence.iter().any(|one| one.reference.is_none() && one.evidence.sealed_reference.is_some());
        Ok(Done::new(view, viewed.masked(is_masked)))
    })
    .await
}

/// The claims of one's own area, newest first. They name nobody, so this leaves no record.
pub async fn list(work: &Work, actor: &Actor, filter: Filter, page: Page) -> Result<Paged<Claim>> {
    let scope = policy::scope(actor, Action::ReadClaim);
    work.read(async move |tx: &mut Tx| {
        let rows = store::list(tx, &scope, &filter, &page).await?;
        Ok(Paged::cut(rows, &page, |claim| claim.id.uuid()))
    })
    .await
}

pub async fn list_of_case(work: &Work, actor: &Actor, case: CaseId, page: Page) -> Result<Paged<Claim>> {
    let (scope, sight) = (policy::scope(actor, Action::ReadClaim), policy::scope(actor, Action::ReadCase));
    work.read_whole(async move |tx: &mut Tx| {
        let case = cases::get(tx, &sight, case).await?;
        let rows = store::of_case(tx, &scope, case.id, &page).await?;
        Ok(Paged::cut(rows, &page, |claim| claim.id.uuid()))
    })
    .await
}
