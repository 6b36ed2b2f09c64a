//! What the directory holds, and the words it is told in. It refuses a list that is too long or names a thing twice.
mod coverage;
mod district;
mod organisation;
mod programme;
mod rule_set;
mod service;

pub use coverage::Coverage;
pub use district::{District, NewDistrict};
pub use organisation::{Organisation, OrganisationFacts, OrganisationKind};
pub use programme::{Confidence, Programme, ProgrammeFacts, ProgrammeId};
pub use rule_set::{NewRules, RuleOwner, RuleSet, RuleSetId};
pub use service::{Service, ServiceFacts, ServiceId};

use crate::error::{Error, Fault, Result};
use crate::kernel::ids::Id;
use crate::kernel::words::words;

/// Something in the directory became different, whatever it was.
pub enum Change {}
pub type ChangeId = Id<Change>;

/// The most entries that a list of places, urgencies or documents may have.
pub const MOST_ENTRIES: usize = 50;

words! {
    /// What kind of need something meets.
    pub enum Domain {
        Medical = "medical",
        Psychosocial = "psychosocial",
        Legal = "legal",
        Financial = "financial",
        Protection = "protection",
        Education = "education",
        Livelihood = "livelihood",
        Shelter = "shelter",
        Documentation = "documentation",
    }
}

words! {
    /// How soon help must come. The most urgent is the smallest.
    pub enum Urgency {
        Within24Hours = "within_24_hours",
        Within72Hours = "within_72_hours",
        WithinTwoWeeks = "within_two_weeks",
    }
}

impl Urgency {
    /// The time it leaves, in hours.
    pub const fn hours(self) -> i64 {
        match self {
            Self::Within24Hours => 24,
            Self::Within72Hours => 72,
            Self::WithinTwoWeeks => 14 * 24,
        }
    }
}

words! {
    /// Whether a programme or a service can be had today.
    pub enum ServiceStatus {
        Active = "active",
        Inactive = "inactive",
        Defunct = "defunct",
        TemporarilyClosed = "temporarily_closed",
    }
}

/// What is wrong with a list of at least `least` entries, if anything is.
fn list_fault<T: PartialEq>(pointer: &str, list: &[T], least: usize) -> Option<Fault> {
    let mut rest = list;
    let mut repeats = false;
    while let Some((first, others)) = rest.split_first() {
        repeats |= others.contains(first);
        rest = others;
    }
    if list.len() < least {
        Some(Fault::new(pointer, "too_few", format!("expected at least {least}")))
    } else if list.len() > MOST_ENTRIES {
        Some(Fault::new(pointer, "too_many", format!("expected at most {MOST_ENTRIES}")))
    } else {
        repeats.then(|| Fault::new(pointer, "repeated", "expected each entry once"))
    }
}

/// All that is wrong, told at once.
fn refuse(faults: impl IntoIterator<Item = Option<Fault>>) -> Result<()> {
    let faults: Vec<Fault> = faults.into_iter().flatten().collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_urgent_is_the_smallest_and_leaves_the_least_time() {
        assert!(Urgency::ALL.is_sorted());
        assert_eq!(Urgency::ALL.iter().map(|urgency| urgency.hours()).collect::<Vec<_>>(), [24, 72, 336]);
    }

    #[test]
    fn a_list_is_neither_too_short_nor_too_long_and_names_each_thing_once() {
        let fault = |list: &[usize]| list_fault("/areas", list, 1).map(|fault| fault.code);
        assert_eq!(fault(&[]), Some("too_few"));
        assert_eq!(fault(&(0..MOST_ENTRIES).collect::<Vec<_>>()), None);
        assert_eq!(fault(&(0..=MOST_ENTRIES).collect::<Vec<_>>()), Some("too_many"));
        assert_eq!(fault(&[1, 2, 1]), Some("repeated"));
    }
}
