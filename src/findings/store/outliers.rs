//! How many claims were approved, and for how much, by district and by whoever had a part in them. It names no claim.
use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Text, Untyped};

use super::super::outliers::Tally;
use crate::access::UserId;
use crate::access::policy::Scope;
use crate::claims::StateWord;
use crate::claims::words::Part;
use crate::db::prelude::*;
use crate::db::types::Uid;
use crate::error::Result;
use crate::kernel::places::Pcode;
use crate::tariffs::InstrumentId;

type DistrictRow = (InstrumentId, Pcode, i64, i64);
type UserRow = (InstrumentId, Pcode, i64, i64, Part, UserId);

/// Claims in these eyes that were approved from the one instant on and before the other, with their awards.
macro_rules! approved {
    ($scope:expr, ($from:expr, $until:expr)) => {{
        let award = awards::table.on(awards::claim_id.eq(claims::id));
        let then = claims::ended_at.ge($from).and(claims::ended_at.lt($until));
        let then = claims::table.filter(claims::state.eq(StateWord::Approved).and(then)).select(claims::id);
        let then = within!(then.into_boxed::<Db>(), claims::district, $scope.area());
        claims::table.inner_join(award).filter(claims::id.eq_any(then))
    }};
}

macro_rules! summed {
    () => {
        (
            sql::<Uid>("claims.instrument_id"),
            sql::<Text>("claims.district"),
            sql::<BigInt>("CAST(count(*) AS bigint)"),
            sql::<BigInt>("CAST(sum(awards.amount_paisa) AS bigint)"),
        )
    };
}

/// By district, and by each who prepared, verified or decided.
pub async fn tallies(tx: &mut Tx, scope: &Scope, when: (Time, Time)) -> Result<Vec<Tally>> {
    let districts = of_districts(tx, scope, when).await?.into_iter();
    let districts =
        districts.map(|(instrument, district, claims, paisa)| Tally { instrument, by: None, district, claims, paisa });
    let users = of_users(tx, scope, when).await?.into_iter();
    let users = users.map(|(instrument, district, claims, paisa, part, user)| Tally {
        instrument,
        by: Some((part, user)),
        district,
        claims,
        paisa,
    });
    Ok(districts.chain(users).collect())
}

#[apply(both_databases)]
async fn of_districts(tx: &mut Tx, scope: &Scope, (from, until): (Time, Time)) -> Result<Vec<DistrictRow>> {
    Ok(approved!(scope, (from, until)).group_by(sql::<Untyped>("1, 2")).select(summed!()).load(tx).await?)
}

#[apply(both_databases)]
async fn of_users(tx: &mut Tx, scope: &Scope, (from, until): (Time, Time)) -> Result<Vec<UserRow>> {
    let part = claim_parts::table.on(claim_parts::claim_id.eq(claims::id));
    let parts = approved!(scope, (from, until)).inner_join(part);
    let parts = parts.filter(claim_parts::part.eq_any([Part::Prepare, Part::Verify, Part::Decide]));
    let (instrument, district, claims, paisa) = summed!();
    let who = (sql::<Text>("claim_parts.part"), sql::<Uid>("claim_parts.user_id"));
    let columns = (instrument, district, claims, paisa, who.0, who.1);
    Ok(parts.group_by(sql::<Untyped>("1, 2, 5, 6")).select(columns).load(tx).await?)
}
