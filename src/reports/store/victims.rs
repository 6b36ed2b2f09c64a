//! Registered victims of the attacks of a period, counted in the database.
use diesel::dsl::{count_star, sql};
use diesel::sql_types::{Bool, Date as Day, Text, Untyped};

use crate::access::policy::Scope;
use crate::db::prelude::*;
use crate::db::types::Uid;
use crate::error::{Error, Result};
use crate::incidents::IncidentId;
use crate::kernel::places::{Area, Pcode};
use crate::kernel::words::Word as _;
use crate::reports::announced::Struck;
use crate::reports::coverage::{HarmCount, Places};
use crate::reports::model::Period;
use crate::victims::{Category, Harm};

/// Nobody is counted both among the dead and among the injured of one attack.
const IS_NOT_DEAD: &str = "NOT EXISTS (SELECT 1 FROM harms AS death WHERE death.victim_id = harms.victim_id \
                           AND death.incident_id = harms.incident_id AND death.harm = 'dead')";

/// Dead and injured of each attack in `area`; attacks that were rejected do not count.
#[apply(both_databases)]
pub async fn struck(tx: &mut Tx, scope: &Scope, period: Period, area: &Area) -> Result<Vec<Struck>> {
    type Row = (IncidentId, Date, Pcode, String, String, i64);
    let injured = harms::harm.eq(Harm::Injured.word()).and(sql::<Bool>(IS_NOT_DEAD));
    let counted = harms::table
        .inner_join(incidents::table.on(incidents::id.eq(harms::incident_id)))
        .inner_join(victims::table.on(victims::id.eq(harms::victim_id)))
        .group_by(sql::<Untyped>("1, 2, 3, 4, 5"))
        .select((
            sql::<Uid>("incidents.id"),
            sql::<Day>("incidents.occurred_on"),
            sql::<Text>("incidents.district"),
            sql::<Text>("victims.category"),
            sql::<Text>("harms.harm"),
            count_star(),
        ))
        .filter(incidents::occurred_on.ge(period.from).and(incidents::occurred_on.le(period.to)))
        .filter(incidents::state.ne("rejected"))
        .filter(harms::harm.eq(Harm::Dead.word()).or(injured))
        .into_boxed::<Db>();
    let counted = within!(counted, incidents::district, scope.area());
    let rows: Vec<Row> = within!(counted, incidents::district, area).load(tx).await?;
    let struck = |(incident, occurred_on, district, category, harm, people): Row| {
        let words = Category::from_word(&category).zip(Harm::from_word(&harm));
        let (category, harm) = words.ok_or(Error::Corrupt("harm"))?;
        Ok(Struck { incident, occurred_on, district, category, harm, people })
    };
    rows.into_iter().map(struck).collect()
}

/// The same of all that is in sight, where it is no matter which attack it was.
pub async fn registered(tx: &mut Tx, scope: &Scope, period: Period) -> Result<Vec<HarmCount>> {
    let struck = struck(tx, scope, period, &Area::Country).await?;
    let count = |Struck { district, category, harm, people, .. }| HarmCount { district, category, harm, count: people };
    Ok(struck.into_iter().map(count).collect())
}

/// All districts: their names, which are public, and whether they were tribal districts until May 2018.
#[apply(both_databases)]
pub async fn places(tx: &mut Tx) -> Result<Places> {
    let columns = (districts::pcode, districts::name, districts::erstwhile_fata);
    let rows: Vec<(Pcode, String, bool)> = districts::table.select(columns).load(tx).await?;
    Ok(rows.into_iter().map(|(code, name, is_tribal)| (code, (name, is_tribal))).collect())
}
