//! Queries of the workload, over cases and their needs. It reads and never writes.
use std::collections::BTreeMap;

use diesel::dsl::count_star;

use super::model::Load;
use crate::access::UserId;
use crate::access::policy::Scope;
use crate::db::prelude::*;
use crate::directory::Urgency;
use crate::error::Result;
use crate::kernel::places::Pcode;

const OPEN: &str = "open";
const CLOSED: &str = "closed";
const OPEN_NEEDS: [&str; 2] = ["identified", "in_progress"];

type Counted = Vec<(Option<UserId>, i64)>;

/// What each officer keeps, nobody among them. `silent` is the instant since when nobody was reached.
#[apply(both_databases)]
pub async fn loads(
    tx: &mut Tx,
    scope: &Scope,
    district: Option<Pcode>,
    (now, silent): (Time, Time),
) -> Result<BTreeMap<Option<UserId>, Load>> {
    /// The cases of the area that are not closed, counted by officer.
    macro_rules! counted {
        ($cases:expr) => {{
            let counted = $cases
                .filter(cases::state.ne(CLOSED))
                .group_by(cases::officer_id)
                .select((cases::officer_id, count_star()))
                .into_boxed::<Db>();
            within!(counted, cases::district, scope.area())
                .when(district, |list, district| list.filter(cases::district.eq(district)))
                .load(tx)
                .await?
        }};
    }
    let open: Counted = counted!(cases::table.filter(cases::state.eq(OPEN)));
    let held: Counted = counted!(cases::table.filter(cases::state.ne(OPEN)));
    let urgent: Counted = counted!(cases::table.filter(cases::urgency.eq(Urgency::Within24Hours)));
    let never = cases::last_contact_at.is_null().and(cases::opened_at.le(silent));
    let silent: Counted = counted!(cases::table.filter(never.or(cases::last_contact_at.le(silent))));
    let late = needs::state.eq_any(OPEN_NEEDS).and(needs::due_at.lt(now));
    let late: Counted = counted!(cases::table.inner_join(needs::table.on(needs::case_id.eq(cases::id))).filter(late));
    let mut loads: BTreeMap<Option<UserId>, Load> = BTreeMap::new();
    let mut fill = |counted: Counted, place: fn(&mut Load) -> &mut i64| {
        for (officer, count) in counted {
            *place(loads.entry(officer).or_default()) = count;
        }
    };
    fill(open, |load| &mut load.open);
    fill(held, |load| &mut load.on_hold);
    fill(urgent, |load| &mut load.urgent);
    fill(silent, |load| &mut load.without_contact);
    fill(late, |load| &mut load.overdue_needs);
    Ok(loads)
}
