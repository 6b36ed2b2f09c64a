//! The ladder: to whom a victim can go, one after the other. It is a setting with its source; none of it is in code.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::directory::Confidence;

/// The most rungs.
const MOST_RUNGS: usize = 10;

/// The settings of appeals.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppealTerms {
    /// The first is gone to first.
    pub rungs: Vec<Rung>,
}

/// Somebody who can be appealed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// Small letters, digits and `_`.
    pub code: String,
    pub title: String,
    pub title_ur: String,
    /// Whether it decides elsewhere, so that its order is recorded here.
    pub is_outside: bool,
    /// Who set it up, and where that is written.
    pub source: String,
    pub confidence: Confidence,
}

impl AppealTerms {
    /// Whether there are 1 to 10 rungs, each with a code of its own, titles and a source.
    pub fn is_sound(&self) -> bool {
        let codes: std::collections::BTreeSet<_> = self.rungs.iter().map(|rung| rung.code.as_str()).collect();
        let is_whole = (1..=MOST_RUNGS).contains(&self.rungs.len()) && codes.len() == self.rungs.len();
        is_whole && self.rungs.iter().all(Rung::is_sound)
    }

    /// The rung of a step, the first of which is 1.
    pub fn rung(&self, step: usize) -> Option<&Rung> {
        self.rungs.get(step.checked_sub(1)?)
    }
}

impl Rung {
    fn is_sound(&self) -> bool {
        let is_code = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let texts = [&self.code, &self.title, &self.title_ur, &self.source];
        texts.iter().all(|text| !text.trim().is_empty()) && self.code.bytes().all(is_code) && self.code.len() <= 40
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rung(code: &str) -> Rung {
        let text = || "A text".to_owned();
        let code = code.to_owned();
        Rung { code, title: text(), title_ur: text(), is_outside: false, source: text(), confidence: Confidence::Low }
    }

    #[test]
    fn a_ladder_has_rungs_each_with_a_code_of_its_own() {
        let ladder = |codes: &[&str]| AppealTerms { rungs: codes.iter().map(|code| rung(code)).collect() };
        assert!(ladder(&["review", "ombudsman"]).is_sound());
        for codes in [&[][..], &["review", "review"], &["Review"], &[""]] {
            assert!(!ladder(codes).is_sound(), "{codes:?}");
        }
        assert_eq!(ladder(&["review", "ombudsman"]).rung(2).map(|rung| rung.code.as_str()), Some("ombudsman"));
        assert_eq!((ladder(&["review"]).rung(2), ladder(&["review"]).rung(0)), (None, None));
    }
}
