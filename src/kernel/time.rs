//! Instants and dates, in UTC: one precision, one spelling, no time zones beyond the one a reader lives in.
//!
//! Refuses to overflow, and to read a date in any form but `YYYY-MM-DD`.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, Utc};

use super::{invalid::Invalid, wire::as_string};

const MICROS_PER_MINUTE: i64 = 60_000_000;
const MICROS_PER_HOUR: i64 = 60 * MICROS_PER_MINUTE;
const MICROS_PER_DAY: i64 = 24 * MICROS_PER_HOUR;

/// An instant, to the microsecond, which is what both databases keep; from year 1 to year 9999, which RFC 3339 can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(DateTime<Utc>);

impl Time {
    /// Pakistan has kept UTC+5 without daylight saving time since 2009.
    pub(super) const KARACHI_HOURS: i64 = 5;

    const MIN_MICROS: i64 = -62_135_596_800_000_000;
    const MAX_MICROS: i64 = 253_402_300_799_999_999;

    /// This moment.
    pub fn now() -> Self {
        Self::from(Utc::now())
    }

    /// The instant this many microseconds after 1970 began, unless it leaves the range.
    pub fn from_micros(micros: i64) -> Option<Self> {
        (Self::MIN_MICROS..=Self::MAX_MICROS).contains(&micros).then(|| Self::clamped(micros))
    }

    /// Microseconds since 1970 began.
    pub fn micros(self) -> i64 {
        self.0.timestamp_micros()
    }

    /// The same instant, for chrono.
    pub const fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// The day it is in UTC.
    pub fn date(self) -> Date {
        Date(self.0.date_naive())
    }

    /// The day it is in Pakistan.
    pub fn local_date(self) -> Date {
        self.plus_hours(Self::KARACHI_HOURS).date()
    }

    /// Later by so many minutes; stops at the ends of the range.
    pub fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_micros(minutes.saturating_mul(MICROS_PER_MINUTE))
    }

    /// Later by so many hours; stops at the ends of the range.
    pub fn plus_hours(self, hours: i64) -> Self {
        self.plus_micros(hours.saturating_mul(MICROS_PER_HOUR))
    }

    /// Later by so many times 24 hours; stops at the ends of the range.
    pub fn plus_days(self, days: i64) -> Self {
        self.plus_micros(days.saturating_mul(MICROS_PER_DAY))
    }

    fn plus_micros(self, micros: i64) -> Self {
        Self::clamped(self.micros().saturating_add(micros))
    }

    fn clamped(micros: i64) -> Self {
        Self(DateTime::UNIX_EPOCH + TimeDelta::microseconds(micros.clamp(Self::MIN_MICROS, Self::MAX_MICROS)))
    }
}

/// Drops what is finer than a microsecond; a leap second becomes the second after it, as in both databases.
impl From<DateTime<Utc>> for Time {
    fn from(at: DateTime<Utc>) -> Self {
        Self::clamped(at.timestamp_micros())
    }
}

impl FromStr for Time {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid::new("invalid_instant", "expected an RFC 3339 instant with its offset");
        let at = DateTime::parse_from_rfc3339(text).map_err(|_| INVALID)?;
        Self::from_micros(at.timestamp_micros()).ok_or(INVALID)
    }
}

/// RFC 3339 with `Z` and six decimals, so that text sorts as time does.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

as_string!(Time, write: ToString::to_string, inline "Time": { "type": "string", "format": "date-time" });

/// A day of the calendar. A parsed one lies in the years 1850 to 2200: the rest are slips of the pen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(NaiveDate);

impl Date {
    /// The day of this year, month and day of month, if there is one in the accepted years.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self).filter(|date| date.is_plausible())
    }

    /// The year of the Common Era.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// The same day of the calendar in another year; 28 February for 29 February where there is none.
    pub fn in_year(self, year: i32) -> Self {
        let day_before = || self.0.pred_opt().and_then(|day| day.with_year(year));
        Self(self.0.with_year(year).or_else(day_before).unwrap_or(self.0))
    }

    /// The same day, for chrono.
    pub const fn naive(self) -> NaiveDate {
        self.0
    }

    /// How many days `other` lies after this one; negative when it lies before.
    pub fn days_until(self, other: Self) -> i64 {
        other.0.signed_duration_since(self.0).num_days()
    }

    /// Later by so many days; stops at the ends of what chrono can count.
    pub fn plus_days(self, days: i64) -> Self {
        let end = if days < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
        Self(TimeDelta::try_days(days).and_then(|span| self.0.checked_add_signed(span)).unwrap_or(end))
    }

    /// The instant at which the day begins in Pakistan.
    pub fn begins(self) -> Time {
        let midnight = self.0.and_time(NaiveTime::MIN).and_utc();
        Time::from(midnight).plus_hours(-Time::KARACHI_HOURS)
    }

    fn is_plausible(self) -> bool {
        (1850..=2200).contains(&self.year())
    }
}

/// Taken as it is: a day from the clock or from storage has been judged before.
impl From<NaiveDate> for Date {
    fn from(day: NaiveDate) -> Self {
        Self(day)
    }
}

impl FromStr for Date {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid::new("invalid_date", "expected a day of the calendar as YYYY-MM-DD");
        const OUT_OF_RANGE: Invalid = Invalid::new("date_out_of_range", "expected a year from 1850 to 2200");
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| INVALID)?;
        // Chrono also reads signs, spaces and missing zeros; only the canonical form prints as it was given.
        if day.to_string() != text {
            return Err(INVALID);
        }
        Some(Self(day)).filter(|date| date.is_plausible()).ok_or(OUT_OF_RANGE)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

as_string!(Date, write: ToString::to_string, inline "Date": { "type": "string", "format": "date" });

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const INSTANTS: std::ops::RangeInclusive<i64> = Time::MIN_MICROS..=Time::MAX_MICROS;

    fn time(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn an_instant_is_written_with_z_and_six_decimals() {
        let at: Time = serde_json::from_str("\"2026-11-21T14:00:00+05:00\"").unwrap();
        assert_eq!(serde_json::to_string(&at).unwrap(), "\"2026-11-21T09:00:00.000000Z\"");
        assert_eq!(time("2026-11-21T09:00:00.123456789Z").to_string(), "2026-11-21T09:00:00.123456Z");
        assert_eq!(time("2016-12-31T23:59:60Z").to_string(), "2017-01-01T00:00:00.000000Z");
    }

    #[test]
    fn an_instant_without_offset_or_beyond_year_9999_is_refused() {
        for text in ["2026-11-21T09:00:00", "2026-11-21", "now", "", "9999-12-31T23:59:59-01:00"] {
            assert_eq!(text.parse::<Time>().unwrap_err().code, "invalid_instant");
        }
    }

    #[test]
    fn the_day_begins_five_hours_earlier_in_pakistan() {
        let evening = time("2026-11-21T19:00:00Z");
        assert_eq!(evening.date().to_string(), "2026-11-21");
        assert_eq!(evening.local_date().to_string(), "2026-11-22");
        assert_eq!(evening.plus_minutes(-1).local_date().to_string(), "2026-11-21");
        assert_eq!(evening.local_date().begins(), evening);
    }

    #[test]
    fn arithmetic_stops_at_the_ends() {
        let (first, last) = (time("0001-01-01T00:00:00Z"), time("9999-12-31T23:59:59.999999Z"));
        assert_eq!(Time::now().plus_days(i64::MAX), last);
        assert_eq!(Time::now().plus_hours(i64::MIN), first);
        assert_eq!(Time::from(DateTime::<Utc>::MAX_UTC), last);
        assert_eq!(Time::from_micros(last.micros() + 1), None);
        assert_eq!(last.date().plus_days(i64::MAX).naive(), NaiveDate::MAX);
        assert_eq!(last.date().plus_days(i64::MIN).naive(), NaiveDate::MIN);
    }

    #[test]
    fn a_date_is_read_in_one_form_only() {
        for text in ["2026-2-01", "+2026-02-01", " 2026-02-01", "2026-02-01 ", "2026-02-30", "01/02/2026", "20260201"] {
            assert_eq!(text.parse::<Date>().unwrap_err().code, "invalid_date", "{text}");
        }
        for text in ["1849-12-31", "2201-01-01", "0026-01-01"] {
            assert_eq!(text.parse::<Date>().unwrap_err().code, "date_out_of_range");
        }
        assert_eq!(Date::from_ymd(2024, 2, 29).map(Date::year), Some(2024));
        assert_eq!(Date::from_ymd(2023, 2, 29), None);
        assert_eq!(Date::from_ymd(1849, 1, 1), None);
    }

    proptest! {
        #[test]
        fn instants_survive_text_and_sort_as_their_text(a in INSTANTS, b in INSTANTS) {
            let (a, b) = (Time::clamped(a), Time::clamped(b));
            prop_assert_eq!(a.to_string().parse(), Ok(a));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }

        #[test]
        fn days_added_are_days_counted(days in -50_000_i64..50_000) {
            let start = Date::from_ymd(2026, 11, 21).unwrap();
            prop_assert_eq!(start.days_until(start.plus_days(days)), days);
        }
    }
}
