//! Other aid that a victim had for the same attack, held against the rules of what pays. Two instruments may pay for one harm:
//! only what a source says excludes another is found. Pure.
use std::collections::{BTreeMap, BTreeSet};

use super::model::Found;
use super::search::Looked;
use super::words::FindingKind;
use crate::claims::ClaimId;
use crate::kernel::time::Date;
use crate::tariffs::{InstrumentFacts, InstrumentId};

/// What some victims had for the attacks that their claims are for.
#[derive(Debug, Default)]
pub struct Aid {
    /// Of the claims that are looked at, and of verified and approved ones beside them: what each is paid by, and the day of
    /// the attack.
    pub grounds: BTreeMap<ClaimId, (InstrumentId, Date)>,
    pub instruments: BTreeMap<InstrumentId, InstrumentFacts>,
    /// Codes of the programmes that helped the victims of the claims that are looked at.
    pub helped: BTreeMap<ClaimId, BTreeSet<String>>,
}

impl Aid {
    fn ground(&self, claim: ClaimId) -> Option<(&InstrumentFacts, Date)> {
        let (instrument, day) = self.grounds.get(&claim)?;
        Some((self.instruments.get(instrument)?, *day))
    }
}

/// What excludes a claim, or is excluded by it: whichever was verified first, one of them is not paid.
pub fn excluded(claim: &Looked, aid: &Aid) -> Vec<Found> {
    let Some((own, day)) = aid.ground(claim.claim) else { return Vec::new() };
    let kind = FindingKind::ExcludedByAid;
    let excludes = |other: &ClaimId| {
        let other = aid.ground(*other).map(|(facts, _)| facts);
        let either = |other: &InstrumentFacts| {
            own.is_excluded_by(other.code.as_str(), day) || other.is_excluded_by(own.code.as_str(), day)
        };
        other.is_some_and(either)
    };
    let claims = claim.beside.iter().filter(|other| excludes(other));
    let claims = claims.map(|other| Found::between(kind, (claim.claim, ""), (*other, "")));
    let helped = aid.helped.get(&claim.claim).into_iter().flatten();
    let helped = helped.filter(|code| own.is_excluded_by(code, day));
    claims.chain(helped.map(|code| Found::on(kind, claim.claim, code))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Confidence;
    use crate::kernel::money::Paisa;
    use crate::kernel::time::Time;
    use crate::tariffs::{Clocks, Excluder, HeirRule, InstrumentKind, TariffStatus, Track};
    use crate::victims::VictimId;

    fn facts(code: &str, excluded_by: &[&str]) -> InstrumentFacts {
        let excluder = |code: &&str| Excluder {
            code: code.parse().unwrap(),
            valid_from: "2026-01-01".parse().unwrap(),
            valid_until: None,
            source: "A gazette".parse().unwrap(),
            confidence: Confidence::High,
        };
        InstrumentFacts {
            code: code.parse().unwrap(),
            title: "An Act".parse().unwrap(),
            jurisdiction: "PK".parse().unwrap(),
            track: Track::Civilian,
            kind: InstrumentKind::Standing,
            status: TariffStatus::InForce,
            confidence: Confidence::High,
            source: "A gazette".parse().unwrap(),
            incident_id: None,
            exclusions: Vec::new(),
            excluded_by: excluded_by.iter().map(excluder).collect(),
            heirs: HeirRule::Shares { source: "A gazette".parse().unwrap(), confidence: Confidence::Low },
            clocks: Clocks::default(),
        }
    }

    /// A claim by `act` and one beside it by `other`, after an attack of this day; and whether each is found.
    fn found(act: &InstrumentFacts, other: &InstrumentFacts, day: &str, helped: &[&str]) -> (bool, bool) {
        let (claim, beside) = (ClaimId::new(), ClaimId::new());
        let (by, by_other) = (InstrumentId::new(), InstrumentId::new());
        let day = day.parse().unwrap();
        let aid = Aid {
            grounds: [(claim, (by, day)), (beside, (by_other, day))].into(),
            instruments: [(by, act.clone()), (by_other, other.clone())].into(),
            helped: [(claim, helped.iter().map(|&code| code.to_owned()).collect())].into(),
        };
        let looked = Looked {
            claim,
            victim: VictimId::new(),
            district: "PK508".parse().unwrap(),
            prepared_at: Time::from_micros(0).unwrap(),
            line: Paisa::new(1),
            award: None,
            next_tier: None,
            moved: Vec::new(),
            beside: vec![beside],
        };
        let found = excluded(&looked, &aid);
        assert!(found.iter().all(|one| one.claim == claim && one.kind == FindingKind::ExcludedByAid));
        (found.iter().any(|one| one.other == Some(beside)), found.iter().any(|one| one.other.is_none()))
    }

    #[test]
    fn an_excluded_instrument_is_found_from_either_side_and_from_the_day_of_the_rule_on() {
        let (act, free) = (facts("act", &["police"]), facts("package", &[]));
        let police = facts("police", &[]);
        for (own, other, day, is_found) in [
            (&act, &police, "2026-01-01", true),
            (&police, &act, "2026-01-01", true),
            (&act, &police, "2025-12-31", false),
            (&act, &free, "2026-01-01", false),
            (&free, &police, "2026-01-01", false),
        ] {
            assert_eq!(found(own, other, day, &[]), (is_found, false), "{} {}", own.code.as_str(), other.code.as_str());
        }
    }

    #[test]
    fn a_programme_excludes_what_says_so_and_nothing_else() {
        let (act, free) = (facts("act", &["a-fund"]), facts("package", &[]));
        assert_eq!(found(&act, &free, "2026-01-01", &["a-fund", "another"]), (false, true));
        assert_eq!(found(&act, &free, "2026-01-01", &["another"]), (false, false));
        assert_eq!(found(&free, &act, "2026-01-01", &["a-fund"]), (false, false));
    }
}
