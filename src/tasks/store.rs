//! Rows and queries of tasks. A row in a state that cannot be is an error.
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Task, TaskId, TaskKind};
use super::state::{DropReason, Ended, TaskOutcome, TaskState};
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::cases::CaseId;
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::page::Page;
use crate::kernel::places::Pcode;
use crate::kernel::words::words;

words! {
    /// Where a task stands.
    pub enum StateWord {
        Due = "due",
        Done = "done",
        Dropped = "dropped",
    }
}
words! {
    /// Whose tasks are asked for.
    pub enum Whose {
        /// Your own; for a supervisor also what was escalated, and what nobody has to do, in your area.
        Me = "me",
        /// All of your area.
        Area = "area",
    }
}
words! {
    /// Until when the tasks are due. All but `all` leave out what has ended.
    pub enum Until {
        /// By the end of today in Pakistan; what is overdue is among them.
        Today = "today",
        Overdue = "overdue",
        /// Within seven days, today among them.
        Week = "week",
        All = "all",
    }
}
text_columns!(DropReason, StateWord, TaskKind, TaskOutcome);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = tasks, treat_none_as_null = true)]
struct TaskRow {
    id: TaskId,
    case_id: CaseId,
    district: Pcode,
    kind: TaskKind,
    subject_id: Id<()>,
    round: i64,
    due_at: Time,
    urgent: bool,
    assignee_id: Option<UserId>,
    state: StateWord,
    made_at: Time,
    made_by: Option<UserId>,
    ended_at: Option<Time>,
    ended_by: Option<UserId>,
    outcome: Option<TaskOutcome>,
    reason: Option<DropReason>,
    note: Option<Vec<u8>>,
    escalate_at: Time,
    escalated_at: Option<Time>,
    version: i64,
}

/// What a list of tasks may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// `area`, if left out.
    #[serde(rename = "for")]
    pub whose: Option<Whose>,
    /// `all`, if left out.
    #[serde(rename = "due")]
    pub until: Option<Until>,
    pub state: Option<StateWord>,
    pub kind: Option<TaskKind>,
    pub case_id: Option<CaseId>,
    pub district: Option<Pcode>,
    pub assignee_id: Option<UserId>,
}

/// Whom a list of one's own is for.
#[derive(Debug, Clone, Copy)]
pub struct Mine {
    pub user: UserId,
    /// Whether what others left undone, and what nobody has to do, is among one's own.
    pub with_left: bool,
}

/// The clock of a list.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    pub now: Time,
    pub today_ends: Time,
}

impl Window {
    /// The last instant that is asked for.
    fn end(self, until: Until) -> Option<Time> {
        match until {
            Until::Today => Some(self.today_ends),
            Until::Overdue => Some(self.now),
            Until::Week => Some(self.today_ends.plus_days(6)),
            Until::All => None,
        }
    }
}

#[apply(both_databases)]
pub async fn find(tx: &mut Tx, scope: &Scope, id: TaskId) -> Result<Option<Task>> {
    let found = tasks::table.find(id).select(TaskRow::as_select()).into_boxed::<Db>();
    let row = within!(found, tasks::district, scope.area()).first::<TaskRow>(tx).await.optional()?;
    row.map(Task::try_from).transpose()
}

/// The urgent ones first, then by when they are due.
#[apply(both_databases)]
pub async fn list(
    tx: &mut Tx,
    scope: &Scope,
    (filter, mine, window): (&Filter, Mine, Window),
    page: &Page,
) -> Result<Vec<Task>> {
    let anchor = match page.after {
        None => None,
        Some(after) => {
            let row = tasks::table.find(TaskId::from(after)).select((tasks::urgent, tasks::due_at, tasks::id));
            row.first::<(bool, Time, TaskId)>(tx).await.optional()?
        }
    };
    let end = filter.until.and_then(|until| window.end(until));
    let own = filter.whose.filter(|whose| *whose == Whose::Me).map(|_| mine);
    let all = tasks::table.select(TaskRow::as_select()).into_boxed::<Db>();
    let rows: Vec<TaskRow> = within!(all, tasks::district, scope.area())
        .when(own, |list, mine| {
            let own = tasks::assignee_id.eq(mine.user);
            let left = tasks::escalated_at.is_not_null().or(tasks::assignee_id.is_null());
            if mine.with_left { list.filter(own.or(left)) } else { list.filter(own) }
        })
        .when(end, |list, end| list.filter(tasks::state.eq(StateWord::Due).and(tasks::due_at.le(end))))
        .when(filter.state, |list, state| list.filter(tasks::state.eq(state)))
        .when(filter.kind, |list, kind| list.filter(tasks::kind.eq(kind)))
        .when(filter.case_id, |list, case| list.filter(tasks::case_id.eq(case)))
        .when(filter.district, |list, district| list.filter(tasks::district.eq(district)))
        .when(filter.assignee_id, |list, assignee| list.filter(tasks::assignee_id.eq(assignee)))
        .when(anchor, |list, (urgent, due_at, id)| {
            let later = tasks::due_at.gt(due_at).or(tasks::due_at.eq(due_at).and(tasks::id.gt(id)));
            let later = tasks::urgent.eq(urgent).and(later);
            if urgent { list.filter(later.or(tasks::urgent.eq(false))) } else { list.filter(later) }
        })
        .order((tasks::urgent.desc(), tasks::due_at.asc(), tasks::id.asc()))
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(Task::try_from).collect()
}

/// The open task of this kind about a subject of the case, or all of this kind; nobody else changes them until this unit
/// of work ends. The permit is for the case.
#[apply(both_databases)]
pub async fn lock_due(
    tx: &mut Tx,
    permit: &Permit,
    case: CaseId,
    (kind, subject): (TaskKind, Option<Id<()>>),
) -> Result<Vec<Task>> {
    permit.covers(case)?;
    // One subject has one of a kind open; the subject is compared here, so that one statement serves both questions.
    let due = tasks::table
        .filter(tasks::case_id.eq(case).and(tasks::state.eq(StateWord::Due)).and(tasks::kind.eq(kind)))
        .select(TaskRow::as_select());
    let rows: Vec<TaskRow> = locked!(due).load(tx).await?;
    let rows = rows.into_iter().filter(|row| subject.is_none_or(|subject| row.subject_id == subject));
    rows.map(Task::try_from).collect()
}

/// At most `most` open tasks of one who has them to do, after one of them, with their cases.
#[apply(both_databases)]
pub async fn due_of(
    tx: &mut Tx,
    scope: &Scope,
    assignee: UserId,
    after: Option<TaskId>,
    most: i64,
) -> Result<Vec<(TaskId, CaseId)>> {
    let own = tasks::table
        .filter(tasks::assignee_id.eq(assignee).and(tasks::state.eq(StateWord::Due)))
        .select((tasks::id, tasks::case_id))
        .into_boxed::<Db>();
    let own = within!(own, tasks::district, scope.area()).when(after, |list, after| list.filter(tasks::id.gt(after)));
    Ok(own.order(tasks::id).limit(most).load(tx).await?)
}

/// At most `most` tasks that are overdue for so long that somebody else must know.
#[apply(both_databases)]
pub async fn unescalated(tx: &mut Tx, scope: &Scope, now: Time, most: i64) -> Result<Vec<Task>> {
    let late = tasks::table
        .filter(tasks::state.eq(StateWord::Due).and(tasks::escalated_at.is_null()))
        .filter(tasks::escalate_at.le(now).and(tasks::due_at.le(now)))
        .select(TaskRow::as_select())
        .into_boxed::<Db>();
    let rows: Vec<TaskRow> =
        within!(late, tasks::district, scope.area()).order(tasks::escalate_at).limit(most).load(tx).await?;
    rows.into_iter().map(Task::try_from).collect()
}

/// Keeps tasks of one case whose causes are new. The permit is for the case.
#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, case: CaseId, all: &[Task]) -> Result<()> {
    permit.covers(case)?;
    let rows: Vec<_> = all.iter().filter(|task| task.case_id == case).map(TaskRow::from).collect();
    diesel::insert_into(tasks::table).values(rows).execute(tx).await?;
    Ok(())
}

/// Keeps a task, unless its cause has made one before, and says whether it did. The permit is for the case.
#[apply(both_databases)]
pub async fn insert_new(tx: &mut Tx, permit: &Permit, task: &Task) -> Result<bool> {
    permit.covers(task.case_id)?;
    let row = diesel::insert_into(tasks::table).values(TaskRow::from(task)).on_conflict_do_nothing();
    Ok(row.execute(tx).await? == 1)
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, task: &Task, version: i64) -> Result<()> {
    permit.covers(task.id)?;
    let row = tasks::table.find(task.id).filter(tasks::version.eq(version));
    Error::stale_unless(diesel::update(row).set(TaskRow::from(task)).execute(tx).await? == 1)
}

/// The same with a permit for the case.
#[apply(both_databases)]
pub async fn update_of_case(tx: &mut Tx, permit: &Permit, task: &Task, version: i64) -> Result<()> {
    permit.covers(task.case_id)?;
    let row = tasks::table.find(task.id).filter(tasks::version.eq(version));
    Error::stale_unless(diesel::update(row).set(TaskRow::from(task)).execute(tx).await? == 1)
}

/// The kinds that nobody has for their own.
fn for_nobody() -> Vec<TaskKind> {
    TaskKind::ALL.iter().copied().filter(|kind| !kind.is_for_keeper()).collect()
}

/// Drops what is open of a case, and says how many tasks it was. The permit is for the case.
#[apply(both_databases)]
pub async fn drop_all(
    tx: &mut Tx,
    permit: &Permit,
    case: CaseId,
    (reason, (by, at)): (DropReason, (UserId, Time)),
) -> Result<usize> {
    permit.covers(case)?;
    let dropped = (
        tasks::state.eq(StateWord::Dropped),
        tasks::ended_at.eq(at),
        tasks::ended_by.eq(by),
        tasks::reason.eq(reason),
        tasks::version.eq(tasks::version + 1),
    );
    let open = tasks::table.filter(tasks::case_id.eq(case).and(tasks::state.eq(StateWord::Due)));
    Ok(diesel::update(open).set(dropped).execute(tx).await?)
}

/// Completes what is open of these kinds about these subjects, each of its case, for which the permit is.
#[apply(both_databases)]
pub async fn complete_all(
    tx: &mut Tx,
    of: &[(Permit, CaseId, Id<()>)],
    kinds: &[TaskKind],
    (by, at): (UserId, Time),
) -> Result<()> {
    let (mut cases, mut subjects) = (Vec::new(), Vec::new());
    for (permit, case, subject) in of {
        permit.covers(*case)?;
        cases.push(*case);
        subjects.push(*subject);
    }
    let completed = (
        tasks::state.eq(StateWord::Done),
        tasks::ended_at.eq(at),
        tasks::ended_by.eq(by),
        tasks::version.eq(tasks::version + 1),
    );
    let theirs = tasks::case_id.eq_any(cases).and(tasks::subject_id.eq_any(subjects));
    let open = tasks::table.filter(theirs.and(tasks::state.eq(StateWord::Due)).and(tasks::kind.eq_any(kinds.to_vec())));
    diesel::update(open).set(completed).execute(tx).await?;
    Ok(())
}

/// What one officer had to do for a case goes to another, and so does what nobody had; what others were asked for stays
/// theirs. The permit is for the case.
#[apply(both_databases)]
pub async fn assign_all(
    tx: &mut Tx,
    permit: &Permit,
    case: CaseId,
    (from, to): (Option<UserId>, Option<UserId>),
) -> Result<()> {
    permit.covers(case)?;
    let change = (tasks::assignee_id.eq(to), tasks::version.eq(tasks::version + 1));
    let theirs = tasks::assignee_id.eq(from).or(tasks::assignee_id.is_null());
    let open = tasks::table
        .filter(tasks::case_id.eq(case).and(tasks::state.eq(StateWord::Due)))
        .filter(tasks::kind.ne_all(for_nobody()).and(theirs));
    diesel::update(open).set(change).execute(tx).await?;
    Ok(())
}

/// The tasks of a case go with it to another district; nobody there has the open ones to do yet. The permit is for the
/// case.
#[apply(both_databases)]
pub async fn follow_case(tx: &mut Tx, permit: &Permit, case: CaseId, district: Pcode) -> Result<()> {
    permit.covers(case)?;
    let of_case = tasks::table.filter(tasks::case_id.eq(case));
    let change = (tasks::district.eq(district), tasks::version.eq(tasks::version + 1));
    diesel::update(of_case).set(change).execute(tx).await?;
    let open = tasks::table.filter(tasks::case_id.eq(case).and(tasks::state.eq(StateWord::Due)));
    diesel::update(open).set(tasks::assignee_id.eq(None::<UserId>)).execute(tx).await?;
    Ok(())
}

impl From<&Task> for TaskRow {
    fn from(task: &Task) -> Self {
        let (state, ended, outcome, reason) = match task.state {
            TaskState::Due => (StateWord::Due, None, None, None),
            TaskState::Done { ended, outcome } => (StateWord::Done, Some(ended), outcome, None),
            TaskState::Dropped { ended, reason } => (StateWord::Dropped, Some(ended), None, Some(reason)),
        };
        Self {
            id: task.id,
            case_id: task.case_id,
            district: task.district,
            kind: task.kind,
            subject_id: task.subject_id,
            round: task.round,
            due_at: task.due_at,
            urgent: task.urgent,
            assignee_id: task.assignee_id,
            state,
            made_at: task.made_at,
            made_by: task.made_by,
            ended_at: ended.map(|ended| ended.ended_at),
            ended_by: ended.map(|ended| ended.ended_by),
            outcome,
            reason,
            note: task.sealed_note.clone(),
            escalate_at: task.escalate_at,
            escalated_at: task.escalated_at,
            version: task.version,
        }
    }
}

impl TryFrom<TaskRow> for Task {
    type Error = Error;

    fn try_from(row: TaskRow) -> Result<Self> {
        let ended = row.ended_at.zip(row.ended_by).map(|(ended_at, ended_by)| Ended { ended_at, ended_by });
        let state = match (row.state, ended, row.outcome, row.reason) {
            (StateWord::Due, None, None, None) => TaskState::Due,
            (StateWord::Done, Some(ended), outcome, None) => TaskState::Done { ended, outcome },
            (StateWord::Dropped, Some(ended), None, Some(reason)) => TaskState::Dropped { ended, reason },
            _ => return Err(Error::Corrupt("task")),
        };
        Ok(Self {
            id: row.id,
            case_id: row.case_id,
            district: row.district,
            kind: row.kind,
            subject_id: row.subject_id,
            round: row.round,
            due_at: row.due_at,
            urgent: row.urgent,
            assignee_id: row.assignee_id,
            state,
            made_at: row.made_at,
            made_by: row.made_by,
            escalate_at: row.escalate_at,
            escalated_at: row.escalated_at,
            version: row.version,
            sealed_note: row.note,
        })
    }
}
