//! What a report is asked and what it answers. A period that ends before it begins is refused.
use chrono::{Datelike, Months};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::incidents::{AreaKind, Counts, FigureArea, Figures};
use crate::kernel::text::Line;
use crate::kernel::time::{Date, Time};

/// How reports are told, from the settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The smallest count that readers from elsewhere are told, but for zero.
    pub smallest_count: i64,
}

/// Days from the first to the last, both counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Period {
    pub from: Date,
    pub to: Date,
}

/// Which figures are wanted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// First day of the period, exactly as the source has it.
    pub from: Date,
    /// Last day of the period, exactly as the source has it.
    pub to: Date,
    /// One source; all of them without it, each for itself.
    pub source: Option<Line<200>>,
}

/// Official casualty figures of one period against the period before, a block a source.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CasualtyReport {
    pub period: Period,
    /// As many calendar months, or else days, just before.
    pub before: Period,
    pub sources: Vec<SourceFigures>,
}

/// What one source printed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SourceFigures {
    pub source: String,
    /// Without the country as a whole, in the order of their codes.
    pub areas: Vec<AreaFigures>,
    /// The source's own figures for the whole country; null if it printed none.
    pub total: Option<Figures<Comparison>>,
    /// The total less the sum of the areas, where a figure has both and they differ; negative where the areas are more.
    /// Null where everything adds up.
    pub unallocated: Option<Counts>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct AreaFigures {
    pub area: FigureArea,
    pub area_name: String,
    pub area_kind: AreaKind,
    pub figures: Figures<Comparison>,
}

/// One figure against the period before. Null is what the source did not print, never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Comparison {
    pub value: Option<i32>,
    pub before: Option<i32>,
    /// Whole percent, half away from zero; null without a figure before, or from zero.
    pub change_percent: Option<i64>,
}

impl Period {
    pub fn new(from: Date, to: Date) -> Result<Self> {
        if to < from {
            return Err(Error::invalid("to", "before_start", "a period ends on its first day or later"));
        }
        Ok(Self { from, to })
    }

    /// Refuses a period that is not whole months: with any day to choose, two periods could be taken from each other until
    /// a single case is left.
    pub fn of_whole_months(self) -> Result<Self> {
        let why = "readers from elsewhere ask for whole calendar months";
        self.whole_months().map(|_| self).ok_or_else(|| Error::invalid("from", "not_whole_months", why))
    }

    /// Refuses a period that is not one calendar quarter: those never overlap, so no two can be taken from each other.
    pub fn of_one_quarter(self) -> Result<Self> {
        let is_quarter = self.whole_months() == Some(3) && self.from.naive().month0().is_multiple_of(3);
        let why = "readers from elsewhere ask for one calendar quarter, such as 2026-07-01 to 2026-09-30";
        if is_quarter { Ok(self) } else { Err(Error::invalid("from", "not_one_quarter", why)) }
    }

    /// The instants at which it begins and has ended, in Pakistan.
    pub fn instants(self) -> (Time, Time) {
        (self.from.begins(), self.to.plus_days(1).begins())
    }

    /// The equal period just before: so many whole months if it is whole months, else so many days.
    pub fn before(self) -> Self {
        let months = self.whole_months().and_then(|months| self.from.naive().checked_sub_months(Months::new(months)));
        let days = || self.from.plus_days(-1 - self.from.days_until(self.to));
        Self { from: months.map_or_else(days, Date::from), to: self.from.plus_days(-1) }
    }

    /// How many calendar months it is, if it is nothing but whole ones.
    fn whole_months(self) -> Option<u32> {
        let (first, next) = (self.from.naive(), self.to.plus_days(1).naive());
        let months = 12 * (next.year() - first.year()) + i32::try_from(next.month0()).ok()?
            - i32::try_from(first.month0()).ok()?;
        if first.day() == 1 && next.day() == 1 { u32::try_from(months).ok() } else { None }
    }
}

impl Comparison {
    pub fn new(value: Option<i32>, before: Option<i32>) -> Self {
        let change_percent = value.zip(before).and_then(|(value, before)| change_percent(value, before));
        Self { value, before, change_percent }
    }
}

/// In whole numbers, since a half must round the same on every machine.
fn change_percent(value: i32, before: i32) -> Option<i64> {
    let (change, base) = (i64::from(value) - i64::from(before), i64::from(before));
    let rounded = (200 * change.abs() + base).checked_div(2 * base)?;
    Some(rounded * change.signum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, to: &str) -> Period {
        Period::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
    }

    #[test]
    fn the_period_before_is_as_many_months_or_as_many_days() {
        for (asked, before) in [
            (("2023-09-01", "2023-09-30"), ("2023-08-01", "2023-08-31")),
            (("2023-03-01", "2023-03-31"), ("2023-02-01", "2023-02-28")),
            (("2024-01-01", "2024-10-31"), ("2023-03-01", "2023-12-31")),
            (("2024-01-01", "2024-12-31"), ("2023-01-01", "2023-12-31")),
            (("2024-02-01", "2024-02-28"), ("2024-01-04", "2024-01-31")),
            (("2023-09-04", "2023-09-10"), ("2023-08-28", "2023-09-03")),
            (("2023-09-01", "2023-09-01"), ("2023-08-31", "2023-08-31")),
        ] {
            assert_eq!(period(asked.0, asked.1).before(), period(before.0, before.1), "{asked:?}");
        }
    }

    #[test]
    fn a_period_does_not_end_before_it_begins() {
        let refused = Period::new("2023-09-02".parse().unwrap(), "2023-09-01".parse().unwrap());
        assert!(matches!(refused, Err(Error::Invalid(faults)) if faults[0].pointer == "to"));
    }

    #[test]
    fn whole_months_begin_on_the_first_and_end_on_the_last() {
        for (from, to, are_whole) in [
            ("2024-02-01", "2024-02-29", true),
            ("2023-12-01", "2024-02-29", true),
            ("2024-02-01", "2024-02-28", false),
            ("2024-02-02", "2024-03-01", false),
        ] {
            assert_eq!(period(from, to).of_whole_months().is_ok(), are_whole, "{from} to {to}");
        }
    }

    #[test]
    fn a_quarter_is_one_of_four_a_year() {
        for (from, to, is_one) in [
            ("2026-01-01", "2026-03-31", true),
            ("2026-10-01", "2026-12-31", true),
            ("2026-02-01", "2026-04-30", false),
            ("2026-01-01", "2026-06-30", false),
            ("2026-01-01", "2026-03-30", false),
        ] {
            assert_eq!(period(from, to).of_one_quarter().is_ok(), is_one, "{from} to {to}");
        }
    }

    #[test]
    fn a_change_is_rounded_half_away_from_zero() {
        for (value, before, percent) in [
            (65, 99, -34),
            (84, 45, 87),
            (5, 5, 0),
            (201, 200, 1),
            (199, 200, -1),
            (0, 7, -100),
            (1_000_000, 1, 99_999_900),
        ] {
            assert_eq!(change_percent(value, before), Some(percent), "{value} from {before}");
        }
    }

    #[test]
    fn there_is_no_change_from_nothing() {
        assert_eq!(Comparison::new(Some(5), Some(0)).change_percent, None);
        assert_eq!(Comparison::new(Some(5), None).change_percent, None);
        assert_eq!(Comparison::new(None, Some(5)).change_percent, None);
    }
}
