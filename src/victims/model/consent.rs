//! Consent: for one purpose, to one recipient, for named facts, until it ends or is withdrawn. Silence is no consent.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ContactRules, Harm, Identity, SafeContact, Sex, Victim, VictimId};
use crate::access::UserId;
use crate::access::policy::{OrganisationId, Subject};
use crate::error::{Error, Fault, Result};
use crate::kernel::cnic::Cnic;
use crate::kernel::ids::Id;
use crate::kernel::moves::{Move, Refusal, refuse};
use crate::kernel::names::PersonName;
use crate::kernel::phone::Mobile;
use crate::kernel::places::Pcode;
use crate::kernel::text::Prose;
use crate::kernel::time::Time;
use crate::kernel::words::words;
use crate::work::Event;

pub type ConsentId = Id<Consent>;

words! {
    pub enum Purpose {
        Referral = "referral",
        Compensation = "compensation",
        Verification = "verification",
        Research = "research",
    }
}

words! {
    /// Who said yes.
    pub enum GivenBy {
        /// The victim, unless a child.
        SelfGiven = "self",
        /// A child's guardian.
        Guardian = "guardian",
        /// For someone who is dead or missing.
        NextOfKin = "next_of_kin",
    }
}

words! {
    /// A fact that may be shared with somebody outside.
    pub enum SharedField {
        Name = "name",
        FatherOrHusband = "father_or_husband",
        Cnic = "cnic",
        Mobile = "mobile",
        Address = "address",
        Sex = "sex",
        BirthYear = "birth_year",
        HomeDistrict = "home_district",
        Harm = "harm",
        Guardian = "guardian",
        NeedDetail = "need_detail",
        Message = "message",
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Consent {
    pub id: ConsentId,
    pub victim_id: VictimId,
    pub purpose: Purpose,
    pub recipient_id: OrganisationId,
    pub fields: Vec<SharedField>,
    pub given_by: GivenBy,
    pub given_at: Time,
    pub expires_at: Option<Time>,
    pub withdrawn_at: Option<Time>,
    pub withdrawn_by: Option<UserId>,
    pub recorded_by: UserId,
    pub version: i64,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConsent {
    pub purpose: Purpose,
    /// The organisation that may know.
    pub recipient_id: OrganisationId,
    /// One at least, each once.
    pub fields: Vec<SharedField>,
    pub given_by: GivenBy,
    /// When it was given; now, if left out.
    #[serde(default)]
    pub given_at: Option<Time>,
    #[serde(default)]
    pub expires_at: Option<Time>,
}

/// Every move there is.
pub const MOVES: &[Move] = &[Move { from: "given", verb: "withdraw", to: "withdrawn" }];

impl Consent {
    pub fn record(id: ConsentId, of: &Victim, new: NewConsent, by: UserId, at: Time) -> Result<(Self, Event)> {
        let given_at = new.given_at.unwrap_or(at);
        let mut fields = new.fields;
        let asked = fields.len();
        fields.sort_unstable();
        fields.dedup();
        let is_child = of.was_child_at(given_at);
        let is_gone = of.harms.iter().any(|harm| matches!(harm.harm, Harm::Dead | Harm::Missing));
        let rules = [
            (
                !fields.is_empty() && fields.len() == asked,
                "/fields",
                "duplicate",
                "name each field once, and one at least",
            ),
            (given_at <= at, "/given_at", "in_the_future", "consent has already been given"),
            (new.expires_at.is_none_or(|end| end > at), "/expires_at", "in_the_past", "consent ends in the future"),
            (new.given_by != GivenBy::SelfGiven || !is_child, "/given_by", "child", "a guardian consents for a child"),
            (new.given_by != GivenBy::Guardian || is_child, "/given_by", "not_a_child", "only a child has a guardian"),
            (new.given_by != GivenBy::SelfGiven || !is_gone, "/given_by", "gone", "next of kin consent for them"),
            (
                new.given_by != GivenBy::NextOfKin || is_gone,
                "/given_by",
                "not_gone",
                "next of kin consent for the dead and the missing",
            ),
        ];
        let faults: Vec<_> =
            rules.iter().filter(|(holds, ..)| !holds).map(|(_, at, code, why)| Fault::new(*at, code, *why)).collect();
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let consent = Self {
            id,
            victim_id: of.id,
            purpose: new.purpose,
            recipient_id: new.recipient_id,
            fields,
            given_by: new.given_by,
            given_at,
            expires_at: new.expires_at,
            withdrawn_at: None,
            withdrawn_by: None,
            recorded_by: by,
            version: 1,
        };
        let event = consent.event("consent.recorded");
        Ok((consent, event))
    }

    pub fn withdraw(self, by: UserId, at: Time) -> Result<(Self, Event), Refusal> {
        if self.withdrawn_at.is_some() {
            return Err(refuse(MOVES, "withdrawn", "withdraw"));
        }
        let withdrawn = Self { withdrawn_at: Some(at), withdrawn_by: Some(by), version: self.version + 1, ..self };
        let event = withdrawn.event("consent.withdrawn");
        Ok((withdrawn, event))
    }

    /// Whether it still holds.
    pub fn is_live(&self, at: Time) -> bool {
        self.withdrawn_at.is_none() && self.given_at <= at && self.expires_at.is_none_or(|end| at < end)
    }

    /// Whether it lets `recipient` know these facts.
    pub fn covers(&self, recipient: OrganisationId, fields: &[SharedField]) -> bool {
        self.recipient_id == recipient && fields.iter().all(|field| self.fields.contains(field))
    }

    /// The consent as it is acted upon, by those who may act for the victim.
    pub fn subject(&self, district: Pcode) -> Subject {
        Subject::of(self.id.uuid()).in_district(district)
    }

    fn event(&self, action: &'static str) -> Event {
        let event = Event::new(action, self.id).with("purpose", self.purpose.word());
        event.with("victim", self.victim_id.to_string()).with("recipient", self.recipient_id.to_string())
    }
}

/// What a recipient is told of a victim: the fields consented to, and no other.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SharedPerson {
    /// Whether something is left out because the person is protected.
    #[serde(skip)]
    pub is_masked: bool,
    /// What a protected person is called. Whoever was told by somebody who is not named knows the person by it alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pseudonym: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_ur: Option<PersonName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub father_or_husband: Option<PersonName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub father_or_husband_ur: Option<PersonName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnic: Option<Cnic>,
    /// Where one number is said to be safe, that one alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mobiles: Vec<Mobile>,
    /// What to heed when using them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactRules>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Prose<500>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_year: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_district: Option<Pcode>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub harms: Vec<Harm>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guardians: Vec<super::RelatedPerson>,
}

impl std::fmt::Debug for SharedPerson {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("SharedPerson(…)")
    }
}

impl SharedPerson {
    /// What `fields` let through.
    pub fn of(victim: &Victim, guardians: Vec<super::RelatedPerson>, fields: &[SharedField]) -> Self {
        let Identity { name, name_ur, father_or_husband, father_or_husband_ur, cnic, mobiles, address, .. } =
            victim.identity.clone();
        let has = |field| fields.contains(&field);
        let harms = victim.harms.iter().map(|harm| harm.harm).collect();
        Self {
            is_masked: victim.is_masked,
            pseudonym: victim.pseudonym.clone(),
            name: name.filter(|_| has(SharedField::Name)),
            name_ur: name_ur.filter(|_| has(SharedField::Name)),
            father_or_husband: father_or_husband.filter(|_| has(SharedField::FatherOrHusband)),
            father_or_husband_ur: father_or_husband_ur.filter(|_| has(SharedField::FatherOrHusband)),
            cnic: cnic.filter(|_| has(SharedField::Cnic)),
            mobiles: if has(SharedField::Mobile) { mobiles } else { Vec::new() },
            contact: None,
            address: address.filter(|_| has(SharedField::Address)),
            sex: has(SharedField::Sex).then_some(victim.facts.sex),
            birth_year: victim.facts.birth_year.filter(|_| has(SharedField::BirthYear)),
            home_district: victim.facts.home_district.filter(|_| has(SharedField::HomeDistrict)),
            harms: if has(SharedField::Harm) { harms } else { Vec::new() },
            guardians: if has(SharedField::Guardian) { guardians } else { Vec::new() },
        }
    }

    /// With what was recorded of reaching the person; the number that is safe stands for all others.
    pub fn reached_by(self, safe: SafeContact) -> Self {
        if safe.version == 0 {
            return self;
        }
        let mobiles = safe.safe_number.map_or(self.mobiles, |number| vec![number]);
        Self { mobiles, contact: Some(safe.rules), ..self }
    }
}
