//! Rows and queries of plans, goals and actions. Their texts are sealed under the key of the victim of the case.
use super::model::{
    ActionId, ActionState, Agreement, DropReason, Goal, GoalId, Plan, PlanAction, PlanId, Recorded, VictimSays,
};
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::cases::CaseId;
use crate::crypto::PersonKey;
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::places::Pcode;
use crate::kernel::text::Prose;
use crate::kernel::words::words;
use crate::needs::NeedId;

words! {
    /// Where an action stands.
    pub enum ActionWord {
        Open = "open",
        Done = "done",
        Dropped = "dropped",
    }
}
text_columns!(ActionWord, DropReason, Recorded, VictimSays);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = plans, treat_none_as_null = true)]
struct PlanRow {
    id: PlanId,
    case_id: CaseId,
    district: Pcode,
    review_on: Date,
    victim_says: VictimSays,
    recorded: Option<Recorded>,
    agreed_on: Option<Date>,
    made_at: Time,
    made_by: UserId,
    changed_at: Time,
    version: i64,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = plan_goals)]
struct GoalRow {
    id: GoalId,
    plan_id: PlanId,
    need_id: NeedId,
    text: Vec<u8>,
    set_at: Time,
    set_by: UserId,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = plan_actions)]
struct ActionRow {
    id: ActionId,
    plan_id: PlanId,
    goal_id: Option<GoalId>,
    text: Vec<u8>,
    owner_id: UserId,
    due_on: Date,
    state: ActionWord,
    set_at: Time,
    set_by: UserId,
    ended_at: Option<Time>,
    ended_by: Option<UserId>,
    reason: Option<DropReason>,
}

/// The plan of a case, whole. `key` is that of the victim of the case.
#[apply(both_databases)]
pub async fn find(tx: &mut Tx, scope: &Scope, key: &PersonKey, case: CaseId) -> Result<Option<Plan>> {
    let found = plans::table.filter(plans::case_id.eq(case)).select(PlanRow::as_select()).into_boxed::<Db>();
    let row: Option<PlanRow> = within!(found, plans::district, scope.area()).first(tx).await.optional()?;
    let Some(row) = row else { return Ok(None) };
    let of_plan = plan_goals::table.filter(plan_goals::plan_id.eq(row.id));
    let goals: Vec<GoalRow> = of_plan.select(GoalRow::as_select()).order(plan_goals::id).load(tx).await?;
    let of_plan = plan_actions::table.filter(plan_actions::plan_id.eq(row.id));
    let actions: Vec<ActionRow> = of_plan.select(ActionRow::as_select()).order(plan_actions::id).load(tx).await?;
    row.with(key, goals, actions).map(Some)
}

/// The plan of a case and the day of its review.
#[apply(both_databases)]
pub async fn review_of(tx: &mut Tx, scope: &Scope, case: CaseId) -> Result<Option<(PlanId, Date)>> {
    let found = plans::table.filter(plans::case_id.eq(case)).select((plans::id, plans::review_on)).into_boxed::<Db>();
    Ok(within!(found, plans::district, scope.area()).first(tx).await.optional()?)
}

/// The case whose plan has an action.
#[apply(both_databases)]
pub async fn case_of_action(tx: &mut Tx, scope: &Scope, id: ActionId) -> Result<Option<CaseId>> {
    let plan = plan_actions::table.filter(plan_actions::id.eq(id)).select(plan_actions::plan_id);
    let found = plans::table.filter(plans::id.eq_any(plan)).select(plans::case_id).into_boxed::<Db>();
    Ok(within!(found, plans::district, scope.area()).first(tx).await.optional()?)
}

/// The actions of a case that are neither done nor dropped; at most 200, as a plan has no more.
#[apply(both_databases)]
pub async fn open_actions(tx: &mut Tx, scope: &Scope, case: CaseId) -> Result<Vec<ActionId>> {
    let found = plans::table.filter(plans::case_id.eq(case)).select(plans::id).into_boxed::<Db>();
    let plan: Option<PlanId> = within!(found, plans::district, scope.area()).first(tx).await.optional()?;
    let Some(plan) = plan else { return Ok(Vec::new()) };
    let open = plan_actions::table.filter(plan_actions::plan_id.eq(plan).and(plan_actions::state.eq(ActionWord::Open)));
    Ok(open.select(plan_actions::id).order(plan_actions::id).load(tx).await?)
}

/// The permit is for the case.
#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, plan: &Plan) -> Result<()> {
    permit.covers(plan.case_id)?;
    diesel::insert_into(plans::table).values(PlanRow::from(plan)).execute(tx).await?;
    Ok(())
}

/// Writes over the plan's own row, if it is still at `version`. The permit is for the case.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, plan: &Plan, version: i64) -> Result<()> {
    permit.covers(plan.case_id)?;
    let row = plans::table.filter(plans::id.eq(plan.id).and(plans::version.eq(version)));
    Error::stale_unless(diesel::update(row).set(PlanRow::from(plan)).execute(tx).await? == 1)
}

/// Adds the newest goal of a plan. The permit is for the case.
#[apply(both_databases)]
pub async fn insert_goal(tx: &mut Tx, permit: &Permit, key: &PersonKey, plan: &Plan) -> Result<()> {
    permit.covers(plan.case_id)?;
    let goal = plan.goals.last().ok_or(Error::Corrupt("plan"))?;
    let Goal { id, need_id, set_at, set_by, .. } = *goal;
    let text = seal(key, &place("plan_goals", id), goal.text.as_ref())?;
    let row = GoalRow { id, plan_id: plan.id, need_id, text, set_at, set_by };
    diesel::insert_into(plan_goals::table).values(row).execute(tx).await?;
    Ok(())
}

/// Adds the newest action of a plan. The permit is for the case.
#[apply(both_databases)]
pub async fn insert_action(tx: &mut Tx, permit: &Permit, key: &PersonKey, plan: &Plan) -> Result<()> {
    permit.covers(plan.case_id)?;
    let action = plan.actions.last().ok_or(Error::Corrupt("plan"))?;
    let text = seal(key, &place("plan_actions", action.id), action.text.as_ref())?;
    let PlanAction { id, goal_id, owner_id, due_on, state, set_at, set_by, .. } = *action;
    let (state, ended_at, ended_by, reason) = flat(state);
    let plan_id = plan.id;
    let row =
        ActionRow { id, plan_id, goal_id, text, owner_id, due_on, state, set_at, set_by, ended_at, ended_by, reason };
    diesel::insert_into(plan_actions::table).values(row).execute(tx).await?;
    Ok(())
}

/// Writes where an action stands now. The permit is for the case.
#[apply(both_databases)]
pub async fn end_action(tx: &mut Tx, permit: &Permit, plan: &Plan, id: ActionId) -> Result<()> {
    permit.covers(plan.case_id)?;
    let action = plan.actions.iter().find(|action| action.id == id).ok_or(Error::Corrupt("plan"))?;
    let (state, ended_at, ended_by, reason) = flat(action.state);
    let change = (
        plan_actions::state.eq(state),
        plan_actions::ended_at.eq(ended_at),
        plan_actions::ended_by.eq(ended_by),
        plan_actions::reason.eq(reason),
    );
    diesel::update(plan_actions::table.find(id)).set(change).execute(tx).await?;
    Ok(())
}

/// The plan of a case goes with it to another district. The permit is for the case.
#[apply(both_databases)]
pub async fn follow_case(tx: &mut Tx, permit: &Permit, case: CaseId, district: Pcode) -> Result<()> {
    permit.covers(case)?;
    let change = (plans::district.eq(district), plans::version.eq(plans::version + 1));
    diesel::update(plans::table.filter(plans::case_id.eq(case))).set(change).execute(tx).await?;
    Ok(())
}

/// What a text is sealed for.
fn place<Of>(table: &str, id: Id<Of>) -> String {
    format!("{table}|{id}|text")
}

fn seal(key: &PersonKey, place: &str, text: Option<&Prose<1000>>) -> Result<Vec<u8>> {
    key.seal(place, text.ok_or(Error::Corrupt("plan"))?.as_str().as_bytes())
}

fn open<Of>(key: &PersonKey, table: &str, (id, text): (Id<Of>, &[u8])) -> Result<Option<Prose<1000>>> {
    let text = key.open_text(&place(table, id), Some(text))?;
    text.map(|text| text.parse().map_err(|_| Error::Corrupt("plan"))).transpose()
}

fn flat(state: ActionState) -> (ActionWord, Option<Time>, Option<UserId>, Option<DropReason>) {
    match state {
        ActionState::Open => (ActionWord::Open, None, None, None),
        ActionState::Done { ended_at, ended_by } => (ActionWord::Done, Some(ended_at), Some(ended_by), None),
        ActionState::Dropped { ended_at, ended_by, reason } => {
            (ActionWord::Dropped, Some(ended_at), Some(ended_by), Some(reason))
        }
    }
}

impl From<&Plan> for PlanRow {
    fn from(plan: &Plan) -> Self {
        let Plan { id, case_id, district, review_on, agreement, made_at, made_by, changed_at, version, .. } = *plan;
        let Agreement { victim: victim_says, recorded, on: agreed_on } = agreement;
        Self {
            id,
            case_id,
            district,
            review_on,
            victim_says,
            recorded,
            agreed_on,
            made_at,
            made_by,
            changed_at,
            version,
        }
    }
}

impl PlanRow {
    fn with(self, key: &PersonKey, goals: Vec<GoalRow>, actions: Vec<ActionRow>) -> Result<Plan> {
        let Self { id, case_id, district, review_on, victim_says: victim, recorded, agreed_on: on, .. } = self;
        let goals = goals.into_iter().map(|row| row.open(key)).collect::<Result<_>>()?;
        let actions = actions.into_iter().map(|row| row.open(key)).collect::<Result<_>>()?;
        Ok(Plan {
            id,
            case_id,
            district,
            review_on,
            agreement: Agreement { victim, recorded, on },
            goals,
            actions,
            made_at: self.made_at,
            made_by: self.made_by,
            changed_at: self.changed_at,
            version: self.version,
        })
    }
}

impl GoalRow {
    fn open(self, key: &PersonKey) -> Result<Goal> {
        let text = open(key, "plan_goals", (self.id, &self.text))?;
        Ok(Goal { id: self.id, need_id: self.need_id, text, set_at: self.set_at, set_by: self.set_by })
    }
}

impl ActionRow {
    fn open(self, key: &PersonKey) -> Result<PlanAction> {
        let state = match (self.state, self.ended_at.zip(self.ended_by), self.reason) {
            (ActionWord::Open, None, None) => ActionState::Open,
            (ActionWord::Done, Some((ended_at, ended_by)), None) => ActionState::Done { ended_at, ended_by },
            (ActionWord::Dropped, Some((ended_at, ended_by)), Some(reason)) => {
                ActionState::Dropped { ended_at, ended_by, reason }
            }
            _ => return Err(Error::Corrupt("plan action")),
        };
        let text = open(key, "plan_actions", (self.id, &self.text))?;
        let Self { id, goal_id, owner_id, due_on, set_at, set_by, .. } = self;
        Ok(PlanAction { id, goal_id, text, owner_id, due_on, state, set_at, set_by })
    }
}
