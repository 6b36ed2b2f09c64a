//! Lines: who is in a batch, who is not, and what the recipient said.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::line::{AnswerWord, Line, LineId, LineState, LineWord, OffReason, Reference};
use super::super::model::{Batch, BatchId, Counts};
use crate::access::policy::{Permit, Scope};
use crate::cases::CaseId;
use crate::db::prelude::*;
use crate::directory::ProgrammeId;
use crate::error::{Error, Result};
use crate::kernel::page::Page;
use crate::kernel::places::Pcode;
use crate::victims::{ConsentId, VictimId};

text_columns!(AnswerWord, LineWord, OffReason, Reference);

/// The states in which somebody waits for what the programme says.
const WAITING: [LineWord; 2] = [LineWord::Listed, LineWord::HandedOver];
/// The states in which the recipient is to know of somebody, or knows.
const TOLD: [LineWord; 3] = [LineWord::Listed, LineWord::HandedOver, LineWord::Answered];
/// Rows in one statement: SQLite takes 32,766 parameters.
const BATCH: usize = 1000;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = victim_batch_lines, treat_none_as_null = true)]
// SQLite inserts several rows at once only if none of them asks for a default.
#[diesel(treat_none_as_default_value = false)]
struct LineRow {
    id: LineId,
    batch_id: BatchId,
    programme_id: ProgrammeId,
    victim_id: VictimId,
    case_id: CaseId,
    district: Pcode,
    reference: Option<Reference>,
    consent_id: Option<ConsentId>,
    person: Option<Vec<u8>>,
    state: LineWord,
    reason: Option<OffReason>,
    answer: Option<AnswerWord>,
    answered_on: Option<Date>,
    answer_reason: Option<Vec<u8>>,
    changed_at: Time,
}

/// What the lines of a batch may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineFilter {
    pub state: Option<LineWord>,
    pub reason: Option<OffReason>,
    pub answer: Option<AnswerWord>,
}

/// The lines of a batch that the caller has found, newest first.
#[apply(both_databases)]
pub async fn lines(tx: &mut Tx, scope: &Scope, batch: BatchId, filter: &LineFilter, page: &Page) -> Result<Vec<Line>> {
    let all = victim_batch_lines::table.filter(victim_batch_lines::batch_id.eq(batch)).select(LineRow::as_select());
    let rows: Vec<LineRow> = within!(all.into_boxed::<Db>(), victim_batch_lines::district, scope.area())
        .when(filter.state, |list, state| list.filter(victim_batch_lines::state.eq(state)))
        .when(filter.reason, |list, reason| list.filter(victim_batch_lines::reason.eq(reason)))
        .when(filter.answer, |list, answer| list.filter(victim_batch_lines::answer.eq(answer)))
        .when(page.after.map(LineId::from), |list, after| list.filter(victim_batch_lines::id.lt(after)))
        .order(victim_batch_lines::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(Line::try_from).collect()
}

/// One line, as it is now.
#[apply(both_databases)]
pub async fn find_line(tx: &mut Tx, scope: &Scope, id: LineId) -> Result<Option<Line>> {
    let found = victim_batch_lines::table.find(id).select(LineRow::as_select()).into_boxed::<Db>();
    let row = within!(found, victim_batch_lines::district, scope.area()).first::<LineRow>(tx).await.optional()?;
    row.map(Line::try_from).transpose()
}

/// All lines in these states of a batch that the caller has found, in the order in which they were put together.
#[apply(both_databases)]
pub async fn in_states(tx: &mut Tx, scope: &Scope, batch: BatchId, states: &[LineWord]) -> Result<Vec<Line>> {
    let all = victim_batch_lines::table.filter(victim_batch_lines::batch_id.eq(batch));
    let all = all.filter(victim_batch_lines::state.eq_any(states.to_vec()));
    let all = all.select(LineRow::as_select()).into_boxed::<Db>();
    let rows: Vec<LineRow> =
        within!(all, victim_batch_lines::district, scope.area()).order(victim_batch_lines::id).load(tx).await?;
    rows.into_iter().map(Line::try_from).collect()
}

/// The lines of a batch that the caller has found, by their references.
#[apply(both_databases)]
pub async fn by_reference(tx: &mut Tx, scope: &Scope, batch: BatchId) -> Result<BTreeMap<Reference, Line>> {
    let all = victim_batch_lines::table.filter(victim_batch_lines::batch_id.eq(batch));
    let all = all.filter(victim_batch_lines::reference.is_not_null()).select(LineRow::as_select());
    let rows: Vec<LineRow> =
        within!(all.into_boxed::<Db>(), victim_batch_lines::district, scope.area()).load(tx).await?;
    let mut lines = BTreeMap::new();
    for row in rows {
        let line = Line::try_from(row)?;
        lines.extend(line.reference.clone().map(|reference| (reference, line)));
    }
    Ok(lines)
}

/// How many lines of a batch that the caller has found stand where.
#[apply(both_databases)]
pub async fn counts(tx: &mut Tx, batch: BatchId) -> Result<Counts> {
    let of = victim_batch_lines::table.filter(victim_batch_lines::batch_id.eq(batch));
    let each = of.group_by(victim_batch_lines::state).select((victim_batch_lines::state, diesel::dsl::count_star()));
    let mut counts = Counts::default();
    for (state, count) in each.load::<(LineWord, i64)>(tx).await? {
        match state {
            LineWord::Listed => counts.listed = count,
            LineWord::LeftOut => counts.left_out = count,
            LineWord::Dropped => counts.dropped = count,
            LineWord::HandedOver => counts.handed_over = count,
            LineWord::Answered => counts.answered = count,
        }
    }
    Ok(counts)
}

/// Which of these victims wait for an answer of the programme already, or for papers, on whoever's list: the caller tells
/// no more of it than that.
#[apply(both_databases)]
pub async fn listed_already(tx: &mut Tx, programme: ProgrammeId, of: &[VictimId]) -> Result<Vec<VictimId>> {
    let of_these = || {
        victim_batch_lines::table
            .filter(victim_batch_lines::programme_id.eq(programme))
            .filter(victim_batch_lines::victim_id.eq_any(of.to_vec()))
    };
    let waiting = of_these().filter(victim_batch_lines::state.eq_any(WAITING)).select(victim_batch_lines::victim_id);
    let papers = of_these().filter(victim_batch_lines::answer.eq(AnswerWord::NeedsPapers));
    let papers = papers.select(victim_batch_lines::victim_id);
    let mut listed: Vec<VictimId> = waiting.load(tx).await?;
    listed.extend(papers.load::<VictimId>(tx).await?);
    Ok(listed)
}

/// The lines that rest on a consent and are listed, handed over or answered.
#[apply(both_databases)]
pub async fn told_on_consent(tx: &mut Tx, scope: &Scope, consent: ConsentId) -> Result<Vec<Line>> {
    let told = victim_batch_lines::table.filter(victim_batch_lines::state.eq_any(TOLD));
    let told = told.filter(victim_batch_lines::consent_id.eq(consent)).select(LineRow::as_select());
    let rows: Vec<LineRow> =
        within!(told.into_boxed::<Db>(), victim_batch_lines::district, scope.area()).load(tx).await?;
    rows.into_iter().map(Line::try_from).collect()
}

/// The same, of a victim.
#[apply(both_databases)]
pub async fn told_of_victim(tx: &mut Tx, scope: &Scope, victim: VictimId) -> Result<Vec<Line>> {
    let told = victim_batch_lines::table.filter(victim_batch_lines::state.eq_any(TOLD));
    let told = told.filter(victim_batch_lines::victim_id.eq(victim)).select(LineRow::as_select());
    let rows: Vec<LineRow> =
        within!(told.into_boxed::<Db>(), victim_batch_lines::district, scope.area()).load(tx).await?;
    rows.into_iter().map(Line::try_from).collect()
}

/// The same, of a case.
#[apply(both_databases)]
pub async fn told_of_case(tx: &mut Tx, scope: &Scope, case: CaseId) -> Result<Vec<Line>> {
    let told = victim_batch_lines::table.filter(victim_batch_lines::state.eq_any(TOLD));
    let told = told.filter(victim_batch_lines::case_id.eq(case)).select(LineRow::as_select());
    let rows: Vec<LineRow> =
        within!(told.into_boxed::<Db>(), victim_batch_lines::district, scope.area()).load(tx).await?;
    rows.into_iter().map(Line::try_from).collect()
}

/// The permit is for the batch.
#[apply(both_databases)]
pub async fn insert_lines(tx: &mut Tx, permit: &Permit, batch: &Batch, lines: &[Line]) -> Result<()> {
    permit.covers(batch.id)?;
    for lines in lines.chunks(BATCH) {
        let rows: Vec<_> = lines.iter().map(|line| LineRow::of(line, batch.programme_id)).collect();
        diesel::insert_into(victim_batch_lines::table).values(rows).execute(tx).await?;
    }
    Ok(())
}

/// Writes a line's new state, if it is still in the state `from`; says whether it was. The permit is for the batch or
/// for the case.
#[apply(both_databases)]
pub async fn change(tx: &mut Tx, permit: &Permit, line: &Line, from: LineWord) -> Result<bool> {
    permit.covers(line.batch_id).or_else(|_| permit.covers(line.case_id))?;
    let (state, reason, answer, answered_on) = columns(line.state);
    let row = victim_batch_lines::table.find(line.id).filter(victim_batch_lines::state.eq(from));
    let set = (
        victim_batch_lines::state.eq(state),
        victim_batch_lines::reason.eq(reason),
        victim_batch_lines::answer.eq(answer),
        victim_batch_lines::answered_on.eq(answered_on),
        victim_batch_lines::answer_reason.eq(line.sealed_reason.as_ref()),
        victim_batch_lines::changed_at.eq(line.changed_at),
    );
    Ok(diesel::update(row).set(set).execute(tx).await? == 1)
}

const fn columns(state: LineState) -> (LineWord, Option<OffReason>, Option<AnswerWord>, Option<Date>) {
    match state {
        LineState::LeftOut { reason } => (LineWord::LeftOut, Some(reason), None, None),
        LineState::Listed => (LineWord::Listed, None, None, None),
        LineState::Dropped { reason } => (LineWord::Dropped, Some(reason), None, None),
        LineState::HandedOver => (LineWord::HandedOver, None, None, None),
        LineState::Answered { answer, answered_on } => (LineWord::Answered, None, Some(answer), Some(answered_on)),
    }
}

impl LineRow {
    fn of(line: &Line, programme_id: ProgrammeId) -> Self {
        let (state, reason, answer, answered_on) = columns(line.state);
        let Line { id, batch_id, victim_id, case_id, district, consent_id, changed_at, .. } = *line;
        Self {
            id,
            batch_id,
            programme_id,
            victim_id,
            case_id,
            district,
            reference: line.reference.clone(),
            consent_id,
            person: line.sealed_person.clone(),
            state,
            reason,
            answer,
            answered_on,
            answer_reason: line.sealed_reason.clone(),
            changed_at,
        }
    }
}

impl TryFrom<LineRow> for Line {
    type Error = Error;

    fn try_from(row: LineRow) -> Result<Self> {
        let state = match (row.state, row.reason, row.answer.zip(row.answered_on)) {
            (LineWord::LeftOut, Some(reason), None) => LineState::LeftOut { reason },
            (LineWord::Listed, None, None) => LineState::Listed,
            (LineWord::Dropped, Some(reason), None) => LineState::Dropped { reason },
            (LineWord::HandedOver, None, None) => LineState::HandedOver,
            (LineWord::Answered, None, Some((answer, answered_on))) => LineState::Answered { answer, answered_on },
            _ => return Err(Error::Corrupt("victim batch line")),
        };
        let LineRow { id, batch_id, victim_id, case_id, district, reference, consent_id, changed_at, .. } = row;
        let (sealed_person, sealed_reason) = (row.person, row.answer_reason);
        Ok(Self {
            id,
            batch_id,
            victim_id,
            case_id,
            district,
            reference,
            consent_id,
            state,
            changed_at,
            sealed_person,
            sealed_reason,
        })
    }
}
