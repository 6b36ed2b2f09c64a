//! When tasks are due: `config/tasks.toml`, dated and with sources. Two terms for the same thing on the same day are
//! refused, and so is a kind of task without any.
use std::sync::LazyLock;

use serde::Deserialize;

use super::model::{Due, TaskKind};
use crate::cases::Phase;
use crate::directory::{Confidence, Urgency};
use crate::error::{Error, Result};
use crate::kernel::text::Line;
use crate::kernel::time::{Date, Time};
use crate::kernel::words::Word;

const FILE: &str = include_str!("../../config/tasks.toml");
static TERMS: LazyLock<Result<Terms, String>> = LazyLock::new(|| Terms::parse(FILE));

/// The most hours that something may be due before its day.
const MOST_AHEAD_HOURS: i64 = 30 * 24;

/// How long something may wait.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    pub kind: TaskKind,
    /// The phase of a case, or an urgency.
    #[serde(default)]
    of: Option<String>,
    /// Hours after the cause; before it, if negative.
    due_hours: i64,
    /// Hours after it was due.
    escalate_hours: i64,
    #[serde(default)]
    urgent: bool,
    valid_from: Date,
    #[serde(default)]
    valid_to: Option<Date>,
    pub source: Line<300>,
    pub confidence: Confidence,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    terms: Vec<Term>,
}

impl Term {
    /// Due so many hours after `from`. It does not go up sooner after `made_at` than it may be overdue, since nobody
    /// could have done it before.
    pub fn after(&self, from: Time, made_at: Time) -> Due {
        let due_at = from.plus_hours(self.due_hours);
        Due { due_at, escalate_at: due_at.max(made_at).plus_hours(self.escalate_hours), urgent: self.urgent }
    }

    /// Due by the end of `day` in Pakistan.
    pub fn on(&self, day: Date, made_at: Time) -> Due {
        self.after(day.plus_days(1).begins(), made_at)
    }

    fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }

    fn overlaps(&self, other: &Self) -> bool {
        let begins_in = |one: &Self, other: &Self| other.is_valid_on(one.valid_from);
        self.kind == other.kind && self.of == other.of && (begins_in(self, other) || begins_in(other, self))
    }

    fn check(&self) -> Result<(), String> {
        let known = |of: &String| Phase::from_word(of).is_some() || Urgency::from_word(of).is_some();
        let rules = [
            (self.of.as_ref().is_none_or(known), "`of` is neither a phase nor an urgency"),
            (self.escalate_hours >= 0, "`escalate_hours` is negative"),
            (self.due_hours >= 0 || self.kind == TaskKind::Anniversary, "`due_hours` is negative"),
            (self.due_hours >= -MOST_AHEAD_HOURS, "`due_hours` is more than thirty days before"),
            (self.valid_to.is_none_or(|last| self.valid_from <= last), "it ends before it begins"),
        ];
        match rules.iter().find(|(holds, _)| !holds) {
            Some((_, why)) => Err(format!("the term of `{}` from {}: {why}", self.kind, self.valid_from)),
            None => Ok(()),
        }
    }
}

impl Terms {
    /// Reads a file of terms, or says in one line what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let terms: Self = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        for (place, term) in terms.terms.iter().enumerate() {
            term.check()?;
            if terms.terms.iter().skip(place + 1).any(|other| term.overlaps(other)) {
                return Err(format!("two terms of `{}` are valid at the same time", term.kind));
            }
        }
        match TaskKind::ALL.iter().find(|kind| !terms.terms.iter().any(|term| term.kind == **kind)) {
            Some(kind) => Err(format!("there is no term of `{kind}`")),
            None => Ok(terms),
        }
    }

    fn find(&self, kind: TaskKind, of: Option<&str>, day: Date) -> Option<&Term> {
        self.terms.iter().find(|term| term.kind == kind && term.of.as_deref() == of && term.is_valid_on(day))
    }
}

/// The term for something that happened at `at`; none if it makes no task.
pub fn term(kind: TaskKind, of: Option<&str>, at: Time) -> Result<Option<&'static Term>> {
    let terms = TERMS.as_ref().map_err(|_| Error::Corrupt("config/tasks.toml"))?;
    Ok(terms.find(kind, of, at.local_date()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn the_terms_that_come_with_umeed_can_be_read_and_cover_every_phase() {
        TERMS.as_ref().unwrap();
        for phase in Phase::ALL {
            assert!(term(TaskKind::FollowUp, Some(phase.word()), at("2026-11-21T10:00:00Z")).unwrap().is_some());
        }
        assert!(term(TaskKind::FollowUp, Some("acute"), at("2025-11-21T10:00:00Z")).unwrap().is_none());
    }

    #[test]
    fn a_day_ends_in_pakistan() {
        let now = at("2026-11-21T10:00:00Z");
        let term = term(TaskKind::PlanReview, None, now).unwrap().unwrap();
        assert_eq!(term.on("2026-12-01".parse().unwrap(), now).due_at, at("2026-12-01T19:00:00Z"));
    }

    #[test]
    fn what_is_late_already_when_it_is_made_goes_up_no_sooner_than_it_may_be_overdue() {
        let (now, long_ago) = (at("2026-11-21T10:00:00Z"), at("2026-11-01T10:00:00Z"));
        let term = term(TaskKind::Risk, None, now).unwrap().unwrap();
        assert_eq!(term.after(long_ago, now).escalate_at, now.plus_hours(1));
        assert_eq!(term.after(now, long_ago).escalate_at, now.plus_hours(1));
    }

    #[test]
    fn terms_that_contradict_each_other_are_refused_with_the_reason() {
        let one = |kind: &str, rest: &str| {
            format!("[[terms]]\nkind = \"{kind}\"\nsource = \"x\"\nconfidence = \"low\"\n{rest}\n")
        };
        let hours = "due_hours = 1\nescalate_hours = 1";
        let always = format!("{hours}\nvalid_from = \"2026-01-01\"");
        for (text, why) in [
            (one("risk", &always).repeat(2), "same time"),
            (one("risk", &always), "there is no term"),
            (one("risk", "due_hours = -1\nescalate_hours = 1\nvalid_from = \"2026-01-01\""), "negative"),
            (one("anniversary", &always.replacen("= 1", "= -721", 1)), "thirty days"),
            (one("risk", &format!("{always}\nof = \"soon\"")), "neither"),
            (one("risk", &format!("{always}\nvalid_to = \"2025-01-01\"")), "ends before"),
            (one("dance", &always), "expected"),
            ("term = 1".into(), "unknown field"),
        ] {
            let told = Terms::parse(&text).unwrap_err();
            assert!(told.contains(why), "{told} does not say {why}");
        }
    }
}
