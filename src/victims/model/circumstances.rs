//! What decides whom a victim can be referred to, and is nobody else's business: religion, household, income, aid, papers.
//! Each fact may be left out, which says that it is not known; nothing here has a default.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::VictimId;
use crate::access::UserId;
use crate::directory::eligibility::{
    ComplaintAgainst, HospitalKind, MaritalStatus, Paper, PmtStanding, Religion, Score,
};
use crate::error::{Error, Fault, Result};
use crate::kernel::money::Paisa;
use crate::kernel::text::Line;
use crate::kernel::time::{Date, Time};
use crate::kernel::words::words;
use crate::work::Event;

/// The most entries of each list.
const MOST_ENTRIES: usize = 50;

words! {
    /// Who told it.
    pub enum ToldBy {
        SelfTold = "self",
        Guardian = "guardian",
        Relative = "relative",
        Official = "official",
        /// Read from papers.
        Papers = "papers",
    }
}

/// The circumstances of one victim, as they were told on one day. What is left out or null is not known.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Circumstances {
    pub told_by: Option<ToldBy>,
    pub told_on: Option<Date>,
    pub religion: Option<Religion>,
    pub marital_status: Option<MaritalStatus>,
    /// Contract staff included. A victim who is no civilian is one in any case.
    pub government_servant: Option<bool>,
    /// Of one in service today: the widow of one is not.
    pub spouse_of_government_servant: Option<bool>,
    /// Dead or alive.
    pub family_of_government_servant: Option<bool>,
    /// A month, in paisa.
    pub household_income_paisa: Option<Paisa>,
    pub has_disability: Option<bool>,
    pub disabled_household_member: Option<bool>,
    /// What BISP answered. Umeed never computes a score.
    pub pmt: Option<PmtReport>,
    pub aid: Aid,
    pub income_taxpayer: Option<bool>,
    pub car_owner: Option<bool>,
    pub travelled_abroad: Option<bool>,
    /// By the Local Zakat Committee, as long as its certificate is current.
    pub zakat_certified: Option<bool>,
    pub other_zakat_recipient_in_house: Option<bool>,
    /// By the District Committee of a provincial Bait-ul-Maal.
    pub bait_ul_maal_certified: Option<bool>,
    pub hospital_kind: Option<HospitalKind>,
    /// Admitted to a hospital, or about to be.
    pub inpatient: Option<bool>,
    pub government_hospital_recommends: Option<bool>,
    pub orphan: Option<bool>,
    /// The victim, or a child for whom help is asked; so the next two.
    pub student: Option<bool>,
    pub in_public_institution: Option<bool>,
    pub admitted_on_merit: Option<bool>,
    pub cannot_pay_lawyer: Option<bool>,
    pub criminal_case: Option<bool>,
    pub complaint_against: Option<ComplaintAgainst>,
    pub wrote_to_agency: Option<bool>,
    pub complained_before: Option<bool>,
    pub matter_before_court: Option<bool>,
    /// The day of the agency's refusal or of its last answer.
    pub agency_answered_on: Option<Date>,
    #[schemars(length(max = 50))]
    pub papers_held: Vec<Paper>,
    #[schemars(length(max = 50))]
    pub papers_missing: Vec<Paper>,
}

impl std::fmt::Debug for Circumstances {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Circumstances(…)")
    }
}

/// What BISP said of the household's poverty score: either the score or on which side of the cut-off it lies.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PmtReport {
    #[serde(default)]
    pub score: Option<Score>,
    /// `below` or `above`.
    #[serde(default)]
    pub standing: Option<PmtStanding>,
    /// Where it was read: an SMS from 8171, the portal, a letter.
    pub source: Line<200>,
    pub reported_on: Date,
}

/// The aid that the victim gets.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Aid {
    /// Codes of programmes, `other-government` or `other-private`.
    #[schemars(length(max = 50))]
    pub received: Vec<Line<80>>,
    /// Whether there is no other aid than this.
    pub is_complete: bool,
}

/// Circumstances as they are kept.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Told {
    pub victim_id: VictimId,
    #[serde(flatten)]
    pub circumstances: Circumstances,
    pub recorded_at: Option<Time>,
    pub recorded_by: Option<UserId>,
    /// 0 as long as nothing was told.
    pub version: i64,
}

impl Told {
    pub fn nothing(victim_id: VictimId) -> Self {
        let circumstances = Circumstances::default();
        Self { victim_id, circumstances, recorded_at: None, recorded_by: None, version: 0 }
    }

    /// Takes the place of what was told before.
    pub fn replace(self, circumstances: Circumstances, by: UserId, at: Time) -> Result<(Self, Event)> {
        circumstances.check(at.local_date())?;
        let (recorded_at, recorded_by, version) = (Some(at), Some(by), self.version + 1);
        let told = Self { circumstances, recorded_at, recorded_by, version, ..self };
        let event = Event::new("victim.circumstances_recorded", told.victim_id).with("version", version);
        Ok((told, event))
    }
}

impl Circumstances {
    fn check(&self, today: Date) -> Result<()> {
        let is_past = |day: Option<Date>| day.is_none_or(|day| day <= today);
        let pmt = self.pmt.as_ref();
        let pmt_is_one = |pmt: &PmtReport| match pmt.standing {
            Some(standing) => standing != PmtStanding::Score && pmt.score.is_none(),
            None => pmt.score.is_some(),
        };
        let (held, missing) = (&self.papers_held, &self.papers_missing);
        let lists = [held.len(), missing.len(), self.aid.received.len()];
        let rules = [
            (self.told_by.is_some(), "/told_by", "missing", "say who told it"),
            (self.told_on.is_some(), "/told_on", "missing", "say when it was told"),
            (is_past(self.told_on), "/told_on", "in_the_future", "it has already been told"),
            (is_past(self.agency_answered_on), "/agency_answered_on", "in_the_future", "it has already answered"),
            (
                self.household_income_paisa.is_none_or(|income| income >= Paisa::ZERO),
                "/household_income_paisa",
                "out_of_range",
                "an income is not negative",
            ),
            (pmt.is_none_or(pmt_is_one), "/pmt", "one_of", "give either a score, or below or above"),
            (is_past(pmt.map(|pmt| pmt.reported_on)), "/pmt/reported_on", "in_the_future", "it has been reported"),
            (lists.iter().all(|length| *length <= MOST_ENTRIES), "/aid/received", "too_many", "at most 50 a list"),
            (is_once(&self.aid.received), "/aid/received", "repeated", "expected each entry once"),
            (is_once(held), "/papers_held", "repeated", "expected each entry once"),
            (is_once(missing), "/papers_missing", "repeated", "expected each entry once"),
            (
                held.iter().all(|paper| !missing.contains(paper)),
                "/papers_missing",
                "contradiction",
                "a paper is either held or missing",
            ),
        ];
        let broken = rules.iter().filter(|(holds, ..)| !holds);
        let faults: Vec<_> = broken.map(|(_, at, code, why)| Fault::new(*at, code, *why)).collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

fn is_once<T: Ord>(list: &[T]) -> bool {
    list.iter().collect::<std::collections::BTreeSet<_>>().len() == list.len()
}
