//! Rows and queries of feedback. No query that somebody asks for lets through what is about whoever asks.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Feedback, FeedbackId, Sealed};
use super::words::{Category, Channel, FeedbackKind, FeedbackState};
use crate::access::policy::{Permit, Scope};
use crate::access::{OrganisationId, UserId};
use crate::cases::CaseId;
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::page::Page;
use crate::kernel::places::{Area, Pcode};

text_columns!(Category, Channel, FeedbackKind, FeedbackState);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = feedback, treat_none_as_null = true)]
struct FeedbackRow {
    id: FeedbackId,
    code: Vec<u8>,
    kind: FeedbackKind,
    category: Category,
    channel: Channel,
    district: Pcode,
    case_id: Option<CaseId>,
    organisation_id: Option<OrganisationId>,
    body: Vec<u8>,
    received_at: Time,
    received_by: Option<UserId>,
    due_at: Time,
    state: FeedbackState,
    answer: Option<Vec<u8>>,
    answered_at: Option<Time>,
    answered_by: Option<UserId>,
    appeal: Option<Vec<u8>>,
    appealed_at: Option<Time>,
    decision: Option<Vec<u8>>,
    decided_at: Option<Time>,
    decided_by: Option<UserId>,
    sent_to: Option<UserId>,
    version: i64,
}

impl From<&Feedback> for FeedbackRow {
    fn from(one: &Feedback) -> Self {
        let Sealed { body, answer, appeal, decision } = one.sealed.clone();
        Self {
            id: one.id,
            code: one.code.clone(),
            kind: one.kind,
            category: one.category,
            channel: one.channel,
            district: one.district,
            case_id: one.case_id,
            organisation_id: one.organisation_id,
            body,
            received_at: one.received_at,
            received_by: one.received_by,
            due_at: one.due_at,
            state: one.state,
            answer,
            answered_at: one.answered_at,
            answered_by: one.answered_by,
            appeal,
            appealed_at: one.appealed_at,
            decision,
            decided_at: one.decided_at,
            decided_by: one.decided_by,
            sent_to: one.sent_to,
            version: one.version,
        }
    }
}

impl FeedbackRow {
    fn about(self, about: &[AboutRow]) -> Feedback {
        let row = self;
        Feedback {
            id: row.id,
            kind: row.kind,
            category: row.category,
            channel: row.channel,
            district: row.district,
            case_id: row.case_id,
            organisation_id: row.organisation_id,
            about: about.iter().map(|row| row.user_id).collect(),
            keeper: about.iter().find(|row| row.named_by.is_none()).map(|row| row.user_id),
            received_at: row.received_at,
            received_by: row.received_by,
            due_at: row.due_at,
            state: row.state,
            answered_at: row.answered_at,
            answered_by: row.answered_by,
            appealed_at: row.appealed_at,
            decided_at: row.decided_at,
            decided_by: row.decided_by,
            sent_to: row.sent_to,
            version: row.version,
            code: row.code,
            sealed: Sealed { body: row.body, answer: row.answer, appeal: row.appeal, decision: row.decision },
        }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = feedback_about)]
struct AboutRow {
    feedback_id: FeedbackId,
    user_id: UserId,
    named_at: Time,
    /// Nobody named who keeps the case.
    named_by: Option<UserId>,
}

/// What a list of feedback may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub state: Option<FeedbackState>,
    pub kind: Option<FeedbackKind>,
    pub category: Option<Category>,
    pub district: Option<Pcode>,
    /// Whether it waits for an answer or a decision beyond its time.
    pub overdue: Option<bool>,
}

/// Whoever looks, and the organisation they belong to.
pub struct Eyes {
    pub scope: Scope,
    pub organisation: Option<OrganisationId>,
}

/// The states in which somebody waits for an answer or a decision.
const WAITING: [FeedbackState; 2] = [FeedbackState::Received, FeedbackState::Appealed];

/// What may be seen: what goes to whoever looks by their area or by name, as `routing` says it, and is not about them.
macro_rules! visible {
    ($eyes:expr) => {{
        let (reader, own) = ($eyes.scope.reader().unwrap_or(Id::nil()), $eyes.organisation.unwrap_or(Id::nil()));
        let of_others = feedback::organisation_id.is_null().or(feedback::organisation_id.ne(own));
        let all = feedback::table.select(FeedbackRow::as_select()).into_boxed::<Db>().filter(of_others);
        let near = within!(all, feedback::district, $eyes.scope.area());
        let near = match $eyes.scope.area() {
            Area::Districts(_) => {
                let named = feedback_about::table.filter(feedback_about::named_by.is_not_null());
                let named = named.select(feedback_about::feedback_id);
                let has_name = feedback::channel.ne(Channel::Web).or(feedback::kind.ne(FeedbackKind::Complaint));
                let of_others = feedback::category.ne_all(Category::OF_STAFF).and(has_name);
                near.filter(of_others.or(feedback::id.eq_any(named)))
            }
            Area::Country | Area::Provinces(_) => near,
        };
        let about_reader = feedback_about::table.filter(feedback_about::user_id.eq(reader));
        near.or_filter(feedback::sent_to.eq(reader))
            .filter(feedback::id.ne_all(about_reader.select(feedback_about::feedback_id)))
    }};
}

pub async fn find(tx: &mut Tx, eyes: &Eyes, id: FeedbackId) -> Result<Option<Feedback>> {
    let row = find_row(tx, eyes, id).await?;
    Ok(with_about(tx, row.into_iter().collect()).await?.pop())
}

#[apply(both_databases)]
async fn find_row(tx: &mut Tx, eyes: &Eyes, id: FeedbackId) -> Result<Option<FeedbackRow>> {
    Ok(visible!(eyes).filter(feedback::id.eq(id)).first(tx).await.optional()?)
}

/// What the code of this hash was given for. Whoever has the code said it.
pub async fn find_by_code(tx: &mut Tx, hash: &[u8]) -> Result<Option<Feedback>> {
    let row = find_row_by_code(tx, hash).await?;
    Ok(with_about(tx, row.into_iter().collect()).await?.pop())
}

#[apply(both_databases)]
async fn find_row_by_code(tx: &mut Tx, hash: &[u8]) -> Result<Option<FeedbackRow>> {
    let found = feedback::table.filter(feedback::code.eq(hash)).select(FeedbackRow::as_select());
    Ok(found.first(tx).await.optional()?)
}

pub async fn list(tx: &mut Tx, eyes: &Eyes, filter: &Filter, page: &Page, now: Time) -> Result<Vec<Feedback>> {
    let rows = list_rows(tx, eyes, filter, page, now).await?;
    with_about(tx, rows).await
}

#[apply(both_databases)]
async fn list_rows(tx: &mut Tx, eyes: &Eyes, filter: &Filter, page: &Page, now: Time) -> Result<Vec<FeedbackRow>> {
    let is_late = || feedback::state.eq_any(WAITING).and(feedback::due_at.lt(now));
    let rows = visible!(eyes)
        .when(filter.state, |list, state| list.filter(feedback::state.eq(state)))
        .when(filter.kind, |list, kind| list.filter(feedback::kind.eq(kind)))
        .when(filter.category, |list, category| list.filter(feedback::category.eq(category)))
        .when(filter.district, |list, district| list.filter(feedback::district.eq(district)))
        .when(filter.overdue.filter(|is_wanted| *is_wanted), |list, _| list.filter(is_late()))
        .when(filter.overdue.filter(|is_wanted| !is_wanted), |list, _| list.filter(diesel::dsl::not(is_late())))
        .when(page.after.map(FeedbackId::from), |list, after| list.filter(feedback::id.lt(after)))
        .order(feedback::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    Ok(rows)
}

/// What waits for an answer or a decision, in the order of its coming, after this one.
pub async fn waiting(tx: &mut Tx, eyes: &Eyes, after: FeedbackId, most: i64) -> Result<Vec<Feedback>> {
    let rows = waiting_rows(tx, eyes, after, most).await?;
    with_about(tx, rows).await
}

#[apply(both_databases)]
async fn waiting_rows(tx: &mut Tx, eyes: &Eyes, after: FeedbackId, most: i64) -> Result<Vec<FeedbackRow>> {
    let waiting = visible!(eyes).filter(feedback::state.eq_any(WAITING).and(feedback::id.gt(after)));
    Ok(waiting.order(feedback::id).limit(most).load(tx).await?)
}

/// The rows with whom they are about, in their order.
async fn with_about(tx: &mut Tx, rows: Vec<FeedbackRow>) -> Result<Vec<Feedback>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut about: BTreeMap<FeedbackId, Vec<AboutRow>> = BTreeMap::new();
    for row in about_rows(tx, &ids).await? {
        about.entry(row.feedback_id).or_default().push(row);
    }
    let told = rows.into_iter().map(|row| {
        let about = about.remove(&row.id).unwrap_or_default();
        row.about(&about)
    });
    Ok(told.collect())
}

#[apply(both_databases)]
async fn about_rows(tx: &mut Tx, ids: &[FeedbackId]) -> Result<Vec<AboutRow>> {
    let these = feedback_about::table.filter(feedback_about::feedback_id.eq_any(ids.to_vec()));
    let these = these.select(AboutRow::as_select()).order((feedback_about::named_at, feedback_about::user_id));
    Ok(these.load(tx).await?)
}

/// How many came without a name since then.
#[apply(both_databases)]
pub async fn count_nameless(tx: &mut Tx, since: Time) -> Result<i64> {
    let nameless = feedback::table.filter(feedback::received_by.is_null().and(feedback::received_at.gt(since)));
    Ok(nameless.count().get_result(tx).await?)
}

#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, one: &Feedback) -> Result<()> {
    permit.covers(one.id)?;
    diesel::insert_into(feedback::table).values(FeedbackRow::from(one)).execute(tx).await?;
    let named = |user_id: &UserId| AboutRow {
        feedback_id: one.id,
        user_id: *user_id,
        named_at: one.received_at,
        named_by: one.received_by.filter(|_| one.keeper != Some(*user_id)),
    };
    let about: Vec<_> = one.about.iter().map(named).collect();
    diesel::insert_into(feedback_about::table).values(about).execute(tx).await?;
    Ok(())
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, one: &Feedback, version: i64) -> Result<()> {
    permit.covers(one.id)?;
    let row = feedback::table.find(one.id).filter(feedback::version.eq(version));
    Error::stale_unless(diesel::update(row).set(FeedbackRow::from(one)).execute(tx).await? == 1)
}

/// Notes whom it is about. The row has been written over at its version.
#[apply(both_databases)]
pub async fn insert_about(
    tx: &mut Tx,
    permit: &Permit,
    (id, user_id): (FeedbackId, UserId),
    (named_by, named_at): (UserId, Time),
) -> Result<()> {
    permit.covers(id)?;
    let row = AboutRow { feedback_id: id, user_id, named_at, named_by: Some(named_by) };
    diesel::insert_into(feedback_about::table).values(row).execute(tx).await?;
    Ok(())
}
