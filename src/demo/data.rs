//! The demonstration's files as types. A file that does not fit is refused whole.
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::directory::model::{Coverage, OrganisationKind};
use crate::directory::{Domain, Urgency};
use crate::error::{Error, Result};
use crate::incidents::model::{AttackType, TargetType, WeaponType};
use crate::kernel::cnic::Cnic;
use crate::kernel::names::PersonName;
use crate::kernel::phone::Mobile;
use crate::kernel::places::Pcode;
use crate::kernel::text::{Line, Prose};
use crate::kernel::time::Date;
use crate::victims::Harm;
use crate::victims::model::{Category, IdentityState, Sex};

const PEOPLE: &str = include_str!("../../config/demo/people.toml");
const INCIDENTS: &str = include_str!("../../config/demo/incidents.csv");
const CASUALTIES: &str = include_str!("../../config/demo/casualties.csv");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    pub incidents: Vec<Attack>,
    pub organisations: Vec<Organisation>,
    pub victims: Vec<Person>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "named as the columns of the file")]
pub struct Attack {
    pub occurred_on: Date,
    pub district_pcode: Pcode,
    pub place: Line<200>,
    pub attack_type: AttackType,
    pub target_type: TargetType,
    pub weapon_type: WeaponType,
    pub suicide: bool,
    pub killed_reported: Option<i32>,
    pub injured_reported: Option<i32>,
    pub source: Line<200>,
    #[serde(default)]
    pub note: Option<Prose<2000>>,
    #[serde(default)]
    pub summary: Option<Prose<2000>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    pub code: Line<80>,
    pub name: Line<200>,
    pub name_ur: Option<Line<200>>,
    pub kind: OrganisationKind,
    pub email: crate::access::Email,
    pub services: Vec<Service>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    pub code: Line<80>,
    pub name: Line<200>,
    pub domain: Domain,
    pub areas: Vec<Coverage>,
    pub urgencies: Vec<Urgency>,
    pub description: Prose<4000>,
    pub eligibility: Prose<4000>,
    pub required_documents: Vec<Line<300>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// For somebody unidentified, what is known of them.
    pub name: Line<200>,
    pub name_ur: Line<200>,
    pub father_or_husband: Option<PersonName>,
    pub father_or_husband_ur: Option<PersonName>,
    pub sex: Sex,
    pub birth_year: Option<i32>,
    pub category: Category,
    pub harm: Vec<Harm>,
    pub incident: usize,
    pub home_district: Option<Pcode>,
    pub mobile: Option<Mobile>,
    pub cnic: Option<Cnic>,
    pub identity: IdentityState,
    pub phase: crate::cases::Phase,
    pub needs: Vec<Need>,
    pub guardian: Option<Guardian>,
    pub note: Prose<4000>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    pub domain: Domain,
    pub urgency: Urgency,
    pub detail: Prose<2000>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guardian {
    pub name: PersonName,
    /// In words: mother, paternal uncle.
    pub relation: Line<80>,
}

/// A row of `casualties.csv`.
#[derive(Deserialize)]
pub struct Printed {
    pub source: Line<200>,
    pub period_start: Date,
    pub period_end: Date,
    pub area: String,
    pub incidents: Option<i32>,
    pub killed: Option<i32>,
    pub injured: Option<i32>,
    pub civilians_killed: Option<i32>,
    pub law_enforcement_killed: Option<i32>,
    pub suicide_attacks: Option<i32>,
    pub note: Option<Prose<2000>>,
}

pub fn people() -> Result<People> {
    toml::from_str(PEOPLE).map_err(|_| broken())
}

/// The real attacks of the list, then the invented ones.
pub fn attacks(invented: Vec<Attack>) -> Result<Vec<Attack>> {
    let mut attacks: Vec<Attack> = rows(INCIDENTS)?;
    attacks.extend(invented);
    Ok(attacks)
}

pub fn casualties() -> Result<Vec<Printed>> {
    rows(CASUALTIES)
}

fn rows<T: DeserializeOwned>(text: &str) -> Result<Vec<T>> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().map_err(|_| broken())
}

pub fn broken() -> Error {
    Error::Corrupt("demonstration data")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_demonstration_can_be_read() {
        let people: People = toml::from_str(PEOPLE).unwrap();
        assert_eq!(people.victims.len(), 40);
        let attacks = attacks(people.incidents).unwrap();
        assert!(people.victims.iter().all(|person| person.incident < attacks.len()));
        let districts: std::collections::BTreeSet<_> = attacks.iter().map(|attack| attack.district_pcode).collect();
        assert_eq!(districts.len(), 6);
        assert_eq!(casualties().unwrap().len(), 13);
    }
}
