//! The first entries of the directory, built into the binary: the districts of `config/districts.csv` and the programmes
//! of `config/programmes`. It adds what is missing and never writes over what an administrator has changed.
use include_dir::{Dir, include_dir};
use serde::Deserialize;

use super::model::{
    Confidence, Coverage, District, Domain, Organisation, OrganisationFacts, OrganisationKind, Programme,
    ProgrammeFacts, ProgrammeId, Service, ServiceFacts, ServiceId, ServiceStatus, Urgency,
};
use super::store::{districts, organisations, programmes, services};
use crate::access::policy::{self, Action, Actor, Permit, Subject};
use crate::access::{Email, OrganisationId};
use crate::error::{Code, Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::places::{Pcode, Province};
use crate::kernel::text::{Line, Prose};
use crate::kernel::time::{Date, Time};
use crate::work::{Done, Event, Tx, Work};

const DISTRICTS: &str = include_str!("../../config/districts.csv");
static PROGRAMMES: Dir = include_dir!("$CARGO_MANIFEST_DIR/config/programmes");

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
struct ProgrammeFile {
    code: Line<80>,
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
    organisation: OrganisationPart,
    service: ServicePart,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganisationPart {
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

/// Adds what is missing. Several starts at once do no harm: codes are unique, and whoever comes second adds nothing.
pub async fn install(work: &Work) -> Result<()> {
    let (list, files) = (read_districts()?, read_programmes()?);
    let pcodes: Vec<Pcode> = list.iter().map(|district| district.pcode).collect();
    let codes: Vec<String> = files.iter().map(|file| file.code.as_str().to_owned()).collect();
    let wanted = pcodes.len() + codes.len();
    let reading = work.read(async move |tx: &mut Tx| {
        let known = districts::known_unscoped(tx, &pcodes).await?.len();
        Ok(known + programmes::codes_unscoped(tx, codes).await?.len())
    });
    if reading.await? == wanted {
        return Ok(());
    }
    let (permit, entries) = (may_manage(&District::subject())?, prepare(files, work.now())?);
    let umeed = Actor::system();
    let writing = work.write(&umeed, None, async move |tx: &mut Tx| {
        let added_districts = districts::insert_missing(tx, &permit, &list).await?;
        let mut added_programmes = 0;
        for entry in &entries {
            added_programmes += entry.insert(tx).await?;
        }
        if added_districts + added_programmes == 0 {
            return Err(Code::AlreadyExists.into());
        }
        let event = Event::new("directory.first_data_installed", Id::<()>::nil());
        Ok(Done::new((), event.with("districts", added_districts).with("programmes", added_programmes)))
    });
    match writing.await {
        // Another start was faster, between our look and our write.
        Ok(_) | Err(Error::Client(Code::AlreadyExists)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn read_districts() -> Result<Vec<District>> {
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

fn read_programmes() -> Result<Vec<ProgrammeFile>> {
    let read = |text: Option<&str>| text.and_then(|text| toml::from_str(text).ok());
    let files = PROGRAMMES.files().map(|file| read(file.contents_utf8()).ok_or(Error::Corrupt("config/programmes")));
    files.collect()
}

fn may_manage(subject: &Subject) -> Result<Permit> {
    policy::permit(&Actor::system(), Action::ManageDirectory, subject)
}

/// A file, and the ids that its rows get if they are not there yet, with leave for each.
struct Entry {
    file: ProgrammeFile,
    organisation: (OrganisationId, Permit),
    programme: (ProgrammeId, Permit),
    service: (ServiceId, Permit),
    at: Time,
}

/// Ids are made here: the write may run more than once.
fn prepare(files: Vec<ProgrammeFile>, at: Time) -> Result<Vec<Entry>> {
    fn new<Of>() -> Result<(Id<Of>, Permit)> {
        let id = Id::new();
        Ok((id, may_manage(&Subject::of(id.uuid()))?))
    }
    let entry = |file| Ok(Entry { file, organisation: new()?, programme: new()?, service: new()?, at });
    files.into_iter().map(entry).collect()
}

impl Entry {
    /// Says how many programmes it added: one, or none if the code was taken. An organisation of several files comes
    /// with the first of them.
    async fn insert(&self, tx: &mut Tx) -> Result<usize> {
        let (id, permit) = &self.organisation;
        let organisation = Organisation::new(*id, self.file.organisation.facts(), self.at);
        let (_, organisation) = organisations::insert_missing(tx, permit, &organisation).await?;
        let (id, permit) = &self.programme;
        let programme = Programme::new(*id, self.file.programme(organisation), self.at);
        let (added, programme) = programmes::insert_missing(tx, permit, &programme).await?;
        let (id, permit) = &self.service;
        let service = Service::new(*id, self.file.service(organisation, programme), self.at);
        services::insert_missing(tx, permit, &service).await?;
        Ok(added)
    }
}

impl OrganisationPart {
    fn facts(&self) -> OrganisationFacts {
        let Self { code, name, name_ur, kind, email, phone, website } = self.clone();
        OrganisationFacts { code: Some(code), name, name_ur, kind, email, phone, website, is_active: true }
    }
}

impl ProgrammeFile {
    fn programme(&self, organisation_id: OrganisationId) -> ProgrammeFacts {
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

    fn service(&self, organisation_id: OrganisationId, programme: ProgrammeId) -> ServiceFacts {
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
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

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
        let files = read_programmes().unwrap();
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
        let files = read_programmes().unwrap();
        for file in &files {
            let same = files.iter().filter(|other| other.organisation.code == file.organisation.code);
            assert!(same.into_iter().all(|other| other.organisation.name == file.organisation.name));
        }
        let codes: BTreeSet<_> = files.iter().map(|file| file.service.code.as_str()).collect();
        assert_eq!(codes.len(), files.len());
    }

    #[test]
    fn umeed_itself_may_install_them() {
        assert_eq!(prepare(read_programmes().unwrap(), Time::now()).unwrap().len(), 13);
    }
}
