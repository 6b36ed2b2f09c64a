//! The whole caseload of an officer who leaves, in one call. It is done in parts, a transaction each, so that nobody waits
//! long behind it; each part keeps its answer under the request's key, so that the same request goes on after a crash
//! where it had come to. It refuses to lose a case: whichever cannot move is named, with the reason.
use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::policy::{self, Action, Actor, UserId};
use crate::access::{self, User};
use crate::cases::{self, Case, CaseId};
use crate::error::{Error, Fault, Refers, Result};
use crate::kernel::numbers::CaseNumber;
use crate::kernel::places::Pcode;
use crate::kernel::time::Time;
use crate::kernel::words::words;
use crate::work::{Done, Event, Key, Tx, Work, Written};

/// Cases that one transaction moves.
const BATCH: u8 = 200;
/// The most officers that a caseload is spread over.
const MOST_OFFICERS: usize = 50;

/// Who leaves, and who takes over.
#[derive(Debug, Clone)]
pub struct Leaving {
    pub from: UserId,
    pub to: Vec<UserId>,
}

words! {
    /// What became of a case.
    pub enum MoveOutcome {
        Moved = "moved",
        Kept = "kept",
    }
}

words! {
    /// Why a case stays with the officer who leaves.
    pub enum KeptReason {
        /// None of those who take over may keep files in its district.
        NoOfficerOfDistrict = "no_officer_of_district",
    }
}

/// What became of one case.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MovedCase {
    pub case_id: CaseId,
    pub case_number: CaseNumber,
    pub district: Pcode,
    pub outcome: MoveOutcome,
    /// Who keeps it now.
    pub officer_id: UserId,
    /// Given if it was kept.
    pub reason: Option<KeptReason>,
}

/// What became of each case, oldest first.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MovedCaseload {
    /// How many cases were moved.
    pub moved: usize,
    /// How many stay where they were.
    pub kept: usize,
    /// Every case of the officer in your area that is not closed.
    pub cases: Vec<MovedCase>,
}

/// What one transaction did.
#[derive(Serialize, Deserialize)]
struct Part {
    cases: Vec<MovedCase>,
    is_last: bool,
}

impl Leaving {
    /// One officer at least, each once, and not the one who leaves.
    fn check(&self) -> Result<()> {
        let to = &self.to;
        let rules = [
            ((1..=MOST_OFFICERS).contains(&to.len()), "out_of_range", "one officer at least, at most 50"),
            (to.iter().collect::<BTreeSet<_>>().len() == to.len(), "repeated", "expected each officer once"),
            (!to.contains(&self.from), "contradiction", "whoever leaves takes nothing over"),
        ];
        let broken = rules.iter().filter(|(holds, ..)| !holds);
        let faults: Vec<_> = broken.map(|(_, code, why)| Fault::new("/to_officer_ids", code, *why)).collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

/// Moves every case in the actor's area that the officer keeps and that is not closed, spread evenly over those who may
/// keep files in its district. The same key again goes on where the first request had come to, and answers the same.
pub async fn move_all(work: &Work, actor: &Actor, key: &Key, leaving: Leaving) -> Result<Written<MovedCaseload>> {
    leaving.check()?;
    let (mut cases, mut replayed, mut number): (Vec<MovedCase>, _, _) = (Vec::new(), true, 0);
    loop {
        let part = move_part(work, actor, key.part(number), &leaving, &cases).await?;
        replayed &= part.replayed;
        number += 1;
        cases.extend(part.answer.cases);
        if part.answer.is_last {
            break;
        }
    }
    let moved = cases.iter().filter(|case| case.outcome == MoveOutcome::Moved).count();
    let answer = MovedCaseload { moved, kept: cases.len() - moved, cases };
    Ok(Written { answer, replayed })
}

async fn move_part(
    work: &Work,
    actor: &Actor,
    key: Key,
    leaving: &Leaving,
    done: &[MovedCase],
) -> Result<Written<Part>> {
    let (asking, leaving, now) = (actor.clone(), leaving.clone(), work.now());
    let (after, load) = (done.last().map(|case| case.case_id), load(done));
    work.write(actor, Some(key), async move |tx: &mut Tx| {
        let officers = officers(tx, &leaving, after.is_none()).await?;
        let scope = policy::scope(&asking, Action::ReadCase);
        let (kept, is_last) = cases::lock_kept_by(tx, &scope, (leaving.from, after), BATCH.into()).await?;
        let mut spread = Spread { officers, load: load.clone() };
        let (mut done, mut events) = (Vec::new(), Vec::new());
        for case in kept {
            let (case, event) = spread.give(tx, &asking, case, (leaving.from, now)).await?;
            done.push(case);
            events.extend(event);
        }
        let moved = Event::new("caseload.moved", leaving.from).with("moved", events.len());
        let moved = moved.with("kept", done.len() - events.len()).with("is_last", is_last);
        Ok(Done::new(Part { cases: done, is_last }, moved).and_all(events))
    })
    .await
}

/// How many cases each officer was given so far.
fn load(done: &[MovedCase]) -> BTreeMap<UserId, usize> {
    let mut load = BTreeMap::new();
    for case in done.iter().filter(|case| case.outcome == MoveOutcome::Moved) {
        *load.entry(case.officer_id).or_default() += 1;
    }
    load
}

/// Those who take over. At first each must be fit to keep files somewhere; who ceases to be so later gets no more.
async fn officers(tx: &mut Tx, leaving: &Leaving, is_first: bool) -> Result<Vec<User>> {
    let mut officers = Vec::new();
    if is_first {
        access::get_user(tx, leaving.from).await.refers("/from_officer_id")?;
    }
    for (place, id) in leaving.to.iter().enumerate() {
        let pointer = format!("/to_officer_ids/{place}");
        let user = access::get_user(tx, *id).await.refers(&pointer)?;
        if is_first && !cases::is_keeper(&user) {
            return Err(Error::invalid(&pointer, "not_an_officer", "this is no officer who may sign in"));
        }
        officers.push(user);
    }
    Ok(officers)
}

/// Those who take over, and how many cases each has got so far.
struct Spread {
    officers: Vec<User>,
    load: BTreeMap<UserId, usize>,
}

impl Spread {
    /// Who has got least among those who may keep files in the district.
    fn next(&self, district: Pcode) -> Option<UserId> {
        let fit = self.officers.iter().filter(|user| cases::may_keep(user, district));
        fit.map(|user| user.id).min_by_key(|id| self.load.get(id).copied().unwrap_or_default())
    }

    async fn give(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        case: Case,
        (from, at): (UserId, Time),
    ) -> Result<(MovedCase, Option<Event>)> {
        let (case_id, case_number, district) = (case.id, case.number, case.district);
        let Some(officer) = self.next(district) else {
            let reason = Some(KeptReason::NoOfficerOfDistrict);
            let outcome = MoveOutcome::Kept;
            return Ok((MovedCase { case_id, case_number, district, outcome, officer_id: from, reason }, None));
        };
        let (_, assigned) = cases::assign(tx, actor, case, officer, at).await?;
        *self.load.entry(officer).or_default() += 1;
        let outcome = MoveOutcome::Moved;
        Ok((MovedCase { case_id, case_number, district, outcome, officer_id: officer, reason: None }, Some(assigned)))
    }
}
