//! Cases and needs, counted in the database by what reports break them down by.
use std::collections::BTreeMap;

use diesel::dsl::{count_star, sql};
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Untyped};

use crate::access::policy::Scope;
use crate::db::prelude::*;
use crate::db::types::Instant;
use crate::error::Result;
use crate::kernel::places::Pcode;
use crate::reports::districts::{CaseCount, ClockCount, NeedCount, NeedyCount};

type CaseRow = (Pcode, String, String, Option<String>, Option<String>, bool, i32, i64);

/// Cases as they are at `now`.
#[apply(both_databases)]
pub async fn cases(tx: &mut Tx, scope: &Scope, now: Time) -> Result<Vec<CaseCount>> {
    let age = sql::<Integer>("CASE WHEN cases.opened_at > ")
        .bind::<Instant, _>(now.plus_days(-30))
        .sql(" THEN 0 WHEN cases.opened_at > ")
        .bind::<Instant, _>(now.plus_days(-90))
        .sql(" THEN 1 WHEN cases.opened_at > ")
        .bind::<Instant, _>(now.plus_days(-365))
        .sql(" THEN 2 ELSE 3 END");
    let counted = cases::table
        .group_by(sql::<Untyped>("1, 2, 3, 4, 5, 6, 7"))
        .select((
            sql::<Text>("cases.district"),
            sql::<Text>("cases.state"),
            sql::<Text>("cases.phase"),
            sql::<Nullable<Text>>("cases.urgency"),
            sql::<Nullable<Text>>("cases.outcome"),
            sql::<Bool>("cases.officer_id IS NOT NULL"),
            age,
            sql::<BigInt>("count(*)"),
        ))
        .into_boxed::<Db>();
    let rows: Vec<CaseRow> = within!(counted, cases::district, scope.area()).load(tx).await?;
    let count = |(district, state, phase, urgency, outcome, has_officer, age, count)| CaseCount {
        district,
        state,
        phase,
        urgency,
        outcome,
        has_officer,
        age,
        count,
    };
    Ok(rows.into_iter().map(count).collect())
}

#[apply(both_databases)]
pub async fn needs(tx: &mut Tx, scope: &Scope) -> Result<Vec<NeedCount>> {
    let counted = needs::table
        .group_by((needs::district, needs::domain, needs::state, needs::reason))
        .select((needs::district, needs::domain, needs::state, needs::reason, count_star()))
        .into_boxed::<Db>();
    let rows: Vec<(Pcode, String, String, Option<String>, i64)> =
        within!(counted, needs::district, scope.area()).load(tx).await?;
    let count = |(district, domain, state, reason, count)| NeedCount { district, domain, state, reason, count };
    Ok(rows.into_iter().map(count).collect())
}

/// Cases that have needs, counted once however many they have.
#[apply(both_databases)]
pub async fn needy(tx: &mut Tx, scope: &Scope) -> Result<Vec<NeedyCount>> {
    let counted = needs::table
        .group_by(needs::district)
        .select((
            needs::district,
            sql::<BigInt>("count(DISTINCT CASE WHEN needs.state = 'unmet' THEN needs.case_id END)"),
            sql::<BigInt>(
                "count(DISTINCT CASE WHEN needs.state IN ('identified', 'in_progress') THEN needs.case_id END)",
            ),
        ))
        .into_boxed::<Db>();
    let rows: Vec<(Pcode, i64, i64)> = within!(counted, needs::district, scope.area()).load(tx).await?;
    let count = |(district, with_unmet, with_open)| NeedyCount { district, with_unmet, with_open };
    Ok(rows.into_iter().map(count).collect())
}

/// Statutory terms of claims at `now`, but for those that ended without having been kept.
#[apply(both_databases)]
pub async fn clocks(tx: &mut Tx, scope: &Scope, now: Time) -> Result<Vec<ClockCount>> {
    let standing = sql::<Integer>("CASE WHEN tasks.state = 'due' AND tasks.due_at >= ")
        .bind::<Instant, _>(now)
        .sql(" THEN 0 WHEN tasks.state = 'due' THEN 1 WHEN tasks.ended_at <= tasks.due_at THEN 2 ELSE 3 END");
    let terms = "tasks.kind IN ('claim_report', 'fund_transfer', 'claim_payment') AND tasks.state <> 'dropped'";
    let counted = tasks::table
        .filter(sql::<Bool>(terms))
        .group_by(sql::<Untyped>("1, 2, 3"))
        .select((sql::<Text>("tasks.district"), sql::<Text>("tasks.kind"), standing, sql::<BigInt>("count(*)")))
        .into_boxed::<Db>();
    let rows: Vec<(Pcode, String, i32, i64)> = within!(counted, tasks::district, scope.area()).load(tx).await?;
    let count = |(district, kind, standing, count)| ClockCount { district, kind, standing, count };
    Ok(rows.into_iter().map(count).collect())
}

/// Districts by code: their names, which are public.
#[apply(both_databases)]
pub async fn district_names(tx: &mut Tx) -> Result<BTreeMap<Pcode, String>> {
    let rows: Vec<(Pcode, String)> = districts::table.select((districts::pcode, districts::name)).load(tx).await?;
    Ok(rows.into_iter().collect())
}
