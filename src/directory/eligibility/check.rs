//! What a set of rules must hold to before it is taken. It tells the place of each flaw, so that a reader can say the
//! line of a file or the pointer into a body.
use std::collections::{BTreeMap, BTreeSet};

use super::condition::{Condition, Test};
use super::fact::{Fact, Kind};
use super::rule::{Key, Rule, RuleBook};
use super::value::OTHER_AID;
use crate::error::{Error, Fault, Result};
use crate::kernel::text::Line;
use crate::kernel::time::Date;

const MOST_RULES: usize = 50;
const MOST_PAPERS_OF_RULE: usize = 20;
const MOST_ROUTES: usize = 10;
/// The most flaws that are told at once.
const MOST_FLAWS: usize = 100;
/// The most comparisons of one condition when every name in it is written out.
const MOST_WEIGHT: usize = 500;

/// Where in the rules something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    Book,
    Condition(Key),
    Rule(usize),
    Paper(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    pub spot: Spot,
    pub code: &'static str,
    pub message: String,
}

impl Flaw {
    fn new(spot: Spot, code: &'static str, message: impl Into<String>) -> Self {
        Self { spot, code, message: message.into() }
    }

    fn fault(self, book: &str) -> Fault {
        let pointer = match self.spot {
            Spot::Book => format!("{book}/rules"),
            Spot::Condition(name) => format!("{book}/conditions/{name}"),
            Spot::Rule(at) => format!("{book}/rules/{at}"),
            Spot::Paper(at) => format!("{book}/papers/{at}"),
        };
        Fault::new(pointer, self.code, self.message)
    }
}

impl RuleBook {
    /// Refuses rules with a flaw; `is_programme` knows the codes of programmes, and `pointer` is where the rules stand.
    pub fn check(&self, pointer: &str, is_programme: impl Fn(&str) -> bool) -> Result<()> {
        let flaws = self.flaws(is_programme);
        if flaws.is_empty() {
            return Ok(());
        }
        Err(Error::Invalid(flaws.into_iter().map(|flaw| flaw.fault(pointer)).collect()))
    }

    /// All that is wrong.
    pub fn flaws(&self, is_programme: impl Fn(&str) -> bool) -> Vec<Flaw> {
        let sizes = [self.rules.len(), self.conditions.len(), self.papers.len()];
        if sizes.iter().any(|size| *size > MOST_RULES) {
            return vec![Flaw::new(Spot::Book, "too_many", "at most 50 rules, conditions and papers each")];
        }
        let mut flaws = self.cycles();
        if flaws.is_empty() {
            flaws.extend(self.overweight());
        }
        for (spot, condition) in self.written() {
            flaws.extend(self.unknown_in(condition, &spot, &is_programme));
        }
        for (at, rule) in self.rules.iter().enumerate() {
            flaws.extend(rule_flaws(rule, at, &is_programme));
        }
        flaws.extend(self.overlaps());
        flaws.truncate(MOST_FLAWS);
        flaws
    }

    /// The codes of programmes that it names.
    pub fn codes(&self) -> BTreeSet<String> {
        let mut codes = BTreeSet::new();
        for (_, condition) in self.written() {
            walk(condition, &mut |part| codes.extend(aid_codes(part).map(str::to_owned)));
        }
        codes.extend(self.routes().map(str::to_owned));
        codes.retain(|code| !OTHER_AID.contains(&code.as_str()));
        codes
    }

    /// The codes of programmes that it names as another way.
    pub fn routes(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().flat_map(|rule| &rule.routes).map(Line::as_str)
    }

    fn written(&self) -> impl Iterator<Item = (Spot, &Condition)> {
        let named = self.conditions.iter().map(|(name, condition)| (Spot::Condition(name.clone()), condition));
        let rules = self.rules.iter().enumerate().map(|(at, rule)| (Spot::Rule(at), &rule.when));
        let papers = self.papers.iter().enumerate();
        named.chain(rules).chain(papers.filter_map(|(at, paper)| Some((Spot::Paper(at), paper.when.as_ref()?))))
    }

    /// Conditions that lead back to themselves.
    fn cycles(&self) -> Vec<Flaw> {
        let flaw = |name: &Key| {
            let message = format!("the condition `{name}` leads back to itself");
            Flaw::new(Spot::Condition(name.clone()), "cycle", message)
        };
        let leads_back = |name: &&Key| {
            let (mut seen, mut next) = (BTreeSet::new(), vec![*name]);
            while let Some(one) = next.pop() {
                let Some(condition) = self.conditions.get(one) else { continue };
                for other in names_in(condition) {
                    if other == *name {
                        return true;
                    }
                    if seen.insert(other) {
                        next.push(other);
                    }
                }
            }
            false
        };
        self.conditions.keys().filter(leads_back).map(flaw).collect()
    }

    /// Conditions that would take too long to weigh. There is no cycle.
    fn overweight(&self) -> Vec<Flaw> {
        let mut weights = BTreeMap::new();
        let too_heavy = |(_, weight): &(Spot, usize)| *weight > MOST_WEIGHT;
        let weighed: Vec<_> =
            self.written().map(|(spot, condition)| (spot, self.weight(condition, &mut weights))).collect();
        let flaw = |(spot, _)| Flaw::new(spot, "too_large", "at most 500 comparisons, names written out");
        weighed.into_iter().filter(too_heavy).map(flaw).collect()
    }

    fn weight<'a>(&'a self, condition: &'a Condition, weights: &mut BTreeMap<&'a Key, usize>) -> usize {
        if let Condition::Named(name) = condition {
            if let Some(weight) = weights.get(name) {
                return *weight;
            }
            let weight = self.conditions.get(name).map_or(1, |named| self.weight(named, weights));
            weights.insert(name, weight);
            return weight;
        }
        let parts = condition.parts().iter().map(|part| self.weight(part, weights));
        parts.fold(1, usize::saturating_add)
    }

    fn unknown_in(&self, condition: &Condition, spot: &Spot, is_programme: &impl Fn(&str) -> bool) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        for name in names_in(condition).into_iter().filter(|name| !self.conditions.contains_key(*name)) {
            let message = format!("there is no condition `{name}`");
            flaws.push(Flaw::new(spot.clone(), "unknown_condition", message));
        }
        walk(condition, &mut |part| {
            let unknown = aid_codes(part).filter(|code| !OTHER_AID.contains(code) && !is_programme(code));
            flaws.extend(unknown.map(|code| unknown_programme(spot.clone(), code)));
        });
        flaws
    }

    fn overlaps(&self) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        for (at, rule) in self.rules.iter().enumerate() {
            let mut before = self.rules.iter().take(at).filter(|other| other.key == rule.key);
            if before.any(|other| span(other).0 <= span(rule).1 && span(rule).0 <= span(other).1) {
                let message = format!("the times of the rule `{}` overlap", rule.key);
                flaws.push(Flaw::new(Spot::Rule(at), "overlap", message));
            }
        }
        flaws
    }
}

/// First and last day, with those beyond any calendar where there is none.
fn span(rule: &Rule) -> (Date, Date) {
    let (first, last) = (chrono::NaiveDate::MIN.into(), chrono::NaiveDate::MAX.into());
    (rule.valid_from.unwrap_or(first), rule.valid_until.unwrap_or(last))
}

fn rule_flaws(rule: &Rule, at: usize, is_programme: &impl Fn(&str) -> bool) -> Vec<Flaw> {
    let flaw = |code, message: &str| Flaw::new(Spot::Rule(at), code, message);
    let mut flaws = Vec::new();
    if rule.valid_from.zip(rule.valid_until).is_some_and(|(from, until)| until < from) {
        flaws.push(flaw("contradiction", "a rule ends after it begins"));
    }
    if rule.papers.len() > MOST_PAPERS_OF_RULE || rule.routes.len() > MOST_ROUTES {
        flaws.push(flaw("too_many", "at most 20 papers and 10 routes a rule"));
    }
    let unknown = rule.routes.iter().map(Line::as_str).filter(|code| !is_programme(code));
    flaws.extend(unknown.map(|code| unknown_programme(Spot::Rule(at), code)));
    flaws
}

fn unknown_programme(spot: Spot, code: &str) -> Flaw {
    Flaw::new(spot, "unknown_programme", format!("there is no programme `{code}`"))
}

fn walk<'a>(condition: &'a Condition, visit: &mut impl FnMut(&'a Condition)) {
    visit(condition);
    for part in condition.parts() {
        walk(part, visit);
    }
}

fn names_in(condition: &Condition) -> Vec<&Key> {
    let mut names = Vec::new();
    walk(condition, &mut |part| {
        if let Condition::Named(name) = part {
            names.push(name);
        }
    });
    names
}

fn aid_codes(condition: &Condition) -> impl Iterator<Item = &str> {
    let codes = match condition {
        Condition::Fact(fact, Test::OneOf(codes)) if is_of_aid(*fact) => codes.as_slice(),
        _ => &[],
    };
    codes.iter().map(Line::as_str)
}

fn is_of_aid(fact: Fact) -> bool {
    fact.kind() == Kind::Codes
}
