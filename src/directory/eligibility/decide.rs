//! The answer for one person on one day. A rule that is broken decides; else one that is open leaves the answer open;
//! and where nobody has written rules down, there is nothing to answer from.
use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::paper::Paper;
use super::rule::{Key, Rule, RuleBook, RuleKind};
use super::value::Facts;
use crate::directory::model::Confidence;
use crate::kernel::text::Line;
use crate::kernel::time::Date;
use crate::kernel::words::words;

words! {
    /// The best comes first.
    pub enum Verdict {
        Eligible = "eligible",
        Unknown = "unknown",
        NotEligible = "not_eligible",
    }
}

words! {
    /// What became of one rule.
    pub enum Outcome {
        Met = "met",
        Broken = "broken",
        /// Something that it asks for is unknown.
        Open = "open",
    }
}

/// A rule and what became of it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Decided {
    pub key: Key,
    pub kind: RuleKind,
    pub outcome: Outcome,
    pub reason: Line<500>,
    pub reason_ur: Option<Line<500>>,
    /// What it would have to know.
    pub missing_facts: Vec<Fact>,
    pub source: Line<500>,
    pub source_date: Date,
    pub confidence: Confidence,
}

/// A paper to take along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaperAsked {
    pub paper: Paper,
    /// Whether it is surely asked for; else it hangs on something unknown.
    pub is_certain: bool,
}

/// The answer, and what it rests on.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    pub verdict: Verdict,
    /// Whether anybody has written down rules at all; without them the answer is `unknown`.
    pub has_rules: bool,
    /// The rules that decided: those broken, else those open, else those met.
    pub rules: Vec<Decided>,
    /// The facts that would close what is open.
    pub missing_facts: Vec<Fact>,
    pub papers: Vec<PaperAsked>,
    /// Codes of other programmes to try, named by the rules that are broken.
    pub routes: Vec<Line<80>>,
}

/// Every rule of these books that is in force, weighed.
struct Weighed<'a> {
    rules: Vec<(&'a Rule, (Outcome, BTreeSet<Fact>))>,
    verdict: Verdict,
    deciding: Outcome,
}

impl<'a> Weighed<'a> {
    fn new(books: &[&'a RuleBook], facts: &Facts) -> Self {
        let mut rules = Vec::new();
        for book in books {
            rules.extend(book.in_force(facts.day()).map(|rule| (rule, weigh(rule, book, facts))));
        }
        // Rules that have all ended, or not begun, say nothing about this day.
        let is_silent = books.iter().any(|book| !book.rules.is_empty() && book.in_force(facts.day()).next().is_none());
        let has = |outcome: Outcome| rules.iter().any(|(_, (other, _))| *other == outcome);
        let (verdict, deciding) = match () {
            () if has(Outcome::Broken) => (Verdict::NotEligible, Outcome::Broken),
            () if has(Outcome::Open) || books.is_empty() || is_silent => (Verdict::Unknown, Outcome::Open),
            () => (Verdict::Eligible, Outcome::Met),
        };
        Self { rules, verdict, deciding }
    }
}

/// The verdict alone, for whoever has many to put in order.
pub fn verdict(books: &[&RuleBook], facts: &Facts) -> Verdict {
    Weighed::new(books, facts).verdict
}

/// Answers from the rules of a programme and those of its service, as far as there are any.
pub fn decide(books: &[&RuleBook], facts: &Facts) -> Answer {
    let Weighed { rules: weighed, verdict, deciding } = Weighed::new(books, facts);
    let open = weighed.iter().filter(|(_, (outcome, _))| *outcome == Outcome::Open);
    let missing_facts: BTreeSet<Fact> = open.flat_map(|(_, (_, missing))| missing.iter().copied()).collect();
    let rules: Vec<_> = weighed.iter().filter(|(_, (outcome, _))| *outcome == deciding).collect();
    let mut routes = Vec::new();
    for code in rules.iter().filter(|_| verdict == Verdict::NotEligible).flat_map(|(rule, _)| &rule.routes) {
        if !routes.contains(code) {
            routes.push(code.clone());
        }
    }
    Answer {
        verdict,
        has_rules: !books.is_empty(),
        rules: rules.into_iter().map(|(rule, weighed)| Decided::of(rule, weighed)).collect(),
        missing_facts: missing_facts.into_iter().collect(),
        papers: papers(books, facts),
        routes,
    }
}

fn weigh(rule: &Rule, book: &RuleBook, facts: &Facts) -> (Outcome, BTreeSet<Fact>) {
    let mut missing = BTreeSet::new();
    let outcome = match (rule.kind, rule.when.weigh(&book.conditions, facts, &mut missing)) {
        (_, None) => Outcome::Open,
        (RuleKind::Requires, Some(holds)) => met(holds),
        (RuleKind::Excludes, Some(holds)) => met(!holds),
    };
    (outcome, missing)
}

const fn met(is_met: bool) -> Outcome {
    if is_met { Outcome::Met } else { Outcome::Broken }
}

/// Each paper once, in the order in which the rules ask for them.
fn papers(books: &[&RuleBook], facts: &Facts) -> Vec<PaperAsked> {
    let (mut order, mut certain) = (Vec::new(), BTreeMap::new());
    let mut ask = |paper: Paper, is_certain: bool| {
        if !order.contains(&paper) {
            order.push(paper);
        }
        *certain.entry(paper).or_insert(false) |= is_certain;
    };
    for book in books {
        for rule in book.in_force(facts.day()) {
            rule.papers.iter().for_each(|paper| ask(*paper, true));
        }
        for asked in &book.papers {
            let when = asked.when.as_ref();
            let applies = when.map_or(Some(true), |when| when.weigh(&book.conditions, facts, &mut BTreeSet::new()));
            if applies != Some(false) {
                ask(asked.paper, applies.is_some());
            }
        }
    }
    let asked = |paper| PaperAsked { paper, is_certain: certain.get(&paper).copied().unwrap_or_default() };
    order.into_iter().map(asked).collect()
}

impl RuleBook {
    fn in_force(&self, day: Date) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.is_valid_on(day))
    }
}

impl Decided {
    fn of(rule: &Rule, (outcome, missing): &(Outcome, BTreeSet<Fact>)) -> Self {
        Self {
            key: rule.key.clone(),
            kind: rule.kind,
            outcome: *outcome,
            reason: rule.reason.clone(),
            reason_ur: rule.reason_ur.clone(),
            missing_facts: missing.iter().copied().collect(),
            source: rule.source.clone(),
            source_date: rule.source_date,
            confidence: rule.confidence,
        }
    }
}
