//! A report with a line a district: how many of what there are just now, broken down in several ways. Inside the
//! reader's own area every count is told; elsewhere small ones are not. What is withheld does not depend on the area that
//! was asked for, so asking for parts tells no more than asking for the whole.
mod kinds;
mod sheet;

pub use kinds::{CaseCount, ClockCount, NeedCount, NeedyCount, cases, clocks, needs};

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::suppression::{Cell, GuardedLine, Line, guard};
use crate::access::policy::covers;
use crate::kernel::places::{Area, Pcode, Province};
use crate::kernel::time::Time;

/// Which districts are meant.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DistrictQuestion {
    /// Provinces or districts; the country if left out.
    pub area: Option<Area>,
}

/// A way in which things are broken down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breakdown {
    /// Its name on the wire.
    pub name: &'static str,
    /// The hashtag of its columns.
    pub tag: &'static str,
    pub columns: Vec<&'static str>,
}

/// What a report is about, and what was counted for it in each district.
pub struct Counted {
    /// The last part of its path.
    pub name: &'static str,
    pub breakdowns: Vec<Breakdown>,
    /// An entry a breakdown, in it a count a column. Entries after the last breakdown are not told; a line in which one of
    /// them is small is a small line.
    pub districts: BTreeMap<Pcode, Vec<Vec<i64>>>,
}

/// How many there are just now, by district.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DistrictReport {
    pub as_of: Time,
    pub area: Area,
    /// Counts from 1 to one less are withheld; null where everything is told.
    pub withheld_below: Option<i64>,
    /// Of the area that was asked for; of less than the country only where all its districts are told.
    pub total: Counts,
    /// Districts that have any, by code.
    pub districts: Vec<OfDistrict>,
    /// What districts with few have together; only if the whole country was asked for.
    pub together: Option<Together>,
    #[serde(skip)]
    name: &'static str,
    #[serde(skip)]
    breakdowns: Vec<Breakdown>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct OfDistrict {
    pub district: Pcode,
    pub district_name: String,
    pub province: Option<Province>,
    #[serde(flatten)]
    pub counts: Counts,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Together {
    pub districts: Vec<Pcode>,
    #[serde(flatten)]
    pub counts: Counts,
}

/// An object a breakdown: `all`, and a count a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts(Vec<OfBreakdown>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct OfBreakdown {
    name: &'static str,
    all: Cell,
    columns: Vec<(&'static str, Cell)>,
}

/// What a reader is told of what was counted. `own` is the area that the reader sees whole; elsewhere no count from 1 to
/// `least` - 1 is told.
pub fn report(
    counted: Counted,
    names: &BTreeMap<Pcode, String>,
    (as_of, area): (Time, Area),
    (own, least): (&Area, i64),
) -> DistrictReport {
    let Counted { name, breakdowns, districts } = counted;
    let is_whole = area.is_within(own);
    let lines = districts.into_iter().map(|(key, counts)| Line { key, counts });
    let (own_lines, others): (Vec<_>, Vec<_>) = lines.partition(|line| covers(own, line.key));
    let own_lines = guard(own_lines, 0);
    let others = guard(others, least);
    let nothing = Counts::withheld(&breakdowns);
    let mut all = vec![(Counts::of(&breakdowns, &own_lines.all), Counts::of(&breakdowns, &others.all))];
    let (mut told, mut together) = (Vec::new(), None);
    for line in own_lines.lines.into_iter().chain(others.lines) {
        let counts = Counts::of(&breakdowns, &line);
        if let [district] = *line.keys {
            told.push((district, counts));
            continue;
        }
        told.extend(line.keys.iter().map(|district| (*district, nothing.clone())));
        together = Some(Together { districts: line.keys, counts });
    }
    told.retain(|(district, _)| covers(&area, *district));
    told.sort_by_key(|(district, _)| *district);
    let total = match (area == Area::Country, all.pop()) {
        (true, Some((own, others))) => own.plus(&others),
        _ => told.iter().fold(Counts::zero(&breakdowns), |sum, (_, counts)| sum.plus(counts)),
    };
    let together = together.filter(|_| area == Area::Country);
    let districts = told.into_iter().map(|(district, counts)| OfDistrict {
        district,
        district_name: names.get(&district).cloned().unwrap_or_default(),
        province: Province::from_pcode_prefix(district.as_str()),
        counts,
    });
    let withheld_below = (!is_whole).then_some(least);
    DistrictReport { as_of, area, withheld_below, total, districts: districts.collect(), together, name, breakdowns }
}

impl Counts {
    fn of(breakdowns: &[Breakdown], line: &GuardedLine<Pcode>) -> Self {
        let zero = Cell::Told(0);
        let of = |(at, breakdown): (usize, &Breakdown)| {
            let cells = line.counts.get(at).map(Vec::as_slice).unwrap_or_default();
            let cells = cells.iter().copied().chain(std::iter::repeat(zero));
            let all = line.totals.get(at).copied().unwrap_or(zero);
            OfBreakdown { name: breakdown.name, all, columns: breakdown.columns.iter().copied().zip(cells).collect() }
        };
        Self(breakdowns.iter().enumerate().map(of).collect())
    }

    fn filled(breakdowns: &[Breakdown], cell: Cell) -> Self {
        let of = |breakdown: &Breakdown| OfBreakdown {
            name: breakdown.name,
            all: cell,
            columns: breakdown.columns.iter().map(|column| (*column, cell)).collect(),
        };
        Self(breakdowns.iter().map(of).collect())
    }

    fn withheld(breakdowns: &[Breakdown]) -> Self {
        Self::filled(breakdowns, Cell::Withheld)
    }

    fn zero(breakdowns: &[Breakdown]) -> Self {
        Self::filled(breakdowns, Cell::Told(0))
    }

    /// Told only where both are.
    fn plus(&self, other: &Self) -> Self {
        let add = |(one, two): (&OfBreakdown, &OfBreakdown)| OfBreakdown {
            name: one.name,
            all: one.all.plus(two.all),
            columns: one.columns.iter().zip(&two.columns).map(|(one, two)| (one.0, one.1.plus(two.1))).collect(),
        };
        Self(self.0.iter().zip(&other.0).map(add).collect())
    }

    /// All counts, those of a breakdown after its sum.
    fn cells(&self) -> impl Iterator<Item = Cell> {
        self.0.iter().flat_map(|of| [of.all].into_iter().chain(of.columns.iter().map(|(_, cell)| *cell)))
    }
}

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for of in &self.0 {
            let columns: BTreeMap<_, _> = [("all", of.all)].into_iter().chain(of.columns.iter().copied()).collect();
            map.serialize_entry(of.name, &columns)?;
        }
        map.end()
    }
}

impl JsonSchema for Counts {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "DistrictCounts".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let cell = generator.subschema_for::<Cell>();
        let about = "An object a breakdown (such as `live_by_state`): `all`, and a count for each of its words.";
        let of = json_schema!({ "type": "object", "additionalProperties": cell });
        json_schema!({ "type": "object", "description": about, "additionalProperties": of })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(area: &str, own: &str) -> DistrictReport {
        let breakdowns = vec![Breakdown { name: "by_state", tag: "#x", columns: vec!["open", "on_hold"] }];
        let counts = [("PK508", 2, 0), ("PK601", 3, 0), ("PK602", 33, 7), ("PK701", 50, 0)];
        let of = |(code, open, held): (&str, i64, i64)| (code.parse().unwrap(), vec![vec![open, held]]);
        let counted = Counted { name: "test", breakdowns, districts: counts.map(of).into() };
        let (as_of, own) = (Time::from_micros(0).unwrap(), own.parse().unwrap());
        report(counted, &BTreeMap::new(), (as_of, area.parse().unwrap()), (&own, 5))
    }

    fn open(counts: &Counts) -> Option<i64> {
        counts.0[0].columns[0].1.told()
    }

    fn told(report: &DistrictReport) -> Vec<(&str, Option<i64>)> {
        report.districts.iter().map(|of| (of.district.as_str(), open(&of.counts))).collect()
    }

    #[test]
    fn asking_for_a_part_tells_no_more_than_asking_for_the_whole() {
        let whole = asked("PK", "PK508");
        let expected = [("PK508", Some(2)), ("PK601", None), ("PK602", None), ("PK701", Some(50))];
        assert_eq!((told(&whole), open(&whole.total)), (expected.to_vec(), Some(88)));
        assert_eq!(whole.together.map(|of| open(&of.counts)), Some(Some(36)));
        for part in ["PK601", "PK602", "PK-PB", "PK601,PK701"] {
            let part = asked(part, "PK508");
            assert!(part.together.is_none() && open(&part.total).is_none(), "{part:?}");
            assert!(told(&part).iter().all(|line| expected.contains(line)));
        }
        assert_eq!(open(&asked("PK-SD", "PK508").total), Some(50));
    }

    #[test]
    fn who_sees_the_country_whole_is_told_everything() {
        let report = asked("PK", "PK");
        assert!(report.withheld_below.is_none() && told(&report).iter().all(|(_, count)| count.is_some()));
        assert_eq!(open(&report.total), Some(88));
    }
}
