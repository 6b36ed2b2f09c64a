//! An override of consent and its moves. Whoever asked for one neither agrees to it nor reviews it.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::words::{Finding, OverrideEnd, OverrideReason, OverrideState};
use crate::access::policy::Subject;
use crate::access::{OrganisationId, UserId};
use crate::cases::{Case, CaseId};
use crate::crypto::PersonKey;
use crate::directory::ServiceId;
use crate::error::{Code, Error, Fault, Result};
use crate::kernel::ids::Id;
use crate::kernel::moves::{Move, Refusal, is_allowed, refuse};
use crate::kernel::places::Pcode;
use crate::kernel::text::Prose;
use crate::kernel::time::Time;
use crate::victims::SharedField;
use crate::work::Event;

pub type OverrideId = Id<Override>;

/// For how long, in hours. House rules: no law or manual that we know sets them.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverrideTerms {
    /// Within which a supervisor answers.
    pub answer_hours: u16,
    /// For which one that was agreed holds.
    pub live_hours: u16,
}

/// One override as those who keep the case see it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Override {
    pub id: OverrideId,
    pub case_id: CaseId,
    /// P-code of the case's district.
    pub district: Pcode,
    pub service_id: ServiceId,
    /// Whose service it is, and who will know.
    pub organisation_id: OrganisationId,
    /// What the recipient may know at most.
    pub fields: Vec<SharedField>,
    pub reason: OverrideReason,
    pub state: OverrideState,
    pub asked_at: Time,
    pub asked_by: UserId,
    /// When it ends by itself: unanswered if `asked`, used or not if `agreed`.
    pub ends_at: Time,
    pub answered_at: Option<Time>,
    pub answered_by: Option<UserId>,
    pub ended_at: Option<Time>,
    pub ended_by: Option<UserId>,
    pub end_reason: Option<OverrideEnd>,
    pub reviewed_at: Option<Time>,
    pub reviewed_by: Option<UserId>,
    pub finding: Option<Finding>,
    pub version: i64,
    /// What was told of the reason, under the person's key.
    #[serde(skip)]
    pub sealed_detail: Vec<u8>,
}

/// An override with what was told of its reason.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct OverrideView {
    #[serde(flatten)]
    pub consent_override: Override,
    /// Left out where the person is protected and whoever asks is not named.
    pub detail: Option<Prose<2000>>,
}

/// What an officer asks for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOverride {
    pub service_id: ServiceId,
    /// One at least, each once.
    pub fields: Vec<SharedField>,
    pub reason: OverrideReason,
    /// What happened, for the supervisor who decides and for whoever looks at it afterwards.
    pub detail: Prose<2000>,
}

/// Every move there is; all others are refused.
pub const MOVES: &[Move] = &[
    Move { from: "asked", verb: "agree", to: "agreed" },
    Move { from: "asked", verb: "refuse", to: "refused" },
    Move { from: "asked", verb: "withdraw", to: "withdrawn" },
    Move { from: "asked", verb: "expire", to: "expired" },
    Move { from: "agreed", verb: "withdraw", to: "withdrawn" },
    Move { from: "agreed", verb: "expire", to: "expired" },
    Move { from: "agreed", verb: "review", to: "agreed" },
    Move { from: "withdrawn", verb: "review", to: "withdrawn" },
    Move { from: "expired", verb: "review", to: "expired" },
];

/// What can be done to an override.
#[derive(Debug, Clone, Copy)]
pub enum OverrideMove {
    /// It holds for so many hours from now.
    Agree(u16),
    Refuse,
    Withdraw(OverrideEnd),
    Expire,
    Review(Finding),
}

impl OverrideMove {
    pub fn verb(self) -> &'static str {
        match self {
            Self::Agree(_) => "agree",
            Self::Refuse => "refuse",
            Self::Withdraw(_) => "withdraw",
            Self::Expire => "expire",
            Self::Review(_) => "review",
        }
    }

    fn happened(self) -> &'static str {
        match self {
            Self::Agree(_) => "override.agreed",
            Self::Refuse => "override.refused",
            Self::Withdraw(_) => "override.withdrawn",
            Self::Expire => "override.expired",
            Self::Review(_) => "override.reviewed",
        }
    }

    /// Whether it takes a person other than the one who asked.
    fn needs_another(self) -> bool {
        matches!(self, Self::Agree(_) | Self::Refuse | Self::Review(_))
    }
}

impl Override {
    /// Asks for one. Its detail is sealed afterwards, for its id.
    pub fn ask(
        id: OverrideId,
        (case, organisation_id): (&Case, OrganisationId),
        new: &NewOverride,
        terms: OverrideTerms,
        (by, at): (UserId, Time),
    ) -> Result<(Self, Event)> {
        let mut fields = new.fields.clone();
        fields.sort_unstable();
        fields.dedup();
        if fields.is_empty() || fields.len() != new.fields.len() {
            let fault = Fault::new("/fields", "duplicate", "name each field once, and one at least");
            return Err(Error::Invalid(vec![fault]));
        }
        let asked = Self {
            id,
            case_id: case.id,
            district: case.district,
            service_id: new.service_id,
            organisation_id,
            fields,
            reason: new.reason,
            state: OverrideState::Asked,
            asked_at: at,
            asked_by: by,
            ends_at: at.plus_hours(i64::from(terms.answer_hours)),
            answered_at: None,
            answered_by: None,
            ended_at: None,
            ended_by: None,
            end_reason: None,
            reviewed_at: None,
            reviewed_by: None,
            finding: None,
            version: 1,
            sealed_detail: Vec::new(),
        };
        let event = asked.event("override.asked");
        Ok((asked, event))
    }

    /// Where it stands now: what nobody has ended yet has ended all the same when its time is over.
    pub fn state_at(&self, at: Time) -> OverrideState {
        match self.state {
            OverrideState::Asked | OverrideState::Agreed if self.ends_at <= at => OverrideState::Expired,
            state => state,
        }
    }

    /// Whether a referral may rest on it.
    pub fn is_live(&self, at: Time) -> bool {
        self.state_at(at) == OverrideState::Agreed
    }

    /// Whether it lets a referral of the case to this service tell these fields.
    pub fn covers(&self, case: CaseId, service: ServiceId, fields: &[SharedField]) -> bool {
        (self.case_id, self.service_id) == (case, service) && fields.iter().all(|field| self.fields.contains(field))
    }

    pub fn make(self, step: OverrideMove, by: Option<UserId>, at: Time) -> Result<(Self, Event)> {
        // Umeed itself ends what is over.
        let state = if by.is_none() { self.state } else { self.state_at(at) };
        if !is_allowed(MOVES, state.word(), step.verb()) || self.is_closed_to(step) {
            return Err(self.refusal(state, step).into());
        }
        if step.needs_another() && by == Some(self.asked_by) {
            return Err(Code::SecondPerson.into());
        }
        // Whoever agreed does not judge that it was right.
        if matches!(step, OverrideMove::Review(_)) && by == self.answered_by {
            return Err(Code::SecondPerson.into());
        }
        let mut moved = Self { version: self.version + 1, ..self };
        match step {
            OverrideMove::Agree(hours) => {
                moved.state = OverrideState::Agreed;
                (moved.answered_at, moved.answered_by) = (Some(at), by);
                moved.ends_at = at.plus_hours(i64::from(hours));
            }
            OverrideMove::Refuse => {
                moved.state = OverrideState::Refused;
                (moved.answered_at, moved.answered_by) = (Some(at), by);
            }
            OverrideMove::Withdraw(reason) => {
                moved.state = OverrideState::Withdrawn;
                (moved.ended_at, moved.ended_by, moved.end_reason) = (Some(at), by, Some(reason));
            }
            OverrideMove::Expire => {
                moved.state = OverrideState::Expired;
                moved.ended_at = Some(at);
            }
            OverrideMove::Review(finding) => {
                (moved.reviewed_at, moved.reviewed_by, moved.finding) = (Some(at), by, Some(finding));
            }
        }
        let event = moved.event(step.happened());
        let is_expired = matches!(step, OverrideMove::Expire);
        let event = if is_expired { event.with("was_answered", moved.answered_at.is_some()) } else { event };
        Ok((moved, event))
    }

    /// What was never agreed to needs no review, and one review is enough.
    fn is_closed_to(&self, step: OverrideMove) -> bool {
        matches!(step, OverrideMove::Review(_)) && (self.answered_at.is_none() || self.reviewed_at.is_some())
    }

    fn refusal(&self, state: OverrideState, step: OverrideMove) -> Refusal {
        let mut refusal = refuse(MOVES, state.word(), step.verb());
        refusal.allowed.retain(|verb| *verb != "expire");
        if self.is_closed_to(OverrideMove::Review(Finding::Justified)) {
            refusal.allowed.retain(|verb| *verb != "review");
        }
        refusal
    }

    fn detail_place(&self) -> String {
        format!("consent_overrides|{}|detail", self.id)
    }

    /// With its reason told, under the key of the victim of the case.
    pub fn seal(self, key: &PersonKey, detail: &Prose<2000>) -> Result<Self> {
        let sealed_detail = key.seal(&self.detail_place(), detail.as_str().as_bytes())?;
        Ok(Self { sealed_detail, ..self })
    }

    /// As it stands at this time, with what was told of its reason.
    pub fn open(self, key: &PersonKey, at: Time) -> Result<OverrideView> {
        let detail = key.open_text(&self.detail_place(), Some(&self.sealed_detail))?;
        let detail = detail.map(Prose::try_from).transpose().map_err(|_| Error::Corrupt("override"))?;
        Ok(OverrideView { consent_override: self.seen_at(at), detail })
    }

    /// As it stands at this time.
    pub fn seen_at(self, at: Time) -> Self {
        Self { state: self.state_at(at), ..self }
    }

    pub fn subject(&self) -> Subject {
        Subject::of(self.id.uuid()).in_district(self.district)
    }

    pub fn event(&self, action: &'static str) -> Event {
        let event = Event::new(action, self.id)
            .of_case(self.case_id)
            .with("reason", self.reason.word())
            .with("service", self.service_id.to_string())
            .with("organisation", self.organisation_id.to_string())
            .with("state", self.state.word());
        match (self.end_reason, self.finding) {
            (_, Some(finding)) => event.with("finding", finding.word()),
            (Some(end), None) => event.with("end_reason", end.word()),
            (None, None) => event,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Time {
        Time::from_micros(0).unwrap().plus_hours(hours)
    }

    fn asked(by: UserId) -> Override {
        Override {
            id: OverrideId::new(),
            case_id: CaseId::new(),
            district: "PK508".parse().unwrap(),
            service_id: ServiceId::new(),
            organisation_id: OrganisationId::new(),
            fields: vec![SharedField::Name],
            reason: OverrideReason::LifeInDanger,
            state: OverrideState::Asked,
            asked_at: at(0),
            asked_by: by,
            ends_at: at(24),
            answered_at: None,
            answered_by: None,
            ended_at: None,
            ended_by: None,
            end_reason: None,
            reviewed_at: None,
            reviewed_by: None,
            finding: None,
            version: 1,
            sealed_detail: Vec::new(),
        }
    }

    const STEPS: [OverrideMove; 5] = [
        OverrideMove::Agree(72),
        OverrideMove::Refuse,
        OverrideMove::Withdraw(OverrideEnd::RefusedByVictim),
        OverrideMove::Expire,
        OverrideMove::Review(Finding::Justified),
    ];

    #[test]
    fn every_verb_in_every_state_does_what_the_table_says() {
        for state in OverrideState::ALL {
            for step in STEPS {
                let answered = (*state != OverrideState::Asked).then(UserId::new);
                let answered_at = answered.map(|_| at(1));
                let one = Override { state: *state, answered_at, answered_by: answered, ..asked(UserId::new()) };
                let (from, verb) = (state.word(), step.verb());
                match one.make(step, Some(UserId::new()), at(2)) {
                    Ok((moved, _)) => {
                        assert!(MOVES.contains(&Move { from, verb, to: moved.state.word() }), "{from} {verb}");
                    }
                    Err(error) => {
                        assert_eq!(error.code(), Code::IllegalMove);
                        assert!(!is_allowed(MOVES, from, verb), "{from} {verb}");
                    }
                }
            }
        }
    }

    #[test]
    fn whoever_asked_neither_agrees_nor_reviews_and_whoever_agreed_does_not_review() {
        let (one, two, three) = (UserId::new(), UserId::new(), UserId::new());
        let code = |moved: Result<(Override, Event)>| moved.unwrap_err().code();
        assert_eq!(code(asked(one).make(OverrideMove::Agree(72), Some(one), at(1))), Code::SecondPerson);
        assert_eq!(code(asked(one).make(OverrideMove::Refuse, Some(one), at(1))), Code::SecondPerson);
        let (agreed, _) = asked(one).make(OverrideMove::Agree(72), Some(two), at(1)).unwrap();
        assert_eq!((agreed.ends_at, agreed.is_live(at(72)), agreed.is_live(at(73))), (at(73), true, false));
        for who in [one, two] {
            let review = agreed.clone().make(OverrideMove::Review(Finding::Justified), Some(who), at(2));
            assert_eq!(code(review), Code::SecondPerson);
        }
        let (reviewed, _) = agreed.make(OverrideMove::Review(Finding::Justified), Some(three), at(2)).unwrap();
        let again = reviewed.make(OverrideMove::Review(Finding::NotJustified), Some(UserId::new()), at(3));
        assert_eq!(code(again), Code::IllegalMove);
    }

    #[test]
    fn what_nobody_answers_in_time_is_over_and_needs_no_review() {
        let asked = asked(UserId::new());
        assert_eq!(asked.state_at(at(24)), OverrideState::Expired);
        for step in STEPS {
            asked.clone().make(step, Some(UserId::new()), at(24)).unwrap_err();
        }
        let (expired, event) = asked.make(OverrideMove::Expire, None, at(25)).unwrap();
        assert_eq!((expired.state, event.action()), (OverrideState::Expired, "override.expired"));
        expired.make(OverrideMove::Review(Finding::Justified), Some(UserId::new()), at(26)).unwrap_err();
    }

    #[test]
    fn it_is_for_one_case_one_service_and_the_fields_named() {
        let one = asked(UserId::new());
        assert!(one.covers(one.case_id, one.service_id, &[]) && one.covers(one.case_id, one.service_id, &one.fields));
        assert!(!one.covers(CaseId::new(), one.service_id, &[]) && !one.covers(one.case_id, ServiceId::new(), &[]));
        assert!(!one.covers(one.case_id, one.service_id, &[SharedField::Name, SharedField::Cnic]));
    }
}
