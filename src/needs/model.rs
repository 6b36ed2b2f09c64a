//! A need and its moves. A need that has ended stays as it ended.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::state::{MOVES, NeedMove, NeedState};
use crate::access::UserId;
use crate::access::policy::Subject;
use crate::cases::CaseId;
use crate::crypto::PersonKey;
use crate::directory::{Domain, Urgency};
use crate::error::{Code, Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::moves::{Refusal, refuse};
use crate::kernel::places::Pcode;
use crate::kernel::text::Prose;
use crate::kernel::time::Time;
use crate::work::Event;

pub type NeedId = Id<Need>;

/// One thing that the victim of a case needs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Need {
    pub id: NeedId,
    pub case_id: CaseId,
    /// P-code of the case's district.
    pub district: Pcode,
    pub domain: Domain,
    pub urgency: Urgency,
    #[serde(flatten)]
    pub state: NeedState,
    pub identified_at: Time,
    pub identified_by: UserId,
    /// When it should be met: so many hours after it was identified as its urgency says.
    pub due_at: Time,
    pub version: i64,
    /// What was told of it in confidence, under the person's key.
    #[serde(skip)]
    pub sealed_detail: Option<Vec<u8>>,
}

/// What is found when a need is assessed.
#[derive(Debug, Clone)]
pub struct NewNeed {
    pub domain: Domain,
    pub urgency: Urgency,
    pub detail: Option<Prose<2000>>,
}

impl Need {
    /// A need found in `case`, which lies in `district`. Its detail is sealed afterwards, for its id.
    pub fn identify(
        id: NeedId,
        (case_id, district): (CaseId, Pcode),
        (domain, urgency): (Domain, Urgency),
        by: UserId,
        at: Time,
    ) -> (Self, Event) {
        let need = Self {
            id,
            case_id,
            district,
            domain,
            urgency,
            state: NeedState::Identified,
            identified_at: at,
            identified_by: by,
            due_at: at.plus_hours(urgency.hours()),
            version: 1,
            sealed_detail: None,
        };
        let event = need.event("need.identified");
        (need, event)
    }

    /// Judges the urgency anew. The clock runs from when the need was identified, not from now.
    pub fn assess(self, urgency: Urgency, sealed_detail: Option<Vec<u8>>) -> Result<(Self, Event)> {
        if !self.is_open() {
            return Err(Code::NeedEnded.into());
        }
        let (before, due_at) = (self.urgency, self.identified_at.plus_hours(urgency.hours()));
        let assessed = Self { urgency, due_at, sealed_detail, version: self.version + 1, ..self };
        let event = assessed.event("need.assessed").with("from", before.word());
        Ok((assessed, event))
    }

    pub fn make(self, step: NeedMove, by: UserId, at: Time) -> Result<(Self, Event), Refusal> {
        let Some(state) = step.from(&self.state, by, at) else {
            return Err(refuse(MOVES, self.state.word(), step.verb()));
        };
        let moved = Self { state, version: self.version + 1, ..self };
        let event = moved.event(step.happened());
        let event = match step {
            NeedMove::LeaveUnmet(reason) => event.with("reason", reason.word()),
            NeedMove::Start | NeedMove::Meet | NeedMove::Decline => event,
        };
        Ok((moved, event))
    }

    /// Whether something is still to be done about it.
    pub fn is_open(&self) -> bool {
        self.state.is_open()
    }

    /// The place that the detail is sealed for.
    fn detail_place(&self) -> String {
        format!("needs|{}|detail", self.id)
    }

    pub fn seal_detail(&self, key: &PersonKey, detail: &Prose<2000>) -> Result<Vec<u8>> {
        key.seal(&self.detail_place(), detail.as_str().as_bytes())
    }

    /// The need with what was told of it. `key` is that of the victim of its case.
    pub fn open_detail(self, key: &PersonKey) -> Result<NeedView> {
        let detail = key.open_text(&self.detail_place(), self.sealed_detail.as_deref())?;
        let detail = detail.map(Prose::try_from).transpose().map_err(|_| Error::Corrupt("need"))?;
        Ok(NeedView { need: self, detail })
    }

    pub fn subject(&self) -> Subject {
        Subject::of(self.id.uuid()).in_district(self.district)
    }

    /// The record of somebody having read the detail.
    pub fn viewed(&self) -> Event {
        self.event("need.viewed")
    }

    fn event(&self, action: &'static str) -> Event {
        Event::new(action, self.id)
            .of_case(self.case_id)
            .with("domain", self.domain.word())
            .with("urgency", self.urgency.word())
            .with("state", self.state.word())
    }
}

/// A need as those who keep the case see it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NeedView {
    #[serde(flatten)]
    pub need: Need,
    /// Left out where the person is protected and whoever asks is not named.
    pub detail: Option<Prose<2000>>,
}

impl NeedView {
    /// Whether something was told of it that is not for whoever asks, the person being protected.
    pub fn is_masked(&self) -> bool {
        self.detail.is_none() && self.need.sealed_detail.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Time {
        Time::from_micros(0).unwrap().plus_hours(hours)
    }

    fn need() -> Need {
        let place = (CaseId::new(), "PK508".parse().unwrap());
        Need::identify(NeedId::new(), place, (Domain::Medical, Urgency::Within24Hours), UserId::new(), at(0)).0
    }

    #[test]
    fn a_move_raises_the_version_and_an_illegal_one_names_those_that_are_legal() {
        let (started, event) = need().make(NeedMove::Start, UserId::new(), at(1)).unwrap();
        assert_eq!((started.version, event.action(), event.fact("state")), (2, "need.started", Some("in_progress")));
        let refusal = started.make(NeedMove::Start, UserId::new(), at(2)).unwrap_err();
        assert_eq!((refusal.state, refusal.allowed), ("in_progress", vec!["meet", "leave-unmet", "decline"]));
    }

    #[test]
    fn a_need_is_due_by_its_urgency_from_when_it_was_identified() {
        let need = need();
        assert_eq!(need.due_at, at(24));
        let (need, event) = need.assess(Urgency::WithinTwoWeeks, None).unwrap();
        assert_eq!((need.due_at, need.version, event.fact("urgency")), (at(336), 2, Some("within_two_weeks")));
        let (need, _) = need.make(NeedMove::Decline, UserId::new(), at(1)).unwrap();
        assert_eq!(need.assess(Urgency::Within24Hours, None).unwrap_err().code(), Code::NeedEnded);
    }

    #[test]
    fn what_was_told_opens_with_the_person_s_key_alone_and_is_not_on_the_wire_without_it() {
        let (key, mut need) = (PersonKey::random().unwrap(), need());
        need.sealed_detail = Some(need.seal_detail(&key, &"insulin".parse().unwrap()).unwrap());
        let bare = serde_json::to_value(&need).unwrap();
        assert!(bare.get("detail").is_none() && bare.get("sealed_detail").is_none());
        let mut other = need.clone();
        other.id = NeedId::new();
        other.open_detail(&key).unwrap_err();
        let view = need.open_detail(&key).unwrap();
        assert_eq!(view.detail.as_ref().unwrap().as_str(), "insulin");
        let wire = serde_json::to_string(&view).unwrap();
        let again: NeedView = serde_json::from_str(&wire).unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), wire);
    }
}
