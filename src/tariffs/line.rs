//! One amount for one harm from a day on. It refuses to be changed: a later line takes its place, and names it.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Instrument, InstrumentId};
use super::words::{HarmCode, TariffStatus};
use crate::access::UserId;
use crate::directory::Confidence;
use crate::error::{Error, Fault, Result};
use crate::kernel::ids::Id;
use crate::kernel::money::Paisa;
use crate::kernel::text::Line;
use crate::kernel::time::{Date, Time};
use crate::work::Event;

pub type LineId = Id<TariffLine>;

/// The most that a line may name: a thousand million rupees, a hundred times the most ever approved. More is a slip.
pub const MOST: Paisa = Paisa::new(100_000_000_000);

/// What an instrument pays for a harm from a day on.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct TariffLine {
    pub id: LineId,
    pub instrument_id: InstrumentId,
    #[serde(flatten)]
    pub facts: LineFacts,
    /// The last day; none as long as no line has taken its place. Before `valid_from` if it never came to hold.
    pub valid_to: Option<Date>,
    pub recorded_at: Time,
    pub recorded_by: UserId,
}

/// What is told of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineFacts {
    pub harm: HarmCode,
    /// In paisa, a hundredth of a rupee; from 1 to 100,000,000,000.
    pub amount_paisa: Paisa,
    /// The first day. A schedule pays for incidents from then on; of a package it is the day it was told.
    pub valid_from: Date,
    pub status: TariffStatus,
    pub confidence: Confidence,
    pub source: Line<500>,
    /// The line of this harm whose place it takes; none if it is the first.
    #[serde(default)]
    pub supersedes: Option<LineId>,
}

impl LineFacts {
    /// Refuses an amount that cannot be meant.
    pub fn check(&self) -> Result<()> {
        if self.amount_paisa > Paisa::ZERO && self.amount_paisa <= MOST {
            return Ok(());
        }
        Err(Error::invalid("/amount_paisa", "out_of_range", "an amount is from 1 to 100,000,000,000 paisa"))
    }

    /// Refuses to begin before the line whose place it takes: on those days both would hold. On the same day it corrects
    /// that line, which then never held.
    pub fn check_after(&self, newest: Option<&TariffLine>) -> Result<()> {
        Error::stale_unless(newest.map(|line| line.id) == self.supersedes)?;
        if newest.is_some_and(|line| self.valid_from < line.facts.valid_from) {
            let fault = Fault::new("/valid_from", "overlap", "it begins before the line that it takes the place of");
            return Err(Error::Invalid(vec![fault]));
        }
        Ok(())
    }
}

impl TariffLine {
    pub fn record(
        id: LineId,
        of: &Instrument,
        facts: LineFacts,
        (recorded_by, recorded_at): (UserId, Time),
    ) -> Result<(Self, Event)> {
        facts.check()?;
        let line = Self { id, instrument_id: of.id, facts, valid_to: None, recorded_at, recorded_by };
        let event = Event::new("tariff.line_recorded", id)
            .with("instrument", of.facts.code.as_str())
            .with("harm", line.facts.harm.word())
            .with("amount_paisa", line.facts.amount_paisa.get())
            .with("valid_from", line.facts.valid_from.to_string());
        Ok((line, event))
    }

    /// Whether it holds on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.facts.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::model::{Clocks, HeirRule, InstrumentFacts};
    use super::super::words::{Exclusion, InstrumentKind, Track};
    use super::*;

    /// An instrument in force, of this kind and place.
    pub fn instrument(kind: InstrumentKind, jurisdiction: &str) -> Instrument {
        let facts = InstrumentFacts {
            code: "an-act".parse().unwrap(),
            title: "An Act".parse().unwrap(),
            jurisdiction: jurisdiction.parse().unwrap(),
            track: Track::Civilian,
            kind,
            status: TariffStatus::InForce,
            confidence: Confidence::High,
            source: "A gazette".parse().unwrap(),
            incident_id: None,
            exclusions: vec![Exclusion::Terrorist],
            excluded_by: Vec::new(),
            heirs: HeirRule::Shares { source: "A gazette".parse().unwrap(), confidence: Confidence::Low },
            clocks: Clocks::default(),
        };
        Instrument::add(InstrumentId::new(), facts, Time::from_micros(0).unwrap()).unwrap().0
    }

    /// A line of this harm and these rupees from a day on.
    pub fn line(harm: HarmCode, rupees: i64, from: &str, status: TariffStatus) -> TariffLine {
        let facts = LineFacts {
            harm,
            amount_paisa: Paisa::rupees(rupees).unwrap(),
            valid_from: from.parse().unwrap(),
            status,
            confidence: Confidence::High,
            source: "A gazette".parse().unwrap(),
            supersedes: None,
        };
        let (recorded_at, recorded_by) = (Time::from_micros(0).unwrap(), UserId::nil());
        TariffLine {
            id: LineId::new(),
            instrument_id: InstrumentId::nil(),
            facts,
            valid_to: None,
            recorded_at,
            recorded_by,
        }
    }

    #[test]
    fn an_amount_is_more_than_nothing_and_not_a_slip_of_the_pen() {
        let mut facts = line(HarmCode::Death, 1, "2020-01-01", TariffStatus::InForce).facts;
        for (amount, is_taken) in
            [(1, true), (MOST.get(), true), (0, false), (-1, false), (MOST.get() + 1, false), (i64::MAX, false)]
        {
            facts.amount_paisa = Paisa::new(amount);
            assert_eq!(facts.check().is_ok(), is_taken, "{amount}");
        }
    }

    #[test]
    fn a_line_takes_the_place_of_the_newest_and_never_of_days_before_it() {
        let old = line(HarmCode::Death, 1, "2020-07-22", TariffStatus::InForce);
        let after = |from: &str, supersedes| {
            let mut facts = line(HarmCode::Death, 2, from, TariffStatus::InForce).facts;
            facts.supersedes = supersedes;
            facts.check_after(Some(&old)).map_err(|error| error.code().word())
        };
        assert_eq!(after("2026-01-01", Some(old.id)), Ok(()));
        assert_eq!(after("2020-07-22", Some(old.id)), Ok(()), "a correction");
        assert_eq!(after("2020-07-21", Some(old.id)), Err("invalid"));
        assert_eq!(after("2026-01-01", None), Err("stale"));
        assert_eq!(after("2026-01-01", Some(LineId::new())), Err("stale"));
    }
}
