//! Fiscal years of Pakistan: July to June, named `2026-27`. It refuses a name whose second half is not the year after.
use std::fmt;
use std::str::FromStr;

use crate::kernel::invalid::Invalid;
use crate::kernel::time::Date;
use crate::kernel::wire::as_string;

/// The year that begins on 1 July of the first year named (General Financial Rules; so do the budgets of all provinces).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FiscalYear(i32);

impl FiscalYear {
    /// The fiscal year that a day lies in.
    pub fn of(day: Date) -> Self {
        let year = day.year();
        let is_begun = Date::from_ymd(year, 7, 1).is_some_and(|first| day >= first);
        Self(if is_begun { year } else { year.saturating_sub(1) })
    }
}

impl FromStr for FiscalYear {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid::new("invalid_fiscal_year", "expected a fiscal year such as 2026-27");
        let first = text.split_once('-').and_then(|(first, _)| first.parse().ok()).map(Self).ok_or(INVALID)?;
        let is_plausible = (1950..=2150).contains(&first.0);
        if is_plausible && first.to_string() == text { Ok(first) } else { Err(INVALID) }
    }
}

impl fmt::Display for FiscalYear {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{:02}", self.0, self.0.saturating_add(1).rem_euclid(100))
    }
}

as_string!(FiscalYear, write: ToString::to_string, inline "FiscalYear": {
    "type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}$",
    "examples": ["2026-27"],
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_begins_in_july_and_has_one_name() {
        for (day, name) in [("2026-06-30", "2025-26"), ("2026-07-01", "2026-27"), ("2000-01-01", "1999-00")] {
            let year = FiscalYear::of(day.parse().unwrap());
            assert_eq!(year.to_string(), name);
            assert_eq!(name.parse(), Ok(year));
        }
        for wrong in ["2026", "2026-28", "2026-2027", "26-27", "+2026-27", "2026-27 ", "0001-02", ""] {
            assert_eq!(wrong.parse::<FiscalYear>().unwrap_err().code, "invalid_fiscal_year", "{wrong}");
        }
    }
}
