//! What is counted by district: cases, and needs. It refuses to count a case or a need in two columns of one breakdown.
use std::collections::BTreeMap;

use super::{Breakdown, Counted};
use crate::cases::{CaseOutcome, Phase};
use crate::directory::{Domain, Urgency};
use crate::kernel::places::Pcode;
use crate::kernel::words::Word;
use crate::needs::UnmetReason;

/// So many cases of a district are alike.
#[derive(Debug, Clone)]
pub struct CaseCount {
    pub district: Pcode,
    pub state: String,
    pub phase: String,
    /// Without one if no need is open.
    pub urgency: Option<String>,
    pub outcome: Option<String>,
    pub has_officer: bool,
    /// The place of its age in `AGES`.
    pub age: i32,
    pub count: i64,
}

/// So many needs of a district are alike.
#[derive(Debug, Clone)]
pub struct NeedCount {
    pub district: Pcode,
    pub domain: String,
    pub state: String,
    pub reason: Option<String>,
    pub count: i64,
}

/// How long ago a case was opened, in days: columns of a breakdown.
const AGES: [&str; 4] = ["under_30_days", "under_90_days", "under_365_days", "over_365_days"];

fn words<W: Word>() -> Vec<&'static str> {
    W::ALL.iter().map(|one| one.word()).collect()
}

fn broken_down(name: &'static str, tag: &'static str, columns: Vec<&'static str>) -> Breakdown {
    Breakdown { name, tag, columns }
}

/// Cases that are not closed by state, phase, urgency, age and whether an officer has them; closed ones by outcome.
pub fn cases(rows: Vec<CaseCount>) -> Counted {
    let urgencies = words::<Urgency>().into_iter().chain(["none"]).collect();
    let breakdowns = vec![
        broken_down("live_by_state", "#indicator+cases+state", vec!["open", "on_hold"]),
        broken_down("live_by_phase", "#indicator+cases+phase", words::<Phase>()),
        broken_down("live_by_urgency", "#indicator+cases+urgency", urgencies),
        broken_down("live_by_age", "#indicator+cases+age", AGES.to_vec()),
        broken_down("live_by_officer", "#indicator+cases+officer", vec!["assigned", "unassigned"]),
        broken_down("closed_by_outcome", "#indicator+cases+outcome", words::<CaseOutcome>()),
    ];
    let mut districts = BTreeMap::new();
    for row in rows {
        let age = usize::try_from(row.age).ok().and_then(|age| AGES.get(age).copied());
        let live = [
            Some(row.state.as_str()),
            Some(row.phase.as_str()),
            Some(row.urgency.as_deref().unwrap_or("none")),
            age,
            Some(if row.has_officer { "assigned" } else { "unassigned" }),
            None,
        ];
        let closed = [None, None, None, None, None, row.outcome.as_deref()];
        let places = if row.state == "closed" { closed } else { live };
        add(&mut districts, &breakdowns, (row.district, row.count), &places);
    }
    Counted { name: "caseload", breakdowns, districts }
}

/// How many persons of a district have needs that stay unmet, and how many have needs that are still to be met.
#[derive(Debug, Clone)]
pub struct NeedyCount {
    pub district: Pcode,
    pub with_unmet: i64,
    pub with_open: i64,
}

/// Needs that stay unmet by domain and by reason, and needs that are still to be met by domain. Six needs may be those of
/// one person, so a district is small if few persons have them.
pub fn needs(rows: Vec<NeedCount>, needy: Vec<NeedyCount>) -> Counted {
    let breakdowns = vec![
        broken_down("unmet_by_domain", "#inneed+unmet", words::<Domain>()),
        broken_down("unmet_by_reason", "#inneed+unmet+reason", words::<UnmetReason>()),
        broken_down("open_by_domain", "#inneed+open", words::<Domain>()),
    ];
    let mut districts = BTreeMap::new();
    for row in rows {
        let places = match row.state.as_str() {
            "unmet" => [Some(row.domain.as_str()), row.reason.as_deref(), None],
            "identified" | "in_progress" => [None, None, Some(row.domain.as_str())],
            _ => continue,
        };
        add(&mut districts, &breakdowns, (row.district, row.count), &places);
    }
    for NeedyCount { district, with_unmet, with_open } in needy {
        districts.entry(district).and_modify(|counts| counts.extend([vec![with_unmet], vec![with_open]]));
    }
    Counted { name: "needs", breakdowns, districts }
}

/// So many statutory terms of claims in a district are alike.
#[derive(Debug, Clone)]
pub struct ClockCount {
    pub district: Pcode,
    pub kind: String,
    /// The place of where it stands in `STANDINGS`.
    pub standing: i32,
    pub count: i64,
}

/// Where a term stands: it runs, was breached and waits, was kept, or was kept too late.
const STANDINGS: [&str; 4] = ["running", "breached", "kept", "late"];

/// Statutory terms of claims by where they stand, a breakdown a term.
pub fn clocks(rows: Vec<ClockCount>) -> Counted {
    let kinds = [
        ("claim_report", "#indicator+terms+report"),
        ("fund_transfer", "#indicator+terms+transfer"),
        ("claim_payment", "#indicator+terms+payment"),
    ];
    let breakdowns: Vec<_> = kinds.iter().map(|(name, tag)| broken_down(name, tag, STANDINGS.to_vec())).collect();
    let mut districts = BTreeMap::new();
    for row in rows {
        let standing = usize::try_from(row.standing).ok().and_then(|place| STANDINGS.get(place).copied());
        let places = kinds.map(|(name, _)| standing.filter(|_| name == row.kind));
        add(&mut districts, &breakdowns, (row.district, row.count), &places);
    }
    Counted { name: "clocks", breakdowns, districts }
}

/// Adds `count` in each breakdown to the column of its word, if it has one.
fn add(
    districts: &mut BTreeMap<Pcode, Vec<Vec<i64>>>,
    breakdowns: &[Breakdown],
    (district, count): (Pcode, i64),
    words: &[Option<&str>],
) {
    let none = || breakdowns.iter().map(|breakdown| vec![0; breakdown.columns.len()]).collect();
    let counts = districts.entry(district).or_insert_with(none);
    for ((breakdown, counts), word) in breakdowns.iter().zip(counts).zip(words) {
        let at = breakdown.columns.iter().position(|column| Some(*column) == *word);
        if let Some(sum) = at.and_then(|at| counts.get_mut(at)) {
            *sum += count;
        }
    }
}
