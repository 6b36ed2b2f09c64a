//! Rows and queries of referrals. A row in a state that cannot be is an error.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Ground, Referral, ReferralFacts, ReferralId};
use super::row::{OPEN, ReferralRow, StateWord};
use crate::access::OrganisationId;
use crate::access::policy::{Permit, Scope};
use crate::cases::CaseId;
use crate::db::prelude::*;
use crate::directory::ServiceId;
use crate::error::{Error, Result};
use crate::kernel::page::Page;
use crate::kernel::places::Pcode;
use crate::kernel::words::words;
use crate::needs::NeedId;

words! {
    /// Which way referrals went, seen from who asks.
    pub enum Mailbox {
        Sent = "sent",
        Received = "received",
    }
}

/// What a list of referrals may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    #[serde(rename = "box")]
    pub mailbox: Option<Mailbox>,
    pub state: Option<StateWord>,
    pub organisation_id: Option<OrganisationId>,
    pub district: Option<Pcode>,
    /// Whether it is open and past the time when help should have come.
    pub overdue: Option<bool>,
    #[serde(skip)]
    pub case: Option<CaseId>,
}

#[apply(both_databases)]
pub async fn find(tx: &mut Tx, scope: &Scope, id: ReferralId) -> Result<Option<Referral>> {
    let found = referrals::table.find(id).select(ReferralRow::as_select()).into_boxed::<Db>();
    let found = found.when(scope.organisation(), |found, own| found.filter(referrals::organisation_id.eq(own)));
    let row = within!(found, referrals::district, scope.area()).first::<ReferralRow>(tx).await.optional()?;
    let Some(row) = row else { return Ok(None) };
    let needs = referral_needs::table.filter(referral_needs::referral_id.eq(id)).order(referral_needs::need_id);
    let needs = needs.select(referral_needs::need_id).load(tx).await?;
    row.referral(needs).map(Some)
}

/// The referrals that `scope` and `filter` let through, newest first, without the ids of their needs.
#[apply(both_databases)]
pub async fn list(tx: &mut Tx, scope: &Scope, filter: &Filter, page: &Page, now: Time) -> Result<Vec<Referral>> {
    let all = referrals::table.select(ReferralRow::as_select()).into_boxed::<Db>();
    let is_late = || referrals::state.eq_any(OPEN).and(referrals::due_at.lt(now));
    let rows: Vec<ReferralRow> = within!(all, referrals::district, scope.area())
        .when(scope.organisation(), |list, own| list.filter(referrals::organisation_id.eq(own)))
        .when(filter.case, |list, case| list.filter(referrals::case_id.eq(case)))
        .when(filter.state, |list, state| list.filter(referrals::state.eq(state)))
        .when(filter.organisation_id, |list, to| list.filter(referrals::organisation_id.eq(to)))
        .when(filter.district, |list, district| list.filter(referrals::district.eq(district)))
        .when(filter.overdue.filter(|is_wanted| *is_wanted), |list, _| list.filter(is_late()))
        .when(filter.overdue.filter(|is_wanted| !is_wanted), |list, _| list.filter(diesel::dsl::not(is_late())))
        .when(page.after.map(ReferralId::from), |list, after| list.filter(referrals::id.lt(after)))
        .order(referrals::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(|row| row.referral(Vec::new())).collect()
}

/// Puts the ids of their needs into referrals.
#[apply(both_databases)]
pub async fn fill(tx: &mut Tx, all: &mut [Referral]) -> Result<()> {
    let ids: Vec<_> = all.iter().map(|referral| referral.facts.id).collect();
    let links = referral_needs::table.filter(referral_needs::referral_id.eq_any(ids)).order(referral_needs::need_id);
    let links = links.select((referral_needs::referral_id, referral_needs::need_id));
    let mut needs: BTreeMap<ReferralId, Vec<NeedId>> = BTreeMap::new();
    for (referral, need) in links.load::<(ReferralId, NeedId)>(tx).await? {
        needs.entry(referral).or_default().push(need);
    }
    for referral in all {
        referral.needs = needs.remove(&referral.facts.id).unwrap_or_default();
    }
    Ok(())
}

/// An open referral of the case to this service that asks for one of these needs.
#[apply(both_databases)]
pub async fn find_open(
    tx: &mut Tx,
    scope: &Scope,
    (case, service): (CaseId, ServiceId),
    needs: &[NeedId],
) -> Result<Option<ReferralId>> {
    let asked = referral_needs::table.filter(referral_needs::need_id.eq_any(needs.to_vec()));
    let open = referrals::table.filter(referrals::case_id.eq(case).and(referrals::state.eq_any(OPEN)));
    let open = open.filter(referrals::service_id.eq(service));
    let open = open.filter(referrals::id.eq_any(asked.select(referral_needs::referral_id)));
    let open = open.select(referrals::id).order(referrals::id).into_boxed::<Db>();
    Ok(within!(open, referrals::district, scope.area()).first(tx).await.optional()?)
}

/// The open referrals that rest on it. Until this unit of work ends, nobody else moves them.
#[apply(both_databases)]
pub async fn hold_open_on(tx: &mut Tx, scope: &Scope, ground: Ground) -> Result<Vec<Referral>> {
    // What a referral does not rest on is no id at all, so no referral has it.
    let (consent, leave) = match ground {
        Ground::Consent { consent_id } => (consent_id, Id::nil()),
        Ground::Override { override_id } => (Id::nil(), override_id),
    };
    let rests = || referrals::consent_id.eq(consent).or(referrals::override_id.eq(leave));
    let on_it = || referrals::table.filter(rests().and(referrals::state.eq_any(OPEN)));
    // A boxed query takes no lock, and what was changed while we waited for one must be read as it is now.
    let held: Vec<ReferralId> = locked!(on_it().select(referrals::id).order(referrals::id)).load(tx).await?;
    let open = on_it().filter(referrals::id.eq_any(held));
    let open = open.select(ReferralRow::as_select()).order(referrals::id).into_boxed::<Db>();
    let rows: Vec<ReferralRow> = within!(open, referrals::district, scope.area()).load(tx).await?;
    rows.into_iter().map(|row| row.referral(Vec::new())).collect()
}

/// The referrals of a case that are open; the first 200.
#[apply(both_databases)]
pub async fn open_of_case(tx: &mut Tx, scope: &Scope, case: CaseId) -> Result<Vec<ReferralId>> {
    let open = referrals::table.filter(referrals::case_id.eq(case).and(referrals::state.eq_any(OPEN)));
    let open = open.select(referrals::id).order(referrals::id).limit(200).into_boxed::<Db>();
    Ok(within!(open, referrals::district, scope.area()).load(tx).await?)
}

/// At most `most` referrals that nobody answered before `now`.
#[apply(both_databases)]
pub async fn unanswered(tx: &mut Tx, scope: &Scope, now: Time, most: i64) -> Result<Vec<Referral>> {
    let late = referrals::table.filter(referrals::state.eq(StateWord::Requested).and(referrals::due_at.lt(now)));
    let late = late.select(ReferralRow::as_select()).order(referrals::id).into_boxed::<Db>();
    let rows: Vec<ReferralRow> = within!(late, referrals::district, scope.area()).limit(most).load(tx).await?;
    rows.into_iter().map(|row| row.referral(Vec::new())).collect()
}

/// How many open referrals these services have. It counts those of every district, and names nobody: a place is taken
/// whoever took it.
#[apply(both_databases)]
pub async fn open_by_service(tx: &mut Tx, services: Vec<ServiceId>) -> QueryResult<Vec<(ServiceId, i64)>> {
    // Those that are open have neither an end nor a reason, and so stand in an index of their own.
    let open = referrals::ended_at.is_null().and(referrals::reason.is_null());
    let open = referrals::table.filter(referrals::service_id.eq_any(services).and(open));
    let counted = open.group_by(referrals::service_id).select((referrals::service_id, diesel::dsl::count_star()));
    counted.load(tx).await
}

/// The permit is for the case.
#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, referral: &Referral) -> Result<()> {
    permit.covers(referral.case_id)?;
    diesel::insert_into(referrals::table).values(ReferralRow::from(referral)).execute(tx).await?;
    let id = referral.facts.id;
    let link = |need: &NeedId| (referral_needs::referral_id.eq(id), referral_needs::need_id.eq(*need));
    let links: Vec<_> = referral.needs.iter().map(link).collect();
    diesel::insert_into(referral_needs::table).values(links).execute(tx).await?;
    Ok(())
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, referral: &Referral, version: i64) -> Result<()> {
    let ReferralFacts { id, .. } = referral.facts;
    permit.covers(id)?;
    let row = referrals::table.find(id).filter(referrals::version.eq(version));
    Error::stale_unless(diesel::update(row).set(ReferralRow::from(referral)).execute(tx).await? == 1)
}

/// The referrals of a case go with it to another district. The permit is for the case.
#[apply(both_databases)]
pub async fn follow_case(tx: &mut Tx, permit: &Permit, case: CaseId, district: Pcode) -> Result<()> {
    permit.covers(case)?;
    let change = (referrals::district.eq(district), referrals::version.eq(referrals::version + 1));
    diesel::update(referrals::table.filter(referrals::case_id.eq(case))).set(change).execute(tx).await?;
    Ok(())
}
