//! What officials and the press printed. Rows are told as they are, never added up.
use crate::access::policy::Scope;
use crate::db::prelude::*;
use crate::error::Result;
use crate::incidents::{FigureArea, Figures};
use crate::kernel::text::Line;
use crate::reports::casualties::Printed;
use crate::reports::model::Period;

#[derive(Queryable, Selectable)]
#[diesel(table_name = casualty_figures)]
struct PrintedRow {
    source: String,
    period_start: Date,
    period_end: Date,
    area: FigureArea,
    incidents: Option<i32>,
    killed: Option<i32>,
    injured: Option<i32>,
    civilians_killed: Option<i32>,
    civilians_injured: Option<i32>,
    law_enforcement_killed: Option<i32>,
    law_enforcement_injured: Option<i32>,
    suicide_attacks: Option<i32>,
}

/// What was printed for `period` and for the period before, in one statement, so that both are of one moment.
#[apply(both_databases)]
pub async fn printed(tx: &mut Tx, scope: &Scope, period: Period, source: Option<&Line<200>>) -> Result<Vec<Printed>> {
    let before = period.before();
    let now = casualty_figures::period_start.eq(period.from).and(casualty_figures::period_end.eq(period.to));
    let then = casualty_figures::period_start.eq(before.from).and(casualty_figures::period_end.eq(before.to));
    let rows: Vec<(PrintedRow, Option<String>)> = casualty_figures::table
        .left_join(districts::table.on(districts::pcode.eq(casualty_figures::area)))
        .filter(now.or(then))
        .select((PrintedRow::as_select(), districts::name.nullable()))
        .into_boxed::<Db>()
        .when(FigureArea::places(scope.area()), |list, places| list.filter(casualty_figures::area.eq_any(places)))
        .when(source.map(Line::as_str), |list, source| list.filter(casualty_figures::source.eq(source)))
        .load(tx)
        .await?;
    Ok(rows.into_iter().map(Printed::from).collect())
}

impl From<(PrintedRow, Option<String>)> for Printed {
    fn from((row, district): (PrintedRow, Option<String>)) -> Self {
        let counts = Figures {
            incidents: row.incidents,
            killed: row.killed,
            injured: row.injured,
            civilians_killed: row.civilians_killed,
            civilians_injured: row.civilians_injured,
            law_enforcement_killed: row.law_enforcement_killed,
            law_enforcement_injured: row.law_enforcement_injured,
            suicide_attacks: row.suicide_attacks,
        };
        Self {
            source: row.source,
            period: Period { from: row.period_start, to: row.period_end },
            area_name: district.unwrap_or_else(|| row.area.name()),
            area: row.area,
            counts,
        }
    }
}
