//! Findings and replies as rows. What was replied is added and never written over.
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::model::{Finding, FindingId};
use super::super::outliers::Measure;
use super::super::words::{FindingKind, FindingState, FoundHow};
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::cases::CaseId;
use crate::claims::ClaimId;
use crate::crypto::PersonKey;
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::page::Page;
use crate::kernel::places::Pcode;
use crate::payouts::model::call::CallId;
use crate::payouts::model::payment::PaymentId;
use crate::victims::VictimId;

text_columns!(FindingKind, FindingState, FoundHow, Measure);

/// The most replies to one finding that are shown.
const MOST_REPLIES: i64 = 100;
/// Causes in one statement: SQLite takes 32,766 parameters.
const BATCH: usize = 1000;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = findings, treat_none_as_null = true, treat_none_as_default_value = false)]
struct FindingRow {
    id: FindingId,
    number: i64,
    kind: FindingKind,
    claim_id: Option<ClaimId>,
    case_id: Option<CaseId>,
    victim_id: Option<VictimId>,
    district: Pcode,
    /// Nil if there is none.
    other_id: ClaimId,
    found_at: Time,
    found_how: FoundHow,
    state: FindingState,
    version: i64,
    user_id: Option<UserId>,
    measure: Option<Measure>,
}

/// Whose eyes they are, and whether they settle findings: those about somebody who works with Umeed are for whoever does, and
/// nobody reads one about themselves. Else whoever declares a number would learn whether it is a payee's.
type Eyes<'a> = (&'a Scope, bool);

macro_rules! seen_by {
    ($query:expr, ($scope:expr, $settles:expr)) => {{
        let of_nobody = findings::user_id.is_null();
        let query = within!($query, findings::district, $scope.area());
        match $scope.reader() {
            Some(reader) if $settles => query.filter(of_nobody.or(findings::user_id.ne(reader))),
            Some(_) => query.filter(of_nobody),
            None => query,
        }
    }};
}

/// What a list of findings may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub state: Option<FindingState>,
    pub kind: Option<FindingKind>,
    /// Also as the other claim.
    pub claim_id: Option<ClaimId>,
    pub district: Option<Pcode>,
}

/// What somebody had to say to a finding.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Reply {
    pub replied_at: Time,
    pub replied_by: UserId,
    /// What it made of the finding.
    pub state: FindingState,
    pub text: String,
}

fn place(id: FindingId, at: Time) -> String {
    format!("finding_replies|{id}|{at}")
}

#[apply(both_databases)]
pub async fn find(tx: &mut Tx, (scope, settles): Eyes<'_>, id: FindingId) -> Result<Option<Finding>> {
    let found = findings::table.find(id).select(FindingRow::as_select()).into_boxed::<Db>();
    let row = seen_by!(found, (scope, settles)).first::<FindingRow>(tx).await.optional()?;
    Ok(row.map(Finding::from))
}

/// The findings that `scope` and `filter` let through, newest first.
#[apply(both_databases)]
pub async fn list(tx: &mut Tx, (scope, settles): Eyes<'_>, filter: &Filter, page: &Page) -> Result<Vec<Finding>> {
    let all = findings::table.select(FindingRow::as_select()).into_boxed::<Db>();
    let rows: Vec<FindingRow> = seen_by!(all, (scope, settles))
        .when(filter.state, |list, state| list.filter(findings::state.eq(state)))
        .when(filter.kind, |list, kind| list.filter(findings::kind.eq(kind)))
        .when(filter.claim_id, |list, claim| {
            list.filter(findings::claim_id.assume_not_null().eq(claim).or(findings::other_id.eq(claim)))
        })
        .when(filter.district, |list, district| list.filter(findings::district.eq(district)))
        .when(page.after.map(FindingId::from), |list, after| list.filter(findings::id.lt(after)))
        .order(findings::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    Ok(rows.into_iter().map(Finding::from).collect())
}

/// Those of these causes that are in the register already.
#[apply(both_databases)]
pub async fn known(tx: &mut Tx, causes: Vec<String>) -> Result<BTreeSet<String>> {
    let mut known = BTreeSet::new();
    for causes in causes.chunks(BATCH) {
        let found = findings::table.filter(findings::cause.eq_any(causes.to_vec())).select(findings::cause);
        known.extend(found.load::<String>(tx).await?);
    }
    Ok(known)
}

/// Takes so many numbers of the register, and gives the first. Whoever comes next waits, so that none is left out.
#[apply(both_databases)]
pub async fn reserve(tx: &mut Tx, count: i64) -> Result<i64> {
    let last = finding_numbers::table.find("register");
    diesel::update(last).set(finding_numbers::last.eq(finding_numbers::last + count)).execute(tx).await?;
    let last: i64 = last.select(finding_numbers::last).first(tx).await?;
    Ok(last - count + 1)
}

#[apply(both_databases)]
pub async fn record(tx: &mut Tx, permit: &Permit, finding: &Finding, cause: &str) -> Result<()> {
    permit.covers(finding.id)?;
    let row = (FindingRow::from(finding), findings::cause.eq(cause));
    diesel::insert_into(findings::table).values(row).execute(tx).await?;
    Ok(())
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, finding: &Finding, version: i64) -> Result<()> {
    permit.covers(finding.id)?;
    let row = findings::table.find(finding.id).filter(findings::version.eq(version));
    Error::stale_unless(diesel::update(row).set(FindingRow::from(finding)).execute(tx).await? == 1)
}

/// The findings of a case go with it to another district. The permit is for the case.
#[apply(both_databases)]
pub async fn follow_case(tx: &mut Tx, permit: &Permit, case: CaseId, district: Pcode) -> Result<()> {
    permit.covers(case)?;
    let change = (findings::district.eq(district), findings::version.eq(findings::version + 1));
    diesel::update(findings::table.filter(findings::case_id.eq(case))).set(change).execute(tx).await?;
    Ok(())
}

/// Adds a reply, sealed under the key of nobody: it is about claims, and the auditor who reads it knows no names.
#[apply(both_databases)]
pub async fn insert_reply(
    tx: &mut Tx,
    permit: &Permit,
    key: &PersonKey,
    (finding, by, at): (&Finding, UserId, Time),
    text: &str,
) -> Result<()> {
    permit.covers(finding.id)?;
    let row = (
        finding_replies::finding_id.eq(finding.id),
        finding_replies::place.eq(finding.version),
        finding_replies::replied_at.eq(at),
        finding_replies::replied_by.eq(by),
        finding_replies::state.eq(finding.state),
        finding_replies::text.eq(key.seal(&place(finding.id, at), text.as_bytes())?),
    );
    diesel::insert_into(finding_replies::table).values(row).execute(tx).await?;
    Ok(())
}

/// What was replied to a finding that the caller has found, in order.
#[apply(both_databases)]
pub async fn replies(tx: &mut Tx, key: &PersonKey, finding: FindingId) -> Result<Vec<Reply>> {
    let all = finding_replies::table.filter(finding_replies::finding_id.eq(finding));
    let columns =
        (finding_replies::replied_at, finding_replies::replied_by, finding_replies::state, finding_replies::text);
    let rows: Vec<(Time, UserId, FindingState, Vec<u8>)> =
        all.select(columns).order(finding_replies::place).limit(MOST_REPLIES).load(tx).await?;
    let open = |(replied_at, replied_by, state, text): (Time, UserId, FindingState, Vec<u8>)| -> Result<Reply> {
        let text = key.open_text(&place(finding, replied_at), Some(&text))?.unwrap_or_default();
        Ok(Reply { replied_at, replied_by, state, text })
    };
    rows.into_iter().map(open).collect()
}

/// The first of the findings that are meant over which no money goes.
macro_rules! first_stopping {
    ($about:expr) => {{
        let stopping = findings::table.filter($about.and(findings::state.ne(FindingState::Settled)));
        let stopping = stopping.filter(findings::kind.eq_any(stops()).or(findings::state.eq(FindingState::Upheld)));
        stopping.select(findings::id).order(findings::id)
    }};
}

/// A finding that keeps this claim from being approved, if there is one.
#[apply(both_databases)]
pub async fn stopping(tx: &mut Tx, claim: ClaimId) -> Result<Option<FindingId>> {
    let about = findings::claim_id.assume_not_null().eq(claim).or(findings::other_id.eq(claim));
    Ok(first_stopping!(about).first(tx).await.optional()?)
}

/// A finding that keeps the payments of a batch from going out, if there is one.
#[apply(both_databases)]
pub async fn stopping_batch(tx: &mut Tx, batch: Id<()>) -> Result<Option<FindingId>> {
    let paid = payments::table.filter(payments::batch_id.eq(batch)).select(payments::award_id);
    let claims = || awards::table.filter(awards::id.eq_any(paid)).select(awards::claim_id);
    let about = findings::claim_id.assume_not_null().eq_any(claims()).or(findings::other_id.eq_any(claims()));
    Ok(first_stopping!(about).first(tx).await.optional()?)
}

/// Whether a finding on this claim is about this user.
#[apply(both_databases)]
pub async fn is_about(tx: &mut Tx, claim: ClaimId, user: UserId) -> Result<bool> {
    let about = findings::table.filter(findings::claim_id.eq(claim).and(findings::user_id.eq(user)));
    Ok(about.count().get_result::<i64>(tx).await? > 0)
}

/// Of a payment that the caller has found.
#[apply(both_databases)]
pub async fn claim_of(tx: &mut Tx, payment: PaymentId) -> Result<Option<ClaimId>> {
    let award = awards::table.on(awards::id.eq(payments::award_id));
    let paid = payments::table.inner_join(award).filter(payments::id.eq(payment));
    Ok(paid.select(awards::claim_id).first(tx).await.optional()?)
}

/// The calls about a payment that the caller has found.
#[apply(both_databases)]
pub async fn calls_about(tx: &mut Tx, payment: PaymentId) -> Result<Vec<CallId>> {
    let calls = payment_calls::table.filter(payment_calls::payment_id.eq(payment)).select(payment_calls::id);
    Ok(calls.load(tx).await?)
}

/// The first of these findings, by their causes, that is not settled.
#[apply(both_databases)]
pub async fn unsettled(tx: &mut Tx, causes: Vec<String>) -> Result<Option<FindingId>> {
    let open = findings::table.filter(findings::cause.eq_any(causes).and(findings::state.ne(FindingState::Settled)));
    Ok(open.select(findings::id).order(findings::id).first(tx).await.optional()?)
}

fn stops() -> Vec<FindingKind> {
    FindingKind::ALL.iter().copied().filter(|kind| kind.stops()).collect()
}

impl From<&Finding> for FindingRow {
    fn from(finding: &Finding) -> Self {
        let Finding { id, number, kind, claim_id, case_id, victim_id, district, .. } = *finding;
        let Finding { other_claim_id, user_id, measure, found_at, found_how, state, version, .. } = *finding;
        let other_id = other_claim_id.unwrap_or(Id::nil());
        Self {
            id,
            number,
            kind,
            claim_id,
            case_id,
            victim_id,
            district,
            other_id,
            found_at,
            found_how,
            state,
            version,
            user_id,
            measure,
        }
    }
}

impl From<FindingRow> for Finding {
    fn from(row: FindingRow) -> Self {
        let FindingRow { id, number, kind, claim_id, case_id, victim_id, district, other_id, .. } = row;
        let FindingRow { found_at, found_how, state, version, user_id, measure, .. } = row;
        Self {
            id,
            number,
            kind,
            stops: kind.stops(),
            claim_id,
            case_id,
            victim_id,
            district,
            other_claim_id: Some(other_id).filter(|id| *id != Id::nil()),
            user_id,
            measure,
            found_at,
            found_how,
            state,
            version,
        }
    }
}
