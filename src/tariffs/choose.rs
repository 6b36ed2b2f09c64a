//! Which lines pay for a harm of one incident, and why the others do not. It refuses to add them up: a schedule and a
//! package may both pay, and so may two governments, each on a claim of its own.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::line::TariffLine;
use super::model::Instrument;
use super::words::{HarmCode, InstrumentKind, TariffStatus, Track};
use crate::directory::Coverage;
use crate::incidents::IncidentId;
use crate::kernel::places::Province;
use crate::kernel::time::Date;
use crate::kernel::words::words;

/// An instrument with every line that it ever had.
#[derive(Debug, Clone)]
pub struct Tariff {
    pub instrument: Instrument,
    pub lines: Vec<TariffLine>,
}

/// What a tariff is looked for by.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    pub incident: IncidentId,
    /// The day of the incident, which decides what a schedule pays.
    pub occurred_on: Date,
    /// Where it happened.
    pub province: Province,
    /// Of the victim.
    pub track: Track,
    /// A package is told after its incident and may be raised later; so it pays what it says today.
    pub today: Date,
}

words! {
    /// Why a line is only to be looked at.
    pub enum LookOnly {
        BillOnly = "bill_only",
        Announced = "announced",
        Historic = "historic",
        SupersededUnknown = "superseded_unknown",
        /// It began after the incident, or has not begun.
        BeginsLater = "begins_later",
        /// Another line had taken its place by then.
        Superseded = "superseded",
        OtherTrack = "other_track",
        /// The package is for another incident, or for none that is linked.
        OtherIncident = "other_incident",
    }
}

/// A line, and whether money can be awarded on it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    pub instrument: Instrument,
    pub line: TariffLine,
    /// Left out if the line pays.
    pub look_only: Option<LookOnly>,
}

/// Every line of the federation and of the incident's province, for one harm or for all: those that pay first.
pub fn choose(asked: &Asked, harm: Option<HarmCode>, tariffs: &[Tariff]) -> Vec<Choice> {
    let mut choices = Vec::new();
    for Tariff { instrument, lines } in tariffs.iter().filter(|tariff| is_here(tariff, asked.province)) {
        for line in lines.iter().filter(|line| harm.is_none_or(|harm| line.facts.harm == harm)) {
            let look_only = against(asked, instrument, line);
            choices.push(Choice { instrument: instrument.clone(), line: line.clone(), look_only });
        }
    }
    choices.sort_by_key(|choice| choice.look_only.is_some());
    choices
}

/// Every line that a government has promised for one incident, whether or not it has sanctioned it.
pub fn promised<'a>(asked: &Asked, tariffs: &'a [Tariff]) -> impl Iterator<Item = (&'a Instrument, &'a TariffLine)> {
    let asked = *asked;
    let all = tariffs.iter().filter(move |tariff| is_here(tariff, asked.province));
    let all = all.flat_map(|Tariff { instrument, lines }| lines.iter().map(move |line| (instrument, line)));
    all.filter(move |(instrument, line)| {
        let statuses = [instrument.facts.status, line.facts.status];
        let are_promises = statuses.iter().all(|one| one.is_payable() || *one == TariffStatus::Announced);
        are_promises && unfit(&asked, instrument, line).is_none()
    })
}

fn is_here(tariff: &Tariff, province: Province) -> bool {
    match tariff.instrument.facts.jurisdiction {
        Coverage::Country => true,
        Coverage::Province(own) => own == province,
        Coverage::District(_) => false,
    }
}

/// What stands against awarding a line.
fn against(asked: &Asked, instrument: &Instrument, line: &TariffLine) -> Option<LookOnly> {
    let of_status = instrument.facts.status.look_only().or(line.facts.status.look_only());
    of_status.or_else(|| unfit(asked, instrument, line))
}

/// Why a line says nothing of the incident and the victim.
fn unfit(asked: &Asked, instrument: &Instrument, line: &TariffLine) -> Option<LookOnly> {
    let facts = &instrument.facts;
    let is_package = facts.kind == InstrumentKind::IncidentPackage;
    let day = if is_package { asked.today } else { asked.occurred_on };
    let unfit = [
        (!facts.track.is_for(asked.track), LookOnly::OtherTrack),
        (is_package && facts.incident_id != Some(asked.incident), LookOnly::OtherIncident),
        (day < line.facts.valid_from, LookOnly::BeginsLater),
        (!line.holds_on(day), LookOnly::Superseded),
    ];
    unfit.into_iter().find_map(|(is_so, why)| is_so.then_some(why))
}

impl Track {
    /// Whether somebody of track `victim` may be paid by it. A civilian may have been hit across the line of control;
    /// whoever verifies the claim knows.
    pub const fn is_for(self, victim: Self) -> bool {
        matches!(
            (self, victim),
            (Self::Civilian | Self::LocFiring, Self::Civilian | Self::LocFiring)
                | (Self::LawEnforcement, Self::LawEnforcement)
        )
    }
}

impl TariffStatus {
    const fn look_only(self) -> Option<LookOnly> {
        match self {
            Self::InForce | Self::Approved | Self::Paid => None,
            Self::Announced => Some(LookOnly::Announced),
            Self::BillOnly => Some(LookOnly::BillOnly),
            Self::Historic => Some(LookOnly::Historic),
            Self::SupersededUnknown => Some(LookOnly::SupersededUnknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::tests::{instrument, line};
    use super::*;

    fn asked() -> Asked {
        Asked {
            incident: IncidentId::new(),
            occurred_on: "2024-03-01".parse().unwrap(),
            province: Province::Punjab,
            track: Track::Civilian,
            today: "2026-11-21".parse().unwrap(),
        }
    }

    fn tariff(kind: InstrumentKind, place: &str, lines: Vec<TariffLine>) -> Tariff {
        Tariff { instrument: instrument(kind, place), lines }
    }

    fn why(asked: &Asked, tariffs: &[Tariff]) -> Vec<Option<LookOnly>> {
        choose(asked, Some(HarmCode::Death), tariffs).iter().map(|choice| choice.look_only).collect()
    }

    #[test]
    fn the_day_of_the_incident_decides_what_a_schedule_pays() {
        let mut old = line(HarmCode::Death, 1, "2016-09-02", TariffStatus::InForce);
        old.valid_to = Some("2024-12-31".parse().unwrap());
        let new = line(HarmCode::Death, 2, "2025-01-01", TariffStatus::InForce);
        let tariffs = [tariff(InstrumentKind::Standing, "PK-PB", vec![old, new])];
        let at = |day: &str| Asked { occurred_on: day.parse().unwrap(), ..asked() };
        for (day, rupees) in [("2016-09-02", 1), ("2024-12-31", 1), ("2025-01-01", 2)] {
            let pays = choose(&at(day), Some(HarmCode::Death), &tariffs);
            let pays: Vec<_> = pays.iter().filter(|choice| choice.look_only.is_none()).collect();
            assert_eq!(pays.len(), 1);
            assert_eq!(pays[0].line.facts.amount_paisa.get(), rupees * 100, "{day}");
        }
        assert_eq!(why(&at("2016-09-01"), &tariffs), [Some(LookOnly::BeginsLater); 2]);
        assert_eq!(why(&at("2025-01-01"), &tariffs), [None, Some(LookOnly::Superseded)]);
    }

    #[test]
    fn a_schedule_and_a_package_both_pay_and_so_do_two_governments() {
        let asked = asked();
        let death = || vec![line(HarmCode::Death, 1, "2014-01-01", TariffStatus::InForce)];
        let told_later = vec![line(HarmCode::Death, 5, "2026-02-11", TariffStatus::Approved)];
        let mut package = tariff(InstrumentKind::IncidentPackage, "PK", told_later);
        package.instrument.facts.incident_id = Some(asked.incident);
        let tariffs = [
            tariff(InstrumentKind::Standing, "PK-PB", death()),
            tariff(InstrumentKind::Standing, "PK", death()),
            package.clone(),
            tariff(InstrumentKind::Standing, "PK-SD", death()),
        ];
        assert_eq!(why(&asked, &tariffs), [None, None, None], "Sindh's does not show");
        package.instrument.facts.incident_id = Some(IncidentId::new());
        assert_eq!(why(&asked, &[package.clone()]), [Some(LookOnly::OtherIncident)]);
        package.instrument.facts.incident_id = None;
        assert_eq!(why(&asked, &[package]), [Some(LookOnly::OtherIncident)]);
    }

    #[test]
    fn what_is_not_sanctioned_is_only_looked_at_whether_the_instrument_or_the_line_says_so() {
        let with = |of: TariffStatus, on: TariffStatus| {
            let mut one = tariff(InstrumentKind::Standing, "PK", vec![line(HarmCode::Death, 1, "2014-01-01", on)]);
            one.instrument.facts.status = of;
            why(&asked(), &[one])[0]
        };
        for status in TariffStatus::ALL {
            assert_eq!(with(*status, TariffStatus::InForce).is_none(), status.is_payable());
            assert_eq!(with(TariffStatus::InForce, *status).is_none(), status.is_payable());
        }
    }

    #[test]
    fn nobody_is_paid_by_the_track_of_others() {
        let death = vec![line(HarmCode::Death, 1, "2014-01-01", TariffStatus::InForce)];
        let mut one = tariff(InstrumentKind::Standing, "PK", death);
        let mut of = |track, victim| {
            one.instrument.facts.track = track;
            why(&Asked { track: victim, ..asked() }, std::slice::from_ref(&one))[0]
        };
        assert_eq!(of(Track::Civilian, Track::LawEnforcement), Some(LookOnly::OtherTrack));
        assert_eq!(of(Track::LawEnforcement, Track::Civilian), Some(LookOnly::OtherTrack));
        assert_eq!(of(Track::LocFiring, Track::Civilian), None);
        assert_eq!(of(Track::LawEnforcement, Track::LawEnforcement), None);
    }
}
