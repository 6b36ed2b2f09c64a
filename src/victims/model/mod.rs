//! A victim, and what may be said of one.
mod circumstances;
mod consent;
mod contact;
mod identity;
mod protection;
mod recognition;
mod relation;

pub use circumstances::{Aid, Circumstances, PmtReport, Told, ToldBy};
pub use consent::{Consent, ConsentId, GivenBy, NewConsent, Purpose, SharedField, SharedPerson};
pub use contact::{ContactRules, Language, MayContact, Means, NewSafeContact, SafeContact};
pub use identity::Identity;
pub use protection::{
    LiftReason, Lifted, NewProtection, PROTECTION_MOVES, Protection, ProtectionReason, ProtectionState, pseudonym,
};
pub use recognition::{NewRecognition, RECOGNITION_MOVES, Recognition, RecognitionEnd, RecognitionId, RecognitionKind};
pub use relation::{NewRelation, RelatedPerson, Relation, RelationId, RelationKind};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::UserId;
use crate::access::policy::Subject;
use crate::error::{Code, Error, Fault, Result};
use crate::incidents::IncidentId;
use crate::kernel::cnic::Cnic;
use crate::kernel::cnic::SexHint;
use crate::kernel::ids::Id;
use crate::kernel::places::Pcode;
use crate::kernel::time::Time;
use crate::kernel::words::words;
use crate::work::Event;

pub type VictimId = Id<Victim>;

words! {
    /// What the victim was when it happened. Officers on duty have a track of their own for compensation.
    pub enum Category {
        Civilian = "civilian",
        Police = "police",
        LawEnforcement = "law_enforcement",
        Military = "military",
        Levies = "levies",
    }
}

words! {
    pub enum Sex {
        Female = "female",
        Male = "male",
        Transgender = "transgender",
        Unknown = "unknown",
    }
}

words! {
    /// How well it is known who the victim is.
    pub enum IdentityState {
        /// Shown by a document.
        Known = "known",
        /// Named, but without a document yet: papers are lost in attacks too.
        NoneYet = "none_yet",
        /// Nobody knows who it is.
        Unidentified = "unidentified",
    }
}

words! {
    pub enum Harm {
        Dead = "dead",
        Injured = "injured",
        Missing = "missing",
        Bereaved = "bereaved",
        Property = "property",
    }
}

/// How one incident harmed a victim. One person may be both injured and bereaved by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HarmOf {
    pub incident_id: IncidentId,
    pub harm: Harm,
}

/// A person harmed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Victim {
    pub id: VictimId,
    #[serde(flatten)]
    pub facts: VictimFacts,
    /// Sealed where it is stored; every read of it is recorded. Empty where `is_masked`.
    pub identity: Identity,
    /// What a protected person is called by those who are not named.
    #[serde(default)]
    pub pseudonym: Option<String>,
    /// Whether the identity is left out, since whoever asks is not named.
    #[serde(default)]
    pub is_masked: bool,
    pub harms: Vec<HarmOf>,
    /// The districts whose officers keep a file on this person.
    pub districts: Vec<Pcode>,
    /// Things to look at once more; none of them is an error.
    pub warnings: Vec<Warning>,
    pub registered_at: Time,
    pub registered_by: UserId,
    pub version: i64,
}

/// What statistics need, in the clear.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct VictimFacts {
    pub category: Category,
    pub identity_state: IdentityState,
    pub sex: Sex,
    pub birth_year: Option<i32>,
    /// Under eighteen when registered or last changed; as told, where no birth year is known.
    pub is_child: bool,
    /// P-code of the district the victim lives in, which need not be where it happened.
    pub home_district: Option<Pcode>,
}

words! {
    /// Something worth a second look.
    pub enum Warning {
        /// The last digit of the CNIC is odd for men and even for women; cards of transgender persons may differ.
        CnicSuggestsAnotherSex = "cnic_suggests_another_sex",
        /// A child without a guardian on file.
        ChildWithoutGuardian = "child_without_guardian",
    }
}

impl Victim {
    pub fn register(
        id: VictimId,
        (facts, identity): (VictimFacts, Identity),
        harms: Vec<HarmOf>,
        district: Pcode,
        (by, at): (UserId, Time),
    ) -> Result<(Self, Event)> {
        let facts = facts.settle(&identity, at)?;
        let (warnings, districts) = (Vec::new(), vec![district]);
        let (registered_at, registered_by, version) = (at, by, 1);
        let victim = Self {
            id,
            facts,
            identity,
            pseudonym: None,
            is_masked: false,
            harms,
            districts,
            warnings,
            registered_at,
            registered_by,
            version,
        }
        .reviewed(false);
        let event = victim.event("victim.registered");
        Ok((victim, event))
    }

    pub fn change(self, facts: VictimFacts, identity: Identity, at: Time) -> Result<(Self, Event)> {
        let facts = facts.settle(&identity, at)?;
        let changed = Self { facts, identity, version: self.version + 1, ..self };
        let event = changed.event("victim.changed");
        Ok((changed, event))
    }

    /// With the warnings that hold now.
    pub fn reviewed(mut self, has_guardian: bool) -> Self {
        self.warnings = Vec::new();
        let hint = self.identity.cnic.as_ref().and_then(Cnic::suggests_sex);
        if matches!((hint, self.facts.sex), (Some(SexHint::Male), Sex::Female) | (Some(SexHint::Female), Sex::Male)) {
            self.warnings.push(Warning::CnicSuggestsAnotherSex);
        }
        if self.facts.is_child && !has_guardian {
            self.warnings.push(Warning::ChildWithoutGuardian);
        }
        self
    }

    /// Whether the victim was a child then: by the date or year of birth where known, else as it was told.
    pub fn was_child_at(&self, at: Time) -> bool {
        let day = at.local_date();
        match (self.identity.birth_date, self.facts.birth_year) {
            (Some(born), _) => eighteenth_birthday_is_after(born, day),
            (None, Some(year)) => day.year() - year < 18,
            (None, None) => self.facts.is_child,
        }
    }

    /// The victim as it is acted upon, once for each district that keeps a file.
    pub fn subjects(&self) -> impl Iterator<Item = Subject> + '_ {
        self.districts.iter().map(|district| Subject::of(self.id.uuid()).in_district(*district))
    }

    /// Refuses what only those may do who know who the person is.
    pub fn expect_known(&self) -> Result<()> {
        if self.is_masked { Err(Code::PersonProtected.into()) } else { Ok(()) }
    }

    pub fn event(&self, action: &'static str) -> Event {
        Event::new(action, self.id).with("category", self.facts.category.word()).masked(self.is_masked)
    }
}

impl VictimFacts {
    /// Checks that the facts can be true together, and derives what follows from a date of birth.
    fn settle(mut self, identity: &Identity, at: Time) -> Result<Self> {
        let mut faults = identity.faults(self.identity_state);
        let today = at.local_date();
        if let Some(born) = identity.birth_date {
            if self.birth_year.is_some_and(|year| year != born.year()) {
                faults.push(Fault::new("/birth_year", "contradiction", "this is not the year of the birth date"));
            }
            if born > today {
                faults.push(Fault::new("/identity/birth_date", "in_the_future", "a victim has been born"));
            }
            self.birth_year = Some(born.year());
            self.is_child = eighteenth_birthday_is_after(born, today);
        } else if let Some(year) = self.birth_year {
            if !(1900..=today.year()).contains(&year) {
                faults.push(Fault::new("/birth_year", "out_of_range", "a birth year is from 1900 to this year"));
            }
            self.is_child = today.year() - year < 18;
        }
        if faults.is_empty() { Ok(self) } else { Err(Error::Invalid(faults)) }
    }
}

fn eighteenth_birthday_is_after(born: crate::kernel::time::Date, today: crate::kernel::time::Date) -> bool {
    use chrono::Datelike as _;
    let (born, today) = (born.naive(), today.naive());
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    let age = today.year() - born.year() - i32::from(!had_birthday);
    age < 18
}
