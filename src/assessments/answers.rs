//! Answers as their instrument takes them. It refuses what is missing, too much, or not of the scale.
use super::instrument::{Instrument, Item, Scale};
use super::model::{Answers, Given};
use crate::error::{Error, Fault, Result};

/// The most answers that are looked at.
const MOST_ANSWERS: usize = 100;

/// What the first question lets be asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    Open,
    Closed,
    Unanswered,
}

/// An answer as its scale reads it.
enum Read {
    Value(i32),
    /// Refused, or not known.
    Missing,
    Impossible,
}

fn read(scale: &Scale, given: Given) -> Read {
    let Given::Value(value) = given else { return Read::Missing };
    let is_code = [&scale.refused, &scale.unknown].into_iter().flatten().any(|code| **code == value);
    let is_answer = scale.answers.iter().any(|answer| *answer.value == value);
    match (is_code, is_answer) {
        (true, _) => Read::Missing,
        (false, true) => Read::Value(value),
        (false, false) => Read::Impossible,
    }
}

/// The value of an item, if it was asked and answered.
pub fn value(instrument: &Instrument, answers: &Answers, key: &str) -> Option<i32> {
    match read(instrument.scale(instrument.item(key)?)?, *answers.get(key)?) {
        Read::Value(value) => Some(value),
        Read::Missing | Read::Impossible => None,
    }
}

pub fn gate(instrument: &Instrument, answers: &Answers) -> Gate {
    match instrument.gate.as_ref().map(|key| value(instrument, answers, key)) {
        Some(None) => Gate::Unanswered,
        Some(Some(0)) => Gate::Closed,
        None | Some(Some(_)) => Gate::Open,
    }
}

/// Refuses answers that are missing, too many, or not of the scale, each at its place.
pub fn check_answers(instrument: &Instrument, answers: &Answers) -> Result<()> {
    if answers.len() > MOST_ANSWERS {
        return Err(Error::invalid("/answers", "too_many", "no instrument has so many items"));
    }
    let is_open = gate(instrument, answers) == Gate::Open;
    let is_gate = |item: &Item| instrument.gate.as_ref().is_some_and(|gate| gate.as_str() == item.key.as_str());
    let mut faults: Vec<Fault> = answers.keys().filter_map(|key| unknown(instrument, key)).collect();
    for item in &instrument.items {
        let given = answers.get(item.key.as_str()).copied();
        let is_asked = is_open || is_gate(item);
        let is_possible =
            |given| instrument.scale(item).is_some_and(|scale| !matches!(read(scale, given), Read::Impossible));
        let (code, message) = match given {
            None if is_asked && !item.is_optional => ("missing", "this is asked; refused and unknown are answers too"),
            Some(given) if !is_possible(given) => ("out_of_range", "expected an answer of the item's scale"),
            Some(_) if !is_asked => ("not_asked", "the first answer ends the questions"),
            _ => continue,
        };
        faults.push(Fault::new(format!("/answers/{}", *item.key), code, message));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// An item that the instrument does not have. Only a name that could be one is repeated.
fn unknown(instrument: &Instrument, key: &str) -> Option<Fault> {
    let is_plain = key.len() <= 40 && key.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'_');
    let pointer = if is_plain { format!("/answers/{key}") } else { "/answers".into() };
    let fault = || Fault::new(pointer, "unknown_field", "the instrument has no such item");
    instrument.item(key).is_none().then(fault)
}
