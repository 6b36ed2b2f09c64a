//! How near is near and how late is late: `config/findings.toml`, with its sources.
use std::sync::LazyLock;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::kernel::text::Line;

const FILE: &str = include_str!("../../config/findings.toml");
static TERMS: LazyLock<Result<(FindingTerms, OutlierTerms), String>> = LazyLock::new(|| parse(FILE));

/// The thresholds of a search.
#[derive(Debug, Clone, Copy)]
pub struct FindingTerms {
    /// An amount so many percent below one that takes more approvers is just below it.
    pub below_tier_percent: u8,
    /// A change of an account not longer ago than this was shortly before.
    pub account_days: u16,
    /// Batches of one payer within so many days are held against each other.
    pub split_days: u16,
}

/// When somebody is far from the others.
#[derive(Debug, Clone, Copy)]
pub struct OutlierTerms {
    /// Tenths of a modified z-score: one above it is far.
    pub score_tenths: u16,
    /// So many per cent of the median at least.
    pub percent: u16,
    /// Claims of one instrument in one quarter, below which nothing is told.
    pub claims: i64,
    /// Others to be compared with, below which nothing is told.
    pub peers: usize,
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
    split_days: Threshold<u16>,
    outlier_score_tenths: Threshold<u16>,
    outlier_percent: Threshold<u16>,
    outlier_claims: Threshold<u16>,
    outlier_peers: Threshold<u8>,
}

impl FindingTerms {
    /// Those that come with Umeed.
    pub fn get() -> Result<Self> {
        TERMS.as_ref().map(|terms| terms.0).map_err(|_| Error::Corrupt("config/findings.toml"))
    }
}

impl OutlierTerms {
    /// Those that come with Umeed.
    pub fn get() -> Result<Self> {
        TERMS.as_ref().map(|terms| terms.1).map_err(|_| Error::Corrupt("config/findings.toml"))
    }
}

fn parse(text: &str) -> Result<(FindingTerms, OutlierTerms), String> {
    let read: Thresholds = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let (below_tier_percent, account_days) = (read.below_tier_percent.value, read.account_days.value);
    let (score_tenths, percent) = (read.outlier_score_tenths.value, read.outlier_percent.value);
    let (claims, peers) = (i64::from(read.outlier_claims.value), usize::from(read.outlier_peers.value));
    let split_days = read.split_days.value;
    let is_meant = below_tier_percent <= 50 && account_days <= 365 && split_days <= 365;
    let is_meant = is_meant && (10..=200).contains(&score_tenths) && (100..=10_000).contains(&percent);
    if is_meant && claims >= 1 && peers >= 2 {
        let outliers = OutlierTerms { score_tenths, percent, claims, peers };
        Ok((FindingTerms { below_tier_percent, account_days, split_days }, outliers))
    } else {
        Err("out of range".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thresholds_that_come_with_umeed_can_be_read_and_have_sources() {
        let (terms, outliers) = TERMS.as_ref().unwrap();
        assert_eq!((terms.below_tier_percent, terms.account_days, terms.split_days), (5, 14, 14));
        assert_eq!((outliers.score_tenths, outliers.percent, outliers.claims, outliers.peers), (35, 200, 10, 5));
        let of = |old: &str, new: &str| {
            assert!(FILE.contains(old), "{old}");
            parse(&FILE.replacen(old, new, 1)).map(drop)
        };
        assert!(of("value = 5\n", "value = 50\n").is_ok());
        for (old, new) in [
            ("value = 5\n", "value = 51\n"),
            ("value = 35\n", "value = 9\n"),
            ("value = 200\n", "value = 99\n"),
            ("value = 10\n", "value = 0\n"),
            ("peers]\nvalue = 5\n", "peers]\nvalue = 1\n"),
        ] {
            assert_eq!(of(old, new).unwrap_err(), "out of range", "{old}");
        }
        assert!(of("source = ", "# source = ").is_err());
    }
}
