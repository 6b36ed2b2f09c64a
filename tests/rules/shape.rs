//! What every file looks like, and that every code is used and documented.
use umeed::error::Code;

use super::{Source, nothing_of};

#[test]
fn no_file_is_longer_than_four_hundred_lines() {
    let long = |source: &Source| source.path != "db/schema.rs" && source.text.lines().count() > 400;
    nothing_of(Source::all().into_iter().filter(long).map(|source| source.path).collect());
}

#[test]
fn every_module_begins_with_what_it_is_for() {
    let silent = |source: &Source| !source.text.starts_with("//! ");
    nothing_of(Source::all().into_iter().filter(silent).map(|source| source.path).collect());
}

#[test]
fn an_exception_to_a_lint_is_expected_and_has_a_reason() {
    let mut wrong = Vec::new();
    for source in Source::all() {
        for (at, _) in source.text.match_indices("[allow(") {
            let exception = source.text[at..].split(")]").next().unwrap();
            // Inside a macro it may be right for one use and needless for another.
            if !source.text[..at].contains("macro_rules!") || !exception.contains("reason = ") {
                wrong.push(format!("{}: {exception}", source.path));
            }
        }
    }
    nothing_of(wrong);
}

#[test]
fn no_code_is_left_behind_in_comments_or_for_later() {
    let mut wrong = Vec::new();
    for source in Source::all() {
        for line in source.text.lines().map(str::trim) {
            let comment = line.strip_prefix("//").is_some_and(|text| !text.starts_with(['/', '!']));
            if (comment && line.ends_with([';', '{', '}'])) || line.contains("TODO") || line.contains("FIXME") {
                wrong.push(format!("{}: {line}", source.path));
            }
        }
    }
    nothing_of(wrong);
}

#[test]
fn every_code_is_used() {
    let sources = Source::all();
    let used = |code: &Code| {
        let name = format!("{code:?}");
        let others = || sources.iter().filter(|source| source.path != "error.rs");
        others().any(|source| source.after("Code::").any(|(used, _)| used == name))
            || sources
                .iter()
                .any(|source| source.path == "error.rs" && source.text.contains(&format!("=> Code::{name}")))
            || others().any(|source| source.text.contains("Code::{") && source.text.contains(&name))
    };
    nothing_of(Code::ALL.iter().filter(|code| !used(code)).map(|code| format!("{code:?}")).collect());
}

#[test]
fn every_code_has_a_word_of_its_own_and_stands_in_the_documentation() {
    let documentation = std::fs::read_to_string("docs/api.md").unwrap();
    let line = |code: &Code| format!("| `{}` | {} | {} |", code.word(), code.status(), code.title());
    let missing: Vec<_> = Code::ALL.iter().map(line).filter(|line| !documentation.contains(line.as_str())).collect();
    nothing_of(missing);
    let mut words: Vec<_> = Code::ALL.iter().map(|code| code.word()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Code::ALL.len());
}
