//! Payments, added up in the database.
use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Text, Untyped};

use crate::access::policy::Scope;
use crate::db::prelude::*;
use crate::error::Result;
use crate::kernel::money::Paisa;
use crate::kernel::places::{Area, Pcode};
use crate::reports::payouts::{MOST_LINES, PayoutLine, Sums};
use crate::tariffs::InstrumentId;

/// Payments planned from an instant on, until before another.
#[derive(Debug, Clone)]
pub struct AskedPayouts {
    pub from: Time,
    pub until: Time,
    pub area: Option<Area>,
    pub instrument: Option<InstrumentId>,
}

/// What was sent again is sanctioned by the payment that sends it.
const SANCTIONED: &str = "CAST(SUM(CASE payments.state WHEN 'cancelled' THEN 0 WHEN 'reissued' THEN payments.paid_paisa \
                          ELSE payments.amount_paisa END) AS bigint)";
const RELEASED: &str = "CAST(SUM(CASE WHEN payments.released_at IS NULL THEN 0 WHEN payments.state = 'reissued' \
                        THEN payments.paid_paisa ELSE payments.amount_paisa END) AS bigint)";
const PAID: &str = "CAST(SUM(payments.paid_paisa) AS bigint)";
const CONFIRMED: &str =
    "CAST(SUM(CASE WHEN payments.confirmed_at IS NULL THEN 0 ELSE payments.paid_paisa END) AS bigint)";
const RETURNED: &str =
    "CAST(SUM(CASE payments.state WHEN 'reissued' THEN 0 ELSE payments.returned_paisa END) AS bigint)";

type Row = (String, Pcode, String, String, i64, i64, i64, i64, i64, i64);

/// The lines of a report, in order; one too many if there are more than it may have.
#[apply(both_databases)]
pub async fn payouts(tx: &mut Tx, scope: &Scope, asked: &AskedPayouts) -> Result<Vec<PayoutLine>> {
    let all = payments::table
        .inner_join(tariff_instruments::table.on(tariff_instruments::id.eq(payments::instrument_id)))
        .group_by(sql::<Untyped>("1, 2, 3, 4"))
        .select((
            sql::<Text>("tariff_instruments.code"),
            sql::<Text>("payments.district"),
            sql::<Text>(month_of!("payments.planned_at")),
            sql::<Text>("payments.state"),
            sql::<BigInt>("count(*)"),
            sql::<BigInt>(SANCTIONED),
            sql::<BigInt>(RELEASED),
            sql::<BigInt>(PAID),
            sql::<BigInt>(CONFIRMED),
            sql::<BigInt>(RETURNED),
        ))
        .filter(payments::planned_at.ge(asked.from).and(payments::planned_at.lt(asked.until)))
        .into_boxed::<Db>();
    let whole = asked.area.clone().unwrap_or(Area::Country);
    let seen = within!(all, payments::district, scope.area());
    let rows: Vec<Row> = within!(seen, payments::district, &whole)
        .when(asked.instrument, |list, of| list.filter(payments::instrument_id.eq(of)))
        .order(sql::<Untyped>("1, 2, 3, 4"))
        .limit(i64::from(MOST_LINES) + 1)
        .load(tx)
        .await?;
    let line = |(instrument, district, month, state, payments, sanctioned, released, paid, confirmed, returned)| {
        let sums = Sums {
            announced_paisa: Paisa::ZERO,
            sanctioned_paisa: Paisa::new(sanctioned),
            released_paisa: Paisa::new(released),
            paid_paisa: Paisa::new(paid),
            confirmed_paisa: Paisa::new(confirmed),
            returned_paisa: Paisa::new(returned),
        };
        PayoutLine { instrument, district, month, state, payments, sums }
    };
    Ok(rows.into_iter().map(line).collect())
}
