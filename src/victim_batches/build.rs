//! Putting a batch together: every victim of one's own area whose case is not closed is looked at, and each who cannot
//! be on the list is told with the reason. Nobody is opened who cannot be on it but for the programme's own rules.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::Semaphore;

use super::line::{Line, LineId, LineState, OffReason, Reference};
use super::model::{Batch, BatchId, BatchView, MOST_LINES, NewBatch};
use super::service;
use super::store;
use crate::access::OrganisationId;
use crate::access::policy::{self, Action, Actor, Scope};
use crate::cases::{self, Case};
use crate::crypto::{self, Keyring};
use crate::directory;
use crate::directory::eligibility::Verdict;
use crate::error::{Code, Error, Refers, Result};
use crate::incidents::{self, IncidentId};
use crate::kernel::places::Pcode;
use crate::kernel::time::Time;
use crate::matching;
use crate::victims::{self, ConsentId, SharedPerson, VictimId};
use crate::work::{Done, Key, Tx, Work, Written};

/// One at a time in a process: a build reads for long, and would keep readers from everybody else.
static BUILDING: Semaphore = Semaphore::const_new(1);

/// One victim who was looked at: with the consent and what it lets share, or the reason against.
struct Looked {
    case: Case,
    verdict: Result<(ConsentId, SharedPerson), OffReason>,
}

/// What was found for a batch, before anything is written.
struct Found {
    recipient: OrganisationId,
    looked: Vec<Looked>,
}

/// Builds a draft. What is found is read first and written then, so that a long list keeps nobody waiting; what could
/// have changed between is looked at again.
pub async fn build(work: &Work, actor: &Actor, key: Option<Key>, mut new: NewBatch) -> Result<Written<BatchView>> {
    new.check()?;
    for district in &new.districts {
        let subject = policy::Subject::default().in_district(*district);
        policy::permit(actor, Action::BuildVictimBatch, &subject).in_area("/districts")?;
    }
    let now = work.now();
    let _turn = BUILDING.acquire().await.map_err(|_| Error::Corrupt("turns"))?;
    let found = gather(work, actor, &new, now).await?;
    let batch = Batch::build(BatchId::new(), &new, found.recipient, actor.user, now);
    let districts: BTreeSet<Pcode> = found.looked.iter().map(|one| one.case.district).collect();
    let batch = Batch { districts: districts.into_iter().collect(), ..batch };
    let lines = found.looked.into_iter().map(|one| Ok((line(&batch, &one, now)?, one.verdict.ok())));
    let lines: Vec<(Line, _)> = lines.collect::<Result<_>>()?;
    let (asking, keys) = (actor.clone(), work.keys());
    work.write(actor, key, async move |tx: &mut Tx| {
        let permit = service::permit(&asking, Action::BuildVictimBatch, &batch)?;
        let scope = policy::scope(&asking, Action::ReadVictim);
        let lines = settle(tx, (&keys, &scope), &lines, now).await?;
        store::insert(tx, &permit, &batch).await?;
        store::insert_lines(tx, &permit, &batch, &lines).await.map_err(|error| match error {
            // Somebody else has just listed one of them.
            error if error.is_duplicate() => Error::Stale,
            error => error,
        })?;
        let listed = lines.iter().filter(|line| line.state == LineState::Listed).count();
        let events = lines.iter().filter_map(|line| Some(line.event(happened_to(line.state)?, &batch)));
        let events: Vec<_> = events.collect();
        let built = batch.event("victim_batch.built").with("listed", listed).with("looked_at", lines.len());
        Ok(Done::new(service::told(tx, batch.clone()).await?, built).and_all(events))
    })
    .await
}

/// What stands under the case of somebody whose file was opened; nothing if it was not.
fn happened_to(state: LineState) -> Option<&'static str> {
    match state {
        LineState::Listed => Some("victim_batch.listed"),
        LineState::LeftOut { reason: OffReason::NotEligible | OffReason::EligibilityUnknown } => {
            Some("victim_batch.left_out")
        }
        _ => None,
    }
}

async fn gather(work: &Work, actor: &Actor, new: &NewBatch, now: Time) -> Result<Found> {
    let (asking, keys, new) = (actor.clone(), work.keys(), new.clone());
    work.read_whole(async move |tx: &mut Tx| {
        let programme =
            directory::get_running_programme(tx, new.programme_id, "/programme_id").await.refers("/programme_id")?;
        let recipient = programme.facts.organisation_id;
        let scope = policy::scope(&asking, Action::ReadCase);
        let most = i64::try_from(MOST_LINES).unwrap_or(i64::MAX);
        let cases = cases::not_closed(tx, &scope, &new.districts, most + 1).await?;
        if cases.is_empty() {
            return Err(Code::BatchEmpty.into());
        }
        if cases.len() > MOST_LINES {
            return Err(Error::invalid("/districts", "too_many", "more than 5,000 cases; name fewer districts"));
        }
        let looked = look(tx, &asking, &keys, (&new, recipient), cases, now).await?;
        Ok(Found { recipient, looked })
    })
    .await
}

/// One case of each victim: the newest of a verified incident, or else the newest.
fn one_of_each(mut cases: Vec<Case>, verified: &BTreeSet<IncidentId>) -> Vec<Case> {
    let mut seen = BTreeSet::new();
    // The order among equals stays.
    cases.sort_by_key(|case| !verified.contains(&case.incident_id));
    cases.into_iter().filter(|case| seen.insert(case.victim_id)).collect()
}

/// What is asked of everybody, found for all of them at once.
struct Checks {
    verified: BTreeSet<IncidentId>,
    known: BTreeSet<VictimId>,
    protected: BTreeSet<VictimId>,
    listed: BTreeSet<VictimId>,
    consents: BTreeMap<VictimId, ConsentId>,
}

impl Checks {
    async fn gather(
        tx: &mut Tx,
        actor: &Actor,
        (new, recipient): (&NewBatch, OrganisationId),
        cases: &[Case],
        now: Time,
    ) -> Result<Self> {
        let victims: Vec<VictimId> = cases.iter().map(|case| case.victim_id).collect();
        let incidents: BTreeSet<_> = cases.iter().map(|case| case.incident_id).collect();
        let incidents: Vec<_> = incidents.into_iter().collect();
        let scope = policy::scope(actor, Action::ReadIncident);
        let verified = incidents::verified_among(tx, &scope, &incidents).await?.into_iter().collect();
        let scope = policy::scope(actor, Action::ReadVictim);
        let known = victims::known_among(tx, &scope, &victims).await?.into_iter().collect();
        let protected = victims::protected_among(tx, &victims).await?.into_iter().collect();
        let listed = store::listed_already(tx, new.programme_id, &victims).await?.into_iter().collect();
        let consents = victims::consents_for(tx, (recipient, &new.fields), &victims, now).await?;
        Ok(Self { verified, known, protected, listed, consents })
    }

    fn weigh(&self, case: &Case) -> Result<ConsentId, OffReason> {
        let victim = &case.victim_id;
        match self.consents.get(victim) {
            _ if !self.verified.contains(&case.incident_id) => Err(OffReason::IncidentNotVerified),
            _ if !self.known.contains(victim) => Err(OffReason::IdentityNotKnown),
            _ if self.protected.contains(victim) => Err(OffReason::Protected),
            _ if self.listed.contains(victim) => Err(OffReason::ListedAlready),
            None => Err(OffReason::ConsentMissing),
            Some(consent) => Ok(*consent),
        }
    }
}

/// What the rules of the programme have against somebody. A programme without rules judges by itself.
fn ruled_out(verdict: Option<&Verdict>) -> Option<OffReason> {
    match verdict {
        None | Some(Verdict::Eligible) => None,
        Some(Verdict::NotEligible) => Some(OffReason::NotEligible),
        Some(Verdict::Unknown) => Some(OffReason::EligibilityUnknown),
    }
}

async fn look(
    tx: &mut Tx,
    actor: &Actor,
    keys: &Arc<Keyring>,
    (new, recipient): (&NewBatch, OrganisationId),
    cases: Vec<Case>,
    now: Time,
) -> Result<Vec<Looked>> {
    let checks = Checks::gather(tx, actor, (new, recipient), &cases, now).await?;
    let cases = one_of_each(cases, &checks.verified);
    let fit: Vec<&Case> = cases.iter().filter(|case| checks.weigh(case).is_ok()).collect();
    let asked = (new.programme_id, now.local_date());
    let verdicts = matching::verdicts_of(tx, keys, (actor, &fit), asked).await?;
    let eyes = policy::scope(actor, Action::ReadVictim);
    let mut looked = Vec::new();
    for case in cases {
        let verdict = match (checks.weigh(&case), ruled_out(verdicts.get(&case.id))) {
            (Err(reason), _) | (Ok(_), Some(reason)) => Err(reason),
            (Ok(consent), None) => {
                let person = victims::shared_person(tx, keys, &eyes, (case.victim_id, &new.fields)).await?;
                Ok((consent, person))
            }
        };
        looked.push(Looked { case, verdict });
    }
    Ok(looked)
}

/// The line of somebody who was looked at, not sealed yet.
fn line(batch: &Batch, looked: &Looked, at: Time) -> Result<Line> {
    let (reference, consent_id, state) = match &looked.verdict {
        Ok((consent, _)) => (Some(Reference::from_random(crypto::random()?)), Some(*consent), LineState::Listed),
        Err(reason) => (None, None, LineState::LeftOut { reason: *reason }),
    };
    let Case { id: case_id, victim_id, district, .. } = looked.case;
    let (id, batch_id, changed_at) = (LineId::new(), batch.id, at);
    let (sealed_person, sealed_reason) = (None, None);
    Ok(Line {
        id,
        batch_id,
        victim_id,
        case_id,
        district,
        reference,
        consent_id,
        state,
        changed_at,
        sealed_person,
        sealed_reason,
    })
}

/// Holds the consents, leaves out whose ended while the list was put together, and seals what is shared of the others.
async fn settle(
    tx: &mut Tx,
    (keys, scope): (&Keyring, &Scope),
    lines: &[(Line, Option<(ConsentId, SharedPerson)>)],
    now: Time,
) -> Result<Vec<Line>> {
    let consents: Vec<_> = lines.iter().filter_map(|(line, _)| line.consent_id).collect();
    let held = victims::hold_live(tx, &consents, now).await?;
    let of: Vec<_> = lines.iter().map(|(line, _)| line.victim_id).collect();
    let protected = victims::protected_among(tx, &of).await?;
    let mut settled = Vec::new();
    for (line, shared) in lines {
        let mut line = line.clone();
        match shared {
            Some((consent, person)) if held.contains(consent) && !protected.contains(&line.victim_id) => {
                let key = victims::person_key(tx, keys, scope, line.victim_id).await?;
                line.sealed_person = Some(line.seal_person(&key, person)?);
            }
            Some(_) => {
                (line.reference, line.consent_id) = (None, None);
                let is_protected = protected.contains(&line.victim_id);
                let reason = if is_protected { OffReason::Protected } else { OffReason::ConsentMissing };
                line.state = LineState::LeftOut { reason };
            }
            None => {}
        }
        settled.push(line);
    }
    Ok(settled)
}
