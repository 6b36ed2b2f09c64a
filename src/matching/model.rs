//! What a match tells, and the order of matches. It refuses to hide whom it turns away: those come last, with the reason.
use std::cmp::Reverse;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::facts::holds;
use crate::access::OrganisationId;
use crate::cases::CaseId;
use crate::directory::eligibility::{Answer, Decided, Fact, Paper, PaperAsked, Verdict};
use crate::directory::{Candidate, Coverage, Domain, ProgrammeId, ProgrammeMark, ServiceId, Urgency};
use crate::kernel::time::Date;
use crate::kernel::words::words;
use crate::needs::{Need, NeedId};
use crate::victims::model::Circumstances;

/// The most matches told for one need.
pub const MOST_MATCHES: usize = 20;

words! {
    /// Whether the victim has a paper.
    pub enum PaperState {
        Held = "held",
        Missing = "missing",
        NotKnown = "not_known",
    }
}

/// What can help with the open needs of a case.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Matches {
    pub case_id: CaseId,
    /// The day that the answers are for.
    pub on: Date,
    /// The version of the circumstances that they rest on; 0 if none were told.
    pub circumstances_version: i64,
    pub needs: Vec<NeedMatches>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NeedMatches {
    pub need_id: NeedId,
    pub domain: Domain,
    pub urgency: Urgency,
    /// The best first: by eligibility; among these those that take the urgency, have a place free, work near by.
    #[schemars(length(max = 20))]
    pub matches: Vec<Match>,
    /// How many more there are.
    pub left_out: usize,
}

/// A service that works around the case's district and is for needs of this domain.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Match {
    pub service_id: ServiceId,
    pub organisation_id: OrganisationId,
    pub name: String,
    pub name_ur: Option<String>,
    pub programme: Option<ProgrammeName>,
    /// The smallest place around the district in which it works.
    pub area: Coverage,
    /// Whether it takes needs of this urgency; one that does not cannot be referred to.
    pub takes_urgency: bool,
    /// Null if the service has not said how many it can help.
    pub capacity: Option<Capacity>,
    pub eligibility: Eligibility,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ProgrammeName {
    pub id: ProgrammeId,
    pub code: String,
    pub name: String,
    pub name_ur: Option<String>,
}

/// How many the service can help at a time, and how many open referrals it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Capacity {
    pub places: i32,
    pub open_referrals: i64,
    pub is_full: bool,
}

/// Whether the victim can get it, why, and what to take along.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Eligibility {
    pub verdict: Verdict,
    /// Whether rules are written down at all; without them the verdict is `unknown`, and the text is to be read.
    pub has_rules: bool,
    /// The rules that decided: those broken, else those open, else those met.
    pub rules: Vec<Decided>,
    /// The facts still missing.
    pub missing_facts: Vec<Fact>,
    /// The packet of papers.
    pub papers: Vec<PaperToTake>,
    /// Other programmes for somebody whom this one turns away.
    pub routes: Vec<Route>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PaperToTake {
    pub paper: Paper,
    pub title: String,
    pub title_ur: String,
    /// Whether it is surely asked for; else that hangs on something unknown.
    pub is_certain: bool,
    pub state: PaperState,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Route {
    #[serde(flatten)]
    pub programme: ProgrammeName,
    /// Whether it would take the victim.
    pub verdict: Verdict,
}

/// What a programme answers.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ProgrammeAnswer {
    #[serde(flatten)]
    pub programme: ProgrammeName,
    pub eligibility: Eligibility,
}

impl From<&ProgrammeMark> for ProgrammeName {
    fn from(mark: &ProgrammeMark) -> Self {
        let ProgrammeMark { id, code, name, name_ur, .. } = mark.clone();
        Self { id, code, name, name_ur }
    }
}

impl Eligibility {
    /// `routes` are the programmes that the answer names, as far as there are any.
    pub fn of(answer: &Answer, told: &Circumstances, routes: Vec<Route>) -> Self {
        let Answer { verdict, has_rules, rules, missing_facts, papers, .. } = answer.clone();
        let papers = papers.into_iter().map(|asked| PaperToTake::of(asked, told)).collect();
        Self { verdict, has_rules, rules, missing_facts, papers, routes }
    }
}

impl PaperToTake {
    fn of(PaperAsked { paper, is_certain }: PaperAsked, told: &Circumstances) -> Self {
        let (title, title_ur) = paper.titles();
        let state = match holds(told, paper) {
            Some(true) => PaperState::Held,
            Some(false) => PaperState::Missing,
            None => PaperState::NotKnown,
        };
        Self { paper, title: title.to_owned(), title_ur: title_ur.to_owned(), is_certain, state }
    }
}

impl Capacity {
    pub fn new(places: i32, open_referrals: i64) -> Self {
        Self { places, open_referrals, is_full: open_referrals >= i64::from(places) }
    }
}

/// A candidate for one need, as far as the order asks.
#[derive(Debug, Clone, Copy)]
pub struct Ranked<'a> {
    pub candidate: &'a Candidate,
    pub verdict: Verdict,
    pub takes_urgency: bool,
    pub capacity: Option<Capacity>,
}

impl Ranked<'_> {
    /// By eligibility; among these those that take the urgency, are not known to be full, work near by.
    fn order(&self) -> impl Ord + use<> {
        let is_full = self.capacity.is_some_and(|capacity| capacity.is_full);
        (self.verdict, !self.takes_urgency, is_full, Reverse(self.candidate.area), self.candidate.id)
    }
}

/// Those who can be among the first for a need, however full they are, and how many cannot. A service without a limit is never
/// full, so whoever comes after twenty of these needs no count of open referrals.
#[derive(Debug)]
pub struct Shortlist<'a> {
    ranked: Vec<Ranked<'a>>,
    left_out: usize,
}

impl<'a> Shortlist<'a> {
    pub fn new(need: &Need, candidates: &'a [Candidate], verdict: impl Fn(&Candidate) -> Verdict) -> Self {
        let weigh = |candidate: &'a Candidate| {
            let takes_urgency = candidate.urgencies.contains(&need.urgency);
            Ranked { candidate, verdict: verdict(candidate), takes_urgency, capacity: None }
        };
        let mut ranked: Vec<_> = candidates.iter().map(weigh).collect();
        ranked.sort_by_key(Ranked::order);
        let mut unlimited = ranked.iter().enumerate().filter(|(_, one)| one.candidate.capacity.is_none());
        if let Some((last, _)) = unlimited.nth(MOST_MATCHES - 1) {
            ranked.truncate(last + 1);
        }
        Self { left_out: candidates.len() - ranked.len(), ranked }
    }

    /// Those who said how many they can help.
    pub fn limited(&self) -> impl Iterator<Item = ServiceId> {
        self.ranked.iter().map(|one| one.candidate).filter(|one| one.capacity.is_some()).map(|one| one.id)
    }

    /// The services for the need, the best first, and how many more there are. `open` tells the open referrals of those
    /// that are limited and have any.
    pub fn rank(self, open: &BTreeMap<ServiceId, i64>) -> (Vec<Ranked<'a>>, usize) {
        let Self { mut ranked, left_out } = self;
        for one in &mut ranked {
            let taken = open.get(&one.candidate.id).copied().unwrap_or_default();
            one.capacity = one.candidate.capacity.map(|places| Capacity::new(places, taken));
        }
        ranked.sort_by_key(Ranked::order);
        let left_out = left_out + ranked.len().saturating_sub(MOST_MATCHES);
        ranked.truncate(MOST_MATCHES);
        (ranked, left_out)
    }
}
