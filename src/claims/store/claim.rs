//! Claims, as rows.
use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::award::{AwardId, OtherClaim};
use super::super::model::{Claim, ClaimId};
use super::super::state::{ClaimState, Returned, Submitted, Verified};
use super::super::words::{RejectReason, ReturnReason, WithdrawReason};
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::cases::CaseId;
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::incidents::IncidentId;
use crate::kernel::money::Paisa;
use crate::kernel::page::Page;
use crate::kernel::places::Pcode;
use crate::kernel::words::words;
use crate::tariffs::{HarmCode, InstrumentId, LineId, Track};
use crate::victims::VictimId;

text_columns!(RejectReason, ReturnReason, StateWord, WithdrawReason);

/// The most claims of a victim that are shown.
const MOST_OF_A_VICTIM: i64 = 100;

/// A claim with one of its awards.
type OfVictim = (
    VictimId,
    (Option<AwardId>, Option<AwardId>, Option<i64>),
    (ClaimId, IncidentId, InstrumentId, HarmCode, StateWord),
);

words! {
    /// Where a claim stands.
    pub enum StateWord {
        Draft = "draft",
        Submitted = "submitted",
        Returned = "returned",
        Verified = "verified",
        Approved = "approved",
        Rejected = "rejected",
        Withdrawn = "withdrawn",
    }
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = claims, treat_none_as_null = true)]
struct ClaimRow {
    id: ClaimId,
    case_id: CaseId,
    victim_id: VictimId,
    incident_id: IncidentId,
    district: Pcode,
    instrument_id: InstrumentId,
    line_id: LineId,
    harm: HarmCode,
    track: Track,
    registered_by: UserId,
    prepared_at: Time,
    prepared_by: UserId,
    replaces: Option<ClaimId>,
    version: i64,
    #[diesel(embed)]
    state: StateColumns,
}

#[derive(PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = claims, treat_none_as_null = true)]
struct StateColumns {
    state: StateWord,
    submitted_at: Option<Time>,
    submitted_by: Option<UserId>,
    returned_at: Option<Time>,
    returned_by: Option<UserId>,
    return_reason: Option<ReturnReason>,
    verified_at: Option<Time>,
    verified_by: Option<UserId>,
    ended_at: Option<Time>,
    ended_by: Option<UserId>,
    reject_reason: Option<RejectReason>,
    withdraw_reason: Option<WithdrawReason>,
}

/// What a list of claims may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub state: Option<StateWord>,
    pub district: Option<Pcode>,
    pub instrument_id: Option<InstrumentId>,
    pub incident_id: Option<IncidentId>,
    pub harm: Option<HarmCode>,
}

#[apply(both_databases)]
pub async fn find(tx: &mut Tx, scope: &Scope, id: ClaimId) -> Result<Option<Claim>> {
    let found = claims::table.find(id).select(ClaimRow::as_select()).into_boxed::<Db>();
    let row = within!(found, claims::district, scope.area()).first::<ClaimRow>(tx).await.optional()?;
    row.map(Claim::try_from).transpose()
}

/// The claims that `scope` and `filter` let through, newest first.
#[apply(both_databases)]
pub async fn list(tx: &mut Tx, scope: &Scope, filter: &Filter, page: &Page) -> Result<Vec<Claim>> {
    let all = claims::table.select(ClaimRow::as_select()).into_boxed::<Db>();
    let rows: Vec<ClaimRow> = within!(all, claims::district, scope.area())
        .when(filter.state, |list, state| list.filter(claims::state.eq(state)))
        .when(filter.district, |list, district| list.filter(claims::district.eq(district)))
        .when(filter.instrument_id, |list, of| list.filter(claims::instrument_id.eq(of)))
        .when(filter.incident_id, |list, of| list.filter(claims::incident_id.eq(of)))
        .when(filter.harm, |list, harm| list.filter(claims::harm.eq(harm)))
        .when(page.after.map(ClaimId::from), |list, after| list.filter(claims::id.lt(after)))
        .order(claims::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(Claim::try_from).collect()
}

/// Those of a case that the caller has found, newest first.
#[apply(both_databases)]
pub async fn of_case(tx: &mut Tx, scope: &Scope, case: CaseId, page: &Page) -> Result<Vec<Claim>> {
    let all = claims::table.filter(claims::case_id.eq(case)).select(ClaimRow::as_select()).into_boxed::<Db>();
    let rows: Vec<ClaimRow> = within!(all, claims::district, scope.area())
        .when(page.after.map(ClaimId::from), |list, after| list.filter(claims::id.lt(after)))
        .order(claims::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(Claim::try_from).collect()
}

/// The claims of a case that are neither decided nor withdrawn, at most 200.
#[apply(both_databases)]
pub async fn open_of_case(tx: &mut Tx, scope: &Scope, case: CaseId) -> Result<Vec<ClaimId>> {
    let open = [StateWord::Draft, StateWord::Submitted, StateWord::Returned, StateWord::Verified];
    let these = claims::table.filter(claims::case_id.eq(case).and(claims::state.eq_any(open)));
    let these = within!(these.select(claims::id).into_boxed::<Db>(), claims::district, scope.area());
    Ok(these.order(claims::id).limit(200).load(tx).await?)
}

/// The claims of these victims, wherever they are, with what stands awarded: whoever pays must know of all of them. They tell
/// no more than that the State was asked.
#[apply(both_databases)]
pub async fn of_victims(tx: &mut Tx, _: &Scope, victims: &[VictimId]) -> Result<BTreeMap<VictimId, Vec<OtherClaim>>> {
    let columns = (
        claims::victim_id,
        (awards::id.nullable(), awards::reverses.nullable(), awards::amount_paisa.nullable()),
        (claims::id, claims::incident_id, claims::instrument_id, claims::harm, claims::state),
    );
    let of_them = claims::table.left_join(awards::table.on(awards::claim_id.eq(claims::id)));
    let of_them = of_them.filter(claims::victim_id.eq_any(victims)).select(columns).order(claims::id);
    let most = i64::try_from(victims.len()).unwrap_or(i64::MAX).saturating_mul(MOST_OF_A_VICTIM);
    let rows: Vec<OfVictim> = of_them.limit(most).load(tx).await?;
    let reversed: BTreeSet<AwardId> = rows.iter().filter_map(|(_, (_, reverses, _), _)| *reverses).collect();
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (victim, (award, _, amount), (claim_id, incident_id, instrument_id, harm, state)) in rows {
        if award.is_some_and(|award| reversed.contains(&award)) {
            continue;
        }
        let (standing, amount_paisa) = (state.word().to_owned(), amount.map(Paisa::new));
        let other = OtherClaim { claim_id, incident_id, instrument_id, harm, standing, amount_paisa };
        all.entry(victim).or_default().push(other);
    }
    Ok(all)
}

/// Keeps every other change of the claim waiting, and says which version it has.
#[apply(both_databases)]
pub async fn hold(tx: &mut Tx, permit: &Permit, id: ClaimId) -> Result<i64> {
    permit.covers(id)?;
    Ok(locked!(claims::table.find(id).select(claims::version)).first(tx).await?)
}

/// The permit is for the case.
#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, claim: &Claim) -> Result<()> {
    permit.covers(claim.case_id)?;
    diesel::insert_into(claims::table).values(ClaimRow::from(claim)).execute(tx).await?;
    Ok(())
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, claim: &Claim, version: i64) -> Result<()> {
    permit.covers(claim.id)?;
    let row = claims::table.find(claim.id).filter(claims::version.eq(version));
    Error::stale_unless(diesel::update(row).set(ClaimRow::from(claim)).execute(tx).await? == 1)
}

/// The claims of a case go with it to another district. The permit is for the case.
#[apply(both_databases)]
pub async fn follow_case(tx: &mut Tx, permit: &Permit, case: CaseId, district: Pcode) -> Result<()> {
    permit.covers(case)?;
    let change = (claims::district.eq(district), claims::version.eq(claims::version + 1));
    diesel::update(claims::table.filter(claims::case_id.eq(case))).set(change).execute(tx).await?;
    Ok(())
}

impl From<&ClaimState> for StateColumns {
    fn from(state: &ClaimState) -> Self {
        let word = StateWord::ALL.iter().find(|word| word.word() == state.word()).copied();
        let (submitted, verified) = (state.submitted(), state.verified());
        let returned = match state {
            ClaimState::Returned { returned, .. } => Some(*returned),
            _ => None,
        };
        let (ended_at, ended_by, reject_reason, withdraw_reason) = match *state {
            ClaimState::Approved { ended_at, ended_by, .. } => (Some(ended_at), Some(ended_by), None, None),
            ClaimState::Rejected { ended_at, ended_by, reject_reason, .. } => {
                (Some(ended_at), Some(ended_by), Some(reject_reason), None)
            }
            ClaimState::Withdrawn { ended_at, ended_by, withdraw_reason } => {
                (Some(ended_at), Some(ended_by), None, Some(withdraw_reason))
            }
            _ => (None, None, None, None),
        };
        Self {
            state: word.unwrap_or(StateWord::Draft),
            submitted_at: submitted.map(|one| one.submitted_at),
            submitted_by: submitted.map(|one| one.submitted_by),
            returned_at: returned.map(|one| one.returned_at),
            returned_by: returned.map(|one| one.returned_by),
            return_reason: returned.map(|one| one.return_reason),
            verified_at: verified.map(|one| one.verified_at),
            verified_by: verified.map(|one| one.verified_by),
            ended_at,
            ended_by,
            reject_reason,
            withdraw_reason,
        }
    }
}

impl TryFrom<StateColumns> for ClaimState {
    type Error = Error;

    fn try_from(row: StateColumns) -> Result<Self> {
        let broken = || Error::Corrupt("claim");
        let submitted = row.submitted_at.zip(row.submitted_by);
        let submitted = submitted.map(|(submitted_at, submitted_by)| Submitted { submitted_at, submitted_by });
        let returned = row.returned_at.zip(row.returned_by).zip(row.return_reason);
        let returned = returned.map(|((returned_at, returned_by), return_reason)| Returned {
            returned_at,
            returned_by,
            return_reason,
        });
        let verified = submitted.zip(row.verified_at.zip(row.verified_by));
        let verified =
            verified.map(|(submitted, (verified_at, verified_by))| Verified { submitted, verified_at, verified_by });
        let ended = row.ended_at.zip(row.ended_by);
        let state = match row.state {
            StateWord::Draft => Self::Draft,
            StateWord::Submitted => Self::Submitted { submitted: submitted.ok_or_else(broken)? },
            StateWord::Returned => {
                Self::Returned { submitted: submitted.ok_or_else(broken)?, returned: returned.ok_or_else(broken)? }
            }
            StateWord::Verified => Self::Verified { verified: verified.ok_or_else(broken)? },
            StateWord::Approved => {
                let (ended_at, ended_by) = ended.ok_or_else(broken)?;
                Self::Approved { verified: verified.ok_or_else(broken)?, ended_at, ended_by }
            }
            StateWord::Rejected => {
                let ((ended_at, ended_by), reject_reason) = ended.zip(row.reject_reason).ok_or_else(broken)?;
                Self::Rejected { verified: verified.ok_or_else(broken)?, ended_at, ended_by, reject_reason }
            }
            StateWord::Withdrawn => {
                let ((ended_at, ended_by), withdraw_reason) = ended.zip(row.withdraw_reason).ok_or_else(broken)?;
                Self::Withdrawn { ended_at, ended_by, withdraw_reason }
            }
        };
        // What the state has no room for must not stand in the row either.
        if StateColumns::from(&state) == row { Ok(state) } else { Err(broken()) }
    }
}

impl From<&Claim> for ClaimRow {
    fn from(claim: &Claim) -> Self {
        let Claim { id, case_id, victim_id, incident_id, district, instrument_id, line_id, harm, track, .. } = *claim;
        let Claim { registered_by, prepared_at, prepared_by, replaces, version, .. } = *claim;
        let state = StateColumns::from(&claim.state);
        Self {
            id,
            case_id,
            victim_id,
            incident_id,
            district,
            instrument_id,
            line_id,
            harm,
            track,
            registered_by,
            prepared_at,
            prepared_by,
            replaces,
            version,
            state,
        }
    }
}

impl TryFrom<ClaimRow> for Claim {
    type Error = Error;

    fn try_from(row: ClaimRow) -> Result<Self> {
        let ClaimRow { id, case_id, victim_id, incident_id, district, instrument_id, line_id, harm, track, .. } = row;
        let ClaimRow { registered_by, prepared_at, prepared_by, replaces, version, state, .. } = row;
        Ok(Self {
            id,
            case_id,
            victim_id,
            incident_id,
            district,
            instrument_id,
            line_id,
            harm,
            track,
            registered_by,
            prepared_at,
            prepared_by,
            replaces,
            state: state.try_into()?,
            version,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_survives_its_columns_and_columns_that_say_more_are_refused() {
        for state in crate::claims::state::tests::states() {
            assert_eq!(ClaimState::try_from(StateColumns::from(&state)).unwrap(), state);
            let more = StateColumns { return_reason: Some(ReturnReason::WrongHarm), ..StateColumns::from(&state) };
            assert_eq!(ClaimState::try_from(more).is_ok(), state.word() == "returned", "{}", state.word());
        }
    }
}
