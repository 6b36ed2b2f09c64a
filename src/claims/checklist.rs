//! Which papers a claim needs: `config/evidence.toml`, dated and with sources. A file with a flaw stops the start.
use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::words::EvidenceKind;
use crate::directory::Confidence;
use crate::error::{Error, Result};
use crate::kernel::text::Line;
use crate::kernel::time::Date;
use crate::tariffs::{HarmCode, HarmGroup, HeirRule, Instrument};

const FILE: &str = include_str!("../../config/evidence.toml");
static CHECKLIST: LazyLock<Result<Checklist, String>> = LazyLock::new(|| Checklist::parse(FILE));

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Checklist {
    rules: Vec<Rule>,
}

/// Papers that every claim needs to which all of this applies; what is left out applies to all.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    needs: Vec<EvidenceKind>,
    #[serde(default)]
    group: Option<HarmGroup>,
    #[serde(default)]
    harms: Vec<HarmCode>,
    #[serde(default)]
    death: Option<bool>,
    /// Codes of instruments.
    #[serde(default)]
    instruments: Vec<Line<80>>,
    #[serde(default)]
    heirs: Option<HeirWord>,
    /// Whether a payee is a minor.
    #[serde(default)]
    minors: Option<bool>,
    valid_from: Date,
    #[serde(default)]
    valid_to: Option<Date>,
    #[serde(rename = "source")]
    _source: Line<300>,
    #[serde(rename = "confidence")]
    _confidence: Confidence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum HeirWord {
    Precedence,
    Shares,
}

/// What decides which papers a claim needs.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub instrument: &'a Instrument,
    pub harm: HarmCode,
    pub has_minors: bool,
    /// The day on which the claim was prepared.
    pub on: Date,
}

impl Checklist {
    fn parse(text: &str) -> Result<Self, String> {
        let list: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let is_sound = |rule: &Rule| !rule.needs.is_empty() && rule.valid_to.is_none_or(|last| rule.valid_from <= last);
        if list.rules.iter().all(is_sound) { Ok(list) } else { Err("a rule needs nothing or ends too soon".into()) }
    }
}

impl Rule {
    fn applies(&self, facts: &Facts) -> bool {
        let heirs = match facts.instrument.facts.heirs {
            HeirRule::Precedence { .. } => HeirWord::Precedence,
            HeirRule::Shares { .. } => HeirWord::Shares,
        };
        self.valid_from <= facts.on
            && self.valid_to.is_none_or(|last| facts.on <= last)
            && self.group.is_none_or(|group| group == facts.harm.group())
            && self.death.is_none_or(|death| death == facts.harm.is_death())
            && self.minors.is_none_or(|minors| minors == facts.has_minors)
            && self.heirs.is_none_or(|wanted| wanted == heirs && facts.harm.is_death())
            && (self.harms.is_empty() || self.harms.contains(&facts.harm))
            && (self.instruments.is_empty() || self.instruments.contains(&facts.instrument.facts.code))
    }
}

/// The papers that a claim needs.
pub fn needed(facts: &Facts) -> Result<BTreeSet<EvidenceKind>> {
    let list = CHECKLIST.as_ref().map_err(|_| Error::Corrupt("config/evidence.toml"))?;
    let rules = list.rules.iter().filter(|rule| rule.applies(facts));
    Ok(rules.flat_map(|rule| rule.needs.iter().copied()).collect())
}

/// Refuses a file with a flaw.
pub fn check() -> Result<()> {
    CHECKLIST.as_ref().map(drop).map_err(|flaw| Error::Unavailable(format!("config/evidence.toml: {flaw}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_read_and_every_kind_of_harm_needs_the_report_of_the_police() {
        check().unwrap();
        let list = Checklist::parse(FILE).unwrap();
        assert!(list.rules.iter().any(|rule| rule.needs.contains(&EvidenceKind::Fir) && rule.group.is_none()));
        assert!(Checklist::parse("[[rules]]\nneeds = []\nvalid_from = \"2026-01-01\"").is_err());
    }
}
