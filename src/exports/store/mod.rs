//! Rows of exports, and the rows of other slices that they are made of.
mod entries;
mod findings;
mod payments;
mod register;

pub use entries::{EntryLine, entries};
pub use findings::{FindingLine, Replied, findings, replies};
pub use payments::{BatchPart, PaymentLine, PaymentPart, approvers, parts, payments};
pub use register::{Filter, Held, content, find, insert, list, rows};

use super::model::MOST_ROWS;

/// Ids in one statement: SQLite takes 32,766 parameters.
const BATCH: usize = 1000;

/// One row more than an export may have, which tells that there are more.
fn fetch() -> i64 {
    i64::try_from(MOST_ROWS).unwrap_or(i64::MAX).saturating_add(1)
}

/// Narrows a boxed query to what was done on the days of a filter.
macro_rules! on_days {
    ($query:expr, $column:expr, $filter:expr) => {
        $query
            .when($filter.from, |list, day| list.filter($column.ge(day.begins())))
            .when($filter.to, |list, day| list.filter($column.lt(day.plus_days(1).begins())))
    };
}
use on_days;
