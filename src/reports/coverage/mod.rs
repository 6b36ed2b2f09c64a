//! Registered victims beside what each source counted: how many of the dead and injured have been found. Every source
//! is held against the register by itself, and no two of them are added. Readers from elsewhere are told by reporting area
//! and province; districts are told to those who keep their cases.
mod count;
mod sheet;

pub use count::{HarmCount, Places, Register, Registered};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::casualties::{self, Printed};
use super::model::{Period, SourceFigures};
use super::suppression::{Cell, Share};
use crate::incidents::{AreaKind, FigureArea, Measure};
use crate::kernel::time::Date;

/// Which period is meant.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoverageQuestion {
    /// First day, exactly as the sources have it; for readers from elsewhere the first of a month.
    pub from: Date,
    /// Last day; for readers from elsewhere the last of a month.
    pub to: Date,
}

/// Registered victims of the attacks of a period beside official figures of that very period.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CoverageReport {
    pub period: Period,
    /// Counts from 1 to one less are withheld; null where everything is told.
    pub withheld_below: Option<i64>,
    /// Victims by where the attack happened: the country first, then provinces and their parts, then districts.
    pub registered: Vec<RegisteredIn>,
    pub sources: Vec<SourceCoverage>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct RegisteredIn {
    pub area: FigureArea,
    pub area_name: String,
    pub area_kind: AreaKind,
    #[serde(flatten)]
    pub counts: Registered,
}

/// One source beside the register.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SourceCoverage {
    pub source: String,
    pub lines: Vec<Covered>,
    /// What the source counted and gave to none of its areas; nobody can be registered there.
    pub unallocated: Vec<Unallocated>,
}

/// What a source printed for one area, category and harm, beside the register.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Covered {
    pub area: FigureArea,
    pub area_name: String,
    pub area_kind: AreaKind,
    /// `killed`, `injured`, or either of civilians or of law enforcement alone.
    #[schemars(with = "String")]
    pub measure: Measure,
    pub official: i32,
    /// Null too for an area of which the register knows no districts.
    pub registered: Option<Cell>,
    /// Registered of official, in whole percent; above 100 where more are registered than the source counted.
    pub coverage_percent: Share,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Unallocated {
    #[schemars(with = "String")]
    pub measure: Measure,
    /// Negative where the areas are more than the total.
    pub official: i32,
}

/// What is both printed and registered.
const MEASURES: [Measure; 6] = [
    Measure::Killed,
    Measure::Injured,
    Measure::CiviliansKilled,
    Measure::CiviliansInjured,
    Measure::LawEnforcementKilled,
    Measure::LawEnforcementInjured,
];

/// Sets what was printed beside what is registered.
pub fn report(
    period: Period,
    printed: Vec<Printed>,
    register: Register,
    withheld_below: Option<i64>,
) -> CoverageReport {
    let sources = casualties::report(period, printed).sources;
    let sources = sources.into_iter().map(|of| of_source(of, &register)).collect();
    let mut registered = register.listed();
    registered.sort_by(|one, other| (one.area_kind, &one.area).cmp(&(other.area_kind, &other.area)));
    CoverageReport { period, withheld_below, registered, sources }
}

fn of_source(figures: SourceFigures, register: &Register) -> SourceCoverage {
    let SourceFigures { source, areas, total, unallocated } = figures;
    let country = total.map(|total| (FigureArea::country(), "Pakistan".to_owned(), total));
    let areas = areas.into_iter().map(|of| (of.area, of.area_name, of.figures));
    let lines = country.into_iter().chain(areas).flat_map(|(area, name, figures)| {
        let line = |measure: &Measure| {
            let official = figures.get(*measure).value?;
            Some(beside(register, (&area, &name), *measure, official))
        };
        MEASURES.iter().filter_map(line).collect::<Vec<_>>()
    });
    let rest =
        |measure: &Measure| Some(Unallocated { measure: *measure, official: (*unallocated.as_ref()?.get(*measure))? });
    SourceCoverage { source, lines: lines.collect(), unallocated: MEASURES.iter().filter_map(rest).collect() }
}

fn beside(register: &Register, (area, name): (&FigureArea, &str), measure: Measure, official: i32) -> Covered {
    let registered = register.get(area, measure);
    let share = |count: Cell| count.percent_of(Cell::Told(official.into()));
    let coverage_percent = registered.map_or(Share::Nothing, share);
    let (area_kind, area, area_name) = (area.kind(), area.clone(), name.to_owned());
    Covered { area, area_name, area_kind, measure, official, registered, coverage_percent }
}
