//! How many must approve an amount, and how long a changed account waits. Both are dated settings with their source; none
//! of them is in code.
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::kernel::money::Paisa;
use crate::kernel::time::Date;

/// The most approvers of one claim.
const MOST_APPROVERS: u8 = 5;

/// The settings of claims.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimTerms {
    pub terms: Vec<Terms>,
}

/// What holds from a date on, until the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    pub from: Date,
    /// Hours between a change of bank details and the first payment by them.
    pub account_wait_hours: u16,
    /// By amount, the smallest first, which begins at nothing.
    pub tiers: Vec<Tier>,
    /// Who set them, and where it is written.
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// In paisa; this much and more.
    pub from_paisa: Paisa,
    /// How many must approve.
    pub approvers: u8,
}

impl ClaimTerms {
    /// Whether there are terms, each later than the one before, with a source, with tiers from nothing upwards of 1 to 5
    /// approvers, and a wait of 0 to 720 hours.
    pub fn is_sound(&self) -> bool {
        let ordered = self.terms.iter().zip(self.terms.iter().skip(1)).all(|(one, next)| one.from < next.from);
        ordered && !self.terms.is_empty() && self.terms.iter().all(Terms::is_sound)
    }

    /// Those of a day; of a day before all of them, the first.
    pub fn on(&self, day: Date) -> Result<&Terms> {
        let begun = self.terms.iter().rev().find(|terms| terms.from <= day);
        begun.or(self.terms.first()).ok_or(Error::Corrupt("terms of claims"))
    }
}

impl Terms {
    fn is_sound(&self) -> bool {
        let tiers = &self.tiers;
        let rise = tiers.iter().zip(tiers.iter().skip(1)).all(|(one, next)| one.from_paisa < next.from_paisa);
        let begin = tiers.first().is_some_and(|first| first.from_paisa == Paisa::ZERO);
        let meant = tiers.iter().all(|tier| (1..=MOST_APPROVERS).contains(&tier.approvers));
        rise && begin && meant && self.account_wait_hours <= 720 && !self.source.trim().is_empty()
    }

    /// The smallest amount above this one that more must approve.
    pub fn next_tier(&self, amount: Paisa) -> Option<Paisa> {
        self.tiers.iter().map(|tier| tier.from_paisa).find(|from| *from > amount)
    }

    /// How many must approve an amount.
    pub fn approvers(&self, amount: Paisa) -> Result<u8> {
        let tier = self.tiers.iter().rev().find(|tier| tier.from_paisa <= amount);
        tier.map(|tier| tier.approvers).ok_or(Error::Corrupt("terms of claims"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(tiers: &[(i64, u8)]) -> Terms {
        let tier = |(from, approvers): &(i64, u8)| Tier { from_paisa: Paisa::new(*from), approvers: *approvers };
        Terms {
            from: "2026-01-01".parse().unwrap(),
            account_wait_hours: 72,
            tiers: tiers.iter().map(tier).collect(),
            source: "A circular".into(),
        }
    }

    #[test]
    fn an_amount_needs_the_approvers_of_its_tier() {
        let terms = terms(&[(0, 1), (100, 2)]);
        for (amount, approvers) in [(1, 1), (99, 1), (100, 2), (i64::MAX, 2)] {
            assert_eq!(terms.approvers(Paisa::new(amount)).unwrap(), approvers, "{amount}");
        }
        assert!(terms.approvers(Paisa::new(-1)).is_err());
    }

    #[test]
    fn terms_that_leave_an_amount_to_nobody_are_not_sound() {
        let sound = |terms: Terms| ClaimTerms { terms: vec![terms] }.is_sound();
        assert!(sound(terms(&[(0, 1), (100, 2)])));
        for wrong in [&[][..], &[(1, 1)], &[(0, 0)], &[(0, 6)], &[(0, 1), (0, 2)], &[(0, 1), (100, 2), (50, 3)]] {
            assert!(!sound(terms(wrong)), "{wrong:?}");
        }
        assert!(!sound(Terms { source: " ".into(), ..terms(&[(0, 1)]) }));
        assert!(!sound(Terms { account_wait_hours: 721, ..terms(&[(0, 1)]) }));
        assert!(!ClaimTerms { terms: Vec::new() }.is_sound());
    }
}
