//! A screening: one instrument, answered once. It is never changed; who asks again makes another.
use std::collections::BTreeMap;

use chrono::Datelike as _;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::instrument::Instrument;
use super::scoring::Outcome;
use crate::access::UserId;
use crate::cases::{Case, CaseId};
use crate::crypto::PersonKey;
use crate::error::{Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::places::Pcode;
use crate::kernel::text::Line;
use crate::kernel::time::{Date, Time};
use crate::kernel::wire::blind_debug;
use crate::kernel::words::words;
use crate::victims::{Sex, Victim};
use crate::work::Event;

pub type ScreeningId = Id<Screening>;

/// By the key of the item.
pub type Answers = BTreeMap<String, Given>;

/// Goes with every result.
pub const NOTICE: &str = "This is a screen or a structured assessment. It is not a diagnosis; it says whom somebody trained \
                          should see.";

/// One answer: a number of the item's scale, or the word `refused` or `unknown`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Given {
    Value(i32),
    Refused,
    Unknown,
}
blind_debug!(Given);

impl Serialize for Given {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => serializer.serialize_i32(*value),
            Self::Refused => serializer.serialize_str("refused"),
            Self::Unknown => serializer.serialize_str("unknown"),
        }
    }
}
impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        const WRONG: &str = "wrong_type: expected a number of the item's scale, or refused, or unknown";
        let out_of_range = || D::Error::custom("out_of_range: expected an answer of the item's scale");
        // The error dropped here is the format's own, which quotes what was sent.
        let value = Value::deserialize(deserializer).map_err(|_| D::Error::custom(WRONG))?;
        match &value {
            Value::Number(number) => {
                let number = number.as_i64().ok_or_else(out_of_range)?;
                i32::try_from(number).map(Self::Value).map_err(|_| out_of_range())
            }
            Value::String(word) if word == "refused" => Ok(Self::Refused),
            Value::String(word) if word == "unknown" => Ok(Self::Unknown),
            _ => Err(D::Error::custom(WRONG)),
        }
    }
}
impl JsonSchema for Given {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Given".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "type": "integer" }, { "type": "string", "enum": ["refused", "unknown"] }] })
    }
}

words! {
    /// How it was asked.
    pub enum Mode {
        Interview = "interview",
        ThroughInterpreter = "through_interpreter",
        Telephone = "telephone",
        SelfCompleted = "self_completed",
    }
}

words! {
    /// What to keep in mind when reading a result.
    pub enum Caution {
        /// It was interpreted, or its text was never validated.
        NotValidated = "not_validated",
        YoungerThanMadeFor = "younger_than_made_for",
        /// The victim may be too young for it; nobody knows.
        AgeNotCertain = "age_not_certain",
    }
}

/// What is asked for when answers are recorded.
#[derive(Debug, Clone)]
pub struct NewScreening {
    pub instrument: Line<40>,
    /// The newest, if left out.
    pub version: Option<i32>,
    pub language: Line<3>,
    pub mode: Mode,
    pub answers: Answers,
}

/// What scoring needs to know of the one who answers.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    pub sex: Sex,
    pub is_child: bool,
    /// The youngest and the oldest that the person can be, in years.
    pub age: (i32, i32),
}

impl Person {
    pub fn of(victim: &Victim, today: Date) -> Self {
        let (sex, told_child) = (victim.facts.sex, victim.facts.is_child);
        let age = match (victim.identity.birth_date, victim.facts.birth_year) {
            (Some(born), _) => {
                let (born, today) = (born.naive(), today.naive());
                let is_before_birthday = (today.month(), today.day()) < (born.month(), born.day());
                let age = today.year() - born.year() - i32::from(is_before_birthday);
                (age, age)
            }
            (None, Some(year)) => ((today.year() - year - 1).max(0), today.year() - year),
            (None, None) if told_child => (0, 17),
            (None, None) => (18, 150),
        };
        // Where the age leaves it open, what was told counts: in doubt a child is a child.
        let is_child = if age.1 < 18 || age.0 >= 18 { age.1 < 18 } else { told_child };
        Self { sex, is_child, age }
    }

    /// What to keep in mind when this person answers; refuses one who is certainly too young.
    fn cautions(&self, instrument: &Instrument) -> Result<Vec<Caution>> {
        let (youngest, oldest) = self.age;
        let mut cautions = Vec::new();
        if let Some(minimum) = &instrument.minimum_age {
            if oldest < minimum.years {
                return Err(Error::invalid("/instrument", "too_young", minimum.otherwise.as_str()));
            }
            if youngest < minimum.years {
                cautions.push(Caution::AgeNotCertain);
            }
        }
        if let Some(made_for) = instrument.made_for_age.filter(|years| youngest < *years) {
            let caution = if oldest < made_for { Caution::YoungerThanMadeFor } else { Caution::AgeNotCertain };
            if !cautions.contains(&caution) {
                cautions.push(caution);
            }
        }
        Ok(cautions)
    }
}

/// One instrument, answered once by the victim of a case.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Screening {
    pub id: ScreeningId,
    pub case_id: CaseId,
    /// P-code of the case's district.
    pub district: Pcode,
    /// The code of the instrument.
    pub instrument: String,
    pub instrument_version: i32,
    pub language: String,
    pub mode: Mode,
    pub taken_at: Time,
    pub taken_by: UserId,
    /// What was answered and what it comes to, under the person's key.
    #[serde(skip)]
    pub sealed: Vec<u8>,
}

/// What was answered and what it comes to. Sealed where it is stored; every read of it is recorded.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct Content {
    /// As they were given.
    pub answers: Answers,
    #[serde(flatten)]
    pub outcome: Outcome,
    pub cautions: Vec<Caution>,
    /// Since the last time that this version of the instrument was answered in this case.
    pub change: Option<Change>,
}
blind_debug!(Content);

/// What has become of scores since the last time.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    pub since: ScreeningId,
    pub since_at: Time,
    /// By how much each score rose, or fell if negative; null where either has no value.
    pub by: BTreeMap<String, Option<i32>>,
}

/// A screening with its answers and result, as those who keep the case see it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ScreeningView {
    #[serde(flatten)]
    pub screening: Screening,
    #[serde(flatten)]
    pub content: Content,
    /// That this is not a diagnosis.
    pub notice: String,
}

impl Content {
    /// Scores checked answers. `last` is the screening before it, if there is one of the same version.
    pub fn of(
        (instrument, is_validated): (&Instrument, bool),
        answers: Answers,
        person: &Person,
        last: Option<&ScreeningView>,
    ) -> Result<Self> {
        let mut cautions = person.cautions(instrument)?;
        if !is_validated {
            cautions.push(Caution::NotValidated);
        }
        let outcome = super::scoring::outcome(instrument, &answers, person);
        let change = last.map(|last| Change::between(last, &outcome));
        Ok(Self { answers, outcome, cautions, change })
    }
}

impl Change {
    fn between(last: &ScreeningView, now: &Outcome) -> Self {
        let before = |key: &str| last.content.outcome.scores.iter().find(|score| score.key == key)?.value;
        let by = now.scores.iter().map(|score| {
            let change = score.value.zip(before(&score.key)).map(|(now, before)| now - before);
            (score.key.clone(), change)
        });
        Self { since: last.screening.id, since_at: last.screening.taken_at, by: by.collect() }
    }
}

impl Screening {
    /// An instrument answered in `case`. What was answered is sealed afterwards, for its id.
    pub fn take(
        (id, case): (ScreeningId, &Case),
        instrument: &Instrument,
        (language, mode): (&Line<3>, Mode),
        (by, at): (UserId, Time),
    ) -> Self {
        Self {
            id,
            case_id: case.id,
            district: case.district,
            instrument: instrument.code.to_string(),
            instrument_version: *instrument.version,
            language: language.as_str().to_owned(),
            mode,
            taken_at: at,
            taken_by: by,
            sealed: Vec::new(),
        }
    }

    /// The place that the content is sealed for.
    fn place(&self) -> String {
        format!("screenings|{}|content", self.id)
    }

    pub fn seal(self, key: &PersonKey, content: &Content) -> Result<Self> {
        let sealed = key.seal(&self.place(), &serde_json::to_vec(content)?)?;
        Ok(Self { sealed, ..self })
    }

    /// The screening with what was answered. `key` is that of the victim of its case.
    pub fn open(self, key: &PersonKey) -> Result<ScreeningView> {
        let content = serde_json::from_slice(&key.open(&self.place(), &self.sealed)?)?;
        Ok(ScreeningView { screening: self, content, notice: NOTICE.into() })
    }

    /// That it was answered; not what.
    pub fn recorded(&self) -> Event {
        let event = self.event("screening.recorded").with("version", self.instrument_version);
        event.with("instrument", self.instrument.as_str()).with("mode", self.mode.word())
    }

    /// That an answer must not wait; not which.
    pub fn risk_raised(&self) -> Event {
        self.event("screening.risk_raised").announced()
    }

    /// The record of somebody having read it.
    pub fn viewed(&self) -> Event {
        self.event("screening.viewed")
    }

    fn event(&self, action: &'static str) -> Event {
        Event::new(action, self.id).of_case(self.case_id).with("district", self.district.as_str())
    }
}
