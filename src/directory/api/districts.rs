//! Districts over HTTP.
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::directory::model::{District, NewDistrict};
use crate::directory::service::districts::{self as service, Filter};
use crate::error::Result;
use crate::http::{Command, Created, Found, IfMatch, Listed, Listing, Moved, Place, Resource};
use crate::kernel::places::Pcode;
use crate::kernel::time::Date;
use crate::work::Work;

impl Resource for District {
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/districts/{}", self.pcode))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndBody {
    /// The last day on which it is a district.
    valid_to: Date,
}

pub async fn list(work: Data<Work>, listing: Listing<Filter>) -> Result<Listed<District>> {
    service::list(&work, listing.filter, listing.page).await.map(Listed)
}

pub async fn view(work: Data<Work>, pcode: Place<Pcode>) -> Result<Found<District>> {
    service::view(&work, pcode.0).await.map(Found)
}

pub async fn add(work: Data<Work>, command: Command<NewDistrict>) -> Result<Created<District>> {
    let Command { actor, key, body } = command;
    service::add(&work, &actor, key, body).await.map(Created)
}

pub async fn end(
    work: Data<Work>,
    pcode: Place<Pcode>,
    read: IfMatch,
    command: Command<EndBody>,
) -> Result<Moved<District>> {
    let Command { actor, key, body } = command;
    service::end(&work, &actor, key, (pcode.0, read.0), body.valid_to).await.map(Moved)
}
