//! The workload of officers, as counts of their cases.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::UserId;
use crate::error::{Error, Result};
use crate::kernel::places::Pcode;
use crate::kernel::text::Line;

/// Days without contact after which a case is counted, if nothing else is asked.
const SILENT_DAYS: i64 = 30;

/// What is asked.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Only cases kept in this district.
    #[serde(default)]
    pub district: Option<Pcode>,
    /// After how many days without contact a case is counted as such: 1 to 3650; 30, if left out.
    #[serde(default)]
    #[schemars(range(min = 1, max = 3650))]
    pub without_contact_days: Option<i64>,
}

impl Question {
    pub fn silent_days(&self) -> Result<i64> {
        let days = self.without_contact_days.unwrap_or(SILENT_DAYS);
        if (1..=3650).contains(&days) {
            return Ok(days);
        }
        Err(Error::invalid("without_contact_days", "out_of_range", "expected 1 to 3650 days"))
    }
}

/// Cases that are not closed, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Load {
    pub open: i64,
    pub on_hold: i64,
    /// Of both, those with an open need of the highest urgency.
    pub urgent: i64,
    /// Needs of them that are open and past the time when they should have been met.
    pub overdue_needs: i64,
    /// Of both, those where nobody was reached for so many days.
    pub without_contact: i64,
}

/// What one officer keeps.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OfficerLoad {
    pub officer_id: UserId,
    pub name: Line<120>,
    /// Whether the officer may still sign in.
    pub is_active: bool,
    #[serde(flatten)]
    pub load: Load,
}

/// The workload of an area.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Workload {
    pub without_contact_days: i64,
    /// Cases that nobody keeps.
    pub unassigned: Load,
    /// Those who keep cases there or could, who keeps most first.
    pub officers: Vec<OfficerLoad>,
}
