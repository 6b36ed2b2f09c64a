//! Counts of the referral loop, as they come from the database and as they are added up. Every referral is counted once
//! in each breakdown; a state that there is none of is refused.
use std::collections::BTreeMap;

use crate::access::OrganisationId;
use crate::directory::ProgrammeId;
use crate::error::{Error, Result};
use crate::kernel::words::Word as _;
use crate::referrals::Outcome;

/// Who was asked: an organisation, for one of its programmes or for a service that belongs to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub organisation: OrganisationId,
    pub programme: Option<ProgrammeId>,
}

/// So many referrals stand so and were answered so.
#[derive(Debug, Clone)]
pub struct EndedSo {
    pub key: Key,
    pub state: String,
    pub outcome: Option<String>,
    /// 0 without an answer, 1 with one in time, 2 with a late one.
    pub answer: i32,
    pub count: i64,
}

/// So many referrals were answered in so many hours, rounded up.
#[derive(Debug, Clone, Copy)]
pub struct TookSo {
    pub key: Key,
    pub hours: i64,
    pub count: i64,
}

/// The columns of a breakdown by answer.
pub const ANSWERS: [&str; 3] = ["unanswered", "answered_in_time", "answered_late"];
/// The columns of a breakdown by end, before those of the outcomes of completed referrals.
pub const ENDS: [&str; 5] = ["open", "declined", "failed", "withdrawn", "expired"];

/// What is counted of some referrals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// As `ANSWERS` has them.
    pub answers: Vec<i64>,
    /// As `ENDS` has them, then the outcomes.
    pub ends: Vec<i64>,
    /// How many were answered within so many hours.
    pub hours: BTreeMap<i64, i64>,
}

pub type Tallies = BTreeMap<Key, Tally>;

impl Default for Tally {
    fn default() -> Self {
        let width = ENDS.len() + Outcome::ALL.len();
        Self { answers: vec![0; ANSWERS.len()], ends: vec![0; width], hours: BTreeMap::new() }
    }
}

impl Tally {
    /// Adds `times` times another: 1 to add it, -1 to take it away.
    pub fn add(&mut self, other: &Self, times: i64) {
        let counts = self.answers.iter_mut().zip(&other.answers).chain(self.ends.iter_mut().zip(&other.ends));
        counts.for_each(|(sum, count)| *sum += times * count);
        for (hours, count) in &other.hours {
            *self.hours.entry(*hours).or_default() += times * count;
        }
    }

    pub fn breakdowns(&self) -> Vec<Vec<i64>> {
        vec![self.answers.clone(), self.ends.clone()]
    }

    /// Within how many hours so many of a hundred were answered; nothing if none was.
    pub fn percentile(&self, of_hundred: i64) -> Option<i64> {
        let answered: i64 = self.hours.values().sum();
        let rank = (of_hundred * answered + 99) / 100;
        let mut passed = 0;
        self.hours.iter().find_map(|(hours, count)| {
            passed += count;
            (rank > 0 && passed >= rank).then_some(*hours)
        })
    }
}

/// The counts of each key.
pub fn tallies(ends: Vec<EndedSo>, hours: Vec<TookSo>) -> Result<Tallies> {
    let mut all = Tallies::new();
    for ended in ends {
        let column = column(&ended.state, ended.outcome.as_deref()).ok_or(Error::Corrupt("referral"))?;
        let answer = usize::try_from(ended.answer).map_err(|_| Error::Corrupt("referral"))?;
        let tally = all.entry(ended.key).or_default();
        *tally.ends.get_mut(column).ok_or(Error::Corrupt("referral"))? += ended.count;
        *tally.answers.get_mut(answer).ok_or(Error::Corrupt("referral"))? += ended.count;
    }
    for took in hours {
        *all.entry(took.key).or_default().hours.entry(took.hours).or_default() += took.count;
    }
    Ok(all)
}

fn column(state: &str, outcome: Option<&str>) -> Option<usize> {
    let end = match (state, outcome) {
        ("requested" | "accepted" | "in_progress", None) => "open",
        ("completed", Some(outcome)) => {
            let outcome = Outcome::from_word(outcome)?;
            return Outcome::ALL.iter().position(|one| *one == outcome).map(|at| ENDS.len() + at);
        }
        (state, None) => state,
        _ => return None,
    };
    ENDS.iter().position(|one| *one == end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key { organisation: OrganisationId::new(), programme: None }
    }

    fn took(hours: &[(i64, i64)]) -> Tally {
        let key = key();
        let hours = hours.iter().map(|(hours, count)| TookSo { key, hours: *hours, count: *count }).collect();
        tallies(Vec::new(), hours).unwrap().remove(&key).unwrap()
    }

    #[test]
    fn a_percentile_is_the_hour_within_which_so_many_were_answered() {
        let tally = took(&[(1, 5), (2, 4), (72, 1)]);
        assert_eq!([50, 90, 91, 100].map(|of| tally.percentile(of)), [Some(1), Some(2), Some(72), Some(72)]);
        assert_eq!(took(&[(3, 1)]).percentile(50), Some(3));
        assert_eq!(Tally::default().percentile(50), None);
    }

    #[test]
    fn every_state_has_its_column_and_what_cannot_be_is_refused() {
        let moves = crate::referrals::moves::MOVES;
        for state in moves.iter().flat_map(|step| [step.from, step.to]) {
            let outcome = (state == "completed").then_some("helped");
            assert!(column(state, outcome).is_some(), "{state}");
        }
        assert_eq!(column("completed", None), None);
        assert_eq!(column("completed", Some("better")), None);
        assert_eq!(column("accepted", Some("helped")), None);
    }
}
