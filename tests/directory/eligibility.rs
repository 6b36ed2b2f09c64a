//! The rules that come with Umeed, held against a table of people a programme: `tables/CODE.csv`. An empty cell is
//! something that nobody knows; `rules` are those that decided, where they turned somebody away or left it open.
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use umeed::directory::eligibility::{Fact, Facts, Kind, Outcome, RuleBook, Score, Value, Verdict, decide};
use umeed::directory::first_data;
use umeed::kernel::time::Date;

fn books() -> BTreeMap<String, RuleBook> {
    first_data::rules().unwrap().into_iter().collect()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// `yes`, `muslim`, `17-18`, `31.97`, `none`, `all: CODE…`, `some: CODE…`, `2026-11-01`, `PK508`.
fn value(fact: Fact, text: &str) -> Value {
    let number = |text: &str| text.parse::<i64>().unwrap();
    match fact.kind() {
        Kind::Flag => Value::Flag(["no", "yes"].iter().position(|word| *word == text).unwrap() == 1),
        Kind::Word => Value::Word(text.to_owned()),
        Kind::Words | Kind::Codes => {
            let codes = text.split_once(": ").map(|(_, codes)| codes).unwrap_or_default();
            let known = codes.split_whitespace().map(str::to_owned).collect();
            Value::Set { known, is_complete: !text.starts_with("some: ") }
        }
        Kind::Score => Value::exactly(text.parse::<Score>().unwrap().hundredths()),
        Kind::Money => Value::exactly(number(text)),
        Kind::Number => {
            let (least, most) = text.split_once('-').unwrap_or((text, text));
            Value::Number { least: number(least), most: number(most) }
        }
        Kind::Day => Value::Day(day(text)),
        Kind::Place => Value::Place(text.parse().unwrap()),
    }
}

/// The rows of a table: who, the facts, the verdict expected, and the rules that should decide.
fn rows(code: &str) -> Vec<(String, Facts, String, BTreeSet<String>)> {
    let mut reader = csv::Reader::from_path(format!("tests/directory/tables/{code}.csv")).unwrap();
    let names: Vec<Option<Fact>> = reader.headers().unwrap().iter().map(|name| name.parse().ok()).collect();
    assert!(names.iter().skip(4).all(Option::is_some), "{code}: {names:?}");
    let row = |row: csv::StringRecord| {
        let mut facts = Facts::on(day(&row[1]));
        for (name, text) in names.iter().zip(row.iter()).skip(4).filter(|(_, text)| !text.is_empty()) {
            facts.learn(name.unwrap(), Some(value(name.unwrap(), text)));
        }
        let rules = row[3].split_whitespace().map(str::to_owned).collect();
        (format!("{code}: {} on {}", &row[0], &row[1]), facts, row[2].to_owned(), rules)
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

#[test]
fn every_row_of_every_table_is_answered_as_it_says_and_for_the_reason_it_names() {
    for (code, book) in books() {
        for (who, facts, verdict, rules) in rows(&code) {
            let answer = decide(&[&book], &facts);
            assert_eq!(answer.verdict.word(), verdict, "{who}: {answer:?}");
            let decided: BTreeSet<_> = answer.rules.iter().map(|rule| rule.key.to_string()).collect();
            if answer.verdict == Verdict::Eligible {
                let in_force = book.rules.iter().filter(|rule| rule.is_valid_on(facts.day()));
                assert_eq!(decided, in_force.map(|rule| rule.key.to_string()).collect(), "{who}");
            } else {
                assert_eq!(decided, rules, "{who}");
            }
            assert_eq!(
                answer.verdict == Verdict::Unknown,
                answer.rules.iter().any(|rule| !rule.missing_facts.is_empty())
            );
        }
    }
}

/// Each rule alone, so that one rule's breaking does not hide another's being met.
#[test]
fn every_rule_of_every_programme_is_met_by_somebody_and_broken_by_somebody() {
    let mut wrong = Vec::new();
    for (code, book) in books() {
        let rows = rows(&code);
        for (at, rule) in book.rules.iter().enumerate() {
            let alone = RuleBook { rules: vec![rule.clone()], papers: Vec::new(), ..book.clone() };
            let days: Vec<_> = rows.iter().filter(|(_, facts, ..)| rule.is_valid_on(facts.day())).collect();
            let outcome = |facts: &Facts| decide(&[&alone], facts).rules.first().map(|rule| rule.outcome);
            let outcomes: Vec<_> = days.iter().filter_map(|(_, facts, ..)| outcome(facts)).collect();
            for wanted in [Outcome::Met, Outcome::Broken] {
                if !outcomes.contains(&wanted) {
                    wrong.push(format!("{code}: rule {at} ({}) is {} for nobody", rule.key, wanted.word()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_programme_has_rules_with_urdu_and_nobody_unknown_is_eligible() {
    let books = books();
    assert_eq!(books.len(), 13);
    for (code, book) in books {
        assert!(!book.rules.is_empty() && book.rules.iter().all(|rule| rule.reason_ur.is_some()), "{code}");
        for day in ["2016-09-02", "2025-06-30", "2025-07-01", "2026-01-16", "2026-11-21"].map(day) {
            let answer = decide(&[&book], &Facts::on(day));
            assert_ne!(answer.verdict, Verdict::Eligible, "{code} on {day}");
            assert!(answer.verdict == Verdict::NotEligible || !answer.missing_facts.is_empty(), "{code} on {day}");
        }
    }
}

#[test]
fn zakat_shows_others_another_way_and_a_turned_off_card_too() {
    let books = books();
    let christian = Facts::on(day("2026-11-21")).with(Fact::Religion, Value::Word("christian".into()));
    let routes = |code: &str, facts: &Facts| {
        let routes = decide(&[&books[code]], facts).routes;
        routes.iter().map(|code| code.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(routes("zakat-health-care", &christian), ["pbm-ifa-medical", "kp-minorities-endowment-fund"]);
    assert!(routes("zakat-guzara-allowance", &christian).contains(&"bisp-benazir-kafaalat".to_owned()));
    let injured = Facts::on(day("2025-07-01")).with(Fact::HospitalKind, Value::Word("government".into()));
    assert!(routes("punjab-sehat-card", &injured).contains(&"pbm-ifa-medical".to_owned()));
    assert!(routes("zakat-health-care", &Facts::on(day("2026-11-21"))).is_empty(), "nobody was turned away");
}

#[test]
fn where_nobody_wrote_rules_down_nothing_is_answered_and_no_rule_at_all_is_open_to_everybody() {
    let facts = Facts::on(day("2026-11-21"));
    let answer = decide(&[], &facts);
    assert_eq!((answer.verdict, answer.has_rules), (Verdict::Unknown, false));
    let answer = decide(&[&RuleBook::default()], &facts);
    assert_eq!((answer.verdict, answer.has_rules), (Verdict::Eligible, true));
}

/// Some facts of some value, those of a programme's rules more often than not.
fn some_facts() -> impl Strategy<Value = Vec<(Fact, Value)>> {
    let fact = prop::sample::select(Fact::ALL.iter().copied().filter(|fact| *fact != Fact::Date).collect::<Vec<_>>());
    prop::collection::vec((fact, any::<u16>()).prop_map(|(fact, seed)| (fact, some_value(fact, seed))), 0..40)
}

fn some_value(fact: Fact, seed: u16) -> Value {
    let pick = |list: &[&str]| list[usize::from(seed) % list.len()].to_owned();
    let codes = ["none", "all: bisp-benazir-kafaalat", "all: other-private", "all: pbm-ifa-medical zakat-health-care"];
    let text = match fact.kind() {
        Kind::Flag => pick(&["yes", "no"]),
        Kind::Word => pick(&fact.words()),
        Kind::Words => format!("all: {}", pick(&fact.words())),
        Kind::Codes => pick(&codes),
        Kind::Score => pick(&["0", "31.99", "32", "32.01", "36", "37", "38", "100"]),
        Kind::Money => pick(&["0", "7399999", "7400000", "7400001"]),
        Kind::Number => pick(&["5", "17", "17-18", "18", "40"]),
        Kind::Day => pick(&["2026-11-20", "2026-08-21", "2026-08-20", "2020-01-01"]),
        Kind::Place => pick(&["PK508", "PK603", "PK401", "PK301", "PK101", "PK701"]),
    };
    value(fact, &text)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn learning_one_more_fact_never_turns_an_answer_around(
        known in some_facts(),
        seed: u16,
        more in prop::sample::select(Fact::ALL.to_vec()),
        day in prop::sample::select(vec!["2025-06-30", "2025-07-01", "2026-01-15", "2026-11-21"]),
    ) {
        prop_assume!(more != Fact::Date);
        let mut facts = Facts::on(self::day(day));
        for (fact, value) in known.into_iter().filter(|(fact, _)| *fact != more) {
            facts.learn(fact, Some(value));
        }
        let wiser = facts.clone().with(more, some_value(more, seed));
        for (code, book) in books_once() {
            let (before, after) = (decide(&[book], &facts).verdict, decide(&[book], &wiser).verdict);
            prop_assert!(before == Verdict::Unknown || before == after, "{code}: {before} became {after} by {more}");
        }
    }
}

fn books_once() -> &'static BTreeMap<String, RuleBook> {
    static BOOKS: std::sync::OnceLock<BTreeMap<String, RuleBook>> = std::sync::OnceLock::new();
    BOOKS.get_or_init(books)
}
