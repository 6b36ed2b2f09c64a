//! Use cases of districts. One that was added by mistake is ended, not taken away: somebody may have lived there.
use crate::access::policy::{self, Action, Actor};
use crate::directory::model::{Coverage, District, NewDistrict};
use crate::directory::store::districts as store;
use crate::error::{Error, Result};
use crate::kernel::page::{Page, Paged};
use crate::kernel::places::Pcode;
use crate::kernel::time::Date;
use crate::work::{Done, Key, Tx, Work, Written};

pub use store::DistrictFilter as Filter;

/// Refuses a code that is no district, or was none on `day`. For other slices, inside their own unit of work.
pub async fn check(tx: &mut Tx, district: Pcode, day: Date, pointer: &str) -> Result<()> {
    match store::find_unscoped(tx, district).await? {
        None => Err(Error::invalid(pointer, "unknown_district", "there is no district of this p-code")),
        Some(district) if district.is_valid_on(day) => Ok(()),
        Some(_) => Err(Error::invalid(pointer, "district_not_valid_then", "it was not a district on that day")),
    }
}

/// Refuses places that are districts nobody knows.
pub(super) async fn check_areas(tx: &mut Tx, areas: &[Coverage]) -> Result<()> {
    let named: Vec<Pcode> = areas.iter().filter_map(|place| place.district()).collect();
    if named.len() == store::known_unscoped(tx, &named).await?.len() {
        return Ok(());
    }
    Err(Error::invalid("/areas", "unknown_district", "one of these is no district"))
}

async fn get(tx: &mut Tx, pcode: Pcode) -> Result<District> {
    store::find_unscoped(tx, pcode).await?.ok_or(Error::NOT_FOUND)
}

pub async fn view(work: &Work, pcode: Pcode) -> Result<District> {
    work.read(async move |tx: &mut Tx| get(tx, pcode).await).await
}

pub async fn list(work: &Work, filter: Filter, page: Page) -> Result<Paged<District>> {
    work.read(async move |tx: &mut Tx| {
        let rows = store::list_unscoped(tx, &filter, &page).await?;
        Ok(Paged::cut(rows, &page, District::place_in_list))
    })
    .await
}

pub async fn add(work: &Work, actor: &Actor, key: Option<Key>, new: NewDistrict) -> Result<Written<District>> {
    let (district, added) = District::add(new)?;
    let permit = policy::permit(actor, Action::ManageDirectory, &District::subject())?;
    work.write(actor, key, async move |tx: &mut Tx| {
        if let Some(predecessor) = district.predecessor {
            let known = store::find_unscoped(tx, predecessor).await?;
            known.ok_or_else(|| Error::unknown_reference("/predecessor"))?;
        }
        store::insert(tx, &permit, &district).await.map_err(super::taken)?;
        Ok(Done::new(district.clone(), added.clone()))
    })
    .await
}

/// Sets the last day of a district.
pub async fn end(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (pcode, version): (Pcode, i64),
    last: Date,
) -> Result<Written<District>> {
    let permit = policy::permit(actor, Action::ManageDirectory, &District::subject())?;
    work.write(actor, key, async move |tx: &mut Tx| {
        let district = get(tx, pcode).await?;
        Error::stale_unless(district.version == version)?;
        let (district, ended) = district.end(last)?;
        store::update(tx, &permit, &district, version).await?;
        Ok(Done::new(district, ended))
    })
    .await
}
