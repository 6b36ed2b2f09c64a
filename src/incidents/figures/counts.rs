//! What is counted. A count that a source did not print is absent, which is not zero; a negative one is refused.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Fault;
use crate::kernel::words::words;

words! {
    /// What a figure of a period counts.
    pub enum Measure {
        Incidents = "incidents",
        Killed = "killed",
        Injured = "injured",
        CiviliansKilled = "civilians_killed",
        CiviliansInjured = "civilians_injured",
        LawEnforcementKilled = "law_enforcement_killed",
        LawEnforcementInjured = "law_enforcement_injured",
        SuicideAttacks = "suicide_attacks",
    }
}

/// Something for each measure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FiguresOf{T}")]
pub struct Figures<T> {
    /// Attacks.
    pub incidents: T,
    pub killed: T,
    pub injured: T,
    pub civilians_killed: T,
    pub civilians_injured: T,
    pub law_enforcement_killed: T,
    pub law_enforcement_injured: T,
    pub suicide_attacks: T,
}

/// What one source printed for one period and area.
pub type Counts = Figures<Option<i32>>;

impl<T> Figures<T> {
    pub fn each(mut make: impl FnMut(Measure) -> T) -> Self {
        Self {
            incidents: make(Measure::Incidents),
            killed: make(Measure::Killed),
            injured: make(Measure::Injured),
            civilians_killed: make(Measure::CiviliansKilled),
            civilians_injured: make(Measure::CiviliansInjured),
            law_enforcement_killed: make(Measure::LawEnforcementKilled),
            law_enforcement_injured: make(Measure::LawEnforcementInjured),
            suicide_attacks: make(Measure::SuicideAttacks),
        }
    }

    pub const fn get(&self, measure: Measure) -> &T {
        match measure {
            Measure::Incidents => &self.incidents,
            Measure::Killed => &self.killed,
            Measure::Injured => &self.injured,
            Measure::CiviliansKilled => &self.civilians_killed,
            Measure::CiviliansInjured => &self.civilians_injured,
            Measure::LawEnforcementKilled => &self.law_enforcement_killed,
            Measure::LawEnforcementInjured => &self.law_enforcement_injured,
            Measure::SuicideAttacks => &self.suicide_attacks,
        }
    }
}

impl Counts {
    pub(super) fn faults(&self) -> Vec<Fault> {
        faults(Measure::ALL.iter().map(|measure| (measure.word(), *self.get(*measure))))
    }
}

/// What one source said of one incident.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Casualties {
    pub killed: Option<i32>,
    pub injured: Option<i32>,
    pub civilians_killed: Option<i32>,
    pub civilians_injured: Option<i32>,
    pub law_enforcement_killed: Option<i32>,
    pub law_enforcement_injured: Option<i32>,
}

impl Casualties {
    pub(super) fn faults(&self) -> Vec<Fault> {
        let named = [
            (Measure::Killed, self.killed),
            (Measure::Injured, self.injured),
            (Measure::CiviliansKilled, self.civilians_killed),
            (Measure::CiviliansInjured, self.civilians_injured),
            (Measure::LawEnforcementKilled, self.law_enforcement_killed),
            (Measure::LawEnforcementInjured, self.law_enforcement_injured),
        ];
        faults(named.map(|(measure, count)| (measure.word(), count)).into_iter())
    }
}

/// Sources contradict themselves (civilians killed above all killed), and are kept as they do; only what cannot be a
/// count is refused, and a figure without one.
fn faults(counts: impl Iterator<Item = (&'static str, Option<i32>)>) -> Vec<Fault> {
    const MOST: i32 = 1_000_000;
    let given: Vec<_> = counts.filter_map(|(name, count)| Some((name, count?))).collect();
    if given.is_empty() {
        return vec![Fault::new("", "no_figure", "give at least one figure")];
    }
    let wrong = given.iter().filter(|(_, count)| !(0..=MOST).contains(count));
    wrong.map(|(name, _)| Fault::new(format!("/{name}"), "out_of_range", "expected 0 to 1000000")).collect()
}
