//! Districts, and those who work on claims, that are far from the others: more claims of an instrument approved in a quarter, or
//! higher amounts. It says that somebody should look, and nothing of why. Pure: sums in, what was found out.
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::terms::OutlierTerms;
use super::words::FindingKind;
use crate::access::UserId;
use crate::claims::award::sha256;
use crate::claims::words::Part;
use crate::kernel::places::Pcode;
use crate::kernel::time::Date;
use crate::tariffs::InstrumentId;

/// Approved claims of one instrument in one district: all of them, or those that somebody had a part in.
#[derive(Debug, Clone, Copy)]
pub struct Tally {
    pub instrument: InstrumentId,
    pub by: Option<(Part, UserId)>,
    pub district: Pcode,
    pub claims: i64,
    pub paisa: i64,
}

/// What was measured, and what it was held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Measure {
    /// The first day of the quarter in which the claims were approved.
    pub quarter_from: Date,
    pub instrument_id: InstrumentId,
    /// What somebody did on these claims; left out of a district.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// Claims, or paisa a claim.
    pub value: i64,
    /// Of all who were compared.
    pub median: i64,
}

/// A district or somebody who works on claims, far from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Far {
    pub kind: FindingKind,
    /// Of somebody, where most of their claims are.
    pub district: Pcode,
    pub user: Option<UserId>,
    pub measure: Measure,
}

impl Far {
    /// One finding of a kind for each of them and each quarter.
    pub fn cause(&self) -> String {
        let who = self.user.map_or_else(|| self.district.to_string(), |user| user.to_string());
        sha256(format!("{}|{who}|{}", self.kind, self.measure.quarter_from).as_bytes())
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Measure {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text)
    }
}

/// The first day of the quarter of the calendar in which `day` lies.
pub fn quarter(day: Date) -> Date {
    let mut starts = [10, 7, 4, 1].into_iter().filter_map(|month| Date::from_ymd(day.year(), month, 1));
    starts.find(|start| *start <= day).unwrap_or(day)
}

/// The first day of the quarter after the one that begins with `start`.
pub fn next_quarter(start: Date) -> Date {
    // No quarter has more than 92 days, and no two have fewer than 181.
    quarter(start.plus_days(95))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    District(Pcode),
    User(UserId),
}

#[derive(Debug, Default)]
struct Sum {
    claims: i64,
    paisa: i64,
    /// How many claims are where.
    places: BTreeMap<Pcode, i64>,
}

impl Sum {
    fn place(&self) -> Option<Pcode> {
        self.places.iter().max_by_key(|(pcode, claims)| (**claims, std::cmp::Reverse(**pcode))).map(|(pcode, _)| *pcode)
    }
}

/// Those that are far from the others of one instrument and one part in it, in the quarter that begins with `quarter_from`.
pub fn outliers(tallies: &[Tally], quarter_from: Date, terms: OutlierTerms) -> Vec<Far> {
    let mut groups: BTreeMap<(InstrumentId, Option<Part>), BTreeMap<Who, Sum>> = BTreeMap::new();
    for one in tallies {
        let who = one.by.map_or(Who::District(one.district), |(_, user)| Who::User(user));
        let group = groups.entry((one.instrument, one.by.map(|(part, _)| part))).or_default();
        let sum = group.entry(who).or_default();
        sum.claims += one.claims;
        sum.paisa += one.paisa;
        *sum.places.entry(one.district).or_default() += one.claims;
    }
    let mut found: BTreeMap<(FindingKind, Who), Far> = BTreeMap::new();
    for ((instrument_id, part), group) in &groups {
        let is_enough = |sum: &Sum| sum.claims >= terms.claims;
        let counts: Vec<_> = group.iter().map(|(who, sum)| (*who, sum, sum.claims)).collect();
        let with_means = group.iter().filter(|(_, sum)| is_enough(sum));
        let means = with_means.map(|(who, sum)| (*who, sum, sum.paisa / sum.claims.max(1))).collect();
        for (kind, measured) in [(FindingKind::ManyClaims, counts), (FindingKind::HighAmounts, means)] {
            let all: Vec<i64> = measured.iter().map(|(.., value)| *value).collect();
            for (who, sum, value) in measured.into_iter().filter(|(_, sum, _)| is_enough(sum)) {
                let Some((median, district)) = far_above(value, &all, terms).zip(sum.place()) else { continue };
                let user = if let Who::User(user) = who { Some(user) } else { None };
                let measure = Measure { quarter_from, instrument_id: *instrument_id, part: *part, value, median };
                found.entry((kind, who)).or_insert(Far { kind, district, user, measure });
            }
        }
    }
    found.into_values().collect()
}

/// The median of all, if a value of theirs lies far above it: by the median of the distances from it, in which a few that are
/// far off do not count, and by as many times the median as the terms say, where all others are alike.
fn far_above(value: i64, all: &[i64], terms: OutlierTerms) -> Option<i64> {
    // Whoever is compared is one of all.
    if all.len() <= terms.peers {
        return None;
    }
    let all: Vec<i128> = all.iter().map(|one| i128::from(*one)).collect();
    let twice = |value: i128| 2 * value;
    let middle = twice_median(all.clone());
    let distances = twice_median(all.into_iter().map(|one| (twice(one) - middle).abs()).collect());
    let above = twice(i128::from(value)) - middle;
    // A modified z-score is 0.6745 times the distance from the median over the median distance; `above` is twice the former and
    // `distances` four times the latter.
    let is_scored = 13_490 * above > 1000 * i128::from(terms.score_tenths) * distances;
    let is_many_times = 200 * i128::from(value) >= i128::from(terms.percent) * middle;
    let is_far = above > 0 && is_scored && is_many_times;
    is_far.then(|| i64::try_from(middle / 2).ok()).flatten()
}

/// Twice the median, which is whole.
fn twice_median(mut values: Vec<i128>) -> i128 {
    values.sort_unstable();
    let (is_odd, before) = (values.len() % 2 == 1, values.len().saturating_sub(1) / 2);
    let middle: i128 = values.iter().skip(before).take(if is_odd { 1 } else { 2 }).sum();
    if is_odd { 2 * middle } else { middle }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TERMS: OutlierTerms = OutlierTerms { score_tenths: 35, percent: 200, claims: 10, peers: 5 };

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn far(values: &[i64]) -> Option<i64> {
        far_above(values[0], values, TERMS)
    }

    #[test]
    fn a_value_is_far_by_score_and_by_times_and_only_among_enough_others() {
        for (values, median) in [
            (&[30, 10, 11, 9, 12, 10][..], Some(10)),
            (&[30, 10, 11, 9, 12], None),
            (&[13, 10, 11, 9, 12, 10], None),
            // Twice as many as the others, who are all alike.
            (&[20, 10, 10, 10, 10, 10], Some(10)),
            (&[19, 10, 10, 10, 10, 10], None),
            // Far from the median, and not from the others: they differ as much among themselves.
            (&[60, 10, 20, 30, 40, 50], None),
            // Below is not above.
            (&[1, 100, 100, 100, 100, 100], None),
            (&[0, 0, 0, 0, 0, 0], None),
            (&[i64::MAX, 1, 1, 1, 1, 1], Some(1)),
        ] {
            assert_eq!(far(values), median, "{values:?}");
        }
    }

    proptest! {
        #[test]
        fn another_unit_or_order_changes_nothing_and_ties_share_their_fate(
            mut values in prop::collection::vec(1..1000_i64, 1..20), times in 1..1000_i64,
        ) {
            let was = far(&values).is_some();
            let scaled: Vec<_> = values.iter().map(|value| value * times).collect();
            prop_assert_eq!(far(&scaled).is_some(), was);
            let value = values[0];
            values.reverse();
            prop_assert_eq!(far_above(value, &values, TERMS).is_some(), was);
            prop_assert!(!was || values.len() > TERMS.peers);
            prop_assert!(!was || values.iter().filter(|one| **one >= value).count() * 2 <= values.len());
        }
    }

    fn tally(by: Option<(Part, UserId)>, pcode: &str, claims: i64, paisa: i64) -> Tally {
        Tally { instrument: InstrumentId::nil(), by, district: pcode.parse().unwrap(), claims, paisa }
    }

    #[test]
    fn a_district_with_far_more_claims_and_one_with_far_higher_amounts_are_found_once_each() {
        let names = ["PK601", "PK602", "PK603", "PK604", "PK605", "PK606"];
        let mut all: Vec<_> = names.iter().map(|name| tally(None, name, 10, 1000)).collect();
        let from = day("2026-10-01");
        assert!(outliers(&all, from, TERMS).is_empty());
        (all[1].claims, all[1].paisa) = (50, 5000);
        all[4].paisa = 9000;
        let found = outliers(&all, from, TERMS);
        let told: Vec<_> = found.iter().map(|far| (far.kind, far.district.to_string(), far.measure.value)).collect();
        let (many, high) = (FindingKind::ManyClaims, FindingKind::HighAmounts);
        assert_eq!(told, [(many, "PK602".into(), 50), (high, "PK605".into(), 900)]);
        // By another instrument too: it is the same finding.
        let instrument = InstrumentId::new();
        let other: Vec<_> = all.iter().map(|one| Tally { instrument, ..*one }).collect();
        assert_eq!(outliers(&[all.clone(), other].concat(), from, TERMS).len(), 2);
        // Too few claims to tell, however few the others have.
        let few: Vec<_> = all.iter().map(|one| Tally { claims: one.claims / 10, ..*one }).collect();
        assert!(outliers(&few, from, TERMS).is_empty());
        assert_ne!(found[0].cause(), found[1].cause());
        let next = outliers(&all, next_quarter(from), TERMS);
        assert_ne!(found[0].cause(), next[0].cause());
    }

    #[test]
    fn somebody_is_compared_with_those_of_the_same_part_wherever_they_work() {
        let users: Vec<_> = (0..6).map(|_| UserId::new()).collect();
        let mut all: Vec<_> = users.iter().map(|user| tally(Some((Part::Prepare, *user)), "PK601", 2, 200)).collect();
        all.push(tally(Some((Part::Prepare, users[3])), "PK602", 9, 900));
        all.push(tally(Some((Part::Verify, users[0])), "PK601", 100, 10_000));
        let found = outliers(&all, day("2026-10-01"), TERMS);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].user, found[0].district.as_str()), (Some(users[3]), "PK602"));
        assert_eq!((found[0].measure.value, found[0].measure.median), (11, 2));
        let measure = found[0].measure;
        assert_eq!(measure.to_string().parse::<Measure>().unwrap(), measure);
    }

    #[test]
    fn a_quarter_begins_in_january_april_july_and_october() {
        for (is, from, next) in [
            ("2026-01-01", "2026-01-01", "2026-04-01"),
            ("2024-03-31", "2024-01-01", "2024-04-01"),
            ("2026-06-30", "2026-04-01", "2026-07-01"),
            ("2026-11-22", "2026-10-01", "2027-01-01"),
            ("2026-12-31", "2026-10-01", "2027-01-01"),
        ] {
            assert_eq!((quarter(day(is)), next_quarter(quarter(day(is)))), (day(from), day(next)), "{is}");
        }
    }
}
