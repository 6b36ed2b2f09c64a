//! The first instruments, built into the binary: the files of `config/tariffs`, one an instrument, and those of an
//! operator's own folder. It adds instruments that are missing, with their lines, and never writes over what is there.
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use toml::Spanned;

use super::line::{LineFacts, LineId, TariffLine};
use super::model::{Clocks, Excluder, HeirRule, Instrument, InstrumentFacts, InstrumentId};
use super::store;
use super::words::{Exclusion, HarmCode, InstrumentKind, TariffStatus, Track};
use crate::access::policy::{self, Action, Actor, Permit};
use crate::directory::{self, Confidence, Coverage, Source};
use crate::error::{Code, Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::money::Paisa;
use crate::kernel::text::Line;
use crate::kernel::time::{Date, Time};
use crate::work::{Done, Event, Tx, Work};

static BUILT_IN: Dir = include_dir!("$CARGO_MANIFEST_DIR/config/tariffs");
/// The most lines of a file.
const MOST_LINES: usize = 500;

/// A file of `config/tariffs`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct TariffFile {
    code: Line<80>,
    title: Line<300>,
    jurisdiction: Coverage,
    track: Track,
    kind: InstrumentKind,
    status: TariffStatus,
    confidence: Confidence,
    source: Line<500>,
    #[serde(default)]
    exclusions: Vec<Exclusion>,
    #[serde(default)]
    excluded_by: Vec<Spanned<Excluder>>,
    heirs: HeirRule,
    #[serde(default)]
    clocks: Clocks,
    lines: Vec<Spanned<LinePart>>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct LinePart {
    harm: HarmCode,
    /// Whole rupees, as people read them.
    amount_rupees: i64,
    valid_from: Date,
    status: TariffStatus,
    confidence: Confidence,
    source: Line<500>,
}

impl TariffFile {
    fn facts(&self) -> InstrumentFacts {
        let Self {
            code,
            title,
            jurisdiction,
            track,
            kind,
            status,
            confidence,
            source,
            exclusions,
            excluded_by,
            heirs,
            ..
        } = self.clone();
        InstrumentFacts {
            code,
            title,
            jurisdiction,
            track,
            kind,
            status,
            confidence,
            source,
            incident_id: None,
            exclusions,
            excluded_by: excluded_by.into_iter().map(Spanned::into_inner).collect(),
            heirs,
            clocks: self.clocks.clone(),
        }
    }

    /// The lines, those of a harm by their days: each takes the place of the one before it.
    fn lines(&self, source: &Source) -> Result<Vec<LineFacts>> {
        let mut parts: Vec<_> = self.lines.iter().collect();
        parts.sort_by_key(|part| (part.get_ref().harm, part.get_ref().valid_from));
        if parts.is_empty() || parts.len() > MOST_LINES {
            return Err(source.wrong(0, "expected 1 to 500 lines"));
        }
        let mut before: Option<&LinePart> = None;
        let mut lines = Vec::new();
        for part in parts {
            let (at, part) = (part.span().start, part.get_ref());
            if before.is_some_and(|one| (one.harm, one.valid_from) == (part.harm, part.valid_from)) {
                return Err(source.wrong(at, &format!("the days of two lines of `{}` overlap", part.harm)));
            }
            let facts = part.facts().filter(|facts| facts.check().is_ok());
            lines.push(facts.ok_or_else(|| source.wrong(at, "an amount is from 1 to 1,000,000,000 rupees"))?);
            before = Some(part);
        }
        Ok(lines)
    }
}

impl LinePart {
    fn facts(&self) -> Option<LineFacts> {
        let Self { harm, amount_rupees, valid_from, status, confidence, source } = self.clone();
        let amount_paisa = Paisa::rupees(amount_rupees)?;
        Some(LineFacts { harm, amount_paisa, valid_from, status, confidence, source, supersedes: None })
    }
}

/// An instrument and its lines, as a file tells them.
type Told = (InstrumentFacts, Vec<LineFacts>);

/// Every file, checked; one of the operator's own goes before a built-in one of its code.
fn read(folder: Option<&Path>, programmes: &BTreeSet<String>) -> Result<Vec<Told>> {
    let mut all: BTreeMap<String, (Source, TariffFile)> = BTreeMap::new();
    for source in Source::built_in("config/tariffs", &BUILT_IN)? {
        let file: TariffFile = source.read()?;
        all.insert(file.code.as_str().to_owned(), (source, file));
    }
    let mut own = BTreeSet::new();
    for source in Source::own("tariffs.folder", folder)? {
        let file: TariffFile = source.read()?;
        let code = file.code.as_str().to_owned();
        if !own.insert(code.clone()) {
            return Err(source.wrong(0, &format!("another file has the code `{code}` too")));
        }
        all.insert(code, (source, file));
    }
    let is_known = |code: &str| programmes.contains(code) || all.contains_key(code);
    all.values().map(|(source, file)| tell(source, file, &is_known)).collect()
}

fn tell(source: &Source, file: &TariffFile, is_known: &impl Fn(&str) -> bool) -> Result<Told> {
    let facts = file.facts();
    let unknown = file.excluded_by.iter().find(|one| !is_known(one.get_ref().code.as_str()));
    if let Some(one) = unknown {
        let code = one.get_ref().code.as_str();
        return Err(source.wrong(one.span().start, &format!("there is no instrument or programme `{code}`")));
    }
    match facts.check() {
        Err(Error::Invalid(faults)) => {
            let first = faults.first().map(|fault| format!("{}: {}", fault.pointer, fault.message));
            Err(source.wrong(0, &first.unwrap_or_default()))
        }
        other => other.and_then(|()| Ok((facts, file.lines(source)?))),
    }
}

/// Reads the tariff files, those of an operator's own `folder` too, and refuses one with a flaw by its line. An instrument
/// may be excluded by one of `programmes`, the folder of the operator's own programmes, and by any built-in one.
pub fn check(folder: Option<&Path>, programmes: Option<&Path>) -> Result<()> {
    read(folder, &directory::first_data::codes(programmes)?).map(drop)
}

/// An instrument that may be missing, with the ids that it and its lines get: the write may run more than once.
struct Entry {
    instrument: Instrument,
    lines: Vec<TariffLine>,
    permit: Permit,
}

impl Entry {
    fn new((facts, lines): Told, at: Time) -> Result<Self> {
        let (instrument, _) = Instrument::add(InstrumentId::new(), facts, at)?;
        let umeed = Actor::system();
        let permit = policy::permit(&umeed, Action::ManageTariffs, &instrument.subject())?;
        let mut recorded: Vec<TariffLine> = Vec::new();
        for facts in lines {
            let before = recorded.last().filter(|line| line.facts.harm == facts.harm).map(|line| line.id);
            let facts = LineFacts { supersedes: before, ..facts };
            recorded.push(TariffLine::record(LineId::new(), &instrument, facts, (umeed.user, at))?.0);
        }
        Ok(Self { instrument, lines: recorded, permit })
    }
}

/// Adds what is missing. Several starts at once do no harm: codes are unique, and whoever comes second adds nothing.
pub async fn install(work: &Work, folder: Option<&Path>, programmes: Option<&Path>) -> Result<()> {
    let told = read(folder, &directory::first_data::codes(programmes)?)?;
    let codes: Vec<String> = told.iter().map(|(facts, _)| facts.code.as_str().to_owned()).collect();
    let wanted = codes.len();
    if work.read(async move |tx: &mut Tx| store::codes_unscoped(tx, codes).await).await?.len() == wanted {
        return Ok(());
    }
    let now = work.now();
    let entries = told.into_iter().map(|told| Entry::new(told, now)).collect::<Result<Vec<_>>>()?;
    let umeed = Actor::system();
    let writing = work.write(&umeed, None, async move |tx: &mut Tx| {
        let (mut instruments, mut lines) = (0, 0);
        for Entry { instrument, lines: of, permit } in &entries {
            if store::insert_missing(tx, permit, instrument).await? {
                store::insert_lines(tx, permit, of).await?;
                instruments += 1;
                lines += of.len();
            }
        }
        if instruments == 0 {
            return Err(Code::AlreadyExists.into());
        }
        let event = Event::new("tariffs.first_data_installed", Id::<()>::nil());
        Ok(Done::new((), event.with("instruments", instruments).with("lines", lines)))
    });
    match writing.await {
        // Another start was faster, between our look and our write.
        Ok(_) | Err(Error::Client(Code::AlreadyExists)) => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SINDH: &str = include_str!("../../config/tariffs/sindh-cabinet-2020.toml");

    fn all(folder: Option<&Path>) -> Result<Vec<Told>> {
        read(folder, &directory::first_data::codes(None).unwrap())
    }

    fn refusal(old: &str, new: &str) -> (String, usize) {
        assert!(SINDH.contains(old), "{old}");
        let text = SINDH.replacen(old, new, 1);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("own.toml"), &text).unwrap();
        let Err(Error::Unavailable(said)) = check(Some(folder.path()), None) else { panic!("{new} was taken") };
        let said = said.strip_prefix(&format!("{}/own.toml:", folder.path().display())).unwrap().to_owned();
        let first = new.lines().next().unwrap();
        (said, text.lines().position(|line| line.contains(first)).unwrap() + 1)
    }

    #[test]
    fn all_63_rates_that_were_found_are_there() {
        let all = all(None).unwrap();
        let lines: Vec<_> = all.iter().flat_map(|(_, lines)| lines).collect();
        assert_eq!((all.len(), lines.len()), (16, 63));
        let sum = Paisa::checked_sum(lines.iter().map(|line| line.amount_paisa)).unwrap();
        assert_eq!(sum, Paisa::rupees(140_000_000).unwrap(), "the column of rates.csv, added up");
        let of = |status: TariffStatus| lines.iter().filter(|line| line.status == status).count();
        let counts: Vec<_> = TariffStatus::ALL.iter().map(|status| of(*status)).collect();
        assert_eq!(counts, [35, 2, 1, 15, 2, 6, 2]);
    }

    #[test]
    fn a_flaw_is_told_with_its_line() {
        for (old, new, message) in [
            ("harm = \"death_crossfire\"", "harm = \"death_by_misfortune\"", "unknown_value"),
            ("status = \"in_force\"", "status = \"in force\"", "unknown_value"),
            ("rule = \"shares\"", "rule = \"lots\"", "unknown variant"),
            ("kind = \"standing\"", "kindness = \"standing\"", "unknown field"),
            ("valid_from = \"2020-07-22\"", "valid_from = \"2020-07-32\"", "invalid_date"),
            ("jurisdiction = \"PK-SD\"", "jurisdiction = \"Sindh\"", "invalid_place"),
        ] {
            let (said, line) = refusal(old, new);
            let (at, rest) = said.split_once(": ").unwrap();
            assert!(rest.contains(message), "{new}: {said}");
            assert!(at.parse::<usize>().unwrap().abs_diff(line) <= 1, "{new}: {said}, line {line}");
        }
    }

    #[test]
    fn overlapping_lines_and_amounts_that_cannot_be_meant_are_refused_with_their_line() {
        let (said, line) = refusal("harm = \"death_crossfire\"", "harm = \"death\" # again");
        assert_eq!(said, format!("{}: the days of two lines of `death` overlap", line - 1));
        for amount in ["0", "-1", "9223372036854775807", "1_000_000_001"] {
            let (said, _) =
                refusal("amount_rupees = 1_000_000\n", &format!("amount_rupees = {amount}\n").replace('\n', " #\n"));
            assert!(said.contains("an amount is from 1"), "{said}");
        }
        assert!(refusal("amount_rupees = 1_000_000\n", "amount_rupees = 1.5\n").0.contains("invalid type"));
    }

    #[test]
    fn an_excluder_is_an_instrument_or_a_programme_and_has_a_source() {
        let with = |code: &str, source: &str| {
            let told = format!("valid_from = \"2020-07-22\"\n{source}confidence = \"low\"\n");
            refusal("[heirs]", &format!("[[excluded_by]] # here\ncode = \"{code}\"\n{told}\n[heirs]")).0
        };
        let gazette = "source = \"A gazette\"\n";
        assert!(with("no-such-aid", gazette).ends_with(": there is no instrument or programme `no-such-aid`"));
        assert!(with("zakat-guzara-allowance", "").contains("missing field `source`"));
        assert!(with("sindh-cabinet-2020", gazette).contains("nothing excludes itself"));
    }

    #[test]
    fn the_civilian_acts_leave_out_whom_a_track_of_their_own_pays() {
        let told = all(None).unwrap();
        let of = |code: &str| told.iter().find(|(facts, _)| facts.code.as_str() == code).unwrap().0.clone();
        let day = "2026-01-01".parse().unwrap();
        for act in ["punjab-cvt-act-2016", "balochistan-cvt-act-2014"] {
            for officers in ["kp-police-shuhada-package-2019", "balochistan-police-levies-policy-2023"] {
                assert_eq!(of(officers).track, Track::LawEnforcement);
                assert!(of(act).is_excluded_by(officers, day), "{act} {officers}");
            }
        }
        assert_eq!(told.iter().filter(|(facts, _)| !facts.excluded_by.is_empty()).count(), 2);
    }

    #[test]
    fn an_own_file_goes_before_the_built_in_one_of_its_code() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("own.toml"), SINDH.replace("Sindh cabinet decision", "Sindh decision"))
            .unwrap();
        let told = all(Some(folder.path())).unwrap();
        let own = told.iter().filter(|(facts, _)| facts.title.as_str().starts_with("Sindh decision"));
        assert_eq!((told.len(), own.count()), (16, 1));
        assert!(all(Some(&folder.path().join("not there"))).is_err());
    }
}
