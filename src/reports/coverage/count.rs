//! The register: victims by where the attack happened, what they were and how they were harmed. Whoever died is counted
//! among the killed alone. Outside the reader's own area no small count is told.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::RegisteredIn;
use crate::access::policy::covers;
use crate::error::{Error, Result};
use crate::incidents::{FigureArea, Measure};
use crate::kernel::places::{Area, Pcode, Province};
use crate::reports::suppression::{Cell, Line, guard};
use crate::victims::{Category, Harm};

/// So many victims of attacks in a district are alike.
#[derive(Debug, Clone)]
pub struct HarmCount {
    pub district: Pcode,
    pub category: Category,
    pub harm: Harm,
    pub count: i64,
}

/// Districts by code: the name, and whether it was a tribal district (FATA) until the merger of May 2018.
pub type Places = BTreeMap<Pcode, (String, bool)>;

/// Victims by category and harm. Everybody who is not a civilian counts as law enforcement, as the ministry counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Registered {
    pub killed: Cell,
    pub injured: Cell,
    pub civilians_killed: Cell,
    pub civilians_injured: Cell,
    pub law_enforcement_killed: Cell,
    pub law_enforcement_injured: Cell,
}

impl Registered {
    /// From civilians killed and injured, law enforcement killed and injured.
    fn of([civilians_killed, civilians_injured, law_killed, law_injured]: [Cell; 4]) -> Self {
        Self {
            killed: civilians_killed.plus(law_killed),
            injured: civilians_injured.plus(law_injured),
            civilians_killed,
            civilians_injured,
            law_enforcement_killed: law_killed,
            law_enforcement_injured: law_injured,
        }
    }

    /// What is registered of a measure, if it counts persons.
    pub fn get(&self, measure: Measure) -> Option<Cell> {
        match measure {
            Measure::Killed => Some(self.killed),
            Measure::Injured => Some(self.injured),
            Measure::CiviliansKilled => Some(self.civilians_killed),
            Measure::CiviliansInjured => Some(self.civilians_injured),
            Measure::LawEnforcementKilled => Some(self.law_enforcement_killed),
            Measure::LawEnforcementInjured => Some(self.law_enforcement_injured),
            Measure::Incidents | Measure::SuicideAttacks => None,
        }
    }
}

/// What a reader is told of registered victims.
pub struct Register {
    areas: BTreeMap<FigureArea, (String, [Cell; 4])>,
    own: Area,
}

type Four = [i64; 4];

impl Register {
    /// `own` is the area that the reader sees whole; elsewhere no count from 1 to `least` - 1 is told, and districts are
    /// told only as the parts of the country that figures are printed for.
    pub fn of(rows: &[HarmCount], places: &Places, (own, least): (&Area, i64)) -> Result<Self> {
        let mut parts: BTreeMap<FigureArea, (Four, Four)> = BTreeMap::new();
        for part in parts_of_the_country()? {
            parts.insert(part, Default::default());
        }
        let mut areas = BTreeMap::new();
        let mut districts: BTreeMap<Pcode, Four> = BTreeMap::new();
        for row in rows {
            let is_tribal = places.get(&row.district).is_some_and(|(_, is_tribal)| *is_tribal);
            let (mine, others) = parts.entry(part_of(row.district, is_tribal)?).or_default();
            let is_own = covers(own, row.district);
            add(if is_own { mine } else { others }, row);
            if is_own {
                add(districts.entry(row.district).or_default(), row);
            }
        }
        for (district, counts) in districts {
            let name = places.get(&district).map(|(name, _)| name.clone()).unwrap_or_default();
            areas.insert(area(district.as_str())?, (name, counts.map(Cell::Told)));
        }
        let lines = parts.iter().map(|(part, (_, others))| Line { key: part.clone(), counts: vec![others.to_vec()] });
        let guarded = guard(lines.collect(), least);
        let all_mine = parts.values().fold(Four::default(), |sum, (mine, _)| together(sum, *mine));
        let country = with(&guarded.all.counts, all_mine);
        areas.insert(FigureArea::country(), (FigureArea::country().name(), country));
        for line in &guarded.lines {
            for part in &line.keys {
                let mine = parts.get(part).map(|(mine, _)| *mine).unwrap_or_default();
                let cells = if line.keys.len() == 1 { with(&line.counts, mine) } else { [Cell::Withheld; 4] };
                areas.insert(part.clone(), (part.name(), cells));
            }
        }
        let mut register = Self { areas, own: own.clone() };
        register.add_whole_province()?;
        Ok(register)
    }

    /// The province that is told in two parts is told as their sum too.
    fn add_whole_province(&mut self) -> Result<()> {
        let of = |part: &str| Ok::<_, Error>(self.areas.get(&area(part)?).map(|(_, cells)| *cells));
        if let (Some(one), Some(two)) = (of(TRIBAL)?, of(MAINLAND)?) {
            let whole = area(Province::KhyberPakhtunkhwa.word())?;
            let sum = both(one, two, Cell::plus);
            self.areas.insert(whole.clone(), (whole.name(), sum));
        }
        Ok(())
    }

    /// What is registered of a measure in an area; nothing for areas of which nobody knows the districts.
    pub fn get(&self, area: &FigureArea, measure: Measure) -> Option<Cell> {
        if let Some((_, cells)) = self.areas.get(area) {
            return Registered::of(*cells).get(measure);
        }
        let is_own = covers(&self.own, area.district()?);
        Some(if is_own { Cell::Told(0) } else { Cell::Withheld })
    }

    pub fn listed(self) -> Vec<RegisteredIn> {
        let listed = |(area, (area_name, cells)): (FigureArea, (String, [Cell; 4]))| RegisteredIn {
            area_kind: area.kind(),
            area,
            area_name,
            counts: Registered::of(cells),
        };
        self.areas.into_iter().map(listed).collect()
    }
}

const TRIBAL: &str = "PK-KP-tribal";
const MAINLAND: &str = "PK-KP-mainland";

fn area(text: &str) -> Result<FigureArea> {
    text.parse().map_err(|_| Error::Corrupt("district"))
}

/// The parts that sources print figures for: provinces, Khyber Pakhtunkhwa in two.
fn parts_of_the_country() -> Result<Vec<FigureArea>> {
    let whole = Province::ALL.iter().filter(|province| **province != Province::KhyberPakhtunkhwa);
    whole.map(|province| province.word()).chain([TRIBAL, MAINLAND]).map(area).collect()
}

fn part_of(district: Pcode, is_tribal: bool) -> Result<FigureArea> {
    match Province::from_pcode_prefix(district.as_str()) {
        Some(Province::KhyberPakhtunkhwa) => area(if is_tribal { TRIBAL } else { MAINLAND }),
        Some(province) => area(province.word()),
        None => Err(Error::Corrupt("district")),
    }
}

fn add(counts: &mut Four, row: &HarmCount) {
    let [civilians_killed, civilians_injured, law_killed, law_injured] = counts;
    let sum = match (row.category, row.harm) {
        (Category::Civilian, Harm::Dead) => civilians_killed,
        (Category::Civilian, Harm::Injured) => civilians_injured,
        (_, Harm::Dead) => law_killed,
        (_, Harm::Injured) => law_injured,
        (_, Harm::Missing | Harm::Bereaved | Harm::Property) => return,
    };
    *sum += row.count;
}

fn together(one: Four, other: Four) -> Four {
    both(one, other, |one, other| one + other)
}

fn both<T: Copy>(one: [T; 4], other: [T; 4], add: impl Fn(T, T) -> T) -> [T; 4] {
    let mut others = other.into_iter();
    one.map(|count| others.next().map_or(count, |other| add(count, other)))
}

/// What is told of others, with what is the reader's own.
fn with(told: &[Vec<Cell>], mine: Four) -> [Cell; 4] {
    let mut cells = told.iter().flatten().copied().chain(std::iter::repeat(Cell::Withheld));
    mine.map(|own| cells.next().unwrap_or(Cell::Withheld).plus(Cell::Told(own)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        let place = |(code, is_tribal): (&str, bool)| (code.parse().unwrap(), (code.to_owned(), is_tribal));
        [("PK508", false), ("PK510", true), ("PK601", false)].map(place).into()
    }

    fn rows(all: &[(&str, Category, Harm, i64)]) -> Vec<HarmCount> {
        let row = |&(district, category, harm, count): &(&str, Category, Harm, i64)| HarmCount {
            district: district.parse().unwrap(),
            category,
            harm,
            count,
        };
        all.iter().map(row).collect()
    }

    fn told(rows: &[HarmCount], own: &str, least: i64, of: &str) -> Option<Registered> {
        let register = Register::of(rows, &places(), (&own.parse().unwrap(), least)).unwrap();
        register.areas.get(&of.parse().unwrap()).map(|(_, cells)| Registered::of(*cells))
    }

    #[test]
    fn a_province_is_the_sum_of_its_parts_and_the_country_that_of_all() {
        let rows = rows(&[
            ("PK508", Category::Civilian, Harm::Dead, 1),
            ("PK510", Category::Levies, Harm::Dead, 2),
            ("PK510", Category::Civilian, Harm::Injured, 4),
            ("PK510", Category::Civilian, Harm::Bereaved, 9),
            ("PK601", Category::Police, Harm::Injured, 8),
        ]);
        let killed = |area| told(&rows, "PK", 5, area).map(|counts| (counts.killed, counts.injured));
        let (one, zero) = (Cell::Told(1), Cell::Told(0));
        assert_eq!(killed("PK-KP-mainland"), Some((one, zero)));
        assert_eq!(killed("PK-KP-tribal"), Some((Cell::Told(2), Cell::Told(4))));
        assert_eq!(killed("PK-KP"), Some((Cell::Told(3), Cell::Told(4))));
        assert_eq!(killed("PK"), Some((Cell::Told(3), Cell::Told(12))));
        assert_eq!((killed("PK508"), killed("PK-SD")), (Some((one, zero)), Some((zero, zero))));
    }

    #[test]
    fn elsewhere_districts_and_small_parts_are_not_told() {
        let rows = rows(&[
            ("PK508", Category::Civilian, Harm::Dead, 30),
            ("PK510", Category::Civilian, Harm::Dead, 3),
            ("PK601", Category::Civilian, Harm::Dead, 40),
        ]);
        let killed = |own, area| told(&rows, own, 5, area).map(|counts| counts.civilians_killed);
        assert_eq!(killed("PK701", "PK508"), None);
        assert_eq!(killed("PK701", "PK-KP-tribal"), Some(Cell::Withheld));
        assert_eq!(killed("PK701", "PK-KP"), Some(Cell::Withheld));
        assert_eq!(killed("PK701", "PK-PB"), Some(Cell::Told(40)));
        assert_eq!(killed("PK701", "PK"), Some(Cell::Told(73)));
        assert_eq!(killed("PK-KP", "PK-KP-tribal"), Some(Cell::Told(3)));
        assert_eq!(killed("PK-KP", "PK510"), Some(Cell::Told(3)));
    }
}
