//! The files that the first entries of the directory are read from. A file with a field that nobody knows is refused.
use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::access::{Email, OrganisationId};
use crate::directory::eligibility::{Condition, Key, PaperRule, Rule, RuleBook};
use crate::directory::model::{
    Confidence, Coverage, District, Domain, OrganisationFacts, OrganisationKind, ProgrammeFacts, ProgrammeId,
    ServiceFacts, ServiceStatus, Urgency,
};
use crate::error::{Error, Result};
use crate::kernel::places::{Pcode, Province};
use crate::kernel::text::{Line, Prose};
use crate::kernel::time::Date;

const DISTRICTS: &str = include_str!("../../../config/districts.csv");

/// A line of `config/districts.csv`, without the province's own columns.
#[derive(Deserialize)]
struct DistrictLine {
    province_iso: Province,
    district_pcode: Pcode,
    district_name: Line<120>,
    district_name_ur: Option<Line<120>>,
    valid_from: Date,
    valid_to: Option<Date>,
    predecessor: Option<Pcode>,
    erstwhile_fata: bool,
}

/// A file of `config/programmes`: a programme, who runs it, and the service to refer to.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgrammeFile {
    pub code: Line<80>,
    name: Line<200>,
    name_ur: Option<Line<200>>,
    domain: Domain,
    areas: Vec<Coverage>,
    urgencies: Vec<Urgency>,
    description: Prose<4000>,
    eligibility: Prose<4000>,
    application: Prose<4000>,
    required_documents: Vec<Line<300>>,
    source: Line<500>,
    source_date: Date,
    confidence: Confidence,
    status: ServiceStatus,
    pub organisation: OrganisationPart,
    service: ServicePart,
    /// Conditions that several rules share.
    #[serde(default)]
    pub conditions: BTreeMap<Key, Spanned<Condition>>,
    /// Without this nobody has written rules down; an empty list is open to everybody.
    pub rules: Option<Vec<Spanned<Rule>>>,
    #[serde(default)]
    pub papers: Vec<Spanned<PaperRule>>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationPart {
    code: Line<80>,
    name: Line<200>,
    name_ur: Option<Line<200>>,
    kind: OrganisationKind,
    email: Option<Email>,
    phone: Option<Line<40>>,
    website: Option<Line<300>>,
}

/// All else that a service needs is its programme's.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ServicePart {
    code: Line<80>,
    name: Line<200>,
    name_ur: Option<Line<200>>,
    description: Prose<4000>,
    contact: Option<Line<300>>,
}

pub fn read_districts() -> Result<Vec<District>> {
    let lines = csv::Reader::from_reader(DISTRICTS.as_bytes()).into_deserialize().map(|line| {
        let line: DistrictLine = line.map_err(|_| Error::Corrupt("config/districts.csv"))?;
        Ok(District {
            pcode: line.district_pcode,
            province: line.province_iso,
            name: line.district_name,
            name_ur: line.district_name_ur,
            erstwhile_fata: line.erstwhile_fata,
            valid_from: line.valid_from,
            valid_to: line.valid_to,
            predecessor: line.predecessor,
            version: 1,
        })
    });
    lines.collect()
}

impl OrganisationPart {
    pub fn facts(&self) -> OrganisationFacts {
        let Self { code, name, name_ur, kind, email, phone, website } = self.clone();
        OrganisationFacts { code: Some(code), name, name_ur, kind, email, phone, website, is_active: true }
    }
}

impl ProgrammeFile {
    /// Its rules, if it has any written down.
    pub fn book(&self) -> Option<RuleBook> {
        let rules = self.rules.as_ref()?.iter().map(|rule| rule.get_ref().clone()).collect();
        let conditions = self.conditions.iter().map(|(name, one)| (name.clone(), one.get_ref().clone())).collect();
        let papers = self.papers.iter().map(|paper| paper.get_ref().clone()).collect();
        Some(RuleBook { conditions, rules, papers })
    }

    pub fn programme(&self, organisation_id: OrganisationId) -> ProgrammeFacts {
        let file = self.clone();
        ProgrammeFacts {
            code: file.code,
            organisation_id,
            name: file.name,
            name_ur: file.name_ur,
            domain: file.domain,
            areas: file.areas,
            urgencies: file.urgencies,
            description: file.description,
            eligibility: file.eligibility,
            application: file.application,
            required_documents: file.required_documents,
            source: file.source,
            source_date: file.source_date,
            confidence: file.confidence,
            status: file.status,
        }
    }

    pub fn service(&self, organisation_id: OrganisationId, programme: ProgrammeId) -> ServiceFacts {
        let (file, part) = (self.clone(), self.service.clone());
        ServiceFacts {
            code: Some(part.code),
            organisation_id,
            programme_id: Some(programme),
            name: part.name,
            name_ur: part.name_ur,
            domain: file.domain,
            areas: file.areas,
            urgencies: file.urgencies,
            description: part.description,
            eligibility: file.eligibility,
            required_documents: file.required_documents,
            contact: part.contact,
            status: file.status,
            capacity: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::reading::read_programmes;
    use super::*;
    use crate::directory::model::{Organisation, Programme, Service, ServiceId};

    #[test]
    fn the_list_has_160_districts_seven_of_them_once_tribal_agencies() {
        let list = read_districts().unwrap();
        assert_eq!(list.len(), 160);
        assert_eq!(list.iter().filter(|district| district.erstwhile_fata).count(), 7);
        assert_eq!(list.iter().map(|district| district.pcode).collect::<BTreeSet<_>>().len(), 160);
        for district in list {
            assert_eq!(Province::from_pcode_prefix(district.pcode.as_str()), Some(district.province));
            assert!(district.name_ur.is_some() && district.is_valid_on("2014-12-16".parse().unwrap()));
        }
    }

    #[test]
    fn every_file_is_a_programme_with_an_organisation_and_a_service_that_could_be_added_by_hand() {
        let files = read_programmes(None).unwrap();
        assert_eq!(files.len(), 13);
        let at = "2027-01-01T00:00:00Z".parse().unwrap();
        for file in &files {
            let (organisation, programme) = (OrganisationId::new(), ProgrammeId::new());
            Organisation::add(organisation, file.organisation.facts(), at).unwrap();
            Programme::add(programme, file.programme(organisation), at).unwrap();
            Service::add(ServiceId::new(), file.service(organisation, programme), at).unwrap();
            assert!(file.areas.iter().all(|place| place.district().is_none()), "names no district to be checked");
        }
    }

    #[test]
    fn what_shares_a_code_is_the_same_organisation() {
        let files = read_programmes(None).unwrap();
        for file in &files {
            let same = files.iter().filter(|other| other.organisation.code == file.organisation.code);
            assert!(same.into_iter().all(|other| other.organisation.name == file.organisation.name));
        }
        let codes: BTreeSet<_> = files.iter().map(|file| file.service.code.as_str()).collect();
        assert_eq!(codes.len(), files.len());
    }
}
