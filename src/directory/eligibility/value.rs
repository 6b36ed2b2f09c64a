//! What is known of one person on one day. What is not in it is unknown; there is no default for anything.
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use super::fact::{Fact, Kind};
use crate::kernel::invalid::Invalid;
use crate::kernel::places::Pcode;
use crate::kernel::time::Date;
use crate::kernel::wire::as_string;

/// Aid that no programme of the directory gives, by who gives it: these stand in lists of aid like codes.
pub const OTHER_AID: [&str; 2] = ["other-government", "other-private"];

/// One fact's value.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    Flag(bool),
    Word(String),
    /// Words or codes, and whether these are all of them.
    Set {
        known: BTreeSet<String>,
        is_complete: bool,
    },
    /// Years, paisa or hundredths of a score: somewhere from the least to the most.
    Number {
        least: i64,
        most: i64,
    },
    Day(Date),
    Place(Pcode),
}

impl Value {
    pub const fn exactly(number: i64) -> Self {
        Self::Number { least: number, most: number }
    }

    fn is_of(&self, kind: Kind) -> bool {
        match self {
            Self::Flag(_) => kind == Kind::Flag,
            Self::Word(_) => kind == Kind::Word,
            Self::Set { .. } => matches!(kind, Kind::Words | Kind::Codes),
            Self::Number { .. } => matches!(kind, Kind::Number | Kind::Money | Kind::Score),
            Self::Day(_) => kind == Kind::Day,
            Self::Place(_) => kind == Kind::Place,
        }
    }
}

/// It tells of a person.
impl fmt::Debug for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Value(…)")
    }
}

/// The facts known of one person, for an answer on one day.
#[derive(Debug, Clone)]
pub struct Facts {
    on: Date,
    known: BTreeMap<Fact, Value>,
}

impl Facts {
    /// Nothing known but the day.
    pub fn on(day: Date) -> Self {
        Self { on: day, known: BTreeMap::from([(Fact::Date, Value::Day(day))]) }
    }

    /// The day that the answer is for.
    pub const fn day(&self) -> Date {
        self.on
    }

    /// Learns a fact. A value that the fact cannot have is not learned, and neither is another day.
    pub fn learn(&mut self, fact: Fact, value: Option<Value>) {
        if let Some(value) = value.filter(|value| fact != Fact::Date && value.is_of(fact.kind())) {
            self.known.insert(fact, value);
        }
    }

    /// The same with one more fact.
    pub fn with(mut self, fact: Fact, value: Value) -> Self {
        self.learn(fact, Some(value));
        self
    }

    pub fn get(&self, fact: Fact) -> Option<&Value> {
        self.known.get(&fact)
    }
}

/// A poverty score from 0 to 100, to a hundredth. It is what somebody reported; nothing here computes one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(u16);

impl Score {
    const MOST: u16 = 10_000;

    /// In hundredths of a point.
    pub fn hundredths(self) -> i64 {
        i64::from(self.0)
    }

    pub fn from_hundredths(hundredths: i64) -> Option<Self> {
        u16::try_from(hundredths).ok().filter(|score| *score <= Self::MOST).map(Self)
    }
}

impl FromStr for Score {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid::new("out_of_range", "expected a score from 0 to 100, such as 31.97");
        let (whole, part) = text.split_once('.').unwrap_or((text, "00"));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(part) || whole.len() > 3 || part.len() > 2 {
            return Err(INVALID);
        }
        let hundredths: i64 = format!("{whole}{part:0<2}").parse().map_err(|_| INVALID)?;
        Self::from_hundredths(hundredths).ok_or(INVALID)
    }
}

impl fmt::Display for Score {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl fmt::Debug for Score {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Score(…)")
    }
}

as_string!(Score, write: ToString::to_string, named "Score": {
    "type": "string",
    "pattern": "^(100(\\.0{1,2})?|[0-9]{1,2}(\\.[0-9]{1,2})?)$",
    "examples": ["31.97"],
    "description": "A poverty (PMT) score from 0 to 100, as BISP reported it.",
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_read_to_a_hundredth_and_from_0_to_100() {
        for (text, hundredths) in [("32", 3200), ("31.9", 3190), ("31.97", 3197), ("0", 0), ("100.00", 10_000)] {
            assert_eq!(text.parse::<Score>().unwrap().hundredths(), hundredths);
        }
        assert_eq!("31.9".parse::<Score>().unwrap().to_string(), "31.90");
        for text in ["", "-1", "100.01", "31.975", "3,2", ".5", "5.", "1e1"] {
            assert_eq!(text.parse::<Score>().unwrap_err().code, "out_of_range", "{text}");
        }
    }

    #[test]
    fn a_value_of_another_type_and_another_day_are_not_learned() {
        let facts = Facts::on("2026-11-21".parse().unwrap());
        let facts =
            facts.with(Fact::Age, Value::Flag(true)).with(Fact::Date, Value::Day("2020-01-01".parse().unwrap()));
        assert_eq!(facts.get(Fact::Age), None);
        assert_eq!(facts.get(Fact::Date), Some(&Value::Day(facts.day())));
    }
}
