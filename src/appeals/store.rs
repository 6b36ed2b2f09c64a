//! Rows and queries of appeals. What the victim says and the order of a court are sealed under the victim's key.
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Appeal, AppealId, AppealState, Decided, Reviewed};
use super::words::{AppealFinding, AppealGround, AppealWord};
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::cases::CaseId;
use crate::claims::ClaimId;
use crate::crypto::PersonKey;
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::page::Page;
use crate::kernel::places::Pcode;
use crate::victims::VictimId;

text_columns!(AppealFinding, AppealGround, AppealWord);

/// The most appeals of one claim: the rungs of the ladder, and those that were withdrawn.
const MOST_APPEALS: i64 = 100;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = appeals, treat_none_as_null = true, treat_none_as_default_value = false)]
struct AppealRow {
    id: AppealId,
    claim_id: ClaimId,
    case_id: CaseId,
    victim_id: VictimId,
    district: Pcode,
    step: i32,
    rung: String,
    ground: AppealGround,
    due_on: Option<Date>,
    is_late: bool,
    lodged_at: Time,
    lodged_by: UserId,
    version: i64,
    #[diesel(embed)]
    state: StateColumns,
}

#[derive(PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = appeals, treat_none_as_null = true, treat_none_as_default_value = false)]
struct StateColumns {
    state: AppealWord,
    review_at: Option<Time>,
    review_by: Option<UserId>,
    ended_at: Option<Time>,
    ended_by: Option<UserId>,
    finding: Option<AppealFinding>,
}

/// What a list of appeals may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub state: Option<AppealWord>,
    pub district: Option<Pcode>,
    pub claim_id: Option<ClaimId>,
}

/// What is kept sealed of an appeal.
#[derive(Debug, Clone, Copy)]
enum Sealed {
    Statement,
    Order,
}

fn place(id: AppealId, what: Sealed) -> String {
    let column = match what {
        Sealed::Statement => "statement",
        Sealed::Order => "order_reference",
    };
    format!("appeals|{id}|{column}")
}

#[apply(both_databases)]
pub async fn find(tx: &mut Tx, scope: &Scope, id: AppealId) -> Result<Option<Appeal>> {
    let found = appeals::table.find(id).select(AppealRow::as_select()).into_boxed::<Db>();
    let row = within!(found, appeals::district, scope.area()).first::<AppealRow>(tx).await.optional()?;
    row.map(Appeal::try_from).transpose()
}

/// What the victim said and the order that decided it; neither to a blind key. The caller has found the appeal.
#[apply(both_databases)]
pub async fn texts(tx: &mut Tx, key: &PersonKey, id: AppealId) -> Result<(Option<String>, Option<String>)> {
    let both = appeals::table.find(id).select((appeals::statement, appeals::order_reference));
    let (statement, order): (Option<Vec<u8>>, Option<Vec<u8>>) = both.first(tx).await?;
    let statement = key.open_text(&place(id, Sealed::Statement), statement.as_deref())?;
    Ok((statement, key.open_text(&place(id, Sealed::Order), order.as_deref())?))
}

/// The appeals that `scope` and `filter` let through, newest first.
#[apply(both_databases)]
pub async fn list(tx: &mut Tx, scope: &Scope, filter: &Filter, page: &Page) -> Result<Vec<Appeal>> {
    let all = appeals::table.select(AppealRow::as_select()).into_boxed::<Db>();
    let rows: Vec<AppealRow> = within!(all, appeals::district, scope.area())
        .when(filter.state, |list, state| list.filter(appeals::state.eq(state)))
        .when(filter.district, |list, district| list.filter(appeals::district.eq(district)))
        .when(filter.claim_id, |list, claim| list.filter(appeals::claim_id.eq(claim)))
        .when(page.after.map(AppealId::from), |list, after| list.filter(appeals::id.lt(after)))
        .order(appeals::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(Appeal::try_from).collect()
}

/// Those of a claim that the caller has found, oldest first.
#[apply(both_databases)]
pub async fn of_claim(tx: &mut Tx, claim: ClaimId) -> Result<Vec<Appeal>> {
    let all = appeals::table.filter(appeals::claim_id.eq(claim)).select(AppealRow::as_select());
    let rows: Vec<AppealRow> = all.order(appeals::id).limit(MOST_APPEALS).load(tx).await?;
    rows.into_iter().map(Appeal::try_from).collect()
}

/// The appeals of a case that nobody has decided, at most 200.
#[apply(both_databases)]
pub async fn open_of_case(tx: &mut Tx, scope: &Scope, case: CaseId) -> Result<Vec<AppealId>> {
    let open = [AppealWord::Lodged, AppealWord::UnderReview];
    let these = appeals::table.filter(appeals::case_id.eq(case).and(appeals::state.eq_any(open)));
    let these = within!(these.select(appeals::id).into_boxed::<Db>(), appeals::district, scope.area());
    Ok(these.order(appeals::id).limit(200).load(tx).await?)
}

/// With what the victim says, sealed. The permit is for the claim.
#[apply(both_databases)]
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit,
    key: &PersonKey,
    appeal: &Appeal,
    statement: Option<&str>,
) -> Result<()> {
    permit.covers(appeal.claim_id)?;
    let seal = |text: &str| key.seal(&place(appeal.id, Sealed::Statement), text.as_bytes());
    let statement = appeals::statement.eq(statement.map(seal).transpose()?);
    diesel::insert_into(appeals::table).values((AppealRow::from(appeal), statement)).execute(tx).await?;
    Ok(())
}

/// Keeps the order by which a court or an ombudsman decided.
#[apply(both_databases)]
pub async fn keep_order(tx: &mut Tx, permit: &Permit, key: &PersonKey, appeal: AppealId, order: &str) -> Result<()> {
    permit.covers(appeal)?;
    let sealed = key.seal(&place(appeal, Sealed::Order), order.as_bytes())?;
    let row = diesel::update(appeals::table.find(appeal));
    row.set(appeals::order_reference.eq(sealed)).execute(tx).await?;
    Ok(())
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, appeal: &Appeal, version: i64) -> Result<()> {
    permit.covers(appeal.id)?;
    let row = appeals::table.find(appeal.id).filter(appeals::version.eq(version));
    Error::stale_unless(diesel::update(row).set(AppealRow::from(appeal)).execute(tx).await? == 1)
}

/// The appeals of a case go with it to another district. The permit is for the case.
#[apply(both_databases)]
pub async fn follow_case(tx: &mut Tx, permit: &Permit, case: CaseId, district: Pcode) -> Result<()> {
    permit.covers(case)?;
    let change = (appeals::district.eq(district), appeals::version.eq(appeals::version + 1));
    diesel::update(appeals::table.filter(appeals::case_id.eq(case))).set(change).execute(tx).await?;
    Ok(())
}

impl From<&AppealState> for StateColumns {
    fn from(state: &AppealState) -> Self {
        let decided = state.decided();
        let reviewed = match state {
            AppealState::UnderReview { reviewed } => Some(*reviewed),
            _ => decided.map(|decided| decided.reviewed),
        };
        let ended = match *state {
            AppealState::Withdrawn { ended_at, ended_by } => Some((ended_at, ended_by)),
            _ => decided.map(|decided| (decided.ended_at, decided.ended_by)),
        };
        Self {
            state: state.word(),
            review_at: reviewed.map(|reviewed| reviewed.review_at),
            review_by: reviewed.map(|reviewed| reviewed.review_by),
            ended_at: ended.map(|(at, _)| at),
            ended_by: ended.map(|(_, by)| by),
            finding: decided.map(|decided| decided.finding),
        }
    }
}

impl TryFrom<StateColumns> for AppealState {
    type Error = Error;

    fn try_from(row: StateColumns) -> Result<Self> {
        let broken = || Error::Corrupt("appeal");
        let reviewed = row.review_at.zip(row.review_by);
        let reviewed = reviewed.map(|(review_at, review_by)| Reviewed { review_at, review_by });
        let ended = row.ended_at.zip(row.ended_by);
        let decided = reviewed.zip(ended).zip(row.finding);
        let decided = decided
            .map(|((reviewed, (ended_at, ended_by)), finding)| Decided { reviewed, ended_at, ended_by, finding })
            .ok_or_else(broken);
        let state = match row.state {
            AppealWord::Lodged => Self::Lodged,
            AppealWord::UnderReview => Self::UnderReview { reviewed: reviewed.ok_or_else(broken)? },
            AppealWord::Upheld => Self::Upheld { decided: decided? },
            AppealWord::PartlyUpheld => Self::PartlyUpheld { decided: decided? },
            AppealWord::Dismissed => Self::Dismissed { decided: decided? },
            AppealWord::Withdrawn => {
                let (ended_at, ended_by) = ended.ok_or_else(broken)?;
                Self::Withdrawn { ended_at, ended_by }
            }
        };
        Ok(state)
    }
}

impl From<&Appeal> for AppealRow {
    fn from(appeal: &Appeal) -> Self {
        let Appeal { id, claim_id, case_id, victim_id, district, step, ground, due_on, is_late, .. } = *appeal;
        let Appeal { lodged_at, lodged_by, version, .. } = *appeal;
        let (rung, state) = (appeal.rung.clone(), StateColumns::from(&appeal.state));
        Self {
            id,
            claim_id,
            case_id,
            victim_id,
            district,
            step,
            rung,
            ground,
            due_on,
            is_late,
            lodged_at,
            lodged_by,
            version,
            state,
        }
    }
}

impl TryFrom<AppealRow> for Appeal {
    type Error = Error;

    fn try_from(row: AppealRow) -> Result<Self> {
        let AppealRow { id, claim_id, case_id, victim_id, district, step, rung, ground, due_on, is_late, .. } = row;
        let AppealRow { lodged_at, lodged_by, version, state, .. } = row;
        let state = state.try_into()?;
        Ok(Self {
            id,
            claim_id,
            case_id,
            victim_id,
            district,
            step,
            rung,
            ground,
            due_on,
            is_late,
            lodged_at,
            lodged_by,
            state,
            version,
        })
    }
}
