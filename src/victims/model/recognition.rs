//! That an authority lists a person as a victim. Each list stands by itself; none of them makes a victim, and none of
//! them is needed to be helped. A recognition is withdrawn with a reason and never deleted.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Victim, VictimId};
use crate::access::UserId;
use crate::error::{Error, Fault, Result};
use crate::incidents::IncidentId;
use crate::kernel::ids::Id;
use crate::kernel::moves::{Move, Refusal, refuse};
use crate::kernel::text::Line;
use crate::kernel::time::{Date, Time};
use crate::kernel::words::words;
use crate::work::Event;

pub type RecognitionId = Id<Recognition>;

words! {
    /// Whose list it is. The State ought to list victims itself, and an application is for whoever was left out.
    pub enum RecognitionKind {
        PoliceList = "police_list",
        HospitalList = "hospital_list",
        /// Of the Deputy Commissioner's district committee.
        DcList = "dc_list",
        /// The victim applied, being on no list.
        OwnApplication = "own_application",
    }
}

words! {
    /// Why a recognition does not hold any more.
    pub enum RecognitionEnd {
        TakenOffTheList = "taken_off_the_list",
        AnotherPerson = "another_person",
        RecordedInError = "recorded_in_error",
        ApplicationWithdrawn = "application_withdrawn",
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Recognition {
    pub id: RecognitionId,
    pub victim_id: VictimId,
    pub incident_id: IncidentId,
    pub kind: RecognitionKind,
    /// The office whose list it is; never a person.
    pub source: Line<120>,
    /// The number in the list, of the FIR or of the medico-legal certificate. Sealed where it is stored, since it may
    /// identify; left out for those who may not know who a protected person is.
    pub reference: Option<Line<100>>,
    /// The day of the list or of the application.
    pub listed_on: Date,
    pub recorded_at: Time,
    pub recorded_by: UserId,
    pub withdrawn_at: Option<Time>,
    pub withdrawn_by: Option<UserId>,
    pub withdraw_reason: Option<RecognitionEnd>,
    pub version: i64,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecognition {
    /// One that harmed the victim.
    pub incident_id: IncidentId,
    pub kind: RecognitionKind,
    /// The office whose list it is, such as a police station; never a person.
    pub source: Line<120>,
    #[serde(default)]
    pub reference: Option<Line<100>>,
    /// Not before the incident and not in the future.
    pub listed_on: Date,
}

/// Every move there is.
pub const RECOGNITION_MOVES: &[Move] = &[Move { from: "recorded", verb: "withdraw", to: "withdrawn" }];

impl Recognition {
    /// `happened_on` is the day of the incident.
    pub fn record(
        id: RecognitionId,
        (of, happened_on): (&Victim, Date),
        new: NewRecognition,
        by: UserId,
        at: Time,
    ) -> Result<(Self, Event)> {
        let is_harmed = of.harms.iter().any(|harm| harm.incident_id == new.incident_id);
        let rules = [
            (is_harmed, "/incident_id", "not_harmed", "this incident did not harm this victim"),
            (new.listed_on <= at.local_date(), "/listed_on", "in_the_future", "the person is listed already"),
            (new.listed_on >= happened_on, "/listed_on", "before_the_incident", "no list is older than the incident"),
        ];
        let faults: Vec<_> =
            rules.iter().filter(|(holds, ..)| !holds).map(|(_, at, code, why)| Fault::new(*at, code, *why)).collect();
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let NewRecognition { incident_id, kind, source, reference, listed_on } = new;
        let recognition = Self {
            id,
            victim_id: of.id,
            incident_id,
            kind,
            source,
            reference,
            listed_on,
            recorded_at: at,
            recorded_by: by,
            withdrawn_at: None,
            withdrawn_by: None,
            withdraw_reason: None,
            version: 1,
        };
        let event = recognition.event("recognition.recorded");
        Ok((recognition, event))
    }

    /// Whether both tell of the same list for the same incident, however its office was spelled.
    pub fn is_same_list(&self, other: &Self) -> bool {
        let plain =
            |source: &Line<120>| source.as_str().split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        self.withdrawn_at.is_none()
            && (self.kind, self.incident_id) == (other.kind, other.incident_id)
            && plain(&self.source) == plain(&other.source)
    }

    pub fn withdraw(self, reason: RecognitionEnd, by: UserId, at: Time) -> Result<(Self, Event), Refusal> {
        if self.withdrawn_at.is_some() {
            return Err(refuse(RECOGNITION_MOVES, "withdrawn", "withdraw"));
        }
        let (withdrawn_at, withdrawn_by, withdraw_reason) = (Some(at), Some(by), Some(reason));
        let withdrawn = Self { withdrawn_at, withdrawn_by, withdraw_reason, version: self.version + 1, ..self };
        let event = withdrawn.event("recognition.withdrawn").with("reason", reason.word());
        Ok((withdrawn, event))
    }

    fn event(&self, action: &'static str) -> Event {
        let event = Event::new(action, self.id).with("kind", self.kind.word());
        event.with("victim", self.victim_id.to_string()).with("incident", self.incident_id.to_string())
    }
}
