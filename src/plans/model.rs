//! A plan with its goals and actions, which change together under one version.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::UserId;
use crate::access::policy::Subject;
use crate::cases::{Case, CaseId};
use crate::error::{Code, Error, Fault, Result};
use crate::kernel::ids::Id;
use crate::kernel::moves::{Move, Refusal, refuse};
use crate::kernel::places::Pcode;
use crate::kernel::text::Prose;
use crate::kernel::time::{Date, Time};
use crate::kernel::words::words;
use crate::needs::{Need, NeedId};
use crate::work::Event;

pub type PlanId = Id<Plan>;
pub type GoalId = Id<Goal>;
pub type ActionId = Id<PlanAction>;

/// The most goals of a plan.
pub const MOST_GOALS: usize = 50;
/// The most actions of a plan, those that ended among them.
pub const MOST_ACTIONS: usize = 200;

words! {
    /// What the victim says to the plan.
    pub enum VictimSays {
        NotAsked = "not_asked",
        Agreed = "agreed",
        NotAgreed = "not_agreed",
    }
}

words! {
    /// How what the victim says was taken down.
    pub enum Recorded {
        Signed = "signed",
        Spoken = "spoken",
        ByTelephone = "by_telephone",
        ThroughInterpreter = "through_interpreter",
        ByGuardian = "by_guardian",
    }
}

words! {
    /// Why an action was dropped.
    pub enum DropReason {
        NoLongerNeeded = "no_longer_needed",
        NotPossible = "not_possible",
        VictimDeclined = "victim_declined",
        DoneByOthers = "done_by_others",
    }
}

/// What the victim says to the plan, how and when it was taken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    pub victim: VictimSays,
    /// Needed, with `on`, once the victim was asked.
    pub recorded: Option<Recorded>,
    pub on: Option<Date>,
}

impl Agreement {
    pub const NOT_ASKED: Self = Self { victim: VictimSays::NotAsked, recorded: None, on: None };

    /// What cannot be true together, or lies ahead.
    fn faults(self, today: Date) -> Vec<Fault> {
        let was_asked = self.victim != VictimSays::NotAsked;
        let mut faults = Vec::new();
        for (pointer, is_given) in
            [("/agreement/recorded", self.recorded.is_some()), ("/agreement/on", self.on.is_some())]
        {
            if was_asked && !is_given {
                faults.push(Fault::new(pointer, "missing", "say how and when the victim's answer was taken down"));
            } else if !was_asked && is_given {
                faults.push(Fault::new(pointer, "contradiction", "the victim was not asked"));
            }
        }
        if self.on.is_some_and(|on| on > today) {
            faults.push(Fault::new("/agreement/on", "in_the_future", "nobody has agreed yet on that day"));
        }
        faults
    }
}

/// When the plan is looked at again, and what the victim says to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    pub review_on: Date,
    pub agreement: Agreement,
}

impl Terms {
    /// Refuses what cannot be; a review that was set before may have passed.
    fn check(&self, before: Option<&Self>, today: Date) -> Result<()> {
        let mut faults = self.agreement.faults(today);
        if before.is_none_or(|before| before.review_on != self.review_on) && self.review_on < today {
            faults.push(Fault::new("/review_on", "in_the_past", "a review lies ahead"));
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

/// The plan of one case.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    pub id: PlanId,
    pub case_id: CaseId,
    /// P-code of the case's district.
    pub district: Pcode,
    pub review_on: Date,
    pub agreement: Agreement,
    /// In the order in which they were set; at most 50.
    pub goals: Vec<Goal>,
    /// In the order in which they were set; at most 200.
    pub actions: Vec<PlanAction>,
    pub made_at: Time,
    pub made_by: UserId,
    /// When terms, goals or actions changed last: an agreement of before does not know of it.
    pub changed_at: Time,
    pub version: i64,
}

/// What is to be reached for one need.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Goal {
    pub id: GoalId,
    pub need_id: NeedId,
    /// Sealed where it is stored; null where the person is protected from whoever reads.
    pub text: Option<Prose<1000>>,
    pub set_at: Time,
    pub set_by: UserId,
}

/// Something to be done by somebody until a day.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PlanAction {
    pub id: ActionId,
    pub goal_id: Option<GoalId>,
    /// Sealed where it is stored; null where the person is protected from whoever reads.
    pub text: Option<Prose<1000>>,
    /// An officer or supervisor of the case's district.
    pub owner_id: UserId,
    pub due_on: Date,
    #[serde(flatten)]
    pub state: ActionState,
    pub set_at: Time,
    pub set_by: UserId,
}

/// What is asked for when an action is set.
#[derive(Debug, Clone)]
pub struct NewAction {
    pub goal_id: Option<GoalId>,
    pub text: Prose<1000>,
    pub owner_id: UserId,
    pub due_on: Date,
}

/// Where an action stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ActionState {
    Open,
    Done { ended_at: Time, ended_by: UserId },
    Dropped { ended_at: Time, ended_by: UserId, reason: DropReason },
}

impl ActionState {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done { .. } => "done",
            Self::Dropped { .. } => "dropped",
        }
    }
}

/// Every move of an action; all others are refused.
pub const MOVES: &[Move] =
    &[Move { from: "open", verb: "done", to: "done" }, Move { from: "open", verb: "drop", to: "dropped" }];

/// What ends an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionMove {
    Done,
    Drop(DropReason),
}

impl ActionMove {
    const fn verb(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Drop(_) => "drop",
        }
    }
}

impl Plan {
    /// A plan without goals and actions yet.
    pub fn make(id: PlanId, case: &Case, terms: Terms, by: UserId, at: Time) -> Result<(Self, Vec<Event>)> {
        terms.check(None, at.local_date())?;
        let plan = Self {
            id,
            case_id: case.id,
            district: case.district,
            review_on: terms.review_on,
            agreement: terms.agreement,
            goals: Vec::new(),
            actions: Vec::new(),
            made_at: at,
            made_by: by,
            changed_at: at,
            version: 1,
        };
        let made = plan.event("plan.made").with("victim", terms.agreement.victim.word());
        let review = plan.review_set();
        Ok((plan, vec![made, review]))
    }

    pub fn terms(&self) -> Terms {
        Terms { review_on: self.review_on, agreement: self.agreement }
    }

    /// Sets the review anew, or takes down what the victim says now.
    pub fn change(self, terms: Terms, at: Time) -> Result<(Self, Vec<Event>)> {
        let before = self.terms();
        terms.check(Some(&before), at.local_date())?;
        let plan = Self { review_on: terms.review_on, agreement: terms.agreement, ..self.changed(at) };
        let changed = plan.event("plan.changed").with("victim", terms.agreement.victim.word());
        let is_moved = before.review_on != terms.review_on;
        let events = [changed].into_iter().chain(is_moved.then(|| plan.review_set())).collect();
        Ok((plan, events))
    }

    /// Refuses a goal for a need of another case, or one that has ended, be it declined.
    pub fn set_goal(self, goal: Goal, need: &Need, at: Time) -> Result<(Self, Event)> {
        if need.case_id != self.case_id || !need.is_open() {
            return Err(Code::NeedEnded.into());
        }
        if self.goals.len() >= MOST_GOALS {
            return Err(Error::invalid("/need_id", "too_many", "a plan has at most 50 goals"));
        }
        let mut plan = self.changed(at);
        let event = plan.event("plan.goal_set").with("need", need.id.to_string());
        plan.goals.push(goal);
        Ok((plan, event))
    }

    pub fn set_action(self, id: ActionId, new: NewAction, by: UserId, at: Time) -> Result<(Self, Event)> {
        let NewAction { goal_id, text, owner_id, due_on } = new;
        if goal_id.is_some_and(|wanted| self.goals.iter().all(|goal| goal.id != wanted)) {
            return Err(Error::unknown_reference("/goal_id"));
        }
        if due_on < at.local_date() {
            return Err(Error::invalid("/due_on", "in_the_past", "an action lies ahead"));
        }
        if self.actions.len() >= MOST_ACTIONS {
            return Err(Error::invalid("/text", "too_many", "a plan has at most 200 actions"));
        }
        let mut plan = self.changed(at);
        let (state, set_at, set_by) = (ActionState::Open, at, by);
        let action = PlanAction { id, goal_id, text: Some(text), owner_id, due_on, state, set_at, set_by };
        let event = plan.action_event("plan.action_set", &action).with("due_on", due_on.to_string());
        plan.actions.push(action);
        Ok((plan, event.with("owner", owner_id.to_string())))
    }

    /// Ends an action; the plan's version is that of all its actions.
    pub fn end_action(self, id: ActionId, step: ActionMove, by: UserId, at: Time) -> Result<(Self, Event)> {
        let mut plan = self.changed(at);
        let Some(action) = plan.actions.iter_mut().find(|action| action.id == id) else { return Err(Error::NOT_FOUND) };
        action.end(step, by, at)?;
        let ended = action.clone();
        let event = match step {
            ActionMove::Done => plan.action_event("plan.action_done", &ended),
            ActionMove::Drop(why) => plan.action_event("plan.action_dropped", &ended).with("reason", why.word()),
        };
        Ok((plan, event.with("owner", ended.owner_id.to_string())))
    }

    /// The record of somebody having read it.
    pub fn viewed(&self) -> Event {
        let is_masked = self.goals.iter().any(|goal| goal.text.is_none())
            || self.actions.iter().any(|action| action.text.is_none());
        self.event("plan.viewed").masked(is_masked)
    }

    pub fn case_subject(&self) -> Subject {
        Subject::of(self.case_id.uuid()).in_district(self.district)
    }

    fn changed(self, at: Time) -> Self {
        Self { changed_at: at, version: self.version + 1, ..self }
    }

    fn review_set(&self) -> Event {
        self.event("plan.review_set").with("review_on", self.review_on.to_string())
    }

    fn event(&self, action: &'static str) -> Event {
        Event::new(action, self.id).of_case(self.case_id).with("district", self.district.as_str())
    }

    fn action_event(&self, happened: &'static str, action: &PlanAction) -> Event {
        Event::new(happened, action.id).of_case(self.case_id).with("district", self.district.as_str())
    }
}

impl PlanAction {
    pub fn is_open(&self) -> bool {
        self.state == ActionState::Open
    }

    fn end(&mut self, step: ActionMove, ended_by: UserId, ended_at: Time) -> Result<(), Refusal> {
        if !self.is_open() {
            return Err(refuse(MOVES, self.state.word(), step.verb()));
        }
        self.state = match step {
            ActionMove::Done => ActionState::Done { ended_at, ended_by },
            ActionMove::Drop(reason) => ActionState::Dropped { ended_at, ended_by, reason },
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::moves::is_allowed;

    #[test]
    fn every_move_of_an_action_does_what_the_table_says_in_every_state() {
        let at = Time::from_micros(0).unwrap();
        let (ended_at, ended_by, reason) = (at, UserId::new(), DropReason::NotPossible);
        let states = [
            ActionState::Open,
            ActionState::Done { ended_at, ended_by },
            ActionState::Dropped { ended_at, ended_by, reason },
        ];
        for state in states {
            for step in [ActionMove::Done, ActionMove::Drop(DropReason::DoneByOthers)] {
                let mut action = PlanAction {
                    id: ActionId::new(),
                    goal_id: None,
                    text: Some("Call".parse().unwrap()),
                    owner_id: ended_by,
                    due_on: at.date(),
                    state,
                    set_at: at,
                    set_by: ended_by,
                };
                let ended = action.end(step, ended_by, at);
                assert_eq!(ended.is_ok(), is_allowed(MOVES, state.word(), step.verb()));
                let to = MOVES.iter().find(|row| row.from == state.word() && row.verb == step.verb());
                assert_eq!(action.state.word(), to.map_or(state.word(), |row| row.to));
            }
        }
    }

    #[test]
    fn an_answer_of_the_victim_says_how_and_when_it_was_taken_down_and_no_answer_does_not() {
        let today: Date = "2026-11-21".parse().unwrap();
        let codes = |victim, recorded, on| -> Vec<_> {
            Agreement { victim, recorded, on }.faults(today).iter().map(|fault| fault.code).collect()
        };
        let (spoken, ahead) = (Some(Recorded::Spoken), Some(today.plus_days(1)));
        for victim in [VictimSays::Agreed, VictimSays::NotAgreed] {
            assert!(codes(victim, spoken, Some(today)).is_empty());
            assert_eq!(codes(victim, None, None), ["missing", "missing"]);
            assert_eq!(codes(victim, spoken, ahead), ["in_the_future"]);
        }
        assert!(codes(VictimSays::NotAsked, None, None).is_empty());
        assert_eq!(codes(VictimSays::NotAsked, spoken, None), ["contradiction"]);
    }
}
