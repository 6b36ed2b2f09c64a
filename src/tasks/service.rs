//! Use cases of tasks. A list names nobody; what was written down with a task is told to whoever opens it, and recorded.
use super::model::{Cause, Task, TaskId, TaskKind, TaskLine, TaskView};
use super::state::{TaskMove, TaskOutcome};
use super::store::{self, Filter, Mine, Window};
use super::{making, terms};
use crate::access::policy::{self, Action, Actor, Scope};
use crate::cases::{self, CaseId};
use crate::error::{Code, Error, Refers, Result};
use crate::kernel::page::{Page, Paged};
use crate::kernel::text::Prose;
use crate::kernel::time::{Date, Time};
use crate::victims;
use crate::work::{Done, Key, Tx, Work, Written};

/// How far ahead a reminder may be set, in days.
const FARTHEST_DAYS: i64 = 5 * 366;

/// What an officer wants to be reminded of.
#[derive(Debug, Clone)]
pub struct NewReminder {
    pub case_id: CaseId,
    pub due_on: Date,
    pub urgent: bool,
    pub note: Option<Prose<1000>>,
}

/// Tasks of the actor's area, the urgent ones first and then by when they are due.
pub async fn list(work: &Work, actor: &Actor, filter: Filter, page: Page) -> Result<Paged<TaskLine>> {
    let (scope, now) = (policy::scope(actor, Action::ReadTask), work.now());
    // Whoever assigns cases has to see to what their officers left undone.
    let mine = Mine { user: actor.user, with_left: policy::may(actor, Action::AssignCase) };
    let window = Window { now, today_ends: now.local_date().plus_days(1).begins() };
    work.read_whole(async move |tx: &mut Tx| {
        let rows = store::list(tx, &scope, (&filter, mine, window), &page).await?;
        let Paged { items, next } = Paged::cut(rows, &page, |task| task.id.uuid());
        Ok(Paged { items: lines(tx, items, now).await?, next })
    })
    .await
}

async fn lines(tx: &mut Tx, tasks: Vec<Task>, now: Time) -> Result<Vec<TaskLine>> {
    let ids: Vec<_> = tasks.iter().map(|task| task.case_id).collect();
    let cases = cases::find_all(tx, &everywhere(), &ids).await?;
    let line = |task: Task| {
        let case = cases.iter().find(|case| case.id == task.case_id).ok_or(Error::Corrupt("task"))?;
        Ok(TaskLine { is_overdue: task.is_overdue(now), case_number: case.number, task })
    };
    tasks.into_iter().map(line).collect()
}

/// One task with what was written down.
pub async fn view(work: &Work, actor: &Actor, id: TaskId) -> Result<TaskView> {
    let (asking, keys, now) = (actor.clone(), work.keys(), work.now());
    work.view_whole(actor, async move |tx: &mut Tx| {
        let task = get(tx, &asking, id).await?;
        let case = cases::get(tx, &everywhere(), task.case_id).await?;
        let eyes = policy::scope(&asking, Action::ReadTask);
        let key = victims::person_key(tx, &keys, &eyes, case.victim_id).await?;
        let note = task.open_note(&key)?;
        let viewed = task.viewed().masked(note.is_none() && task.sealed_note.is_some());
        let line = TaskLine { is_overdue: task.is_overdue(now), case_number: case.number, task };
        Ok(Done::new(TaskView { line, note }, viewed))
    })
    .await
}

/// A task that is seen is one of a case that is seen: they are kept in the same district.
fn everywhere() -> Scope {
    policy::scope(&Actor::system(), Action::ReadCase)
}

async fn get(tx: &mut Tx, actor: &Actor, id: TaskId) -> Result<Task> {
    store::find(tx, &policy::scope(actor, Action::ReadTask), id).await?.ok_or(Error::NOT_FOUND)
}

/// Makes a task by hand, for whoever keeps the case.
pub async fn remind(work: &Work, actor: &Actor, key: Option<Key>, new: NewReminder) -> Result<Written<TaskView>> {
    let (asking, keys, now, id) = (actor.clone(), work.keys(), work.now(), TaskId::new());
    check_day(new.due_on, now.local_date())?;
    work.write(actor, key, async move |tx: &mut Tx| {
        let (case, permit) =
            cases::hold(tx, &asking, Action::ChangeTask, (new.case_id, now)).await.refers("/case_id")?;
        case.expect_not_closed()?;
        let term = terms::term(TaskKind::Reminder, None, now)?.ok_or(Error::Corrupt("config/tasks.toml"))?;
        let of = Cause { kind: TaskKind::Reminder, subject: id.cast(), round: 0 };
        let task = Task::new(id, making::place(&case), of, term.on(new.due_on, now), now);
        let mut task = Task { urgent: new.urgent, made_by: Some(asking.user), ..task };
        if let Some(note) = &new.note {
            let eyes = policy::scope(&asking, Action::ReadTask);
            let key = victims::person_key(tx, &keys, &eyes, case.victim_id).await?;
            task.sealed_note = Some(task.seal_note(&key, note)?);
        }
        store::insert(tx, &permit, case.id, std::slice::from_ref(&task)).await?;
        let made = task.made();
        let line = TaskLine { is_overdue: task.is_overdue(now), case_number: case.number, task };
        Ok(Done::new(TaskView { line, note: new.note.clone() }, made))
    })
    .await
}

fn check_day(day: Date, today: Date) -> Result<()> {
    let ahead = today.days_until(day);
    if ahead < 0 {
        return Err(Error::invalid("/due_on", "in_the_past", "this day has passed"));
    }
    if ahead > FARTHEST_DAYS {
        return Err(Error::invalid("/due_on", "out_of_range", "at most five years from now"));
    }
    Ok(())
}

/// Completes, drops or reassigns. Whoever says that somebody was reached has recorded a contact with it.
pub async fn make(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (TaskId, i64),
    step: TaskMove,
) -> Result<Written<TaskLine>> {
    let (asking, now) = (actor.clone(), work.now());
    work.write(actor, key, async move |tx: &mut Tx| {
        let found = get(tx, &asking, id).await?;
        // Its case is held, so that none is closed while the next task of it is made.
        let (_, of_case) = cases::hold(tx, &asking, Action::ChangeTask, (found.case_id, now)).await?;
        let task = get(tx, &asking, id).await?;
        let permit = policy::permit(&asking, task.kind.takes(), &task.subject())?;
        Error::stale_unless(task.version == version)?;
        if task.kind.ends_by_itself() && !matches!(step, TaskMove::Reassign(_)) {
            return Err(Code::TaskWaits.into());
        }
        let (task, moved) = task.make(step, asking.user, now)?;
        let mut events = Vec::new();
        match step {
            TaskMove::Reassign(officer) => cases::check_officer(tx, officer, task.district, "/officer_id").await?,
            TaskMove::Complete(Some(TaskOutcome::Reached)) => {
                cases::contacted(tx, &of_case, task.case_id, now).await?;
                if task.kind != TaskKind::FollowUp {
                    events = making::followed_up(tx, task.case_id, now, (asking.user, now)).await?;
                }
            }
            _ => {}
        }
        store::update(tx, &permit, &task, version).await?;
        let line = lines(tx, vec![task], now).await?.pop().ok_or(Error::Corrupt("task"))?;
        Ok(Done::new(line, moved).and_all(events))
    })
    .await
}
