//! A rule, and all rules of one programme or service together. A rule says who says so and since when; one without a
//! source cannot be read.
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::condition::Condition;
use super::paper::Paper;
use crate::directory::model::Confidence;
use crate::kernel::invalid::Invalid;
use crate::kernel::text::Line;
use crate::kernel::time::Date;
use crate::kernel::wire::as_string;
use crate::kernel::words::words;

/// The name of a rule or of a condition: small letters, digits and underscores.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(String);

impl Key {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Key {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid::new("invalid_name", "expected up to 60 of a-z, 0-9 and _");
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let is_key = (1..=60).contains(&text.len()) && text.bytes().all(fits);
        is_key.then(|| Self(text.to_owned())).ok_or(INVALID)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0)
    }
}

as_string!(Key, write: Self::as_str, named "RuleKey": { "type": "string", "pattern": "^[a-z0-9_]{1,60}$" });

words! {
    /// Which way a rule works.
    pub enum RuleKind {
        /// Only those for whom the condition holds.
        Requires = "requires",
        /// Nobody for whom the condition holds.
        Excludes = "excludes",
    }
}

/// One rule of a programme or a service.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The same key may come again for another time: the times must not overlap.
    pub key: Key,
    pub kind: RuleKind,
    pub when: Condition,
    /// For the officer and the victim.
    pub reason: Line<500>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_ur: Option<Line<500>>,
    pub source: Line<500>,
    /// The day of the source, or the day on which it was read.
    pub source_date: Date,
    pub confidence: Confidence,
    /// Its first day; always, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// Its last day; without end, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
    /// The papers that prove it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub papers: Vec<Paper>,
    /// Codes of the programmes to try for those whom it turns away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10))]
    pub routes: Vec<Line<80>>,
}

impl Rule {
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_until.is_none_or(|until| day <= until)
    }
}

/// A paper to take along, always or under a condition.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperRule {
    pub paper: Paper,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
}

/// All rules of one programme or service. One without a rule is open to everybody.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleBook {
    /// Conditions that several rules share, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "std::collections::BTreeMap<String, Condition>", extend("maxProperties" = 50))]
    pub conditions: BTreeMap<Key, Condition>,
    #[schemars(length(max = 50))]
    pub rules: Vec<Rule>,
    /// What to take along besides the papers that prove the rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50))]
    pub papers: Vec<PaperRule>,
}
