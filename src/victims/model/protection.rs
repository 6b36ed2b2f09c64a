//! Protection: all but the users named know the person by a pseudonym alone. It refuses to name nobody, since then
//! nobody could help.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::VictimId;
use crate::access::UserId;
use crate::error::{Error, Fault, Result};
use crate::kernel::letters::spell;
use crate::kernel::moves::{Move, Refusal, refuse};
use crate::kernel::time::Time;
use crate::kernel::words::words;
use crate::work::Event;

/// The most users who may be named.
pub const MOST_READERS: usize = 20;

words! {
    /// Why a person is protected (article 25 of Directive (EU) 2017/541; articles 18 to 24 of Directive 2012/29/EU).
    pub enum ProtectionReason {
        Threatened = "threatened",
        Witness = "witness",
        FamilyDanger = "family_danger",
        Child = "child",
        PublicAttention = "public_attention",
        AskedForByVictim = "asked_for_by_victim",
        OrderedByCourt = "ordered_by_court",
    }
}

words! {
    /// Why the protection ended.
    pub enum LiftReason {
        DangerPast = "danger_past",
        AskedForByVictim = "asked_for_by_victim",
        CourtOrderEnded = "court_order_ended",
        PlacedInError = "placed_in_error",
        /// Umeed ended it, since its time was over.
        TermEnded = "term_ended",
    }
}

/// Whether a person is protected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ProtectionState {
    Unprotected {
        lifted: Option<Lifted>,
    },
    Protected {
        reason: ProtectionReason,
        /// When it ends by itself, within a minute; left out, it does not.
        until: Option<Time>,
        placed_at: Time,
        placed_by: UserId,
        /// Who may see who the person is.
        readers: Vec<UserId>,
    },
}

/// How the last protection ended. Nobody lifted one whose time was over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lifted {
    pub reason: ProtectionReason,
    pub until: Option<Time>,
    pub placed_at: Time,
    pub placed_by: UserId,
    pub lifted_at: Time,
    pub lifted_by: Option<UserId>,
    pub lift_reason: LiftReason,
}

/// The protection of one victim; version 0 if there never was one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Protection {
    pub victim_id: VictimId,
    /// What the person is called while protected; always the same for one person.
    pub pseudonym: String,
    #[serde(flatten)]
    pub state: ProtectionState,
    pub version: i64,
}

/// What a supervisor asks for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProtection {
    pub reason: ProtectionReason,
    /// In the future; left out, the protection stays until it is lifted.
    #[serde(default)]
    pub until: Option<Time>,
    /// The users who may see who the person is, besides the supervisor who asks: officers and supervisors who see the
    /// victim. One at least.
    #[schemars(length(min = 1, max = 20))]
    pub readers: Vec<UserId>,
}

/// Every move there is. Protecting a protected person names others, or another term.
pub const PROTECTION_MOVES: &[Move] = &[
    Move { from: "unprotected", verb: "protect", to: "protected" },
    Move { from: "protected", verb: "protect", to: "protected" },
    Move { from: "protected", verb: "unprotect", to: "unprotected" },
];

/// What a protected person is called, from thirty bits: readable over a bad line, so in letters that are not taken for
/// others. Two persons may share one; the case number tells them apart.
pub fn pseudonym(bits: u32) -> String {
    let groups = [0, 5, 10, 15, 20, 25].map(|at| u8::try_from(bits >> at & 31).unwrap_or_default());
    format!("Protected person {}", spell(&groups))
}

impl Protection {
    /// That of somebody who never was protected.
    pub fn none(victim_id: VictimId, pseudonym: String) -> Self {
        Self { victim_id, pseudonym, state: ProtectionState::Unprotected { lifted: None }, version: 0 }
    }

    /// The users who may see who the person is; none if everybody may who sees the case.
    pub fn readers(&self) -> &[UserId] {
        match &self.state {
            ProtectionState::Protected { readers, .. } => readers,
            ProtectionState::Unprotected { .. } => &[],
        }
    }

    pub fn is_on(&self) -> bool {
        matches!(self.state, ProtectionState::Protected { .. })
    }

    /// Places the person under protection, or names others. Whoever does it stays named.
    pub fn protect(self, new: NewProtection, by: UserId, at: Time) -> Result<(Self, Event)> {
        let NewProtection { reason, until, mut readers } = new;
        let asked = readers.len();
        readers.sort_unstable();
        readers.dedup();
        let rules = [
            ((1..=MOST_READERS).contains(&asked), "/readers", "out_of_range", "name one user at least, at most 20"),
            (readers.len() == asked, "/readers", "repeated", "name each user once"),
            (until.is_none_or(|until| until > at), "/until", "in_the_past", "protection ends in the future"),
        ];
        let faults: Vec<_> =
            rules.iter().filter(|(holds, ..)| !holds).map(|(_, at, code, why)| Fault::new(*at, code, *why)).collect();
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        if !readers.contains(&by) {
            readers.push(by);
            readers.sort_unstable();
        }
        let count = readers.len();
        let state = ProtectionState::Protected { reason, until, placed_at: at, placed_by: by, readers };
        let protection = Self { state, version: self.version + 1, ..self };
        let event = protection.event("victim.protected").with("reason", reason.word()).with("readers", count).hiding();
        Ok((protection, event))
    }

    /// Lets everybody who sees the case see the person again. Nobody lifts one whose term is over.
    pub fn unprotect(self, lift_reason: LiftReason, by: Option<UserId>, at: Time) -> Result<(Self, Event), Refusal> {
        let ProtectionState::Protected { reason, until, placed_at, placed_by, .. } = self.state else {
            return Err(refuse(PROTECTION_MOVES, "unprotected", "unprotect"));
        };
        let lifted = Lifted { reason, until, placed_at, placed_by, lifted_at: at, lifted_by: by, lift_reason };
        let state = ProtectionState::Unprotected { lifted: Some(lifted) };
        let protection = Self { state, version: self.version + 1, ..self };
        let event = protection.event("victim.unprotected").with("reason", lift_reason.word());
        Ok((protection, event))
    }

    fn event(&self, action: &'static str) -> Event {
        Event::new(action, self.victim_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Time {
        Time::from_micros(0).unwrap().plus_hours(hours)
    }

    fn asked(readers: Vec<UserId>) -> NewProtection {
        NewProtection { reason: ProtectionReason::Witness, until: None, readers }
    }

    #[test]
    fn a_pseudonym_is_six_letters_that_nobody_mishears() {
        assert_eq!(pseudonym(0), "Protected person 000000");
        assert_eq!(pseudonym((1 << 30) - 1), "Protected person ZZZZZZ");
        assert_ne!(pseudonym(1), pseudonym(32));
    }

    #[test]
    fn whoever_protects_is_named_and_lifting_is_for_the_protected_alone() {
        let (by, reader) = (UserId::new(), UserId::new());
        let none = Protection::none(VictimId::new(), pseudonym(1));
        let refused = none.clone().unprotect(LiftReason::DangerPast, Some(by), at(1)).unwrap_err();
        assert_eq!((refused.state, refused.allowed), ("unprotected", vec!["protect"]));
        let (on, event) = none.protect(asked(vec![reader]), by, at(1)).unwrap();
        assert!(on.is_on() && on.readers().contains(&by) && on.readers().contains(&reader) && on.version == 1);
        assert_eq!((event.action(), event.fact("reason")), ("victim.protected", Some("witness")));
        let (off, event) = on.unprotect(LiftReason::TermEnded, None, at(2)).unwrap();
        assert!(!off.is_on() && off.readers().is_empty() && off.version == 2);
        assert_eq!(event.action(), "victim.unprotected");
    }

    #[test]
    fn protection_names_one_to_twenty_users_once_and_ends_later() {
        let none = || Protection::none(VictimId::new(), pseudonym(1));
        let (one, by) = (UserId::new(), UserId::new());
        for readers in [vec![], vec![one, one], (0..21).map(|_| UserId::new()).collect()] {
            assert!(matches!(none().protect(asked(readers), by, at(1)), Err(Error::Invalid(_))));
        }
        let late = NewProtection { until: Some(at(1)), ..asked(vec![one]) };
        assert!(matches!(none().protect(late, by, at(1)), Err(Error::Invalid(_))));
    }
}
