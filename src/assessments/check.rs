//! What an instrument's file must hold true before anybody is asked by it. Whatever does not is refused with its place.
use super::instrument::{Instrument, Key, Score, ScoreKind};

/// The most of anything that one file may list.
const MOST: usize = 100;

/// What is wrong, and the byte of the file at which it stands.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    pub at: usize,
    pub what: String,
}

type Checked = Result<(), Wrong>;

fn wrong<T>(at: usize, what: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong { at, what: what.into() })
}

fn unless(holds: bool, at: usize, what: impl Into<String>) -> Checked {
    if holds { Ok(()) } else { wrong(at, what) }
}

/// The first thing that is wrong with an instrument, if anything is.
pub fn check(instrument: &Instrument) -> Checked {
    let start = instrument.code.at;
    unless(is_key(&instrument.code.replace('-', "_")), start, "`code` is small letters, digits and `-`")?;
    unless(*instrument.version >= 1, instrument.version.at, "`version` is 1 or more")?;
    for language in instrument.translations.iter().chain([&instrument.language]) {
        let is_language = matches!(language.len(), 2 | 3) && language.bytes().all(|letter| letter.is_ascii_lowercase());
        unless(is_language, language.at, "a language is two or three small letters")?;
    }
    check_scales(instrument)?;
    check_items(instrument)?;
    for score in &instrument.scores {
        check_score(instrument, score)?;
        check_bands(instrument, score)?;
        check_cut_offs(instrument, score)?;
    }
    once("score", instrument.scores.iter().map(|score| &score.key))?;
    check_what_follows(instrument)
}

fn is_key(text: &str) -> bool {
    let fits = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_';
    (1..=40).contains(&text.len()) && text.bytes().all(fits)
}

/// Well-formed keys, each once.
fn once<'a>(kind: &str, keys: impl Iterator<Item = &'a Key>) -> Checked {
    let mut seen: Vec<&str> = Vec::new();
    for key in keys {
        unless(is_key(key), key.at, "a key is 1 to 40 small letters, digits and `_`")?;
        unless(!seen.contains(&key.as_str()), key.at, format!("the {kind} `{}` is there twice", **key))?;
        unless(seen.len() < MOST, key.at, format!("more than {MOST} of one kind"))?;
        seen.push(key);
    }
    Ok(())
}

fn check_scales(instrument: &Instrument) -> Checked {
    for (name, scale) in &instrument.scales {
        let Some(first) = scale.answers.first() else {
            return wrong(instrument.code.at, format!("the scale `{name}` has no answers"));
        };
        let mut last = None;
        for answer in &scale.answers {
            unless(last.is_none_or(|last| last < *answer.value), answer.value.at, "the values of a scale rise")?;
            unless((0..=100).contains(&*answer.value), answer.value.at, "a value is 0 to 100")?;
            last = Some(*answer.value);
        }
        unless(scale.answers.len() <= MOST, first.value.at, format!("more than {MOST} answers"))?;
        let codes: Vec<_> = [&scale.refused, &scale.unknown].into_iter().flatten().collect();
        for code in &codes {
            let is_taken = scale.answers.iter().any(|answer| *answer.value == ***code);
            let is_twice = codes.iter().filter(|other| ****other == ***code).count() > 1;
            unless(!is_taken && !is_twice, code.at, "this number stands for something else")?;
        }
    }
    Ok(())
}

fn check_items(instrument: &Instrument) -> Checked {
    let Some(first) = instrument.items.first() else { return wrong(instrument.code.at, "there are no items") };
    once("item", instrument.items.iter().map(|item| &item.key))?;
    for item in &instrument.items {
        let is_known = instrument.scales.contains_key(&*item.scale);
        unless(is_known, item.scale.at, format!("there is no scale `{}`", *item.scale))?;
    }
    let Some(gate) = &instrument.gate else { return Ok(()) };
    let is_first = first.key.as_str() == gate.as_str() && !first.is_optional;
    unless(is_first, gate.at, "the gate is the first item, and not optional")
}

fn known(instrument: &Instrument, key: &Key) -> Checked {
    unless(instrument.item(key).is_some(), key.at, format!("there is no item `{}`", **key))
}

fn check_score(instrument: &Instrument, score: &Score) -> Checked {
    unless(!score.items.is_empty(), score.key.at, "a score has items")?;
    once("item", score.items.iter())?;
    let is_gate = |key: &str| instrument.gate.as_ref().is_some_and(|gate| gate.as_str() == key);
    for key in &score.items {
        known(instrument, key)?;
        let is_always_asked = instrument.item(key).is_some_and(|item| !item.is_optional) && !is_gate(key);
        unless(is_always_asked, key.at, "neither the gate nor an optional item is scored")?;
    }
    let is_count = score.kind == ScoreKind::Count;
    unless(
        is_count == score.threshold.is_some(),
        score.key.at,
        "`threshold` goes with the kind `count`, and only with it",
    )
}

fn check_bands(instrument: &Instrument, score: &Score) -> Checked {
    let (least, most) = instrument.range(score);
    let mut next = least;
    for band in &score.bands {
        let at = band.from.at;
        unless(*band.from == next, at, format!("bands leave no gap and do not overlap: this one begins at {next}"))?;
        unless((*band.from..=most).contains(&band.to), at, format!("a band ends after it begins, and by {most}"))?;
        next = band.to + 1;
    }
    let is_whole = score.bands.is_empty() || next > most;
    unless(is_whole, score.key.at, format!("the bands end at {}, the score at {most}", next - 1))?;
    once("band", score.bands.iter().map(|band| &band.word))
}

fn check_cut_offs(instrument: &Instrument, score: &Score) -> Checked {
    let (least, most) = instrument.range(score);
    for cut in &score.cut_offs {
        let at = cut.at_least.at;
        unless((least + 1..=most).contains(&*cut.at_least), at, format!("a cut-off is {} to {most}", least + 1))?;
        let is_once = score.cut_offs.iter().filter(|other| other.sex == cut.sex).count() == 1;
        unless(is_once, at, "one cut-off for everybody, and one for a sex")?;
    }
    let has_general = score.cut_offs.is_empty() || score.cut_offs.iter().any(|cut| cut.sex.is_none());
    unless(has_general, score.key.at, "there is no cut-off for everybody")
}

/// Measures, proposals and alerts.
fn check_what_follows(instrument: &Instrument) -> Checked {
    once("measure", instrument.measures.iter().map(|measure| &measure.key))?;
    for measure in &instrument.measures {
        unless(!measure.items.is_empty(), measure.key.at, "a measure has items")?;
        measure.items.iter().try_for_each(|key| known(instrument, key))?;
    }
    for alert in &instrument.alerts {
        known(instrument, &alert.item)?;
        unless(alert.at_least >= 1, alert.item.at, "`at_least` is 1 or more")?;
    }
    for rule in &instrument.proposals {
        let at = rule.domain.at;
        let grounds = [rule.score.is_some(), rule.item.is_some(), rule.any_measure];
        let is_one = grounds.into_iter().filter(|is_given| *is_given).count() == 1;
        unless(is_one, at, "a proposal rests on one of `score`, `item` and `any_measure`")?;
        unless(rule.at_least.is_none_or(|least| least >= 1), at, "`at_least` is 1 or more")?;
        if let Some(item) = &rule.item {
            known(instrument, item)?;
            unless(rule.at_least.is_some(), item.at, "a proposal on an item says `at_least`")?;
        }
        if let Some(key) = &rule.score {
            let Some(score) = instrument.scores.iter().find(|score| score.key.as_str() == key.as_str()) else {
                return wrong(key.at, format!("there is no score `{}`", **key));
            };
            let is_sure = rule.at_least.is_some() || !score.cut_offs.is_empty();
            unless(is_sure, key.at, "this score has no cut-off, so the proposal says `at_least`")?;
        }
        unless(!rule.any_measure || !instrument.measures.is_empty(), at, "there are no measures")?;
    }
    Ok(())
}
