//! Rows and queries of overrides.
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Finding, Override, OverrideEnd, OverrideId, OverrideReason, OverrideState};
use crate::access::policy::{Permit, Scope};
use crate::access::{OrganisationId, UserId};
use crate::cases::CaseId;
use crate::db::prelude::*;
use crate::directory::ServiceId;
use crate::error::{Error, Result};
use crate::kernel::page::Page;
use crate::kernel::places::Pcode;
use crate::victims::{SharedField, VictimId};

text_columns!(Finding, OverrideEnd, OverrideReason, OverrideState);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = consent_overrides, treat_none_as_null = true)]
struct OverrideRow {
    id: OverrideId,
    case_id: CaseId,
    district: Pcode,
    service_id: ServiceId,
    organisation_id: OrganisationId,
    fields: Words<SharedField>,
    reason: OverrideReason,
    detail: Vec<u8>,
    state: OverrideState,
    asked_at: Time,
    asked_by: UserId,
    ends_at: Time,
    answered_at: Option<Time>,
    answered_by: Option<UserId>,
    ended_at: Option<Time>,
    ended_by: Option<UserId>,
    end_reason: Option<OverrideEnd>,
    reviewed_at: Option<Time>,
    reviewed_by: Option<UserId>,
    finding: Option<Finding>,
    version: i64,
}

impl From<&Override> for OverrideRow {
    fn from(one: &Override) -> Self {
        let Override { id, case_id, district, service_id, organisation_id, reason, state, asked_at, .. } = *one;
        let Override { asked_by, ends_at, answered_at, answered_by, ended_at, ended_by, end_reason, .. } = *one;
        let Override { reviewed_at, reviewed_by, finding, version, .. } = *one;
        let (fields, detail) = (Words(one.fields.clone()), one.sealed_detail.clone());
        Self {
            id,
            case_id,
            district,
            service_id,
            organisation_id,
            fields,
            reason,
            detail,
            state,
            asked_at,
            asked_by,
            ends_at,
            answered_at,
            answered_by,
            ended_at,
            ended_by,
            end_reason,
            reviewed_at,
            reviewed_by,
            finding,
            version,
        }
    }
}

impl From<OverrideRow> for Override {
    fn from(row: OverrideRow) -> Self {
        let OverrideRow { id, case_id, district, service_id, organisation_id, reason, state, asked_at, .. } = row;
        let OverrideRow { asked_by, ends_at, answered_at, answered_by, ended_at, ended_by, end_reason, .. } = row;
        let OverrideRow { reviewed_at, reviewed_by, finding, version, .. } = row;
        let (fields, sealed_detail) = (row.fields.0, row.detail);
        Self {
            id,
            case_id,
            district,
            service_id,
            organisation_id,
            fields,
            reason,
            state,
            asked_at,
            asked_by,
            ends_at,
            answered_at,
            answered_by,
            ended_at,
            ended_by,
            end_reason,
            reviewed_at,
            reviewed_by,
            finding,
            version,
            sealed_detail,
        }
    }
}

/// What a list of overrides may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub state: Option<OverrideState>,
    pub case_id: Option<CaseId>,
    /// Whether it was agreed and nobody has looked at it since.
    pub unreviewed: Option<bool>,
}

const OPEN: [OverrideState; 2] = [OverrideState::Asked, OverrideState::Agreed];

#[apply(both_databases)]
pub async fn find(tx: &mut Tx, scope: &Scope, id: OverrideId) -> Result<Option<Override>> {
    let found = consent_overrides::table.find(id).select(OverrideRow::as_select()).into_boxed::<Db>();
    let row: Option<OverrideRow> =
        within!(found, consent_overrides::district, scope.area()).first(tx).await.optional()?;
    Ok(row.map(Override::from))
}

/// The overrides that `scope` and `filter` let through, newest first, as they stand at `now`.
#[apply(both_databases)]
pub async fn list(tx: &mut Tx, scope: &Scope, filter: &Filter, page: &Page, now: Time) -> Result<Vec<Override>> {
    let all = consent_overrides::table.select(OverrideRow::as_select()).into_boxed::<Db>();
    let is_over = || consent_overrides::state.eq_any(OPEN).and(consent_overrides::ends_at.le(now));
    let is_unseen = || consent_overrides::answered_at.is_not_null().and(consent_overrides::reviewed_at.is_null());
    let is_unreviewed = || is_unseen().and(consent_overrides::state.ne(OverrideState::Refused));
    let all = within!(all, consent_overrides::district, scope.area());
    let all = match filter.state {
        None => all,
        // What is over has ended, whether or not Umeed has noted it yet.
        Some(OverrideState::Expired) => all.filter(consent_overrides::state.eq(OverrideState::Expired).or(is_over())),
        Some(state) => all.filter(consent_overrides::state.eq(state).and(diesel::dsl::not(is_over()))),
    };
    let rows: Vec<OverrideRow> = all
        .when(filter.case_id, |list, case| list.filter(consent_overrides::case_id.eq(case)))
        .when(filter.unreviewed.filter(|wanted| *wanted), |list, _| list.filter(is_unreviewed()))
        .when(filter.unreviewed.filter(|wanted| !wanted), |list, _| list.filter(diesel::dsl::not(is_unreviewed())))
        .when(page.after.map(OverrideId::from), |list, after| list.filter(consent_overrides::id.lt(after)))
        .order(consent_overrides::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    Ok(rows.into_iter().map(Override::from).collect())
}

/// The ids of those that are open and whose time was over before `now`.
#[apply(both_databases)]
pub async fn over(tx: &mut Tx, scope: &Scope, now: Time, most: i64) -> Result<Vec<OverrideId>> {
    let over = consent_overrides::table.filter(consent_overrides::state.eq_any(OPEN));
    let over = over.filter(consent_overrides::ends_at.le(now)).select(consent_overrides::id).into_boxed::<Db>();
    let over = within!(over, consent_overrides::district, scope.area());
    Ok(over.order(consent_overrides::id).limit(most).load(tx).await?)
}

/// The open overrides of a victim for one recipient.
#[apply(both_databases)]
pub async fn open_for(
    tx: &mut Tx,
    scope: &Scope,
    victim: VictimId,
    recipient: OrganisationId,
) -> Result<Vec<Override>> {
    let of_victim = cases::table.filter(cases::victim_id.eq(victim)).select(cases::id);
    let open = consent_overrides::table.filter(consent_overrides::state.eq_any(OPEN));
    let open = open.filter(consent_overrides::organisation_id.eq(recipient));
    let open = open.filter(consent_overrides::case_id.eq_any(of_victim)).select(OverrideRow::as_select());
    let open = within!(open.into_boxed::<Db>(), consent_overrides::district, scope.area());
    let rows: Vec<OverrideRow> = open.order(consent_overrides::id).load(tx).await?;
    Ok(rows.into_iter().map(Override::from).collect())
}

/// The permit is for the case.
#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, one: &Override) -> Result<()> {
    permit.covers(one.case_id)?;
    diesel::insert_into(consent_overrides::table).values(OverrideRow::from(one)).execute(tx).await?;
    Ok(())
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, one: &Override, version: i64) -> Result<()> {
    permit.covers(one.id)?;
    let row = consent_overrides::table.find(one.id).filter(consent_overrides::version.eq(version));
    Error::stale_unless(diesel::update(row).set(OverrideRow::from(one)).execute(tx).await? == 1)
}

/// The overrides of a case go with it to another district. The permit is for the case.
#[apply(both_databases)]
pub async fn follow_case(tx: &mut Tx, permit: &Permit, case: CaseId, district: Pcode) -> Result<()> {
    permit.covers(case)?;
    let change =
        (consent_overrides::district.eq(district), consent_overrides::version.eq(consent_overrides::version + 1));
    diesel::update(consent_overrides::table.filter(consent_overrides::case_id.eq(case)))
        .set(change)
        .execute(tx)
        .await?;
    Ok(())
}
