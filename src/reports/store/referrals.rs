//! How referrals ended and how long their recipients took, counted in the database: no row of a referral leaves it.
use std::collections::BTreeMap;

use diesel::dsl::{count_star, sql};
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Untyped};

use crate::access::OrganisationId;
use crate::access::policy::Scope;
use crate::db::prelude::*;
use crate::db::types::Uid;
use crate::directory::ProgrammeId;
use crate::error::Result;
use crate::kernel::places::Area;
use crate::reports::referral_loop::{EndedSo, Key, TookSo};

/// Referrals requested from an instant on, until before another, of cases in an area.
#[derive(Debug, Clone)]
pub struct Asked {
    pub from: Time,
    pub until: Time,
    pub area: Area,
}

/// 0 without an answer, 1 with one in time, 2 with a late one.
const ANSWER: &str =
    "CASE WHEN referrals.answered_at IS NULL THEN 0 WHEN referrals.answered_at <= referrals.due_at THEN 1 ELSE 2 END";
const BY_END: &str = "referrals.organisation_id, services.programme_id, referrals.state, referrals.outcome, 5";
const BY_HOURS: &str = "referrals.organisation_id, services.programme_id, 3";

type EndRow = (OrganisationId, Option<ProgrammeId>, String, Option<String>, i32, i64);

/// How many referrals ended so, and were answered so.
#[apply(both_databases)]
pub async fn ends(tx: &mut Tx, scope: &Scope, asked: &Asked) -> Result<Vec<EndedSo>> {
    let all = referrals::table
        .inner_join(services::table.on(services::id.eq(referrals::service_id)))
        .group_by(sql::<Untyped>(BY_END))
        .select((
            sql::<Uid>("referrals.organisation_id"),
            sql::<Nullable<Uid>>("services.programme_id"),
            sql::<Text>("referrals.state"),
            sql::<Nullable<Text>>("referrals.outcome"),
            sql::<Integer>(ANSWER),
            count_star(),
        ))
        .filter(referrals::requested_at.ge(asked.from).and(referrals::requested_at.lt(asked.until)))
        .into_boxed::<Db>();
    let seen = within!(all, referrals::district, scope.area());
    let rows: Vec<EndRow> = within!(seen, referrals::district, &asked.area).load(tx).await?;
    let ended = |(organisation, programme, state, outcome, answer, count)| EndedSo {
        key: Key { organisation, programme },
        state,
        outcome,
        answer,
        count,
    };
    Ok(rows.into_iter().map(ended).collect())
}

/// How many referrals were answered within so many hours.
#[apply(both_databases)]
pub async fn hours(tx: &mut Tx, scope: &Scope, asked: &Asked) -> Result<Vec<TookSo>> {
    let answered = referrals::table
        .inner_join(services::table.on(services::id.eq(referrals::service_id)))
        .group_by(sql::<Untyped>(BY_HOURS))
        .select((
            sql::<Uid>("referrals.organisation_id"),
            sql::<Nullable<Uid>>("services.programme_id"),
            sql::<BigInt>(hours_between!("referrals.requested_at", "referrals.answered_at")),
            count_star(),
        ))
        .filter(referrals::requested_at.ge(asked.from).and(referrals::requested_at.lt(asked.until)))
        .filter(referrals::answered_at.is_not_null())
        .into_boxed::<Db>();
    let seen = within!(answered, referrals::district, scope.area());
    let rows: Vec<(OrganisationId, Option<ProgrammeId>, i64, i64)> =
        within!(seen, referrals::district, &asked.area).load(tx).await?;
    let took = |(organisation, programme, hours, count)| TookSo { key: Key { organisation, programme }, hours, count };
    Ok(rows.into_iter().map(took).collect())
}

/// The names of organisations, which are public.
#[apply(both_databases)]
pub async fn organisations(tx: &mut Tx, ids: Vec<OrganisationId>) -> Result<BTreeMap<OrganisationId, String>> {
    let named = organisations::table.filter(organisations::id.eq_any(ids));
    let rows: Vec<_> = named.select((organisations::id, organisations::name)).load(tx).await?;
    Ok(rows.into_iter().collect())
}

/// The names of programmes, which are public.
#[apply(both_databases)]
pub async fn programmes(tx: &mut Tx, ids: Vec<ProgrammeId>) -> Result<BTreeMap<ProgrammeId, String>> {
    let named = programmes::table.filter(programmes::id.eq_any(ids));
    let rows: Vec<_> = named.select((programmes::id, programmes::name)).load(tx).await?;
    Ok(rows.into_iter().collect())
}
