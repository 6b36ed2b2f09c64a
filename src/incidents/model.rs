//! An incident and its moves.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::UserId;
use crate::access::policy::Subject;
use crate::error::{Error, Result};
use crate::kernel::giveaway::holds_personal_number;
use crate::kernel::ids::Id;
use crate::kernel::moves::{Move, Refusal, refuse};
use crate::kernel::places::Pcode;
use crate::kernel::text::{Line, Prose};
use crate::kernel::time::{Date, Time};
use crate::kernel::words::words;
use crate::work::Event;

pub type IncidentId = Id<Incident>;

words! {
    /// Global Terrorism Database, `attacktype1`.
    pub enum AttackType {
        Assassination = "assassination",
        ArmedAssault = "armed_assault",
        BombingExplosion = "bombing_explosion",
        Hijacking = "hijacking",
        HostageTakingBarricade = "hostage_taking_barricade",
        HostageTakingKidnapping = "hostage_taking_kidnapping",
        FacilityInfrastructureAttack = "facility_infrastructure_attack",
        UnarmedAssault = "unarmed_assault",
        Unknown = "unknown",
    }
}

words! {
    /// Global Terrorism Database, `targtype1`.
    pub enum TargetType {
        Business = "business",
        GovernmentGeneral = "government_general",
        Police = "police",
        Military = "military",
        AbortionRelated = "abortion_related",
        AirportsAircraft = "airports_aircraft",
        GovernmentDiplomatic = "government_diplomatic",
        EducationalInstitution = "educational_institution",
        FoodOrWaterSupply = "food_or_water_supply",
        JournalistsMedia = "journalists_media",
        Maritime = "maritime",
        Ngo = "ngo",
        Other = "other",
        PrivateCitizens = "private_citizens",
        ReligiousFiguresInstitutions = "religious_figures_institutions",
        Telecommunication = "telecommunication",
        TerroristsNonStateMilitia = "terrorists_non_state_militia",
        Tourists = "tourists",
        Transportation = "transportation",
        Unknown = "unknown",
        Utilities = "utilities",
        ViolentPoliticalParty = "violent_political_party",
    }
}

words! {
    /// Global Terrorism Database, `weaptype1`.
    pub enum WeaponType {
        Biological = "biological",
        Chemical = "chemical",
        Radiological = "radiological",
        Nuclear = "nuclear",
        Firearms = "firearms",
        Explosives = "explosives",
        FakeWeapons = "fake_weapons",
        Incendiary = "incendiary",
        Melee = "melee",
        Vehicle = "vehicle",
        SabotageEquipment = "sabotage_equipment",
        Other = "other",
        Unknown = "unknown",
    }
}

/// One act of terrorism.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Incident {
    pub id: IncidentId,
    #[serde(flatten)]
    pub facts: IncidentFacts,
    #[serde(flatten)]
    pub state: IncidentState,
    pub reported_at: Time,
    pub reported_by: UserId,
    pub version: i64,
}

/// What is known of an incident.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct IncidentFacts {
    pub occurred_on: Date,
    /// P-code of the district it happened in.
    pub district: Pcode,
    pub place: Line<200>,
    pub attack_type: AttackType,
    pub target_type: TargetType,
    pub weapon_type: WeaponType,
    /// A flag, not a type of attack.
    pub is_suicide: bool,
    /// Read all over the country, and not sealed: it names nobody, neither a victim nor a witness, and holds no number
    /// of an identity card or a mobile phone.
    pub summary: Option<Prose<2000>>,
    /// Who says so: a first information report, an officer, a newspaper.
    pub source: Line<200>,
}

/// Where an incident stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum IncidentState {
    Reported,
    Verified { decided_at: Time, decided_by: UserId },
    Rejected { decided_at: Time, decided_by: UserId, reason: Line<200> },
}

impl IncidentState {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Verified { .. } => "verified",
            Self::Rejected { .. } => "rejected",
        }
    }
}

/// Every move there is; all others are refused.
pub const MOVES: &[Move] = &[
    Move { from: "reported", verb: "verify", to: "verified" },
    Move { from: "reported", verb: "reject", to: "rejected" },
];

impl Incident {
    pub fn report(id: IncidentId, facts: IncidentFacts, by: UserId, at: Time) -> Result<(Self, Event)> {
        facts.check(at)?;
        let incident = Self { id, facts, state: IncidentState::Reported, reported_at: at, reported_by: by, version: 1 };
        let event = incident.event("incident.reported");
        Ok((incident, event))
    }

    /// Corrects what is known. A decided incident keeps its decision.
    pub fn correct(self, facts: IncidentFacts, at: Time) -> Result<(Self, Event)> {
        facts.check(at)?;
        let corrected = Self { facts, version: self.version + 1, ..self };
        let event = corrected.event("incident.corrected");
        Ok((corrected, event))
    }

    pub fn verify(self, by: UserId, at: Time) -> Result<(Self, Event), Refusal> {
        match self.state {
            IncidentState::Reported => {
                Ok(self.moved(IncidentState::Verified { decided_at: at, decided_by: by }, "incident.verified"))
            }
            _ => Err(refuse(MOVES, self.state.word(), "verify")),
        }
    }

    pub fn reject(self, reason: Line<200>, by: UserId, at: Time) -> Result<(Self, Event), Refusal> {
        match self.state {
            IncidentState::Reported => {
                let rejected = IncidentState::Rejected { decided_at: at, decided_by: by, reason };
                Ok(self.moved(rejected, "incident.rejected"))
            }
            _ => Err(refuse(MOVES, self.state.word(), "reject")),
        }
    }

    fn moved(self, state: IncidentState, happened: &'static str) -> (Self, Event) {
        let moved = Self { state, version: self.version + 1, ..self };
        let event = moved.event(happened);
        (moved, event)
    }

    pub fn subject(&self) -> Subject {
        Subject::of(self.id.uuid()).in_district(self.facts.district)
    }

    fn event(&self, action: &'static str) -> Event {
        Event::new(action, self.id).with("district", self.facts.district.as_str()).with("state", self.state.word())
    }
}

impl IncidentFacts {
    /// `at` is now: nothing has happened yet that happens tomorrow.
    fn check(&self, at: Time) -> Result<()> {
        if self.occurred_on > at.local_date() {
            return Err(Error::invalid("/occurred_on", "in_the_future", "an incident has already happened"));
        }
        if self.summary.as_ref().is_some_and(|summary| holds_personal_number(summary.as_str())) {
            let why = "a summary names nobody: no numbers of identity cards or mobile phones";
            return Err(Error::invalid("/summary", "personal_number", why));
        }
        Ok(())
    }
}
