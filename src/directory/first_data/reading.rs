//! Reading programme files: those built in, and those of an operator's own folder, which go before a built-in file of the
//! same code. A file with a flaw is refused with its name and the line.
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use include_dir::{Dir, include_dir};

use super::files::ProgrammeFile;
use super::source::Source;
use crate::access::OrganisationId;
use crate::directory::eligibility::Spot;
use crate::directory::model::{Organisation, Programme, ProgrammeId, Service, ServiceId};
use crate::error::{Error, Result};
use crate::kernel::time::Time;

static BUILT_IN: Dir = include_dir!("$CARGO_MANIFEST_DIR/config/programmes");

/// Every programme file, checked.
pub fn read_programmes(folder: Option<&Path>) -> Result<Vec<ProgrammeFile>> {
    let mut files: BTreeMap<String, (Source, ProgrammeFile)> = BTreeMap::new();
    for source in Source::built_in("config/programmes", &BUILT_IN)? {
        let file: ProgrammeFile = source.read()?;
        files.insert(file.code.as_str().to_owned(), (source, file));
    }
    let mut own = BTreeSet::new();
    for source in Source::own("directory.programmes", folder)? {
        let file: ProgrammeFile = source.read()?;
        let code = file.code.as_str().to_owned();
        if !own.insert(code.clone()) {
            return Err(source.wrong(0, &format!("another file has the code `{code}` too")));
        }
        files.insert(code, (source, file));
    }
    for (source, file) in files.values() {
        check(source, file, &|code| files.contains_key(code))?;
    }
    Ok(files.into_values().map(|(_, file)| file).collect())
}

/// What could not be written in by hand cannot stand in a file either.
fn check(source: &Source, file: &ProgrammeFile, is_programme: &impl Fn(&str) -> bool) -> Result<()> {
    if let Some(flaw) = file.book().and_then(|book| book.flaws(is_programme).into_iter().next()) {
        let at = match &flaw.spot {
            Spot::Book => 0,
            Spot::Condition(name) => file.conditions.get(name).map_or(0, |condition| condition.span().start),
            Spot::Rule(at) => file.rules.iter().flatten().nth(*at).map_or(0, |rule| rule.span().start),
            Spot::Paper(at) => file.papers.get(*at).map_or(0, |paper| paper.span().start),
        };
        return Err(source.wrong(at, &flaw.message));
    }
    let (organisation, programme, now) = (OrganisationId::nil(), ProgrammeId::nil(), Time::now());
    let tried = Organisation::add(organisation, file.organisation.facts(), now).map(drop);
    let tried = tried.and_then(|()| Programme::add(programme, file.programme(organisation), now).map(drop));
    let tried =
        tried.and_then(|()| Service::add(ServiceId::nil(), file.service(organisation, programme), now).map(drop));
    match tried {
        Err(Error::Invalid(faults)) => {
            let first = faults.first().map(|fault| format!("{}: {}", fault.pointer, fault.message));
            Err(source.wrong(0, &first.unwrap_or_default()))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BISP: &str = include_str!("../../../config/programmes/bisp-benazir-kafaalat.toml");

    /// The refusal of BISP's file with `old` replaced, and the line that has `new`.
    fn refusal(old: &str, new: &str) -> (String, usize) {
        assert!(BISP.contains(old), "{old}");
        let text = BISP.replacen(old, new, 1);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("own.toml"), &text).unwrap();
        let Err(Error::Unavailable(said)) = read_programmes(Some(folder.path())) else { panic!("{new} was taken") };
        let said = said.strip_prefix(&format!("{}/own.toml:", folder.path().display())).unwrap().to_owned();
        (said, text.lines().position(|line| line.contains(new.lines().next().unwrap())).unwrap() + 1)
    }

    #[test]
    fn a_flaw_is_told_with_its_line() {
        for (old, new, message) in [
            ("fact = \"cnic_held\"", "fact = \"cnic_hold\"", "unknown_value: expected one of date, age"),
            ("{ fact = \"car_owner\", is = true }", "{ fact = \"car_owner\", is = \"yes\" }", "wrong_type: "),
            ("{ fact = \"car_owner\", is = true }", "{ fact = \"age\", is = true }", "wrong_type: "),
            ("{ fact = \"sex\", is = \"transgender\" }", "{ fact = \"sex\", is = \"trans\" }", "unknown_value: "),
            ("kind = \"requires\"", "kind = \"demands\"", "unknown_value: expected one of requires, excludes"),
            ("{ condition = \"inside_cut_off\" }", "{ condition = \"within_cut_off\" }", "there is no condition"),
            ("key = \"cnic\"", "kye = \"cnic\"", "unknown field"),
        ] {
            let (said, line) = refusal(old, new);
            let (at, rest) = said.split_once(": ").unwrap();
            let (at, distance) = (at.parse::<usize>().unwrap(), if message.contains("no condition") { 3 } else { 0 });
            assert!(at <= line && line - at <= distance && rest.starts_with(message), "{new}: {said}, line {line}");
        }
    }

    #[test]
    fn a_cycle_an_unknown_programme_and_overlapping_times_are_told_with_the_line_of_what_holds_them() {
        let circle = "any = [\n  { condition = \"inside_cut_off\" },";
        let (said, line) = refusal("any = [\n  { fact = \"pmt_standing\", is = \"below\" },", circle);
        assert!(said.contains("`inside_cut_off` leads back to itself"), "{said}");
        assert!(
            said.starts_with(&format!("{}: ", line - 1)) || said.starts_with(&format!("{line}: ")),
            "{said} {line}"
        );
        let route = "key = \"car_owner\"\nroutes = [\"no-such-programme\"]";
        let (said, line) = refusal("key = \"car_owner\"", route);
        assert!(said.contains("no programme `no-such-programme`"), "{said}");
        assert!(said.starts_with(&format!("{}: ", line - 1)), "{said} {line}");
        let (said, line) = refusal("key = \"car_owner\"", "key = \"taxpayer\" # again");
        assert!(said.contains("the times of the rule `taxpayer` overlap"), "{said}");
        assert!(said.starts_with(&format!("{}: ", line - 1)), "{said} {line}");
    }

    #[test]
    fn a_file_that_could_not_be_added_by_hand_and_an_empty_folder_are_refused() {
        assert!(refusal("areas = [\"PK\"]", "areas = []").0.contains("/areas"));
        assert!(refusal("domain = \"financial\"", "domain = \"money\"").0.contains("unknown_value"));
        let folder = tempfile::tempdir().unwrap();
        assert!(read_programmes(Some(folder.path())).is_err());
        assert!(read_programmes(Some(&folder.path().join("not there"))).is_err());
    }

    #[test]
    fn an_own_file_goes_before_the_built_in_one_of_its_code() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("own.toml"), BISP.replace("BISP Benazir Kafaalat", "Kafaalat")).unwrap();
        std::fs::write(folder.path().join("notes.txt"), "not a programme").unwrap();
        let files = read_programmes(Some(folder.path())).unwrap();
        let named = files.iter().filter(|file| file.programme(OrganisationId::nil()).name.as_str() == "Kafaalat");
        assert_eq!((files.len(), named.count()), (13, 1));
    }
}
