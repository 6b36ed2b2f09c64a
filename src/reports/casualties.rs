//! The casualties report, made from rows as they were printed. It sets sources side by side and refuses to count an
//! area twice when a source prints both a province and its parts.
use std::collections::BTreeMap;

use super::model::{AreaFigures, CasualtyReport, Comparison, Period, SourceFigures};
use crate::incidents::{AreaKind, Counts, FigureArea, Figures, Measure};

/// What one source printed for one area and period.
pub struct Printed {
    pub source: String,
    pub period: Period,
    pub area: FigureArea,
    pub area_name: String,
    pub counts: Counts,
}

/// One area of one source, now and in the period before.
#[derive(Default)]
struct Pair {
    name: String,
    now: Option<Counts>,
    before: Option<Counts>,
}

type Areas = BTreeMap<FigureArea, Pair>;

/// Rows of other periods are passed over.
pub fn report(period: Period, rows: Vec<Printed>) -> CasualtyReport {
    let before = period.before();
    let mut sources: BTreeMap<String, Areas> = BTreeMap::new();
    for row in rows {
        let pair = sources.entry(row.source).or_default().entry(row.area).or_default();
        pair.name = row.area_name;
        if row.period == period {
            pair.now = Some(row.counts);
        } else if row.period == before {
            pair.before = Some(row.counts);
        }
    }
    // A source that printed nothing for the period has nothing to be compared.
    sources.retain(|_, areas| areas.values().any(|pair| pair.now.is_some()));
    CasualtyReport { period, before, sources: sources.into_iter().map(of_source).collect() }
}

fn of_source((source, mut areas): (String, Areas)) -> SourceFigures {
    let country: Vec<_> =
        areas.extract_if(.., |area, _| area.kind() == AreaKind::Country).map(|(_, pair)| pair).collect();
    let country = country.first();
    SourceFigures {
        source,
        unallocated: country.and_then(|country| unallocated(country.now.as_ref()?, &areas)),
        total: country.map(Pair::compare),
        areas: areas.into_iter().map(of_area).collect(),
    }
}

fn of_area((area, pair): (FigureArea, Pair)) -> AreaFigures {
    AreaFigures { area_kind: area.kind(), area, figures: pair.compare(), area_name: pair.name }
}

impl Pair {
    fn compare(&self) -> Figures<Comparison> {
        let of = |counts: &Option<Counts>, measure| counts.as_ref().and_then(|counts| *counts.get(measure));
        Figures::each(|measure| Comparison::new(of(&self.now, measure), of(&self.before, measure)))
    }
}

/// What the source counted and gave to none of its areas.
fn unallocated(total: &Counts, areas: &Areas) -> Option<Counts> {
    let rest = Figures::each(|measure| {
        let given = given(measure, areas);
        let listed: i32 = given.iter().filter(|(area, _)| is_counted(area, &given)).map(|(_, count)| count).sum();
        let rest = (*total.get(measure))? - listed;
        (!given.is_empty() && rest != 0).then_some(rest)
    });
    (rest != Counts::default()).then_some(rest)
}

/// The areas for which the source printed that figure.
fn given(measure: Measure, areas: &Areas) -> Vec<(&FigureArea, i32)> {
    let count = |pair: &Pair| *pair.now.as_ref()?.get(measure);
    areas.iter().filter_map(|(area, pair)| Some((area, count(pair)?))).collect()
}

/// Reporting areas stand in for the province they are part of. Districts count only where nothing above them does: a
/// source that names a few districts has seldom named all.
fn is_counted(area: &FigureArea, given: &[(&FigureArea, i32)]) -> bool {
    let is_above = |other: &FigureArea| other.kind() != AreaKind::District && other.province() == area.province();
    match area.kind() {
        AreaKind::District => !given.iter().any(|(other, _)| is_above(other)),
        _ => !given.iter().any(|(other, _)| other.is_part_of(area)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: &str = include_str!("../../config/demo/casualties.csv");

    fn row(source: &str, (from, to): (&str, &str), area: &str, counts: Counts) -> Printed {
        let area: FigureArea = area.parse().unwrap();
        let period = Period { from: from.parse().unwrap(), to: to.parse().unwrap() };
        Printed { source: source.into(), period, area_name: area.name(), area, counts }
    }

    fn printed() -> Vec<Printed> {
        let mut reader = csv::Reader::from_reader(CSV.as_bytes());
        let headers = reader.headers().unwrap().clone();
        let rows = reader.records().map(|record| {
            let record = record.unwrap();
            let field = |name: &str| headers.iter().position(|header| header == name).map_or("", |at| &record[at]);
            let counts = Figures::each(|measure| field(measure.word()).parse().ok());
            row(field("source"), (field("period_start"), field("period_end")), field("area"), counts)
        });
        rows.collect()
    }

    fn asked(from: &str, to: &str) -> CasualtyReport {
        report(Period::new(from.parse().unwrap(), to.parse().unwrap()).unwrap(), printed())
    }

    fn compared(value: i32, before: Option<i32>, change_percent: Option<i64>) -> Comparison {
        Comparison { value: Some(value), before, change_percent }
    }

    #[test]
    fn picss_of_september_2023_is_as_the_press_printed_it() {
        let report = asked("2023-09-01", "2023-09-30");
        assert_eq!(report.before.from.to_string(), "2023-08-01");
        assert_eq!(report.sources.len(), 1);
        let picss = &report.sources[0];
        let total = picss.total.as_ref().unwrap();
        assert_eq!(picss.source, "PICSS");
        assert_eq!(total.incidents, compared(65, Some(99), Some(-34)));
        assert_eq!(total.civilians_killed, compared(84, Some(45), Some(87)));
        assert_eq!(total.killed, compared(136, None, None));
        assert_eq!(total.injured, compared(144, None, None));
        assert_eq!(picss.unallocated, Some(Counts { injured: Some(5), ..Counts::default() }));
    }

    #[test]
    fn picss_of_september_2023_has_five_areas_with_the_tribal_districts_apart() {
        let report = asked("2023-09-01", "2023-09-30");
        let areas = report.sources[0].areas.iter();
        let areas: Vec<_> = areas
            .map(|area| (area.area.as_str(), [area.figures.incidents, area.figures.killed, area.figures.injured]))
            .map(|(area, figures)| (area, figures.map(|figure| figure.value.unwrap())))
            .collect();
        let printed = [
            ("PK-BA", [20, 77, 46]),
            ("PK-JK", [1, 1, 0]),
            ("PK-KP-mainland", [23, 34, 73]),
            ("PK-KP-tribal", [17, 19, 18]),
            ("PK-SD", [4, 5, 2]),
        ];
        assert_eq!(areas, printed);
        assert!(report.sources[0].areas.iter().all(|area| area.figures.incidents.change_percent.is_none()));
    }

    #[test]
    fn the_ministry_of_2024_has_no_period_before_and_leaves_a_rest() {
        let report = asked("2024-01-01", "2024-10-31");
        assert_eq!((report.before.from.to_string(), report.sources.len()), ("2023-03-01".into(), 1));
        let ministry = &report.sources[0];
        let total = ministry.total.as_ref().unwrap();
        assert_eq!(total.incidents, compared(1566, None, None));
        assert_eq!([total.killed.value, total.injured.value], [Some(924), Some(2121)]);
        let rest = Counts {
            incidents: Some(12),
            killed: Some(17),
            injured: Some(64),
            civilians_killed: Some(8),
            law_enforcement_killed: Some(26),
            ..Counts::default()
        };
        assert_eq!(ministry.unallocated, Some(rest));
    }

    #[test]
    fn a_source_without_a_total_has_no_rest_and_no_other_source_fills_in() {
        let report = asked("2024-01-01", "2024-12-31");
        let police = &report.sources[0];
        assert_eq!((police.source.as_str(), report.sources.len()), ("KP police", 1));
        assert!(police.total.is_none() && police.unallocated.is_none());
        assert_eq!(police.areas[0].figures.law_enforcement_killed, compared(149, Some(200), Some(-26)));
        assert_eq!(police.areas[0].figures.incidents, Comparison::new(None, Some(665)));
    }

    #[test]
    fn a_province_and_its_parts_are_counted_once() {
        let month = ("2023-09-01", "2023-09-30");
        let killed = |area, killed| row("X", month, area, Counts { killed: Some(killed), ..Counts::default() });
        let rest = |rows: Vec<Printed>| {
            let report = report(rows[0].period, rows);
            report.sources[0].unallocated.as_ref().and_then(|rest| rest.killed)
        };
        let parts = || vec![killed("PK", 10), killed("PK-KP-mainland", 4), killed("PK-KP-tribal", 3)];
        assert_eq!(rest(parts()), Some(3));
        assert_eq!(rest(parts().into_iter().chain([killed("PK-KP", 9)]).collect()), Some(3));
        assert_eq!(rest(vec![killed("PK", 10), killed("PK-KP", 9), killed("PK508", 2)]), Some(1));
        assert_eq!(rest(vec![killed("PK", 10), killed("PK508", 2), killed("PK-BA", 9)]), Some(-1));
        assert_eq!(rest(vec![killed("PK", 10)]), None);
    }

    #[test]
    fn sources_stand_side_by_side() {
        let month = ("2023-09-01", "2023-09-30");
        let killed = |source, killed| row(source, month, "PK", Counts { killed: Some(killed), ..Counts::default() });
        let rows = vec![killed("Y", 7), killed("X", 5)];
        let report = report(rows[0].period, rows);
        let totals = report.sources.iter().map(|of| (of.source.as_str(), of.total.as_ref().unwrap().killed.value));
        assert_eq!(totals.collect::<Vec<_>>(), [("X", Some(5)), ("Y", Some(7))]);
    }
}
