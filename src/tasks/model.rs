//! A task and its moves. There is one for each cause: what happened once is not asked for twice.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::state::{Ended, MOVES, TaskMove, TaskState};
use crate::access::UserId;
use crate::access::policy::{Action, Subject};
use crate::cases::CaseId;
use crate::crypto::PersonKey;
use crate::error::{Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::moves::{Refusal, refuse};
use crate::kernel::numbers::CaseNumber;
use crate::kernel::places::Pcode;
use crate::kernel::text::Prose;
use crate::kernel::time::Time;
use crate::kernel::words::words;
use crate::work::Event;

pub type TaskId = Id<Task>;

words! {
    /// What a task is for.
    pub enum TaskKind {
        /// See how the victim is. The next one is made when this one ends, as long as the case is not closed.
        FollowUp = "follow_up",
        /// The day of the attack comes round: be in touch before it. Once a year.
        Anniversary = "anniversary",
        /// A need of the highest urgency that nobody has begun to see to.
        StartNeed = "start_need",
        /// A referral that nobody has answered.
        ChaseReferral = "chase_referral",
        /// A referral was declined, failed, expired or rested on a consent that is gone, or leave to refer without one
        /// was not given: decide what to do instead.
        NextStep = "next_step",
        /// An organisation says that it helped: hear it from the victim.
        CheckHelp = "check_help",
        /// A screening showed danger to life.
        Risk = "risk",
        /// An officer asks for leave to refer without consent, which a supervisor gives or refuses.
        AnswerOverride = "answer_override",
        PlanReview = "plan_review",
        PlanAction = "plan_action",
        /// A law says by when the government is told of the victim: submit the claim.
        ClaimReport = "claim_report",
        /// A law says by when the money for an award reaches the district.
        FundTransfer = "fund_transfer",
        /// A law says by when an award is paid.
        ClaimPayment = "claim_payment",
        /// What an officer wrote down to be reminded of.
        Reminder = "reminder",
    }
}

impl TaskKind {
    /// The leave that changing such a task takes: what a supervisor decides is not ticked off by whoever asked.
    pub const fn takes(self) -> Action {
        match self {
            Self::AnswerOverride => Action::AnswerOverride,
            _ => Action::ChangeTask,
        }
    }

    /// Whether it ends only when what it waits for has happened: nobody ticks off danger to a life, or another's decision.
    pub const fn ends_by_itself(self) -> bool {
        matches!(
            self,
            Self::Risk
                | Self::StartNeed
                | Self::AnswerOverride
                | Self::PlanAction
                | Self::ClaimReport
                | Self::ClaimPayment
        )
    }

    /// Whether it is for whoever keeps the case, unless somebody else was asked.
    pub const fn is_for_keeper(self) -> bool {
        !matches!(self, Self::AnswerOverride)
    }
}

/// Something to be done for a case. It names nobody.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Task {
    pub id: TaskId,
    pub case_id: CaseId,
    /// P-code of the case's district.
    pub district: Pcode,
    pub kind: TaskKind,
    /// What it is about: the case itself, a need, a referral, a screening, a plan or an action of one, a claim.
    #[schemars(with = "uuid::Uuid")]
    pub subject_id: Id<()>,
    /// Which of several with the same subject: one that comes again has the microseconds of when it was made.
    #[serde(skip)]
    pub round: i64,
    pub due_at: Time,
    /// Whether it stands before everything else.
    pub urgent: bool,
    /// Who has it to do: whoever keeps the case, if nobody else was asked. Of a case without officer, and of what any
    /// supervisor may decide, nobody: it is in the day of every supervisor of the district.
    pub assignee_id: Option<UserId>,
    #[serde(flatten)]
    pub state: TaskState,
    pub made_at: Time,
    /// Nobody, if it was made by what happened.
    pub made_by: Option<UserId>,
    /// When the supervisors of the district get it too, unless it has ended.
    pub escalate_at: Time,
    pub escalated_at: Option<Time>,
    pub version: i64,
    /// What was written down in confidence, under the person's key.
    #[serde(skip)]
    pub sealed_note: Option<Vec<u8>>,
}

/// Where a case is kept, and by whom.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub case_id: CaseId,
    pub district: Pcode,
    pub officer: Option<UserId>,
}

/// What a task is made for.
#[derive(Debug, Clone, Copy)]
pub struct Cause {
    pub kind: TaskKind,
    pub subject: Id<()>,
    pub round: i64,
}

/// When a task is due, and when it goes up.
#[derive(Debug, Clone, Copy)]
pub struct Due {
    pub due_at: Time,
    pub escalate_at: Time,
    pub urgent: bool,
}

impl Task {
    pub fn new(id: TaskId, place: Place, cause: Cause, due: Due, at: Time) -> Self {
        Self {
            id,
            case_id: place.case_id,
            district: place.district,
            kind: cause.kind,
            subject_id: cause.subject,
            round: cause.round,
            due_at: due.due_at,
            urgent: due.urgent,
            assignee_id: place.officer.filter(|_| cause.kind.is_for_keeper()),
            state: TaskState::Due,
            made_at: at,
            made_by: None,
            escalate_at: due.escalate_at,
            escalated_at: None,
            version: 1,
            sealed_note: None,
        }
    }

    pub fn make(self, step: TaskMove, by: UserId, at: Time) -> Result<(Self, Event), Refusal> {
        if self.state != TaskState::Due {
            return Err(refuse(MOVES, self.state.word(), step.verb()));
        }
        let ended = Ended { ended_at: at, ended_by: by };
        let moved = Self { version: self.version + 1, ..self };
        let (moved, event) = match step {
            TaskMove::Complete(outcome) => {
                let done = Self { state: TaskState::Done { ended, outcome }, ..moved };
                let event = done.event("task.completed");
                let event = match outcome {
                    Some(outcome) => event.with("outcome", outcome.word()),
                    None => event,
                };
                (done, event)
            }
            TaskMove::Drop(reason) => {
                let dropped = Self { state: TaskState::Dropped { ended, reason }, ..moved };
                let event = dropped.event("task.dropped").with("reason", reason.word());
                (dropped, event)
            }
            TaskMove::Reassign(officer) => {
                let reassigned = Self { assignee_id: Some(officer), ..moved };
                let event = reassigned.event("task.reassigned").with("officer", officer.to_string()).announced();
                (reassigned, event)
            }
            TaskMove::Escalate => {
                let escalated = Self { escalated_at: Some(at), ..moved };
                let event = escalated.event("task.escalated").announced();
                (escalated, event)
            }
        };
        Ok((moved, event))
    }

    /// The same, due at another time.
    pub fn shift(self, due: Due) -> (Self, Event) {
        let Due { due_at, escalate_at, urgent } = due;
        let shifted = Self { due_at, escalate_at, urgent, escalated_at: None, version: self.version + 1, ..self };
        let event = shifted.event("task.moved");
        (shifted, event)
    }

    /// Whether it should have been done by now.
    pub fn is_overdue(&self, now: Time) -> bool {
        self.state == TaskState::Due && self.due_at <= now
    }

    /// The place that the note is sealed for.
    fn note_place(&self) -> String {
        format!("tasks|{}|note", self.id)
    }

    pub fn seal_note(&self, key: &PersonKey, note: &Prose<1000>) -> Result<Vec<u8>> {
        key.seal(&self.note_place(), note.as_str().as_bytes())
    }

    /// What was written down, unless the person is hidden from whoever reads. `key` is that of the victim of the case.
    pub fn open_note(&self, key: &PersonKey) -> Result<Option<Prose<1000>>> {
        let note = key.open_text(&self.note_place(), self.sealed_note.as_deref())?;
        note.map(Prose::try_from).transpose().map_err(|_| Error::Corrupt("task"))
    }

    pub fn subject(&self) -> Subject {
        Subject::of(self.id.uuid()).in_district(self.district)
    }

    /// That it was made.
    pub fn made(&self) -> Event {
        self.event("task.made")
    }

    /// The record of somebody having read the note.
    pub fn viewed(&self) -> Event {
        self.event("task.viewed")
    }

    pub(super) fn event(&self, action: &'static str) -> Event {
        let event = Event::new(action, self.id).of_case(self.case_id).with("kind", self.kind.word());
        event.with("state", self.state.word()).with("due_at", self.due_at.to_string())
    }
}

/// A task as a list shows it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct TaskLine {
    #[serde(flatten)]
    pub task: Task,
    pub case_number: CaseNumber,
    /// Whether it should have been done by now.
    pub is_overdue: bool,
}

/// A task by itself.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct TaskView {
    #[serde(flatten)]
    pub line: TaskLine,
    pub note: Option<Prose<1000>>,
}

#[cfg(test)]
mod tests {
    use super::super::state::{DropReason, TaskOutcome};
    use super::*;
    use crate::kernel::moves::is_allowed;

    fn at(hours: i64) -> Time {
        Time::from_micros(0).unwrap().plus_hours(hours)
    }

    fn task(state: TaskState) -> Task {
        let place = Place { case_id: Id::new(), district: "PK508".parse().unwrap(), officer: Some(Id::new()) };
        let cause = Cause { kind: TaskKind::NextStep, subject: Id::new(), round: 0 };
        let due = Due { due_at: at(24), escalate_at: at(48), urgent: false };
        Task { state, ..Task::new(Id::new(), place, cause, due, at(0)) }
    }

    #[test]
    fn every_verb_in_every_state_does_what_the_table_says() {
        let ended = Ended { ended_at: at(1), ended_by: Id::new() };
        let states = [
            TaskState::Due,
            TaskState::Done { ended, outcome: None },
            TaskState::Dropped { ended, reason: DropReason::NotNeeded },
        ];
        let steps = [
            TaskMove::Complete(Some(TaskOutcome::Reached)),
            TaskMove::Drop(DropReason::Duplicate),
            TaskMove::Reassign(Id::new()),
            TaskMove::Escalate,
        ];
        for state in states {
            for step in steps {
                let made = task(state).make(step, Id::new(), at(2));
                assert_eq!(made.is_ok(), is_allowed(MOVES, state.word(), step.verb()), "{state:?} {step:?}");
                if let Ok((moved, event)) = made {
                    let row = MOVES.iter().find(|row| row.verb == step.verb()).unwrap();
                    assert_eq!((moved.state.word(), moved.version, event.fact("state")), (row.to, 2, Some(row.to)));
                }
            }
        }
    }

    #[test]
    fn a_task_is_overdue_by_the_clock_and_only_while_it_is_due() {
        let due = task(TaskState::Due);
        assert!(!due.is_overdue(at(23)) && due.is_overdue(at(24)));
        let (done, _) = due.make(TaskMove::Complete(None), Id::new(), at(30)).unwrap();
        assert!(!done.is_overdue(at(99)));
    }

    #[test]
    fn a_task_that_is_moved_may_go_up_anew() {
        let (raised, _) = task(TaskState::Due).make(TaskMove::Escalate, Id::new(), at(50)).unwrap();
        let (moved, event) = raised.shift(Due { due_at: at(99), escalate_at: at(120), urgent: false });
        assert_eq!((moved.due_at, moved.escalated_at, moved.version), (at(99), None, 3));
        assert_eq!(event.action(), "task.moved");
    }

    #[test]
    fn what_a_supervisor_decides_is_nobody_s_own() {
        for kind in TaskKind::ALL.iter().copied() {
            let cause = Cause { kind, subject: Id::new(), round: 0 };
            let due = Due { due_at: at(1), escalate_at: at(2), urgent: false };
            let place = Place { case_id: Id::new(), district: "PK508".parse().unwrap(), officer: Some(Id::new()) };
            let made = Task::new(Id::new(), place, cause, due, at(0));
            assert_eq!(made.assignee_id.is_none(), kind == TaskKind::AnswerOverride);
            assert_eq!(kind.takes() == Action::AnswerOverride, kind == TaskKind::AnswerOverride);
        }
    }

    #[test]
    fn a_note_opens_with_the_person_s_key_alone_and_is_not_on_the_wire_without_it() {
        let (key, mut task) = (PersonKey::random().unwrap(), task(TaskState::Due));
        task.sealed_note = Some(task.seal_note(&key, &"Ask the aunt".parse().unwrap()).unwrap());
        assert_eq!(task.open_note(&key).unwrap().unwrap().as_str(), "Ask the aunt");
        task.open_note(&PersonKey::random().unwrap()).unwrap_err();
        assert!(!serde_json::to_string(&task).unwrap().contains("note"));
    }
}
