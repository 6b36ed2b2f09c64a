//! The first entries of the directory, built into the binary: the districts of `config/districts.csv`, and the programmes
//! of `config/programmes` with their rules. It adds what is missing and never writes over what an administrator has changed.
mod files;
mod reading;
mod source;

use std::collections::BTreeSet;
use std::path::Path;

use super::eligibility::RuleBook;
use super::model::{
    District, NewRules, Organisation, Programme, ProgrammeId, RuleOwner, RuleSet, RuleSetId, Service, ServiceId,
};
use super::store::{districts, organisations, programmes, rule_sets, services};
use crate::access::OrganisationId;
use crate::access::policy::{self, Action, Actor, Permit, Subject};
use crate::error::{Code, Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::places::Pcode;
use crate::kernel::time::Time;
use crate::work::{Done, Event, Tx, Work};
use files::{ProgrammeFile, read_districts};
use reading::read_programmes;
pub use source::Source;

/// Reads the programme files, those of an operator's own `folder` too, and refuses one with a flaw by its line.
pub fn check(folder: Option<&Path>) -> Result<()> {
    read_programmes(folder).map(drop)
}

/// The codes of the programme files.
pub fn codes(folder: Option<&Path>) -> Result<BTreeSet<String>> {
    Ok(read_programmes(folder)?.into_iter().map(|file| file.code.as_str().to_owned()).collect())
}

/// The rules that the programme files come with, by the programme's code.
pub fn rules() -> Result<Vec<(String, RuleBook)>> {
    let files = read_programmes(None)?;
    Ok(files.iter().filter_map(|file| Some((file.code.as_str().to_owned(), file.book()?))).collect())
}

/// Adds what is missing; `folder` may hold programme files of the operator's own. Several starts at once do no harm:
/// codes are unique, and whoever comes second adds nothing.
pub async fn install(work: &Work, folder: Option<&Path>) -> Result<()> {
    let (list, files) = (read_districts()?, read_programmes(folder)?);
    if is_installed(work, &list, &files).await? {
        return Ok(());
    }
    let (permit, entries) = (may_manage(&District::subject())?, prepare(files, work.now())?);
    let umeed = Actor::system();
    let writing = work.write(&umeed, None, async move |tx: &mut Tx| {
        let added_districts = districts::insert_missing(tx, &permit, &list).await?;
        let (mut added_programmes, mut added_rules) = (0, 0);
        for entry in &entries {
            let (programmes, rules) = entry.insert(tx).await?;
            added_programmes += programmes;
            added_rules += rules;
        }
        if added_districts + added_programmes + added_rules == 0 {
            return Err(Code::AlreadyExists.into());
        }
        let event = Event::new("directory.first_data_installed", Id::<()>::nil()).with("rules", added_rules);
        Ok(Done::new((), event.with("districts", added_districts).with("programmes", added_programmes)))
    });
    match writing.await {
        // Another start was faster, between our look and our write.
        Ok(_) | Err(Error::Client(Code::AlreadyExists)) => Ok(()),
        Err(error) => Err(error),
    }
}

async fn is_installed(work: &Work, list: &[District], files: &[ProgrammeFile]) -> Result<bool> {
    let pcodes: Vec<Pcode> = list.iter().map(|district| district.pcode).collect();
    let code = |file: &ProgrammeFile| file.code.as_str().to_owned();
    let codes: Vec<String> = files.iter().map(code).collect();
    let with_rules: Vec<String> = files.iter().filter(|file| file.rules.is_some()).map(code).collect();
    let wanted = pcodes.len() + codes.len() + with_rules.len();
    let reading = work.read(async move |tx: &mut Tx| {
        let known = districts::known_unscoped(tx, &pcodes).await?.len();
        let known = known + programmes::codes_unscoped(tx, codes).await?.len();
        Ok(known + rule_sets::ruled_unscoped(tx, with_rules).await?.len())
    });
    Ok(reading.await? == wanted)
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
    rules: (RuleSetId, Permit),
    at: Time,
}

/// Ids are made here: the write may run more than once.
fn prepare(files: Vec<ProgrammeFile>, at: Time) -> Result<Vec<Entry>> {
    fn new<Of>() -> Result<(Id<Of>, Permit)> {
        let id = Id::new();
        Ok((id, may_manage(&Subject::of(id.uuid()))?))
    }
    let entry = |file| Ok(Entry { file, organisation: new()?, programme: new()?, service: new()?, rules: new()?, at });
    files.into_iter().map(entry).collect()
}

impl Entry {
    /// Says how many programmes and rule sets it added: one, or none if the code was taken or rules were there. An
    /// organisation of several files comes with the first of them.
    async fn insert(&self, tx: &mut Tx) -> Result<(usize, usize)> {
        let (id, permit) = &self.organisation;
        let organisation = Organisation::new(*id, self.file.organisation.facts(), self.at);
        let (_, organisation) = organisations::insert_missing(tx, permit, &organisation).await?;
        let (id, permit) = &self.programme;
        let programme = Programme::new(*id, self.file.programme(organisation), self.at);
        let (added, programme) = programmes::insert_missing(tx, permit, &programme).await?;
        let (id, permit) = &self.service;
        let service = Service::new(*id, self.file.service(organisation, programme), self.at);
        services::insert_missing(tx, permit, &service).await?;
        Ok((added, self.insert_rules(tx, programme).await?))
    }

    /// The first version holds for all times: there is none before it.
    async fn insert_rules(&self, tx: &mut Tx, programme: ProgrammeId) -> Result<usize> {
        let Some(book) = self.file.book() else { return Ok(0) };
        let (id, permit) = &self.rules;
        let new = NewRules { supersedes: 0, in_force_from: None, book };
        let by = (Actor::system().user, self.at);
        let (rules, _) = RuleSet::record(*id, RuleOwner::Programme(programme), new, by);
        rule_sets::insert_missing(tx, permit, &rules).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn umeed_itself_may_install_them() {
        assert_eq!(prepare(read_programmes(None).unwrap(), Time::now()).unwrap().len(), 13);
    }
}
