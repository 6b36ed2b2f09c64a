//! placeholder
use crate::db::Tx;
use crate::error::Result;
use crate::kernel::places::Pcode;
use crate::kernel::time::Date;
pub async fn check_district(_tx: &mut Tx, _district: Pcode, _day: Date, _pointer: &str) -> Result<()> {
    Ok(())
}
pub async fn get_organisation(_tx: &mut Tx, _id: crate::access::OrganisationId) -> Result<()> {
    Ok(())
}
crate::kernel::words::words! { /// How soon.
pub enum Urgency { Within24Hours = "within_24_hours", Within72Hours = "within_72_hours", WithinTwoWeeks = "within_two_weeks" } }
crate::db::types::text_columns!(Urgency);
