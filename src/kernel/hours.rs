//! Hours of a day and days of a week, as people in Pakistan keep them.
//!
//! Refuses seconds, and a span of no length: whoever means the whole day leaves the span out.

use std::{fmt, str::FromStr};

use chrono::{Datelike, Timelike};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{invalid::Invalid, time::Time, wire::as_string, words::words};

words! {
    /// A day of the week.
    pub enum Weekday {
        Monday = "monday",
        Tuesday = "tuesday",
        Wednesday = "wednesday",
        Thursday = "thursday",
        Friday = "friday",
        Saturday = "saturday",
        Sunday = "sunday",
    }
}

/// A minute of the day, `HH:MM`, from `00:00` to `23:59`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u32);

impl TimeOfDay {
    /// What clocks in Pakistan show, and the day that calendars there show.
    pub fn local(at: Time) -> (Weekday, Self) {
        let there = at.plus_hours(Time::KARACHI_HOURS).utc();
        let day = match there.weekday() {
            chrono::Weekday::Mon => Weekday::Monday,
            chrono::Weekday::Tue => Weekday::Tuesday,
            chrono::Weekday::Wed => Weekday::Wednesday,
            chrono::Weekday::Thu => Weekday::Thursday,
            chrono::Weekday::Fri => Weekday::Friday,
            chrono::Weekday::Sat => Weekday::Saturday,
            chrono::Weekday::Sun => Weekday::Sunday,
        };
        (day, Self(there.hour() * 60 + there.minute()))
    }
}

impl FromStr for TimeOfDay {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid::new("invalid_time_of_day", "expected a time of day as HH:MM");
        let two = |part: &str| {
            let is_two = part.len() == 2 && part.bytes().all(|digit| digit.is_ascii_digit());
            if is_two { part.parse::<u32>().ok() } else { None }
        };
        let (hour, minute) = text.split_once(':').ok_or(INVALID)?;
        match (two(hour), two(minute)) {
            (Some(hour @ 0..24), Some(minute @ 0..60)) => Ok(Self(hour * 60 + minute)),
            _ => Err(INVALID),
        }
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

as_string!(TimeOfDay, write: ToString::to_string, inline "TimeOfDay": {
    "type": "string",
    "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$",
});

/// From one minute of the day up to, and not with, another; over midnight where `from` is the later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    pub from: TimeOfDay,
    pub to: TimeOfDay,
}

impl Hours {
    /// Whether there is any time between its ends.
    pub fn is_span(self) -> bool {
        self.from != self.to
    }

    pub fn contain(self, time: TimeOfDay) -> bool {
        if self.from < self.to { self.from <= time && time < self.to } else { self.from <= time || time < self.to }
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from, self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> TimeOfDay {
        text.parse().unwrap()
    }

    #[test]
    fn a_time_of_day_has_one_form() {
        for text in ["00:00", "09:05", "23:59"] {
            assert_eq!(of(text).to_string(), text);
        }
        for text in ["", "9:05", "24:00", "12:60", "12.30", "+1:00", "12:3", "12:30:00", "۱۲:۳۰"] {
            assert_eq!(text.parse::<TimeOfDay>().unwrap_err().code, "invalid_time_of_day", "{text}");
        }
    }

    #[test]
    fn hours_may_run_over_midnight_and_end_before_their_end() {
        let day = Hours { from: of("09:00"), to: of("17:00") };
        let night = Hours { from: of("22:00"), to: of("06:00") };
        for (time, in_day, in_night) in
            [("08:59", false, false), ("09:00", true, false), ("17:00", false, false), ("22:00", false, true)]
        {
            assert_eq!((day.contain(of(time)), night.contain(of(time))), (in_day, in_night), "{time}");
        }
        assert!(night.contain(of("00:00")) && night.contain(of("05:59")) && !night.contain(of("06:00")));
        assert!(day.is_span() && !Hours { from: of("09:00"), to: of("09:00") }.is_span());
    }

    #[test]
    fn the_clock_is_that_of_pakistan() {
        let at = "2026-11-21T19:30:59Z".parse().unwrap();
        assert_eq!(TimeOfDay::local(at), (Weekday::Sunday, of("00:30")));
    }
}
