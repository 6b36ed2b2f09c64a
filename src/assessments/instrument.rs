//! An instrument as its file tells it: what is asked, what may be answered, how it is scored. It refuses to know any
//! instrument by name.
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize, Serializer};

use crate::cases::Banner;
use crate::directory::{Confidence, Domain, Urgency};
use crate::kernel::text::{Line, Prose};
use crate::kernel::words::words;
use crate::victims::Sex;

/// The language of an instrument without which there is no translation.
pub const FIRST_LANGUAGE: &str = "en";

words! {
    /// How far an instrument can be relied on, in its own language.
    pub enum Status {
        /// Its cut-offs were shown to hold by published studies of this text.
        Validated = "validated",
        /// They were not, or nobody knows: for use with care.
        MarkedUnvalidated = "marked_unvalidated",
        /// It is no scale, so there is nothing to validate.
        NotAScale = "not_a_scale",
    }
}

words! {
    /// How the answers of a score's items become its value.
    pub enum ScoreKind {
        /// The values added up.
        Sum = "sum",
        /// How many items were answered with the threshold or more.
        Count = "count",
    }
}

words! {
    /// What becomes of a score when an answer was refused or not known.
    pub enum Missing {
        /// It has no value. Whether it is positive may be certain all the same.
        NoScore = "no_score",
        /// It is made of the other answers, if there are any.
        LeftOut = "left_out",
    }
}

/// A value, and the byte of the file at which it stands. It travels as the value alone.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "toml::Spanned<T>", bound(deserialize = "T: Deserialize<'de>"))]
pub struct Placed<T> {
    value: T,
    pub at: usize,
}

impl<T> From<toml::Spanned<T>> for Placed<T> {
    fn from(spanned: toml::Spanned<T>) -> Self {
        Self { at: spanned.span().start, value: spanned.into_inner() }
    }
}
impl<T> Deref for Placed<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}
impl<T: Serialize> Serialize for Placed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}
impl<T: JsonSchema> JsonSchema for Placed<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// What names an item, a score or a scale: small letters, digits and `_`.
pub type Key = Placed<String>;

/// One instrument in one language.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    pub code: Key,
    /// Raised with each change of text or scoring.
    pub version: Placed<i32>,
    /// The code of ISO 639: `en`.
    pub language: Key,
    pub title: Line<200>,
    pub instruction: Prose<1000>,
    pub status: Status,
    pub licence: Licence,
    pub source: Source,
    /// Below it the instrument is refused.
    pub minimum_age: Option<MinimumAge>,
    /// The age in years for which it was made; below it a screening is marked.
    pub made_for_age: Option<i32>,
    /// Languages into which it may be interpreted while asking. What was asked so is marked as not validated.
    #[serde(default)]
    pub translations: Vec<Key>,
    pub scales: BTreeMap<String, Scale>,
    pub items: Vec<Item>,
    /// The first item, if the others are asked only when it is answered above zero. Without that every sum is zero.
    pub gate: Option<Key>,
    #[serde(default)]
    pub scores: Vec<Score>,
    #[serde(default)]
    pub measures: Vec<Measure>,
    #[serde(default)]
    pub proposals: Vec<ProposalRule>,
    #[serde(default)]
    pub alerts: Vec<Alert>,
}

/// Under which terms the text may be used, and how sure that is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    pub text: Line<500>,
    pub confidence: Confidence,
}

/// Where items, scoring and cut-offs are from, and how sure they are.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub text: Line<500>,
    pub confidence: Confidence,
}

/// The age in years below which an instrument is refused, and what to use instead.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MinimumAge {
    pub years: i32,
    pub otherwise: Line<200>,
}

/// The answers that an item may have.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    pub answers: Vec<ScaleAnswer>,
    /// The number that stands for a refusal, where the instrument has one; the word `refused` is taken everywhere.
    pub refused: Option<Placed<i32>>,
    /// The number that stands for not knowing; the word `unknown` is taken everywhere.
    pub unknown: Option<Placed<i32>>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScaleAnswer {
    pub value: Placed<i32>,
    pub text: Line<200>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Item {
    pub key: Key,
    pub section: Option<Line<80>>,
    pub text: Prose<1000>,
    /// One of `scales`.
    pub scale: Key,
    /// May be left out.
    #[serde(default)]
    pub is_optional: bool,
}

/// One score: the whole, or a subscale.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Score {
    pub key: Key,
    pub title: Line<200>,
    pub kind: ScoreKind,
    /// For `count` alone.
    pub threshold: Option<i32>,
    pub items: Vec<Key>,
    pub missing: Missing,
    /// From the least to the most that the score can be, without a gap.
    #[serde(default)]
    pub bands: Vec<Band>,
    /// One for everybody, and perhaps one for a sex.
    #[serde(default)]
    pub cut_offs: Vec<CutOff>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Band {
    pub from: Placed<i32>,
    pub to: i32,
    pub word: Key,
}

/// From here on a score is positive.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CutOff {
    pub at_least: Placed<i32>,
    pub sex: Option<Sex>,
}

/// Something that any one of the items, answered above zero, calls for.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    pub key: Key,
    pub text: Line<300>,
    pub items: Vec<Key>,
    /// Called for by every child too, whatever was answered.
    #[serde(default)]
    pub is_for_children: bool,
}

/// When a need is proposed: by a score (its cut-off, unless `at_least` says otherwise), by an item, or by any measure.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalRule {
    pub score: Option<Key>,
    pub item: Option<Key>,
    #[serde(default)]
    pub any_measure: bool,
    pub at_least: Option<i32>,
    pub domain: Placed<Domain>,
    pub urgency: Urgency,
    /// Whom to refer to.
    pub referral: Line<200>,
}

/// An answer that must not wait: it puts a banner on the case.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Alert {
    pub item: Key,
    pub at_least: i32,
    pub banner: Banner,
}

impl Instrument {
    /// What tells it from all others, in the order in which they are listed.
    pub fn place(&self) -> (&str, &str, i32) {
        (&self.code, &self.language, *self.version)
    }

    pub fn is_validated(&self) -> bool {
        self.status == Status::Validated
    }

    pub fn item(&self, key: &str) -> Option<&Item> {
        self.items.iter().find(|item| *item.key == key)
    }

    /// The scale of one of its items; every item of a checked instrument has one.
    pub fn scale(&self, item: &Item) -> Option<&Scale> {
        self.scales.get(&*item.scale)
    }

    /// The least and the most that a score can be.
    pub fn range(&self, score: &Score) -> (i32, i32) {
        let scales = score.items.iter().filter_map(|key| self.scale(self.item(key)?));
        match score.kind {
            ScoreKind::Count => (0, i32::try_from(score.items.len()).unwrap_or(i32::MAX)),
            ScoreKind::Sum => scales.map(Scale::range).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1)),
        }
    }
}

impl Scale {
    /// The smallest and the largest answer.
    pub fn range(&self) -> (i32, i32) {
        let values = || self.answers.iter().map(|answer| *answer.value);
        (values().min().unwrap_or_default(), values().max().unwrap_or_default())
    }
}

impl Score {
    /// Where it begins to be positive, for this sex.
    pub fn cut_off(&self, sex: Sex) -> Option<i32> {
        let own = self.cut_offs.iter().find(|cut| cut.sex == Some(sex));
        let general = || self.cut_offs.iter().find(|cut| cut.sex.is_none());
        own.or_else(general).map(|cut| *cut.at_least)
    }
}
