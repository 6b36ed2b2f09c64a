//! Rows and queries of districts, which are public.
use schemars::JsonSchema;
use serde::Deserialize;

use super::{optional_text, owned, text};
use crate::access::policy::Permit;
use crate::db::prelude::*;
use crate::directory::model::District;
use crate::error::{Error, Result};
use crate::kernel::page::Page;
use crate::kernel::places::{Pcode, Province};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = districts, primary_key(pcode), treat_none_as_null = true)]
// SQLite inserts several rows at once only if none of them asks for a default.
#[diesel(treat_none_as_default_value = false)]
struct DistrictRow {
    pcode: Pcode,
    province: Province,
    name: String,
    name_ur: Option<String>,
    erstwhile_fata: bool,
    valid_from: Date,
    valid_to: Option<Date>,
    predecessor: Option<Pcode>,
    version: i64,
}

/// What a list of districts may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DistrictFilter {
    pub province: Option<Province>,
    /// A district on this day.
    pub on: Option<Date>,
}

#[apply(both_databases)]
pub async fn find_unscoped(tx: &mut Tx, pcode: Pcode) -> Result<Option<District>> {
    let row: Option<DistrictRow> =
        districts::table.find(pcode).select(DistrictRow::as_select()).first(tx).await.optional()?;
    row.map(District::try_from).transpose()
}

/// In the order of their codes, not newest first: a reader looks for a code, and the first list came at once.
#[apply(both_databases)]
pub async fn list_unscoped(tx: &mut Tx, filter: &DistrictFilter, page: &Page) -> Result<Vec<District>> {
    let rows: Vec<DistrictRow> = districts::table
        .select(DistrictRow::as_select())
        .into_boxed::<Db>()
        .when(filter.province, |list, province| list.filter(districts::province.eq(province)))
        // The same rule as `District::is_valid_on`.
        .when(filter.on, |list, day| {
            list.filter(districts::predecessor.is_null().or(districts::valid_from.le(day)))
                .filter(districts::valid_to.is_null().or(districts::valid_to.ge(day)))
        })
        .when(page.after.and_then(District::placed_at), |list, after| list.filter(districts::pcode.gt(after)))
        .order(districts::pcode.asc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(District::try_from).collect()
}

/// Which of these codes are districts.
#[apply(both_databases)]
pub async fn known_unscoped(tx: &mut Tx, codes: &[Pcode]) -> Result<Vec<Pcode>> {
    let known = districts::table.filter(districts::pcode.eq_any(codes.to_vec()));
    Ok(known.select(districts::pcode).load(tx).await?)
}

#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, district: &District) -> Result<()> {
    covers_districts(permit)?;
    diesel::insert_into(districts::table).values(DistrictRow::from(district)).execute(tx).await?;
    Ok(())
}

/// Adds those that are not there and says how many they were.
#[apply(both_databases)]
pub async fn insert_missing(tx: &mut Tx, permit: &Permit, list: &[District]) -> Result<usize> {
    covers_districts(permit)?;
    let rows: Vec<DistrictRow> = list.iter().map(DistrictRow::from).collect();
    Ok(diesel::insert_into(districts::table).values(rows).on_conflict_do_nothing().execute(tx).await?)
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, district: &District, version: i64) -> Result<()> {
    covers_districts(permit)?;
    let row = districts::table.find(district.pcode).filter(districts::version.eq(version));
    Error::stale_unless(diesel::update(row).set(DistrictRow::from(district)).execute(tx).await? == 1)
}

/// A district has no uuid: leave is for the list as a whole, under the nil id. See `District::subject`.
fn covers_districts(permit: &Permit) -> Result<()> {
    permit.covers(Id::<District>::nil())
}

impl From<&District> for DistrictRow {
    fn from(district: &District) -> Self {
        Self {
            pcode: district.pcode,
            province: district.province,
            name: district.name.as_str().to_owned(),
            name_ur: owned(district.name_ur.as_ref()),
            erstwhile_fata: district.erstwhile_fata,
            valid_from: district.valid_from,
            valid_to: district.valid_to,
            predecessor: district.predecessor,
            version: district.version,
        }
    }
}

impl TryFrom<DistrictRow> for District {
    type Error = Error;

    fn try_from(row: DistrictRow) -> Result<Self> {
        Ok(Self {
            pcode: row.pcode,
            province: row.province,
            name: text(&row.name)?,
            name_ur: optional_text(row.name_ur)?,
            erstwhile_fata: row.erstwhile_fata,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            predecessor: row.predecessor,
            version: row.version,
        })
    }
}
