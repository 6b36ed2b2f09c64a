//! Rows and queries of cases and notes. A row in a state that cannot be is an error.
use diesel::upsert::excluded;
use schemars::JsonSchema;
use serde::Deserialize;

use super::banner::Banner;
use super::closing::{Informed, InformedHow};
use super::model::{Case, CaseId, CaseOutcome, CaseState, HoldReason, Note, NoteId, Phase};
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::crypto::PersonKey;
use crate::db::prelude::*;
use crate::directory::Urgency;
use crate::error::{Error, Result};
use crate::incidents::IncidentId;
use crate::kernel::numbers::CaseNumber;
use crate::kernel::page::Page;
use crate::kernel::places::Pcode;
use crate::kernel::words::words;
use crate::victims::VictimId;

words! {
    /// Where a case stands.
    pub enum CaseStateWord {
        Open = "open",
        OnHold = "on_hold",
        Closed = "closed",
    }
}
text_columns!(CaseOutcome, CaseStateWord, HoldReason, InformedHow, Phase);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = cases, treat_none_as_null = true, treat_none_as_default_value = false)]
struct CaseRow {
    id: CaseId,
    number: CaseNumber,
    victim_id: VictimId,
    incident_id: IncidentId,
    district: Pcode,
    phase: Phase,
    officer_id: Option<UserId>,
    urgency: Option<Urgency>,
    state: CaseStateWord,
    opened_at: Time,
    opened_by: UserId,
    held_at: Option<Time>,
    hold_reason: Option<HoldReason>,
    closed_at: Option<Time>,
    closed_by: Option<UserId>,
    outcome: Option<CaseOutcome>,
    informed_how: Option<InformedHow>,
    informed_on: Option<Date>,
    last_contact_at: Option<Time>,
    banners: Words<Banner>,
    changed_at: Time,
    version: i64,
}

/// What a list of cases may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub state: Option<CaseStateWord>,
    pub phase: Option<Phase>,
    pub district: Option<Pcode>,
    pub officer_id: Option<UserId>,
    pub incident_id: Option<IncidentId>,
    pub victim_id: Option<VictimId>,
    /// Of the most urgent need that is open.
    pub urgency: Option<Urgency>,
    /// Anything under the case changed at this instant or later.
    pub changed_since: Option<Time>,
    /// Not closed, and nobody was reached for so many days (1 to 3650), counted from its opening if nobody ever was.
    #[schemars(range(min = 1, max = 3650))]
    pub without_contact_days: Option<i64>,
}

#[apply(both_databases)]
pub async fn find(tx: &mut Tx, scope: &Scope, id: CaseId) -> Result<Option<Case>> {
    let found = cases::table.find(id).select(CaseRow::as_select()).into_boxed::<Db>();
    let row = within!(found, cases::district, scope.area()).first(tx).await.optional()?;
    row.map(Case::try_from).transpose()
}

#[apply(both_databases)]
pub async fn list(tx: &mut Tx, scope: &Scope, filter: &Filter, page: &Page, now: Time) -> Result<Vec<Case>> {
    let all = cases::table.select(CaseRow::as_select()).into_boxed::<Db>();
    let silent_since = filter.without_contact_days.map(|days| now.plus_days(-days));
    let rows: Vec<CaseRow> = within!(all, cases::district, scope.area())
        .when(filter.state, |list, state| list.filter(cases::state.eq(state)))
        .when(filter.phase, |list, phase| list.filter(cases::phase.eq(phase)))
        .when(filter.district, |list, district| list.filter(cases::district.eq(district)))
        .when(filter.officer_id, |list, officer| list.filter(cases::officer_id.eq(officer)))
        .when(filter.incident_id, |list, incident| list.filter(cases::incident_id.eq(incident)))
        .when(filter.victim_id, |list, victim| list.filter(cases::victim_id.eq(victim)))
        .when(filter.urgency, |list, urgency| list.filter(cases::urgency.eq(urgency)))
        .when(filter.changed_since, |list, since| list.filter(cases::changed_at.ge(since)))
        .when(silent_since, |list, since| {
            let never = cases::last_contact_at.is_null().and(cases::opened_at.le(since));
            let silent = cases::last_contact_at.le(since);
            list.filter(cases::state.ne(CaseStateWord::Closed)).filter(never.or(silent))
        })
        .when(page.after.map(CaseId::from), |list, after| list.filter(cases::id.lt(after)))
        .order(cases::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(Case::try_from).collect()
}

/// The cases that are not closed, newest first, at most `most`; of these districts, or of all in sight if none is named.
#[apply(both_databases)]
pub async fn not_closed(tx: &mut Tx, scope: &Scope, of: &[Pcode], most: i64) -> Result<Vec<Case>> {
    let all = cases::table.filter(cases::state.ne(CaseStateWord::Closed)).select(CaseRow::as_select());
    let rows: Vec<CaseRow> = within!(all.into_boxed::<Db>(), cases::district, scope.area())
        .when((!of.is_empty()).then_some(of), |list, of| list.filter(cases::district.eq_any(of.to_vec())))
        .order(cases::id.desc())
        .limit(most)
        .load(tx)
        .await?;
    rows.into_iter().map(Case::try_from).collect()
}

/// Those of `ids` that there are, oldest first.
#[apply(both_databases)]
pub async fn find_all(tx: &mut Tx, scope: &Scope, ids: &[CaseId]) -> Result<Vec<Case>> {
    let these = cases::table.filter(cases::id.eq_any(ids.to_vec())).select(CaseRow::as_select()).into_boxed::<Db>();
    let rows: Vec<CaseRow> = within!(these, cases::district, scope.area()).order(cases::id).load(tx).await?;
    rows.into_iter().map(Case::try_from).collect()
}

/// Of the oldest `most` cases after `after` that an officer keeps and that are not closed, those that are still so once
/// nobody else changes them until this unit of work ends; and whether there are no others.
#[apply(both_databases)]
pub async fn lock_kept_by(
    tx: &mut Tx,
    scope: &Scope,
    (officer, after): (UserId, Option<CaseId>),
    most: i64,
) -> Result<(Vec<Case>, bool)> {
    let kept = || cases::officer_id.eq(officer).and(cases::state.ne(CaseStateWord::Closed));
    let ids = cases::table.select(cases::id).filter(kept()).into_boxed::<Db>();
    let ids = within!(ids, cases::district, scope.area())
        .when(after, |list, after| list.filter(cases::id.gt(after)))
        .order(cases::id)
        .limit(most);
    let ids: Vec<CaseId> = ids.load(tx).await?;
    let is_last = i64::try_from(ids.len()).is_ok_and(|found| found < most);
    // A case may have gone to somebody else while it was waited for.
    let these = cases::table.filter(cases::id.eq_any(ids)).filter(kept()).select(CaseRow::as_select());
    let rows: Vec<CaseRow> = locked!(these.order(cases::id)).load(tx).await?;
    Ok((rows.into_iter().map(Case::try_from).collect::<Result<_>>()?, is_last))
}

/// Notes that somebody was reached, unless they were reached since. The permit is for the case.
#[apply(both_databases)]
pub async fn contacted(tx: &mut Tx, permit: &Permit, id: CaseId, at: Time) -> Result<()> {
    permit.covers(id)?;
    let is_news = cases::last_contact_at.is_null().or(cases::last_contact_at.lt(at));
    let row = cases::table.filter(cases::id.eq(id)).filter(is_news);
    diesel::update(row).set(cases::last_contact_at.eq(at)).execute(tx).await?;
    Ok(())
}

/// Whether another case of the victim that is not closed is kept in the district.
#[apply(both_databases)]
pub async fn has_other_case(tx: &mut Tx, case: &Case, district: Pcode) -> Result<bool> {
    let others = cases::table
        .filter(cases::victim_id.eq(case.victim_id).and(cases::district.eq(district)))
        .filter(cases::id.ne(case.id).and(cases::state.ne(CaseStateWord::Closed)));
    Ok(others.count().get_result::<i64>(tx).await? > 0)
}

#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, case: &Case) -> Result<()> {
    permit.covers(case.id)?;
    diesel::insert_into(cases::table).values(CaseRow::from(case)).execute(tx).await?;
    Ok(())
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, case: &Case, version: i64) -> Result<()> {
    permit.covers(case.id)?;
    let row = cases::table.find(case.id).filter(cases::version.eq(version));
    Error::stale_unless(diesel::update(row).set(CaseRow::from(case)).execute(tx).await? == 1)
}

/// Notes that something under the case changed. The case itself did not, so its version stays.
#[apply(both_databases)]
pub async fn touch(tx: &mut Tx, permit: &Permit, id: CaseId, urgency: Option<Urgency>, at: Time) -> Result<()> {
    permit.covers(id)?;
    let set = (cases::urgency.eq(urgency), cases::changed_at.eq(at));
    diesel::update(cases::table.find(id)).set(set).execute(tx).await?;
    Ok(())
}

/// Notes the same, keeps every other change of the case or under it waiting, and gives the case as it is now.
#[apply(both_databases)]
pub async fn lock(tx: &mut Tx, permit: &Permit, id: CaseId, at: Time) -> Result<Case> {
    permit.covers(id)?;
    let locked = diesel::update(cases::table.find(id)).set(cases::changed_at.eq(at));
    let row: CaseRow = locked.returning(CaseRow::as_returning()).get_result(tx).await?;
    row.try_into()
}

/// Writes the banners of a case that the caller holds.
#[apply(both_databases)]
pub async fn put_banners(tx: &mut Tx, permit: &Permit, case: &Case) -> Result<()> {
    permit.covers(case.id)?;
    let banners = cases::banners.eq(Words(case.banners.clone()));
    diesel::update(cases::table.find(case.id)).set(banners).execute(tx).await?;
    Ok(())
}

/// The next value of a counter that begins at one.
#[apply(both_databases)]
pub async fn count_up(tx: &mut Tx, name: &str) -> Result<i64> {
    let first = (counters::name.eq(name), counters::value.eq(1));
    let next = diesel::insert_into(counters::table)
        .values(first)
        .on_conflict(counters::name)
        .do_update()
        .set(counters::value.eq(counters::value + excluded(counters::value)))
        .returning(counters::value);
    Ok(next.get_result(tx).await?)
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = notes)]
struct NoteRow {
    id: NoteId,
    case_id: CaseId,
    written_at: Time,
    written_by: UserId,
    body: Vec<u8>,
}

fn note_context(id: NoteId) -> String {
    format!("notes|{id}|body")
}

#[apply(both_databases)]
pub async fn insert_note(tx: &mut Tx, permit: &Permit, key: &PersonKey, note: &Note) -> Result<()> {
    permit.covers(note.case_id)?;
    let Note { id, case_id, written_at, written_by, .. } = *note;
    let body = note.body.as_ref().ok_or(Error::Corrupt("note"))?;
    let body = key.seal(&note_context(id), body.as_str().as_bytes())?;
    let row = NoteRow { id, case_id, written_at, written_by, body };
    diesel::insert_into(notes::table).values(row).execute(tx).await?;
    Ok(())
}

/// The notes of a case that the caller has found, newest first.
#[apply(both_databases)]
pub async fn list_notes(tx: &mut Tx, key: &PersonKey, case: CaseId, page: &Page) -> Result<Vec<Note>> {
    let all = notes::table.filter(notes::case_id.eq(case)).select(NoteRow::as_select()).into_boxed::<Db>();
    let rows: Vec<NoteRow> = all
        .when(page.after.map(NoteId::from), |list, after| list.filter(notes::id.lt(after)))
        .order(notes::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(|row| row.open(key)).collect()
}

impl NoteRow {
    fn open(self, key: &PersonKey) -> Result<Note> {
        let Self { id, case_id, written_at, written_by, body } = self;
        let text = key.open_text(&note_context(id), Some(&body))?;
        let body = text.map(|text| text.parse()).transpose().map_err(|_| Error::Corrupt("note"))?;
        Ok(Note { id, case_id, body, written_at, written_by })
    }
}

impl From<&Case> for CaseRow {
    fn from(case: &Case) -> Self {
        let Case { id, number, victim_id, incident_id, district, phase, officer_id, urgency, .. } = *case;
        let Case { state, opened_at, opened_by, last_contact_at, changed_at, version, .. } = *case;
        let (state, held, closed) = match state {
            CaseState::Open => (CaseStateWord::Open, None, None),
            CaseState::OnHold { held_at, hold_reason } => (CaseStateWord::OnHold, Some((held_at, hold_reason)), None),
            CaseState::Closed { closed_at, closed_by, outcome, victim_informed } => {
                (CaseStateWord::Closed, None, Some((closed_at, closed_by, outcome, victim_informed)))
            }
        };
        let informed = closed.and_then(|closed| closed.3);
        Self {
            id,
            number,
            victim_id,
            incident_id,
            district,
            phase,
            officer_id,
            urgency,
            state,
            opened_at,
            opened_by,
            held_at: held.map(|held| held.0),
            hold_reason: held.map(|held| held.1),
            closed_at: closed.map(|closed| closed.0),
            closed_by: closed.map(|closed| closed.1),
            outcome: closed.map(|closed| closed.2),
            informed_how: informed.map(|informed| informed.how),
            informed_on: informed.map(|informed| informed.on),
            last_contact_at,
            banners: Words(case.banners.clone()),
            changed_at,
            version,
        }
    }
}

impl TryFrom<CaseRow> for Case {
    type Error = Error;

    fn try_from(row: CaseRow) -> Result<Self> {
        let held = row.held_at.zip(row.hold_reason);
        let closed = row.closed_at.zip(row.closed_by).zip(row.outcome);
        let victim_informed = row.informed_how.zip(row.informed_on).map(|(how, on)| Informed { how, on });
        let state = match (row.state, held, closed) {
            (CaseStateWord::Open, None, None) => CaseState::Open,
            (CaseStateWord::OnHold, Some((held_at, hold_reason)), None) => CaseState::OnHold { held_at, hold_reason },
            (CaseStateWord::Closed, None, Some(((closed_at, closed_by), outcome))) => {
                CaseState::Closed { closed_at, closed_by, outcome, victim_informed }
            }
            _ => return Err(Error::Corrupt("case")),
        };
        let CaseRow { id, number, victim_id, incident_id, district, phase, officer_id, urgency, .. } = row;
        let CaseRow { opened_at, opened_by, last_contact_at, banners: Words(banners), changed_at, version, .. } = row;
        Ok(Self {
            id,
            number,
            victim_id,
            incident_id,
            district,
            phase,
            officer_id,
            urgency,
            state,
            opened_at,
            opened_by,
            last_contact_at,
            banners,
            changed_at,
            version,
        })
    }
}
