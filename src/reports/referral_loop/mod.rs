//! The referral loop: whether organisations answer in time, and what comes of it, by organisation and by programme.
//! It refuses to call a referral closed because somebody accepted it.
mod count;
mod report;
mod sheet;

pub use count::{EndedSo, Key, Tallies, TookSo, tallies};
pub use report::{LoopReport, Names, report};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::kernel::places::Area;
use crate::kernel::time::Date;

/// Which referrals are meant.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoopQuestion {
    /// The first day on which they were requested, in Pakistan; for readers from elsewhere the first of a calendar quarter.
    pub from: Date,
    /// The last day; for readers from elsewhere the last of the same quarter.
    pub to: Date,
    /// Where their cases are kept: the country if left out, else provinces or districts of the reader's own area.
    pub area: Option<Area>,
}
