//! Findings as an export holds them: the register of the auditor, without what was said to each.
use super::super::model::ExportFilter;
use super::{BATCH, fetch, on_days};
use crate::access::policy::Scope;
use crate::db::prelude::*;
use crate::error::Result;
use crate::kernel::places::Pcode;
use crate::kernel::text::Line;

/// One finding: its own columns, the number of its case, the instrument's code.
pub type FindingLine = (FindingPart, String, String);
/// Of which finding, when, by whom, and what it made of it.
pub type Replied = (Id<()>, Time, Id<()>, String);

#[derive(Queryable, Selectable)]
#[diesel(table_name = findings)]
pub struct FindingPart {
    pub id: Id<()>,
    pub number: i64,
    pub kind: String,
    pub state: String,
    pub claim_id: Option<Id<()>>,
    /// Nil if there is none.
    pub other_id: Id<()>,
    pub district: Pcode,
    pub found_at: Time,
    pub found_how: String,
}

/// Those about claims, newest first: what is said of districts and of people stays in the register, and nobody takes along
/// one about themselves.
#[apply(both_databases)]
pub async fn findings(tx: &mut Tx, scope: &Scope, filter: &ExportFilter) -> Result<Vec<FindingLine>> {
    let claim = claims::table.on(claims::id.nullable().eq(findings::claim_id));
    let case = cases::table.on(cases::id.nullable().eq(findings::case_id));
    let instrument = tariff_instruments::table.on(tariff_instruments::id.eq(claims::instrument_id));
    let all = findings::table.inner_join(claim).inner_join(case).inner_join(instrument);
    let all = all.select((FindingPart::as_select(), cases::number, tariff_instruments::code)).into_boxed::<Db>();
    let state = filter.state.as_ref().map(Line::as_str);
    let all = on_days!(within!(all, findings::district, scope.area()), findings::found_at, filter)
        .when(scope.reader(), |list, reader| list.filter(findings::user_id.is_null().or(findings::user_id.ne(reader))))
        .when(filter.instrument_id, |list, id| list.filter(claims::instrument_id.eq(id)))
        .when(filter.district, |list, district| list.filter(findings::district.eq(district)))
        .when(state, |list, state| list.filter(findings::state.eq(state)));
    Ok(all.order(findings::id.desc()).limit(fetch()).load(tx).await?)
}

/// That something was said to these findings, which the caller has found; the oldest of each first.
#[apply(both_databases)]
pub async fn replies(tx: &mut Tx, of: &[Id<()>]) -> Result<Vec<Replied>> {
    let mut all = Vec::new();
    for of in of.chunks(BATCH) {
        let these = finding_replies::table.filter(finding_replies::finding_id.eq_any(of.to_vec()));
        let columns = (
            finding_replies::finding_id,
            finding_replies::replied_at,
            finding_replies::replied_by,
            finding_replies::state,
        );
        let rows: Vec<Replied> = these.select(columns).order(finding_replies::place).load(tx).await?;
        all.extend(rows);
    }
    Ok(all)
}
