//! The words of overrides. There is none for "it was easier so".
use crate::kernel::words::words;

words! {
    /// Why the victim is not asked first, or why it cannot wait.
    pub enum OverrideReason {
        LifeInDanger = "life_in_danger",
        /// Unconscious, or otherwise unable, and nobody who may consent in their place is to be found.
        CannotConsent = "cannot_consent",
        ChildAtRisk = "child_at_risk",
        DutyByLaw = "duty_by_law",
    }
}

words! {
    /// Why it was taken back.
    pub enum OverrideEnd {
        /// The victim, or who may consent in their place, was asked and said no.
        RefusedByVictim = "refused_by_victim",
        NoLongerNeeded = "no_longer_needed",
        AskedInError = "asked_in_error",
    }
}

words! {
    /// What a look at it afterwards found.
    pub enum Finding {
        Justified = "justified",
        NotJustified = "not_justified",
    }
}

words! {
    pub enum OverrideState {
        Asked = "asked",
        Agreed = "agreed",
        Refused = "refused",
        Withdrawn = "withdrawn",
        /// Nobody answered in time, or its time was over.
        Expired = "expired",
    }
}
