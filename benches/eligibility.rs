//! How many answers a second the rules that come with Umeed give on one core: `cargo bench --bench eligibility`.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "it measures, and says what it measured")]
use std::time::{Duration, Instant};

use umeed::directory::eligibility::{Fact, Facts, RuleBook, Value, Verdict, decide};
use umeed::directory::first_data;

const AT_LEAST: Duration = Duration::from_secs(2);
const TARGET: u128 = 10_000;

/// Persons of whom nothing, a little and much is known.
fn persons() -> Vec<Facts> {
    let nothing = Facts::on("2026-11-21".parse().unwrap());
    let word = |word: &str| Value::Word(word.to_owned());
    let little = nothing.clone().with(Fact::Sex, word("female")).with(Fact::Age, Value::Number { least: 35, most: 36 });
    let mut much = little.clone();
    for &fact in Fact::ALL {
        let words = fact.words();
        let value = words.first().map_or(Value::Flag(false), |first| word(first));
        much.learn(fact, Some(value));
    }
    vec![nothing, little, much.with(Fact::HomeDistrict, Value::Place("PK617".parse().unwrap()))]
}

fn main() {
    let books: Vec<RuleBook> = first_data::rules().unwrap().into_iter().map(|(_, book)| book).collect();
    let (persons, started) = (persons(), Instant::now());
    let (mut answers, mut open) = (0_u128, 0_u128);
    while started.elapsed() < AT_LEAST {
        for book in &books {
            for facts in &persons {
                answers += 1;
                open += u128::from(decide(&[book], facts).verdict == Verdict::Unknown);
            }
        }
    }
    let rate = answers * 1000 / started.elapsed().as_millis().max(1);
    assert!(open > 0 && open < answers, "an engine that always says the same is quick");
    let verdict = if rate >= TARGET { "ok" } else { "short" };
    println!("eligibility answers: {rate} 1/s, target {TARGET}, {verdict}");
}
