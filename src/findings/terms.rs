//! How near is near and how late is late: `config/findings.toml`, with its sources.
use std::sync::LazyLock;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::kernel::text::Line;

const FILE: &str = include_str!("../../config/findings.toml");
static TERMS: LazyLock<Result<FindingTerms, String>> = LazyLock::new(|| FindingTerms::parse(FILE));

/// The thresholds of a search.
#[derive(Debug, Clone, Copy)]
pub struct FindingTerms {
    /// An amount so many percent below one that takes more approvers is just below it.
    pub below_tier_percent: u8,
    /// A change of an account not longer ago than this was shortly before.
    pub account_days: u16,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Threshold<T> {
    value: T,
    #[expect(dead_code, reason = "it is for whoever reads the file, which is refused without it")]
    source: Line<300>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thresholds {
    below_tier_percent: Threshold<u8>,
    account_days: Threshold<u16>,
}

impl FindingTerms {
    /// Those that come with Umeed.
    pub fn get() -> Result<Self> {
        TERMS.as_ref().copied().map_err(|_| Error::Corrupt("config/findings.toml"))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let read: Thresholds = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        let (below_tier_percent, account_days) = (read.below_tier_percent.value, read.account_days.value);
        let is_meant = below_tier_percent <= 50 && account_days <= 365;
        if is_meant { Ok(Self { below_tier_percent, account_days }) } else { Err("out of range".into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thresholds_that_come_with_umeed_can_be_read_and_have_sources() {
        let terms = TERMS.as_ref().unwrap();
        assert_eq!((terms.below_tier_percent, terms.account_days), (5, 14));
        let of = |percent: u8| {
            format!(
                "[below_tier_percent]\nvalue = {percent}\nsource = \"x\"\n[account_days]\nvalue = 14\nsource = \"x\"\n"
            )
        };
        assert!(FindingTerms::parse(&of(50)).is_ok());
        assert_eq!(FindingTerms::parse(&of(51)).unwrap_err(), "out of range");
        assert!(FindingTerms::parse(&of(5).replace("source = \"x\"", "")).is_err());
    }
}
