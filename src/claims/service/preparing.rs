//! Preparing a claim: for which harm, by which instrument. Nothing is prepared that could not be awarded.
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::again::expect_alone;
use super::{ClaimView, hold, told};
use crate::access::policy::{self, Action, Actor};
use crate::cases::{self, Case, CaseId};
use crate::claims::model::{Claim, ClaimId, Ground, Whose};
use crate::claims::state::ClaimState;
use crate::claims::store;
use crate::claims::words::Part;
use crate::claims::{clocks, fit};
use crate::crypto::Keyring;
use crate::error::{Code, Error, Result};
use crate::incidents::{self, IncidentId};
use crate::kernel::page::{Page, Paged};
use crate::kernel::places::Province;
use crate::kernel::time::{Date, Time};
use crate::tariffs::{self, Asked, Choice, Exclusion, HarmCode, InstrumentId, Track};
use crate::victims;
use crate::work::{Done, Key, Tx, Work, Written};

/// What an officer claims for the victim of a case. Sent again for a draft or a returned claim, it moves the claim to
/// another harm or instrument, or to the line of the same that pays now.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClaim {
    pub instrument_id: InstrumentId,
    pub harm: HarmCode,
    /// Each exclusion of the instrument: that none of them applies is the preparer's word.
    #[serde(default)]
    #[schemars(length(max = 10))]
    pub none_of: Vec<Exclusion>,
}

/// Every line for a harm of an incident, for a victim of a track: those that pay first.
pub(super) async fn choices(
    tx: &mut Tx,
    actor: &Actor,
    (incident, track): (IncidentId, Track),
    (harm, today): (Option<HarmCode>, Date),
) -> Result<Vec<Choice>> {
    let incident = incidents::get(tx, &policy::scope(actor, Action::ReadIncident), incident).await?;
    let district = incident.facts.district;
    let province = Province::from_pcode_prefix(district.as_str()).ok_or(Error::Corrupt("district"))?;
    let occurred_on = incident.facts.occurred_on;
    let asked = Asked { incident: incident.id, occurred_on, province, track, today };
    Ok(tariffs::choose(&asked, harm, &tariffs::of_province(tx, province).await?))
}

/// Which lines there are for the victim of a case: those that pay, then those that do not.
pub async fn claimable(work: &Work, actor: &Actor, case: CaseId, page: Page) -> Result<Paged<Choice>> {
    let (asking, keys, today) = (actor.clone(), work.keys(), work.now().local_date());
    work.read_whole(async move |tx: &mut Tx| {
        let case = cases::get(tx, &policy::scope(&asking, Action::ReadCase), case).await?;
        let sight = policy::scope(&asking, Action::ReadVictim);
        let victim = victims::get(tx, &keys, &sight, case.victim_id).await?;
        let track = fit::track_of(victim.facts.category);
        let mut choices = choices(tx, &asking, (case.incident_id, track), (None, today)).await?;
        choices.retain(|choice| fit::is_recorded(choice.line.facts.harm, case.incident_id, &victim.harms));
        let seen =
            page.after.map(|after| choices.iter().take_while(|choice| choice.line.id.uuid() != after).count() + 1);
        let rest = choices.into_iter().skip(seen.unwrap_or_default()).collect();
        Ok(Paged::cut(rest, &page, |choice: &Choice| choice.line.id.uuid()))
    })
    .await
}

/// Whose claim it would be, and on what ground.
pub(super) async fn ground(
    tx: &mut Tx,
    me: &Preparer,
    case: &Case,
    (instrument, harm, denied): (InstrumentId, HarmCode, &[Exclusion]),
) -> Result<(Whose, Ground)> {
    let sight = policy::scope(&me.actor, Action::ReadVictim);
    let victim = victims::get(tx, &me.keys, &sight, case.victim_id).await?;
    if !fit::is_recorded(harm, case.incident_id, &victim.harms) {
        return Err(Error::invalid("/harm", "not_recorded", "this incident is not recorded to have harmed them so"));
    }
    let track = fit::track_of(victim.facts.category);
    let on = (Some(harm), me.today);
    let choices = choices(tx, &me.actor, (case.incident_id, track), on).await?;
    let choice = fit::line_of(instrument, choices, "/instrument_id")?;
    fit::check_exclusions(&choice.instrument, track, denied)?;
    let Case { id: case_id, victim_id, incident_id, district, .. } = *case;
    let whose = Whose { case_id, victim_id, incident_id, district, registered_by: victim.registered_by };
    Ok((whose, Ground { instrument_id: instrument, line_id: choice.line.id, harm, track }))
}

/// Who prepares, with which keys, and when.
pub(super) struct Preparer {
    pub actor: Actor,
    pub keys: Arc<Keyring>,
    pub at: Time,
    pub today: Date,
}

impl Preparer {
    pub fn new(work: &Work, actor: &Actor) -> Self {
        let at = work.now();
        Self { actor: actor.clone(), keys: work.keys(), at, today: at.local_date() }
    }
}

/// There is one claim for each victim, harm, incident and instrument, until it is withdrawn.
pub(super) fn taken(error: Error) -> Error {
    if error.is_duplicate() { Code::AlreadyExists.into() } else { error }
}

/// Prepares a claim for the victim of an open case.
pub async fn prepare(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    case: CaseId,
    new: NewClaim,
) -> Result<Written<ClaimView>> {
    let (me, id) = (Preparer::new(work, actor), ClaimId::new());
    work.write(actor, key, async move |tx: &mut Tx| {
        let (case, permit) = cases::hold(tx, &me.actor, Action::PrepareClaim, (case, me.at)).await?;
        case.expect_not_closed()?;
        let (whose, ground) = ground(tx, &me, &case, (new.instrument_id, new.harm, &new.none_of)).await?;
        let (claim, prepared) = Claim::prepare(id, whose, ground, (me.actor.user, me.at));
        expect_alone(tx, &claim).await?;
        store::insert(tx, &permit, &claim).await.map_err(taken)?;
        store::take_part(tx, id, (me.actor.user, Part::Prepare), me.at).await?;
        let view = told(tx, &me.keys, &me.actor, claim).await?;
        let prepared = clocks::told(prepared, &view.clocks);
        Ok(Done::new(view, prepared))
    })
    .await
}

/// Moves a draft or a returned claim to another harm, instrument or line.
pub async fn change(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (ClaimId, i64),
    change: NewClaim,
) -> Result<Written<ClaimView>> {
    let me = Preparer::new(work, actor);
    work.write(actor, key, async move |tx: &mut Tx| {
        let (claim, permit) = hold(tx, &me.actor, Action::PrepareClaim, (at.0, Some(at.1))).await?;
        let (case, _) = cases::hold(tx, &me.actor, Action::PrepareClaim, (claim.case_id, me.at)).await?;
        let (_, ground) = ground(tx, &me, &case, (change.instrument_id, change.harm, &change.none_of)).await?;
        let (claim, changed) = claim.on(ground, me.actor.user, me.at)?;
        store::take_part(tx, claim.id, (me.actor.user, Part::Prepare), me.at).await?;
        expect_alone(tx, &claim).await?;
        store::update(tx, &permit, &claim, at.1).await.map_err(taken)?;
        let is_draft = claim.state == ClaimState::Draft;
        let view = told(tx, &me.keys, &me.actor, claim).await?;
        // What was returned had been reported in its time.
        let changed = if is_draft { clocks::told(changed, &view.clocks) } else { changed };
        Ok(Done::new(view, changed))
    })
    .await
}
