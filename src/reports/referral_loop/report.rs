//! The referral loop as it is told. Inside the reader's own area every count is told; elsewhere small ones are not, and
//! neither are the programmes of an organisation from which one could be worked out.
use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::count::{ANSWERS, ENDS, Key, Tallies, Tally};
use crate::access::OrganisationId;
use crate::directory::ProgrammeId;
use crate::kernel::places::Area;
use crate::referrals::Outcome;
use crate::reports::model::Period;
use crate::reports::suppression::{Cell, GuardedLine, Line, Share, guard};

/// Time to answer, ends and outcomes of the referrals requested in a period.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LoopReport {
    pub period: Period,
    pub area: Area,
    /// Counts from 1 to one less are withheld; null where everything is told.
    pub withheld_below: Option<i64>,
    pub total: Told,
    /// Organisations that were asked, by name.
    pub organisations: Vec<OfOrganisation>,
    /// What organisations that were asked little have together; null where each is told by itself.
    pub together: Option<Together>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct OfOrganisation {
    pub organisation_id: OrganisationId,
    pub organisation: String,
    #[serde(flatten)]
    pub told: Told,
    /// By programme; referrals to services that belong to none come first.
    pub programmes: Vec<OfProgramme>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct OfProgramme {
    pub programme_id: Option<ProgrammeId>,
    pub programme: Option<String>,
    #[serde(flatten)]
    pub told: Told,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Together {
    pub organisation_ids: Vec<OrganisationId>,
    #[serde(flatten)]
    pub told: Told,
}

/// Counts of referrals, and what is worked out from them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Told {
    pub requested: Cell,
    pub answered: Cell,
    pub answered_in_time: Cell,
    /// Of those requested, in whole percent.
    pub answered_in_time_percent: Share,
    /// Within how many hours half of the answers came; whole hours, rounded up.
    pub median_hours: Share,
    /// Within how many hours nine of ten answers came; whole hours, rounded up.
    pub p90_hours: Share,
    pub open: Cell,
    /// Nothing is to come of them any more, whatever came of them.
    pub closed: Cell,
    /// Of those requested, in whole percent.
    pub closed_percent: Share,
    pub declined: Cell,
    pub failed: Cell,
    pub withdrawn: Cell,
    pub expired: Cell,
    /// What came of those that were completed.
    pub outcomes: BTreeMap<&'static str, Cell>,
}

/// What organisations and programmes are called.
pub struct Names {
    pub organisations: BTreeMap<OrganisationId, String>,
    pub programmes: BTreeMap<ProgrammeId, String>,
}

/// What a reader is told of `own` referrals, of cases of the reader's own area, and of those `elsewhere`.
/// There no count from 1 to `least` - 1 is told.
pub fn report(
    (period, area): (Period, Area),
    (own, elsewhere): (&Tallies, &Tallies),
    names: &Names,
    least: Option<i64>,
) -> LoopReport {
    let keys: BTreeSet<_> = own.keys().chain(elsewhere.keys()).map(|key| key.organisation).collect();
    let line = |organisation| Line { key: organisation, counts: sum(elsewhere, organisation).breakdowns() };
    let guarded = guard(keys.iter().copied().map(line).collect(), least.unwrap_or_default());
    let (mut organisations, mut together) = (Vec::new(), None);
    for line in guarded.lines {
        let own_sum = sum_all(own, &line.keys);
        let mut all = sum_all(elsewhere, &line.keys);
        all.add(&own_sum, 1);
        if let [organisation] = *line.keys {
            let told = Told::new(&line, &own_sum, &all);
            let programmes = programmes(organisation, (own, elsewhere), (&line, &told), (names, least));
            organisations.push(named(organisation, told, programmes, names));
            continue;
        }
        organisations.extend(line.keys.iter().map(|one| named(*one, Told::nothing(), Vec::new(), names)));
        let told = Told::new(&line, &own_sum, &all);
        together = Some(Together { organisation_ids: line.keys, told });
    }
    organisations.sort_by(|one, other| {
        (&one.organisation, one.organisation_id).cmp(&(&other.organisation, other.organisation_id))
    });
    let keys: Vec<_> = keys.into_iter().collect();
    let own_sum = sum_all(own, &keys);
    let mut all = sum_all(elsewhere, &keys);
    all.add(&own_sum, 1);
    let total = if keys.is_empty() { Told::of(&all) } else { Told::new(&guarded.all, &own_sum, &all) };
    LoopReport { period, area, withheld_below: least, total, organisations, together }
}

fn named(organisation_id: OrganisationId, told: Told, programmes: Vec<OfProgramme>, names: &Names) -> OfOrganisation {
    let organisation = names.organisations.get(&organisation_id).cloned().unwrap_or_default();
    OfOrganisation { organisation_id, organisation, told, programmes }
}

fn of_organisation(tallies: &Tallies, organisation: OrganisationId) -> impl Iterator<Item = (&Key, &Tally)> {
    tallies.range(Key { organisation, programme: None }..).take_while(move |(key, _)| key.organisation == organisation)
}

fn sum(tallies: &Tallies, organisation: OrganisationId) -> Tally {
    let mut sum = Tally::default();
    of_organisation(tallies, organisation).for_each(|(_, tally)| sum.add(tally, 1));
    sum
}

fn sum_all(tallies: &Tallies, organisations: &[OrganisationId]) -> Tally {
    let mut all = Tally::default();
    for one in organisations {
        all.add(&sum(tallies, *one), 1);
    }
    all
}

/// How much of the programmes of one organisation is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Nothing,
    /// How many were requested, and no more.
    Requested,
    Everything,
}

/// All programmes of an organisation are told alike: where one has a small count, no breakdown of any is told. Two of
/// them with two columns can then be filled in more than one way, whatever the totals. An organisation with a single
/// programme has no secrets that are not the programme's.
fn programmes(
    organisation: OrganisationId,
    (own, elsewhere): (&Tallies, &Tallies),
    (line, told): (&GuardedLine<OrganisationId>, &Told),
    (names, least): (&Names, Option<i64>),
) -> Vec<OfProgramme> {
    let keys: BTreeSet<_> = of_organisation(own, organisation)
        .chain(of_organisation(elsewhere, organisation))
        .map(|(key, _)| *key)
        .collect();
    let is_small = |count: &i64| (1..least.unwrap_or_default()).contains(count);
    let of = |tallies: &Tallies, key: &Key| tallies.get(key).cloned().unwrap_or_default();
    let others: Vec<Vec<Vec<i64>>> = keys.iter().map(|key| of(elsewhere, key).breakdowns()).collect();
    let is_told = line.counts.iter().flatten().chain(&line.totals).all(|cell| cell.told().is_some());
    let depth = if others.iter().flatten().any(|breakdown| is_small(&breakdown.iter().sum())) {
        Depth::Nothing
    } else if is_told && !others.iter().flatten().flatten().any(is_small) {
        Depth::Everything
    } else {
        Depth::Requested
    };
    let is_alone = keys.len() == 1;
    let of_programme = |key: Key| {
        let mut all = of(elsewhere, &key);
        all.add(&of(own, &key), 1);
        let told = match depth {
            _ if is_alone => told.clone(),
            Depth::Everything => Told::of(&all),
            Depth::Requested => Told { requested: Cell::Told(all.answers.iter().sum()), ..Told::nothing() },
            Depth::Nothing => Told::nothing(),
        };
        let programme = key.programme.and_then(|id| names.programmes.get(&id).cloned());
        OfProgramme { programme_id: key.programme, programme, told }
    };
    keys.into_iter().map(of_programme).collect()
}

impl Told {
    /// Everything of a tally.
    fn of(tally: &Tally) -> Self {
        let told = |counts: &[i64]| counts.iter().copied().map(Cell::Told).collect::<Vec<_>>();
        let requested = Cell::Told(tally.answers.iter().sum());
        Self::from(requested, (&told(&tally.answers), &told(&tally.ends)), tally)
    }

    /// What is told of a line, with what the reader's own area has of it; `all` is both.
    fn new<K>(line: &GuardedLine<K>, own: &Tally, all: &Tally) -> Self {
        let with = |cells: &[Cell], own: &[i64]| {
            cells.iter().zip(own).map(|(cell, own)| cell.plus(Cell::Told(*own))).collect::<Vec<_>>()
        };
        let [answers, ends] = line.counts.as_slice() else { return Self::nothing() };
        let requested = line.totals.first().copied().unwrap_or(Cell::Withheld);
        let requested = requested.plus(Cell::Told(own.answers.iter().sum()));
        Self::from(requested, (&with(answers, &own.answers), &with(ends, &own.ends)), all)
    }

    fn nothing() -> Self {
        let none = |width| vec![Cell::Withheld; width];
        let nothing = (none(ANSWERS.len()), none(ENDS.len() + Outcome::ALL.len()));
        Self::from(Cell::Withheld, (&nothing.0, &nothing.1), &Tally::default())
    }

    fn from(requested: Cell, (answers, ends): (&[Cell], &[Cell]), tally: &Tally) -> Self {
        let answer = |at: usize| answers.get(at).copied().unwrap_or(Cell::Withheld);
        let end = |word| ENDS.iter().position(|end| *end == word).and_then(|at| ends.get(at)).copied();
        let end = |word| end(word).unwrap_or(Cell::Withheld);
        let less =
            |cell: Cell| requested.told().zip(cell.told()).map_or(Cell::Withheld, |(all, part)| Cell::Told(all - part));
        let (answered, in_time, closed) = (less(answer(0)), answer(1), less(end("open")));
        let hours = |of| match (answered, tally.percentile(of)) {
            (Cell::Withheld, _) => Share::Withheld,
            (Cell::Told(_), hours) => hours.map_or(Share::Nothing, Share::Told),
        };
        Self {
            requested,
            answered,
            answered_in_time: in_time,
            answered_in_time_percent: in_time.percent_of(requested),
            median_hours: hours(50),
            p90_hours: hours(90),
            open: end("open"),
            closed,
            closed_percent: closed.percent_of(requested),
            declined: end("declined"),
            failed: end("failed"),
            withdrawn: end("withdrawn"),
            expired: end("expired"),
            outcomes: Outcome::ALL.iter().map(|one| one.word()).zip(ends.iter().skip(ENDS.len()).copied()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::referral_loop::count::{EndedSo, TookSo, tallies};

    fn key(organisation: OrganisationId, programme: Option<ProgrammeId>) -> Key {
        Key { organisation, programme }
    }

    /// So many referrals that were completed and helped within two hours, and so many that are open.
    fn tallied(all: &[(Key, i64, i64)]) -> Tallies {
        let of = |state: &str, outcome: Option<&str>, (key, count, answer)| EndedSo {
            key,
            state: state.into(),
            outcome: outcome.map(str::to_owned),
            answer,
            count,
        };
        let helped = all.iter().map(|(key, helped, _)| of("completed", Some("helped"), (*key, *helped, 1)));
        let open = all.iter().map(|(key, _, open)| of("requested", None, (*key, *open, 0)));
        let hours = all.iter().map(|(key, helped, _)| TookSo { key: *key, hours: 2, count: *helped });
        tallies(helped.chain(open).collect(), hours.collect()).unwrap()
    }

    fn told(own: &[(Key, i64, i64)], elsewhere: &[(Key, i64, i64)], least: Option<i64>) -> LoopReport {
        let period = Period { from: "2026-10-01".parse().unwrap(), to: "2026-10-31".parse().unwrap() };
        let names = Names { organisations: BTreeMap::new(), programmes: BTreeMap::new() };
        report((period, Area::Country), (&tallied(own), &tallied(elsewhere)), &names, least)
    }

    #[test]
    fn what_is_small_elsewhere_is_told_as_far_as_it_is_the_reader_s_own() {
        let (one, two) = (OrganisationId::new(), OrganisationId::new());
        let own = [(key(one, None), 1, 0)];
        let elsewhere = [(key(one, None), 9, 7), (key(two, None), 20, 2)];
        let report = told(&own, &elsewhere, Some(5));
        let of = |id| report.organisations.iter().find(|of| of.organisation_id == id).unwrap();
        assert_eq!(of(one).told.requested, Cell::Told(17));
        assert_eq!(of(two).told.requested, Cell::Told(22));
        assert_eq!((of(two).told.open, of(two).told.answered), (Cell::Withheld, Cell::Withheld));
        assert_eq!(of(two).told.median_hours, Share::Withheld);
        // The open one of the other organisation would tell by the total how many these are.
        assert_eq!((of(one).told.open, report.total.requested), (Cell::Withheld, Cell::Told(39)));
        assert!(report.together.is_none());
    }

    #[test]
    fn organisations_that_were_asked_little_are_told_together() {
        let ids: Vec<_> = (0..3).map(|_| OrganisationId::new()).collect();
        let elsewhere = [(key(ids[0], None), 2, 0), (key(ids[1], None), 6, 0), (key(ids[2], None), 60, 0)];
        let report = told(&[], &elsewhere, Some(5));
        let together = report.together.unwrap();
        assert_eq!((together.organisation_ids, together.told.requested), (ids[..2].to_vec(), Cell::Told(8)));
        assert_eq!(together.told.median_hours, Share::Told(2));
        let requested = |id| report.organisations.iter().find(|of| of.organisation_id == id).unwrap().told.requested;
        assert_eq!([0, 1, 2].map(|at: usize| requested(ids[at])), [Cell::Withheld, Cell::Withheld, Cell::Told(60)]);
    }

    #[test]
    fn programmes_of_one_organisation_are_told_alike() {
        let one = OrganisationId::new();
        let programmes = [Some(ProgrammeId::new()), Some(ProgrammeId::new())];
        let of = |report: LoopReport| {
            let programmes = report.organisations.into_iter().flat_map(|of| of.programmes);
            programmes.map(|of| (of.told.requested, of.told.open)).collect::<Vec<_>>()
        };
        let lines = |small| [(key(one, programmes[0]), 9, small), (key(one, programmes[1]), 8, 8)];
        let all = [(Cell::Told(15), Cell::Told(6)), (Cell::Told(16), Cell::Told(8))];
        assert_eq!(of(told(&[], &lines(6), Some(5))), all);
        let requested = [(Cell::Told(11), Cell::Withheld), (Cell::Told(16), Cell::Withheld)];
        assert_eq!(of(told(&[], &lines(2), Some(5))), requested);
        let whole = [(Cell::Told(11), Cell::Told(2)), (Cell::Told(16), Cell::Told(8))];
        assert_eq!(of(told(&lines(2), &[], None)), whole);
    }
}
