//! How many people approve a batch, by its total, and how often somebody is called about a payment: `config/payouts.toml`,
//! dated and with sources. Two tiers for the same total on the same day are refused, and so is a day without a tier for every
//! total.
use std::sync::LazyLock;

use serde::Deserialize;

use crate::directory::Confidence;
use crate::error::{Error, Result};
use crate::kernel::money::Paisa;
use crate::kernel::text::Line;
use crate::kernel::time::Date;

const FILE: &str = include_str!("../../config/payouts.toml");
static TIERS: LazyLock<Result<Tiers, String>> = LazyLock::new(|| Tiers::parse(FILE));

/// The most people that a tier may ask for.
const MOST: i64 = 5;

/// How many people approve what comes to so much.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// The least total, in paisa.
    pub from_paisa: Paisa,
    pub approvals: i64,
    valid_from: Date,
    #[serde(default)]
    valid_to: Option<Date>,
    pub source: Line<300>,
    pub confidence: Confidence,
}

/// How often somebody is called about one payment, from a day on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallLimit {
    pub most: usize,
    valid_from: Date,
    pub source: Line<300>,
    pub confidence: Confidence,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tiers {
    tiers: Vec<Tier>,
    #[serde(default)]
    calls: Vec<CallLimit>,
}

impl Tier {
    fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.from_paisa == other.from_paisa
            && (other.is_valid_on(self.valid_from) || self.is_valid_on(other.valid_from))
    }

    fn check(&self) -> Result<(), String> {
        let rules = [
            ((1..=MOST).contains(&self.approvals), "`approvals` is not from 1 to 5"),
            (self.from_paisa >= Paisa::ZERO, "`from_paisa` is negative"),
            (self.valid_to.is_none_or(|last| self.valid_from <= last), "it ends before it begins"),
        ];
        match rules.iter().find(|(holds, _)| !holds) {
            Some((_, why)) => Err(format!("the tier from {} paisa: {why}", self.from_paisa.get())),
            None => Ok(()),
        }
    }
}

impl Tiers {
    /// Reads a file of tiers, or says in one line what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let tiers: Self = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        for (place, tier) in tiers.tiers.iter().enumerate() {
            tier.check()?;
            if tiers.tiers.iter().skip(place + 1).any(|other| tier.overlaps(other)) {
                return Err(format!("two tiers from {} paisa are valid at the same time", tier.from_paisa.get()));
            }
        }
        if tiers.tiers.iter().any(|tier| tier.from_paisa == Paisa::ZERO) {
            Ok(tiers)
        } else {
            Err("there is no tier from 0 paisa".to_owned())
        }
    }

    fn find(&self, total: Paisa, day: Date) -> Option<&Tier> {
        let fitting = self.tiers.iter().filter(|tier| tier.is_valid_on(day) && tier.from_paisa <= total);
        fitting.max_by_key(|tier| tier.from_paisa)
    }
}

const WRONG: Error = Error::Corrupt("config/payouts.toml");

/// How many people approve a batch of this total that is submitted on this day.
pub fn approvals(total: Paisa, day: Date) -> Result<i64> {
    let tiers = TIERS.as_ref().map_err(|_| WRONG)?;
    tiers.find(total, day).map(|tier| tier.approvals).ok_or(WRONG)
}

/// How many calls about one payment are written down until this day.
pub fn most_calls(day: Date) -> Result<usize> {
    let begun = TIERS.as_ref().map_err(|_| WRONG)?.calls.iter().filter(|limit| limit.valid_from <= day);
    begun.max_by_key(|limit| limit.valid_from).map(|limit| limit.most).ok_or(WRONG)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_money_needs_more_people() {
        TIERS.as_ref().unwrap();
        let day = "2026-11-22".parse().unwrap();
        let needed = |paisa| approvals(Paisa::new(paisa), day).unwrap();
        assert_eq!([1, 4_999_999_999, 5_000_000_000, i64::MAX].map(needed), [1, 1, 2, 2]);
    }

    #[test]
    fn the_newest_limit_of_calls_that_has_begun_holds() {
        assert_eq!(most_calls("2026-11-22".parse().unwrap()).unwrap(), 10);
        most_calls("2025-12-31".parse().unwrap()).unwrap_err();
    }

    #[test]
    fn tiers_that_contradict_each_other_are_refused_with_the_reason() {
        let tier = |from: i64, approvals: i64, rest: &str| {
            format!(
                "[[tiers]]\nfrom_paisa = {from}\napprovals = {approvals}\nsource = \"x\"\nconfidence = \"low\"\n\
                 valid_from = \"2026-01-01\"\n{rest}\n"
            )
        };
        for (text, why) in [
            (tier(0, 1, "").repeat(2), "same time"),
            (tier(1, 1, ""), "no tier from 0"),
            (tier(0, 0, ""), "1 to 5"),
            (tier(0, 6, ""), "1 to 5"),
            (tier(-1, 1, ""), "negative"),
            (tier(0, 1, "valid_to = \"2025-01-01\""), "ends before"),
            (tier(0, 1, "colour = 1"), "unknown field"),
        ] {
            let told = Tiers::parse(&text).unwrap_err();
            assert!(told.contains(why), "{told} does not say {why}");
        }
    }
}
