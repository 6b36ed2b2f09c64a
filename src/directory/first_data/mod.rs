//! The first entries of the directory, built into the binary: the districts of `config/districts.csv` and the programmes
//! of `config/programmes`. It adds what is missing and never writes over what an administrator has changed.
mod files;

use super::model::{District, Organisation, Programme, ProgrammeId, Service, ServiceId};
use super::store::{districts, organisations, programmes, services};
use crate::access::OrganisationId;
use crate::access::policy::{self, Action, Actor, Permit, Subject};
use crate::error::{Code, Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::places::Pcode;
use crate::kernel::time::Time;
use crate::work::{Done, Event, Tx, Work};
use files::{ProgrammeFile, read_districts, read_programmes};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn umeed_itself_may_install_them() {
        assert_eq!(prepare(read_programmes().unwrap(), Time::now()).unwrap().len(), 13);
    }
}
