//! Making the tasks that follow from what happened: when each is due, and whether there is one already.
use std::collections::BTreeSet;

use super::model::{Cause, Due, Place, Task, TaskId, TaskKind};
use super::state::{DropReason, TaskMove, TaskOutcome};
use super::store;
use super::terms;
use crate::access::policy::{self, Action, Actor, Permit, Scope, Subject, UserId};
use crate::cases::{self, Case, CaseId, Phase};
use crate::error::Result;
use crate::incidents::{self, IncidentId};
use crate::kernel::ids::Id;
use crate::kernel::time::{Date, Time};
use crate::work::{Event, Tx};

/// Tasks of a leaver that are looked at in one go.
const BATCH: i64 = 500;

/// Subjects in one statement.
const SUBJECTS: usize = 1000;

/// Days after one anniversary was due in which the next cannot lie: they are a year apart, and `Term` lets none be due
/// longer than thirty days before its day.
const APART_DAYS: i64 = 60;

/// Umeed's own leave to see to the tasks of a case: whoever caused them need not have sight of it.
pub fn leave(case: CaseId, action: Action) -> Result<Permit> {
    policy::permit(&Actor::system(), action, &Subject::of(case.uuid()))
}

/// The tasks that one who left had to do for other people's cases go to those who keep these. The cases themselves have
/// been given away before; what was kept stays.
pub async fn hand_on(tx: &mut Tx, scope: &Scope, leaver: UserId) -> Result<()> {
    let mut after = None;
    loop {
        let left = store::due_of(tx, scope, leaver, after, BATCH).await?;
        let Some((last, _)) = left.last() else { return Ok(()) };
        after = Some(*last);
        let ids: BTreeSet<_> = left.iter().map(|(_, case)| *case).collect();
        let ids: Vec<_> = ids.into_iter().collect();
        for case in cases::find_all(tx, &policy::scope(&Actor::system(), Action::ReadCase), &ids).await? {
            if case.officer_id != Some(leaver) {
                let permit = leave(case.id, Action::ChangeTask)?;
                store::assign_all(tx, &permit, case.id, (Some(leaver), case.officer_id)).await?;
            }
        }
    }
}

/// The case as it is, with where it is kept. None if it is closed, when nothing more is to be done for it.
pub async fn find_live(tx: &mut Tx, case: CaseId) -> Result<Option<Case>> {
    let case = cases::get(tx, &policy::scope(&Actor::system(), Action::ReadCase), case).await?;
    Ok(case.expect_not_closed().is_ok().then_some(case))
}

pub fn place(case: &Case) -> Place {
    Place { case_id: case.id, district: case.district, officer: case.officer_id }
}

/// Makes one task, unless its cause has made one before.
pub async fn make(tx: &mut Tx, place: Place, cause: Cause, due: Due, at: Time) -> Result<Vec<Event>> {
    keep(tx, Some(Task::new(TaskId::new(), place, cause, due, at))).await
}

/// Keeps a task, unless its cause has made one before.
pub async fn keep(tx: &mut Tx, task: Option<Task>) -> Result<Vec<Event>> {
    let Some(task) = task else { return Ok(Vec::new()) };
    let is_new = store::insert_new(tx, &leave(task.case_id, Action::MakeTask)?, &task).await?;
    Ok(is_new.then(|| task.made()).into_iter().collect())
}

/// Keeps the tasks of a case that has just been opened.
pub async fn keep_first(tx: &mut Tx, case: CaseId, tasks: &[Task]) -> Result<Vec<Event>> {
    if !tasks.is_empty() {
        store::insert(tx, &leave(case, Action::MakeTask)?, case, tasks).await?;
    }
    Ok(tasks.iter().map(Task::made).collect())
}

/// Makes a task with a date of its own, or moves the one that its subject has already.
pub async fn make_or_move(tx: &mut Tx, place: Place, cause: Cause, due: Due, at: Time) -> Result<Vec<Event>> {
    let moved = shift(tx, place.case_id, (cause.kind, cause.subject), |_| Some(due)).await?;
    if moved.is_empty() { make(tx, place, cause, due, at).await } else { Ok(moved) }
}

/// Moves the task of this kind that the subject has open to an earlier day, never to a later one.
pub async fn bring_forward(tx: &mut Tx, case: CaseId, of: (TaskKind, Id<()>), due: Due) -> Result<Vec<Event>> {
    shift(tx, case, of, |task| (due.due_at < task.due_at).then_some(due)).await
}

async fn shift(
    tx: &mut Tx,
    case: CaseId,
    (kind, subject): (TaskKind, Id<()>),
    to: impl Fn(&Task) -> Option<Due> + Send,
) -> Result<Vec<Event>> {
    let permit = leave(case, Action::ChangeTask)?;
    let mut events = Vec::new();
    for task in store::lock_due(tx, &permit, case, (kind, Some(subject))).await? {
        let Some(due) = to(&task) else { continue };
        let version = task.version;
        let (task, moved) = task.shift(due);
        store::update_of_case(tx, &permit, &task, version).await?;
        events.push(moved);
    }
    Ok(events)
}

/// Ends the task of this kind that the subject has open, if it has one; without a subject, all of this kind that the
/// case has open.
pub async fn end(
    tx: &mut Tx,
    case: CaseId,
    of: (TaskKind, Option<Id<()>>),
    step: TaskMove,
    (by, at): (UserId, Time),
) -> Result<Vec<Event>> {
    let permit = leave(case, Action::ChangeTask)?;
    let mut events = Vec::new();
    for task in store::lock_due(tx, &permit, case, of).await? {
        let version = task.version;
        let (task, ended) = task.make(step, by, at)?;
        store::update_of_case(tx, &permit, &task, version).await?;
        events.push(ended);
    }
    Ok(events)
}

/// Completes what is open of these kinds about these subjects, each of its case, for the slice that has done it.
pub async fn complete_all(
    tx: &mut Tx,
    of: &[(CaseId, Id<()>)],
    kinds: &[TaskKind],
    ended: (UserId, Time),
) -> Result<()> {
    for of in of.chunks(SUBJECTS) {
        let permitted = |(case, subject): &(CaseId, Id<()>)| Ok((leave(*case, Action::ChangeTask)?, *case, *subject));
        let of: Vec<_> = of.iter().map(permitted).collect::<Result<_>>()?;
        store::complete_all(tx, &of, kinds, ended).await?;
    }
    Ok(())
}

/// Somebody was reached after the follow-up was set: it has been seen to.
pub async fn followed_up(tx: &mut Tx, case: CaseId, reached_at: Time, ended: (UserId, Time)) -> Result<Vec<Event>> {
    let (permit, of) = (leave(case, Action::ChangeTask)?, (TaskKind::FollowUp, Some(case.cast())));
    let waits = store::lock_due(tx, &permit, case, of).await?.iter().any(|task| task.made_at <= reached_at);
    if waits { end(tx, case, of, TaskMove::Complete(Some(TaskOutcome::Reached)), ended).await } else { Ok(Vec::new()) }
}

/// The case was closed: what was to be done for it is dropped.
pub async fn end_all(tx: &mut Tx, case: CaseId, ended: (UserId, Time)) -> Result<Vec<Event>> {
    let permit = leave(case, Action::ChangeTask)?;
    let dropped = store::drop_all(tx, &permit, case, (DropReason::CaseClosed, ended)).await?;
    let event = Event::new("tasks.dropped", case).of_case(case).with("count", dropped);
    Ok(if dropped == 0 { Vec::new() } else { vec![event.with("reason", DropReason::CaseClosed.word())] })
}

/// The next time that somebody sees how the victim is.
pub fn follow_up(place: Place, phase: Phase, round: i64, at: Time) -> Result<Option<Task>> {
    let Some(term) = terms::term(TaskKind::FollowUp, Some(phase.word()), at)? else { return Ok(None) };
    let cause = Cause { kind: TaskKind::FollowUp, subject: place.case_id.cast(), round };
    Ok(Some(Task::new(TaskId::new(), place, cause, term.after(at, at), at)))
}

/// The next anniversary of an incident: the first from today on, or after the one whose task was due at `last`.
pub fn anniversary(place: Place, occurred_on: Date, last: Option<Time>, at: Time) -> Result<Option<Task>> {
    let Some(term) = terms::term(TaskKind::Anniversary, None, at)? else { return Ok(None) };
    let today = at.local_date();
    let from = last.map_or(today, |last| last.local_date().plus_days(APART_DAYS)).max(today);
    let first = from.year().max(occurred_on.year() + 1);
    let Some(day) = [first, first + 1].map(|year| occurred_on.in_year(year)).into_iter().find(|day| *day >= from)
    else {
        return Ok(None);
    };
    let cause = Cause { kind: TaskKind::Anniversary, subject: place.case_id.cast(), round: at.micros() };
    let mut due = term.on(day, at);
    if due.due_at < at {
        // The days before it have begun: it is for today.
        due.due_at = today.plus_days(1).begins();
    }
    Ok(Some(Task::new(TaskId::new(), place, cause, due, at)))
}

/// The day on which what the case is about happened, for whoever may see incidents.
pub async fn occurred_on(tx: &mut Tx, actor: &Actor, incident: IncidentId) -> Result<Option<Date>> {
    match incidents::get(tx, &policy::scope(actor, Action::ReadIncident), incident).await {
        Ok(incident) => Ok(Some(incident.facts.occurred_on)),
        Err(error) if error.code() == crate::error::Code::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anniversary_comes_once_a_year_and_on_the_28th_where_there_is_no_29th_of_february() {
        let place = Place { case_id: Id::new(), district: "PK508".parse().unwrap(), officer: None };
        let due = |occurred_on: &str, last: Option<&str>, at: &str| {
            let (on, last) = (occurred_on.parse().unwrap(), last.map(|last| last.parse().unwrap()));
            anniversary(place, on, last, at.parse().unwrap()).unwrap().unwrap().due_at.to_string()[..10].to_owned()
        };
        let (leap, now) = ("2024-02-29", "2026-11-21T10:00:00Z");
        assert_eq!(due(leap, None, now), "2027-02-21");
        assert_eq!(due(leap, Some("2027-02-21T19:00:00Z"), "2027-02-20T10:00:00Z"), "2028-02-22");
        assert_eq!(due(leap, Some("2027-02-21T19:00:00Z"), "2029-02-20T10:00:00Z"), "2029-02-21", "two years late");
        assert_eq!(due("2026-11-20", None, now), "2027-11-13", "the day of the attack is no anniversary");
        assert_eq!(due("2025-11-23", None, now), "2026-11-21", "in two days, so it is for today");
        assert_eq!(due("2025-11-23", Some("2026-11-21T19:00:00Z"), now), "2027-11-16");
        assert_eq!(due("2025-11-21", None, now), "2026-11-21", "on the day itself");
    }
}
