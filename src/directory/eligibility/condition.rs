//! A condition on facts, and its three-valued answer: it holds, it does not, or what is known cannot tell. A comparison
//! that makes no sense for its fact cannot be read.
use std::collections::{BTreeMap, BTreeSet};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::fact::{Fact, Kind};
use super::rule::Key;
use super::value::{Facts, Score, Value};
use crate::directory::model::Coverage;
use crate::kernel::invalid::Invalid;
use crate::kernel::text::Line;
use crate::kernel::time::Date;

/// Conditions by their names.
pub type Named = BTreeMap<Key, Condition>;

/// The most parts that one `all` or `any`, and the most values that one comparison may name.
const MOST_PARTS: usize = 50;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Body", into = "Body")]
pub enum Condition {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    /// Another condition of the same rules.
    Named(Key),
    Fact(Fact, Test),
}

/// What is asked of a fact's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    Is(bool),
    OneOf(Vec<Line<80>>),
    Within(Vec<Coverage>),
    /// From the least to the most, both included.
    Range(Option<i64>, Option<i64>),
    /// From one day to the other, both included.
    Days(Option<Date>, Option<Date>),
    AtMostDaysAgo(i64),
}

/// A condition as it is written: `all`, `any`, `not`, the name of another `condition`, or a `fact` with comparisons.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Body {
    /// Each of these holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    all: Option<Vec<Condition>>,
    /// One of these holds, or several.
    #[serde(skip_serializing_if = "Option::is_none")]
    any: Option<Vec<Condition>>,
    /// This does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    not: Option<Box<Condition>>,
    /// The condition of this name holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Key>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<Fact>,
    /// `true` or `false`, or one word.
    #[serde(skip_serializing_if = "Option::is_none")]
    is: Option<Literal>,
    /// Words of the fact's list, or codes of programmes.
    #[serde(skip_serializing_if = "Option::is_none")]
    one_of: Option<Vec<Line<80>>>,
    /// Places: `PK`, `PK-KP`, `PK508`.
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<Vec<Coverage>>,
    /// Years, paisa, or a score: a whole number, or a text such as "31.97".
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_most: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    above: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    below: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_or_after: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_or_before: Option<Date>,
    /// The day lies at most so many days before the day of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    at_most_days_ago: Option<u16>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Literal {
    Flag(bool),
    Word(Line<80>),
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Amount {
    Whole(i64),
    Score(Score),
}

impl JsonSchema for Condition {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Condition".into()
    }
    fn json_schema(schemas: &mut SchemaGenerator) -> Schema {
        Body::json_schema(schemas)
    }
}

const WRONG_TYPE: Invalid = Invalid::new("wrong_type", "this comparison is not for this fact");
const ONE_FORM: Invalid =
    Invalid::new("wrong_type", "expected one of: all, any, not, condition, or a fact with one kind of comparison");

impl TryFrom<Body> for Condition {
    type Error = Invalid;

    fn try_from(body: Body) -> Result<Self, Invalid> {
        let test = body.test()?;
        let condition = match (body.all, body.any, body.not, body.condition, body.fact, test) {
            (Some(parts), None, None, None, None, None) if is_list(&parts) => Self::All(parts),
            (None, Some(parts), None, None, None, None) if is_list(&parts) => Self::Any(parts),
            (None, None, Some(part), None, None, None) => Self::Not(part),
            (None, None, None, Some(name), None, None) => Self::Named(name),
            (None, None, None, None, Some(fact), Some(test)) => Self::Fact(fact, test),
            _ => return Err(ONE_FORM),
        };
        Ok(condition)
    }
}

fn is_list<T>(parts: &[T]) -> bool {
    (1..=MOST_PARTS).contains(&parts.len())
}

impl Body {
    /// The one comparison that is written.
    fn test(&self) -> Result<Option<Test>, Invalid> {
        let Some(fact) = self.fact else {
            return if self.compares() { Err(ONE_FORM) } else { Ok(None) };
        };
        let days = self.on_or_after.is_some() || self.on_or_before.is_some();
        let range = [self.at_least, self.at_most, self.above, self.below].iter().any(Option::is_some);
        let written = [self.is.is_some(), self.one_of.is_some(), self.within.is_some(), range, days];
        let kinds = written.iter().filter(|is_written| **is_written).count();
        if kinds + usize::from(self.at_most_days_ago.is_some()) != 1 {
            return Err(ONE_FORM);
        }
        let kind = fact.kind();
        let test = match kind {
            Kind::Flag => self.flag(),
            Kind::Word | Kind::Words => self.words(fact)?,
            Kind::Codes => self.one_of.clone().filter(|codes| is_list(codes)).map(Test::OneOf),
            Kind::Number | Kind::Money | Kind::Score if range => Some(self.range(kind)?),
            Kind::Day if days => Some(Test::Days(self.on_or_after, self.on_or_before)),
            Kind::Day => self.at_most_days_ago.map(|days| Test::AtMostDaysAgo(days.into())),
            Kind::Place => self.within.clone().filter(|places| is_list(places)).map(Test::Within),
            Kind::Number | Kind::Money | Kind::Score => None,
        };
        test.map(Some).ok_or(WRONG_TYPE)
    }

    fn compares(&self) -> bool {
        let one = self.is.is_some() || self.one_of.is_some() || self.within.is_some();
        let days = self.on_or_after.is_some() || self.on_or_before.is_some() || self.at_most_days_ago.is_some();
        one || days || [self.at_least, self.at_most, self.above, self.below].iter().any(Option::is_some)
    }

    fn flag(&self) -> Option<Test> {
        match self.is {
            Some(Literal::Flag(is)) => Some(Test::Is(is)),
            _ => None,
        }
    }

    fn words(&self, fact: Fact) -> Result<Option<Test>, Invalid> {
        const UNKNOWN: Invalid = Invalid::new("unknown_value", "this fact never has this value");
        let words = match (&self.is, &self.one_of) {
            (Some(Literal::Word(word)), None) => vec![word.clone()],
            (None, Some(words)) if is_list(words) => words.clone(),
            _ => return Ok(None),
        };
        let known = fact.words();
        let fits = words.iter().all(|word| known.contains(&word.as_str()));
        if fits { Ok(Some(Test::OneOf(words))) } else { Err(UNKNOWN) }
    }

    fn range(&self, kind: Kind) -> Result<Test, Invalid> {
        let of = |amount: Option<Amount>| amount.map(|amount| amount.of(kind)).transpose();
        let (least, most) = (of(self.at_least)?, of(self.at_most)?);
        let (above, below) = (of(self.above)?, of(self.below)?);
        if (least.is_some() && above.is_some()) || (most.is_some() && below.is_some()) {
            return Err(ONE_FORM);
        }
        // What lies beyond the smallest or the largest value of the fact is no comparison, and could not be written down.
        let next = |edge: i64, by: i64| {
            let next = edge.checked_add(by).filter(|next| *next >= 0);
            next.filter(|next| kind != Kind::Score || Score::from_hundredths(*next).is_some()).ok_or(WRONG_TYPE)
        };
        let least = least.map_or_else(|| above.map(|above| next(above, 1)).transpose(), |least| Ok(Some(least)))?;
        let most = most.map_or_else(|| below.map(|below| next(below, -1)).transpose(), |most| Ok(Some(most)))?;
        Ok(Test::Range(least, most))
    }
}

impl Amount {
    fn of(self, kind: Kind) -> Result<i64, Invalid> {
        match self {
            Self::Whole(points) if kind == Kind::Score => {
                points.checked_mul(100).and_then(Score::from_hundredths).map(Score::hundredths).ok_or(WRONG_TYPE)
            }
            Self::Whole(number) if number >= 0 => Ok(number),
            Self::Score(score) if kind == Kind::Score => Ok(score.hundredths()),
            Self::Whole(_) | Self::Score(_) => Err(WRONG_TYPE),
        }
    }

    fn written(number: i64, fact: Fact) -> Self {
        let score = Score::from_hundredths(number).filter(|_| fact.kind() == Kind::Score);
        score.map_or(Self::Whole(number), Self::Score)
    }
}

impl From<Condition> for Body {
    fn from(condition: Condition) -> Self {
        let (fact, test) = match condition {
            Condition::All(parts) => return Self { all: Some(parts), ..Self::default() },
            Condition::Any(parts) => return Self { any: Some(parts), ..Self::default() },
            Condition::Not(part) => return Self { not: Some(part), ..Self::default() },
            Condition::Named(name) => return Self { condition: Some(name), ..Self::default() },
            Condition::Fact(fact, test) => (fact, test),
        };
        let body = Self { fact: Some(fact), ..Self::default() };
        let amount = |number: Option<i64>| number.map(|number| Amount::written(number, fact));
        match test {
            Test::Is(is) => Self { is: Some(Literal::Flag(is)), ..body },
            Test::OneOf(words) => Self { one_of: Some(words), ..body },
            Test::Within(places) => Self { within: Some(places), ..body },
            Test::Range(least, most) => Self { at_least: amount(least), at_most: amount(most), ..body },
            Test::Days(from, until) => Self { on_or_after: from, on_or_before: until, ..body },
            Test::AtMostDaysAgo(days) => Self { at_most_days_ago: u16::try_from(days).ok(), ..body },
        }
    }
}

impl Condition {
    /// Whether it holds; `None` where that hangs on something unknown, whose facts go to `missing`.
    pub fn weigh(&self, named: &Named, facts: &Facts, missing: &mut BTreeSet<Fact>) -> Option<bool> {
        match self {
            Self::All(parts) => settle(parts, false, (named, facts), missing),
            Self::Any(parts) => settle(parts, true, (named, facts), missing),
            Self::Not(part) => part.weigh(named, facts, missing).map(|holds| !holds),
            Self::Named(name) => named.get(name)?.weigh(named, facts, missing),
            Self::Fact(fact, test) => {
                let holds = facts.get(*fact).and_then(|value| test.holds(value, facts.day()));
                if holds.is_none() {
                    missing.insert(*fact);
                }
                holds
            }
        }
    }

    /// What it is made of, itself first.
    pub(super) fn parts(&self) -> &[Self] {
        match self {
            Self::All(parts) | Self::Any(parts) => parts,
            Self::Not(part) => std::slice::from_ref(part),
            Self::Named(_) | Self::Fact(..) => &[],
        }
    }
}

/// One part that is `decisive` decides; else one that is unknown leaves it open.
fn settle(
    parts: &[Condition],
    decisive: bool,
    (named, facts): (&Named, &Facts),
    missing: &mut BTreeSet<Fact>,
) -> Option<bool> {
    let (mut open, mut is_open) = (BTreeSet::new(), false);
    for part in parts {
        match part.weigh(named, facts, &mut open) {
            Some(holds) if holds == decisive => return Some(decisive),
            Some(_) => {}
            None => is_open = true,
        }
    }
    if !is_open {
        return Some(!decisive);
    }
    missing.extend(open);
    None
}

impl Test {
    fn holds(&self, value: &Value, today: Date) -> Option<bool> {
        match (self, value) {
            (Self::Is(wanted), Value::Flag(is)) => Some(wanted == is),
            (Self::OneOf(words), Value::Word(word)) => Some(words.iter().any(|one| one.as_str() == word)),
            (Self::OneOf(words), Value::Set { known, is_complete }) => {
                let is_in = words.iter().any(|one| known.contains(one.as_str()));
                if is_in || *is_complete { Some(is_in) } else { None }
            }
            (Self::Within(places), Value::Place(district)) => Some(places.iter().any(|place| place.covers(*district))),
            (Self::Range(from, to), Value::Number { least, most }) => {
                let (from, to) = (from.unwrap_or(i64::MIN), to.unwrap_or(i64::MAX));
                if from <= *least && *most <= to { Some(true) } else { (*most < from || *least > to).then_some(false) }
            }
            (Self::Days(from, until), Value::Day(day)) => {
                Some(from.is_none_or(|from| from <= *day) && until.is_none_or(|until| *day <= until))
            }
            (Self::AtMostDaysAgo(days), Value::Day(day)) => Some(day.days_until(today) <= *days),
            _ => None,
        }
    }
}
