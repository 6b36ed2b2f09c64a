//! Banners: what everybody who opens a case must see first. One lasts until an officer or a supervisor clears it, with a
//! reason; it never goes by itself.
use super::model::Case;
use crate::kernel::moves::{Move, Refusal, refuse};
use crate::kernel::time::Time;
use crate::kernel::words::words;
use crate::work::Event;

words! {
    pub enum Banner {
        /// An answer told of thoughts of death or of hurting oneself.
        SuicideRisk = "suicide_risk",
    }
}

words! {
    /// Why a banner was cleared.
    pub enum ClearReason {
        /// Seen by a clinician, who found no risk now.
        SeenByClinician = "seen_by_clinician",
        /// There is a safety plan, and somebody holds to it with the victim.
        SafetyPlanAgreed = "safety_plan_agreed",
        RaisedInError = "raised_in_error",
        Died = "died",
    }
}

/// Clearing is the only move that a person makes.
pub const MOVES: &[Move] = &[Move { from: "raised", verb: "clear", to: "cleared" }];

impl Case {
    /// Puts a banner up; nothing, if it is up already. The version stays: the case itself did not change.
    pub fn raise(self, banner: Banner, at: Time) -> Option<(Self, Event)> {
        if self.banners.contains(&banner) {
            return None;
        }
        let mut raised = Self { changed_at: at, ..self };
        raised.banners.push(banner);
        let event = raised.event("case.banner_raised").with("banner", banner.word());
        Some((raised, event))
    }

    pub fn clear(self, (banner, reason): (Banner, ClearReason), at: Time) -> Result<(Self, Event), Refusal> {
        if !self.banners.contains(&banner) {
            return Err(refuse(MOVES, "cleared", "clear"));
        }
        let mut cleared = Self { changed_at: at, version: self.version + 1, ..self };
        cleared.banners.retain(|up| *up != banner);
        let event = cleared.event("case.banner_cleared").with("banner", banner.word()).with("reason", reason.word());
        Ok((cleared, event))
    }
}
