//! Rows and queries of screenings. A screening is written once.
use super::model::{Mode, Screening, ScreeningId};
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::cases::CaseId;
use crate::db::prelude::*;
use crate::error::Result;
use crate::kernel::page::Page;
use crate::kernel::places::Pcode;

text_columns!(Mode);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = screenings)]
struct ScreeningRow {
    id: ScreeningId,
    case_id: CaseId,
    district: Pcode,
    instrument: String,
    instrument_version: i32,
    language: String,
    mode: Mode,
    content: Vec<u8>,
    taken_at: Time,
    taken_by: UserId,
}

#[apply(both_databases)]
pub async fn find(tx: &mut Tx, scope: &Scope, id: ScreeningId) -> Result<Option<Screening>> {
    let found = screenings::table.find(id).select(ScreeningRow::as_select()).into_boxed::<Db>();
    let row = within!(found, screenings::district, scope.area()).first(tx).await.optional()?;
    Ok(row.map(Screening::from))
}

#[apply(both_databases)]
pub async fn of_case(tx: &mut Tx, scope: &Scope, case: CaseId, page: &Page) -> Result<Vec<Screening>> {
    let all = screenings::table.filter(screenings::case_id.eq(case));
    let all = all.select(ScreeningRow::as_select()).into_boxed::<Db>();
    let rows: Vec<ScreeningRow> = within!(all, screenings::district, scope.area())
        .when(page.after.map(ScreeningId::from), |list, after| list.filter(screenings::id.lt(after)))
        .order(screenings::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    Ok(rows.into_iter().map(Screening::from).collect())
}

/// The last screening of a case by this version of an instrument.
#[apply(both_databases)]
pub async fn last(
    tx: &mut Tx,
    scope: &Scope,
    case: CaseId,
    (instrument, version): (&str, i32),
) -> Result<Option<Screening>> {
    let all = screenings::table
        .filter(screenings::case_id.eq(case).and(screenings::instrument.eq(instrument.to_owned())))
        .filter(screenings::instrument_version.eq(version))
        .select(ScreeningRow::as_select())
        .into_boxed::<Db>();
    let newest =
        within!(all, screenings::district, scope.area()).order((screenings::taken_at.desc(), screenings::id.desc()));
    let row: Option<ScreeningRow> = newest.first(tx).await.optional()?;
    Ok(row.map(Screening::from))
}

/// The permit is for the case.
#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, screening: &Screening) -> Result<()> {
    permit.covers(screening.case_id)?;
    diesel::insert_into(screenings::table).values(ScreeningRow::from(screening)).execute(tx).await?;
    Ok(())
}

/// The screenings of a case go with it to another district. The permit is for the case.
#[apply(both_databases)]
pub async fn follow_case(tx: &mut Tx, permit: &Permit, case: CaseId, district: Pcode) -> Result<()> {
    permit.covers(case)?;
    let of_case = screenings::table.filter(screenings::case_id.eq(case));
    diesel::update(of_case).set(screenings::district.eq(district)).execute(tx).await?;
    Ok(())
}

impl From<&Screening> for ScreeningRow {
    fn from(screening: &Screening) -> Self {
        let Screening { id, case_id, district, mode, taken_at, taken_by, .. } = *screening;
        let Screening { instrument, instrument_version, language, sealed, .. } = screening.clone();
        Self {
            id,
            case_id,
            district,
            instrument,
            instrument_version,
            language,
            mode,
            content: sealed,
            taken_at,
            taken_by,
        }
    }
}

impl From<ScreeningRow> for Screening {
    fn from(row: ScreeningRow) -> Self {
        let ScreeningRow { id, case_id, district, instrument, instrument_version, language, .. } = row;
        let ScreeningRow { mode, content: sealed, taken_at, taken_by, .. } = row;
        Self { id, case_id, district, instrument, instrument_version, language, mode, taken_at, taken_by, sealed }
    }
}
