//! Where instruments come from: built into the binary from `config/instruments`, and a folder of the operator's own. A
//! file that is wrong is refused whole, with its line.
use std::path::Path;
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use super::check::{Wrong, check};
use super::instrument::{FIRST_LANGUAGE, Instrument};
use crate::error::{Error, Result};

static BUILT_IN: Dir = include_dir!("$CARGO_MANIFEST_DIR/config/instruments");

/// The largest file that is taken, in bytes.
const LARGEST: u64 = 256 * 1024;
/// The most files that are taken from a folder.
const MOST_FILES: usize = 200;

/// Every instrument that may be used, by code, language and version.
#[derive(Debug, Clone)]
pub struct Instruments(Vec<Arc<Instrument>>);

impl Instruments {
    /// Those built in, and those of `folder` unless it is empty.
    pub fn load(folder: &Path) -> Result<Self> {
        let mut all = Self(Vec::new());
        for file in BUILT_IN.files() {
            let name = format!("config/instruments/{}", file.path().display());
            all.add(&name, file.contents_utf8().unwrap_or_default())?;
        }
        if !folder.as_os_str().is_empty() {
            all.add_folder(folder)?;
        }
        all.0.sort_by(|one, two| one.place().cmp(&two.place()));
        Ok(all)
    }

    fn add_folder(&mut self, folder: &Path) -> Result<()> {
        let unreadable = |file: &Path| Error::Unavailable(format!("{}: cannot be read", file.display()));
        let entries = std::fs::read_dir(folder).map_err(|_| unreadable(folder))?;
        let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        files.retain(|file| file.extension().is_some_and(|ending| ending == "toml"));
        files.sort();
        if files.len() > MOST_FILES {
            return Err(Error::Unavailable(format!("{}: more than {MOST_FILES} files", folder.display())));
        }
        for file in files {
            if file.metadata().map_err(|_| unreadable(&file))?.len() > LARGEST {
                return Err(Error::Unavailable(format!("{}: larger than {LARGEST} bytes", file.display())));
            }
            let text = std::fs::read_to_string(&file).map_err(|_| unreadable(&file))?;
            self.add(&file.display().to_string(), &text)?;
        }
        Ok(())
    }

    fn add(&mut self, name: &str, text: &str) -> Result<()> {
        let refuse = |Wrong { at, what }| {
            let line = text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
            Error::Unavailable(format!("{name}:{line}: {what}"))
        };
        let new = read(text).map_err(refuse)?;
        if self.0.iter().any(|old| old.place() == new.place()) {
            let what = "another file has this code, language and version".into();
            return Err(refuse(Wrong { at: new.code.at, what }));
        }
        self.0.push(Arc::new(new));
        Ok(())
    }

    pub fn all(&self) -> impl Iterator<Item = &Arc<Instrument>> {
        self.0.iter()
    }

    /// The instrument of this code, version and language; the newest and the English one, if not said.
    pub fn find(&self, code: &str, version: Option<i32>, language: Option<&str>) -> Option<&Arc<Instrument>> {
        let language = language.unwrap_or(FIRST_LANGUAGE);
        let fits = |one: &&Arc<Instrument>| {
            one.code.as_str() == code
                && one.language.as_str() == language
                && version.is_none_or(|version| version == *one.version)
        };
        self.all().filter(fits).max_by_key(|one| *one.version)
    }

    /// The instrument to ask by in `language`, and whether its text in that language is the one that was validated.
    pub fn pick(&self, code: &str, version: Option<i32>, language: &str) -> Result<(Arc<Instrument>, bool)> {
        if let Some(own) = self.find(code, version, Some(language)) {
            return Ok((own.clone(), own.is_validated()));
        }
        let Some(first) = self.find(code, version, None) else {
            let is_known = self.find(code, None, None).is_some();
            return Err(Error::unknown_reference(if is_known { "/version" } else { "/instrument" }));
        };
        if first.translations.iter().any(|known| known.as_str() == language) {
            return Ok((first.clone(), false));
        }
        Err(Error::invalid("/language", "unknown_value", "this instrument is not taken in that language"))
    }
}

fn read(text: &str) -> Result<Instrument, Wrong> {
    let instrument: Instrument = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        Wrong { at, what: error.message().to_owned() }
    })?;
    check(&instrument).map(|()| instrument)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built_in(name: &str) -> String {
        BUILT_IN.get_file(name).unwrap().contents_utf8().unwrap().to_owned()
    }

    #[test]
    fn the_instruments_built_in_are_right() {
        let all = Instruments::load(Path::new("")).unwrap();
        let codes: Vec<_> = all.all().map(|one| one.code.as_str()).collect();
        assert_eq!(codes, ["gad-7", "individual-assessment", "pc-ptsd-5", "phq-4", "phq-9", "wg-ss"]);
        assert!(all.all().all(|one| one.language.as_str() == "en"), "no translation is shipped as validated");
    }

    #[test]
    fn a_version_or_language_that_is_not_there_is_named_and_an_interpreted_one_is_marked() {
        let all = Instruments::load(Path::new("")).unwrap();
        let pointer = |code, version, language| match all.pick(code, version, language) {
            Err(Error::Invalid(faults)) => faults[0].pointer.clone(),
            Ok((_, is_validated)) => is_validated.to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(pointer("phq-9", None, "en"), "true");
        assert_eq!(pointer("phq-9", Some(1), "ur"), "false");
        assert_eq!(pointer("individual-assessment", None, "en"), "false");
        assert_eq!(pointer("phq-9", Some(2), "en"), "/version");
        assert_eq!(pointer("phq-8", None, "en"), "/instrument");
        assert_eq!(pointer("phq-9", None, "fr"), "/language");
    }

    /// A change to the file of PHQ-9, the line that must be named, and a part of what is said.
    #[test]
    fn a_wrong_file_is_refused_with_the_line_that_is_wrong() {
        let phq = built_in("phq-9.toml");
        let line = |text: &str, of: &str| text.lines().position(|line| line.contains(of)).unwrap() + 1;
        for (from, to, at, said) in [
            ("\"q8\", \"q9\"]", "\"q8\", \"q10\"]", "\"q10\"", "there is no item `q10`"),
            ("{ from = 5, to = 9", "{ from = 4, to = 9", "{ from = 4, to = 9", "do not overlap"),
            ("{ from = 5, to = 9", "{ from = 6, to = 9", "{ from = 6, to = 9", "no gap"),
            ("{ from = 20, to = 27", "{ from = 20, to = 26", "key = \"total\"", "the bands end at 26, the score at 27"),
            (
                "{ value = 1, text = \"Several days\" }",
                "{ text = \"Several days\" }",
                "{ text = \"Several",
                "missing field",
            ),
            ("{ value = 1, text = \"Several", "{ value = 0, text = \"Several", "{ value = 0, text = \"Several", "rise"),
            ("[{ at_least = 10 }]", "[{ at_least = 28 }]", "at_least = 28", "a cut-off is 1 to 27"),
            ("key = \"q2\"", "key = \"q1\"", "key = \"q1\"", "twice"),
            ("kind = \"sum\"", "kind = \"mean\"", "kind = \"mean\"", "expected one of sum, count"),
            ("kind = \"sum\"", "kind = \"count\"", "key = \"total\"", "`threshold`"),
            ("made_for_age = 18", "age = 18", "age = 18", "unknown field"),
            ("banner = \"suicide_risk\"", "banner = \"sadness\"", "banner = \"sadness\"", "expected one of"),
            ("code = \"phq-9\"", "code = \"PHQ 9\"", "code = \"PHQ 9\"", "small letters"),
        ] {
            let text = phq.replacen(from, to, 1);
            assert_ne!(text, phq, "{from}");
            let mut all = Instruments(Vec::new());
            let error = all.add("phq.toml", &text).unwrap_err().to_string();
            let wanted = if said == "twice" { line(&text, "Feeling down") - 1 } else { line(&text, at) };
            assert!(error.contains(&format!("phq.toml:{wanted}: ")) && error.contains(said), "{to}: {error}");
        }
    }

    #[test]
    fn two_files_of_one_code_language_and_version_are_refused() {
        let mut all = Instruments(Vec::new());
        all.add("one.toml", &built_in("wg-ss.toml")).unwrap();
        let error = all.add("two.toml", &built_in("wg-ss.toml")).unwrap_err().to_string();
        assert!(error.contains("two.toml:4: another file"), "{error}");
    }
}
