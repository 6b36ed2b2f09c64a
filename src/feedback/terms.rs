//! Within which time feedback is answered. Terms are dated settings with their source; none of them is in code.
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::kernel::time::Date;

/// The settings of feedback.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedbackTerms {
    /// How many without a name are taken in a minute, whoever sends them.
    pub anonymous_per_minute: u16,
    pub terms: Vec<Terms>,
}

/// In days, for what is received or appealed from a date on, until the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    pub from: Date,
    pub answer_days: u16,
    pub appeal_days: u16,
    /// Who set them, and where it is written.
    pub source: String,
}

impl FeedbackTerms {
    /// Whether there are terms, each later than the one before, with a source, and of 1 to 365 days.
    pub fn is_sound(&self) -> bool {
        let is_term = |days| (1..=365).contains(&days);
        let are_good = self
            .terms
            .iter()
            .all(|terms| is_term(terms.answer_days) && is_term(terms.appeal_days) && !terms.source.trim().is_empty());
        let are_ordered = self.terms.iter().zip(self.terms.iter().skip(1)).all(|(one, next)| one.from < next.from);
        are_good && are_ordered && !self.terms.is_empty() && self.anonymous_per_minute >= 1
    }

    /// Those of a day; of a day before all of them, the first.
    pub fn on(&self, day: Date) -> Result<&Terms> {
        let begun = self.terms.iter().rev().find(|terms| terms.from <= day);
        begun.or(self.terms.first()).ok_or(Error::Corrupt("terms of feedback"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(from: &str, answer_days: u16) -> Terms {
        Terms { from: from.parse().unwrap(), answer_days, appeal_days: 30, source: "A circular".into() }
    }

    fn dated(terms: Vec<Terms>) -> FeedbackTerms {
        FeedbackTerms { anonymous_per_minute: 30, terms }
    }

    #[test]
    fn a_day_has_the_terms_that_had_begun() {
        let dated = dated(vec![terms("2026-01-01", 15), terms("2026-07-01", 10)]);
        for (day, days) in [("2025-12-31", 15), ("2026-01-01", 15), ("2026-06-30", 15), ("2026-07-01", 10)] {
            assert_eq!(dated.on(day.parse().unwrap()).unwrap().answer_days, days, "{day}");
        }
        assert!(dated.is_sound());
    }

    #[test]
    fn terms_without_order_source_or_days_are_not_sound() {
        let unsourced = Terms { source: " ".into(), ..terms("2026-01-01", 15) };
        for wrong in [
            vec![],
            vec![terms("2026-01-01", 0)],
            vec![terms("2026-01-01", 366)],
            vec![unsourced],
            vec![terms("2026-07-01", 15), terms("2026-01-01", 15)],
            vec![terms("2026-01-01", 15), terms("2026-01-01", 10)],
        ] {
            assert!(!dated(wrong).is_sound());
        }
        assert!(dated(vec![]).on("2026-01-01".parse().unwrap()).is_err());
    }
}
