//! A referral and its moves. It keeps what was asked for and what may be known; it never touches the needs it is about.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::moves::{MOVES, ReferralMove};
use super::overrides::OverrideId;
use super::state::ReferralState;
use crate::access::policy::Subject;
use crate::access::{OrganisationId, UserId};
use crate::cases::CaseId;
use crate::crypto::PersonKey;
use crate::directory::{ServiceId, Urgency};
use crate::error::{Error, Fault, Result};
use crate::kernel::ids::Id;
use crate::kernel::moves::{Refusal, refuse};
use crate::kernel::numbers::CaseNumber;
use crate::kernel::places::Pcode;
use crate::kernel::text::Prose;
use crate::kernel::time::Time;
use crate::needs::{Need, NeedId};
use crate::victims::{ConsentId, SharedField};
use crate::work::Event;

pub type ReferralId = Id<Referral>;

/// The most needs of one referral.
pub const MOST_NEEDS: usize = 20;

/// A referral as those who sent it see it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Referral {
    #[serde(flatten)]
    pub facts: ReferralFacts,
    pub case_id: CaseId,
    /// P-code of the case's district.
    pub district: Pcode,
    /// What it rests on.
    #[serde(flatten)]
    pub ground: Ground,
    pub needs: Vec<NeedId>,
    pub requested_by: UserId,
    /// What was told to the recipient in confidence, under the person's key.
    #[serde(skip)]
    pub sealed_message: Option<Vec<u8>>,
}

/// What lets a referral tell anything of the victim: a consent, or an override of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Ground {
    Consent { consent_id: ConsentId },
    Override { override_id: OverrideId },
}

/// What both sides see of a referral at any time. It names nobody.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ReferralFacts {
    pub id: ReferralId,
    pub organisation_id: OrganisationId,
    pub service_id: ServiceId,
    /// What the recipient may know.
    pub fields: Vec<SharedField>,
    /// That of the most urgent of its needs.
    pub urgency: Urgency,
    #[serde(flatten)]
    pub state: ReferralState,
    pub requested_at: Time,
    /// When help should have come: so many hours after the request as the urgency says.
    pub due_at: Time,
    pub version: i64,
}

/// What an officer asks for.
#[derive(Debug, Clone)]
pub struct NewReferral {
    pub service_id: ServiceId,
    pub need_ids: Vec<NeedId>,
    pub fields: Vec<SharedField>,
    pub message: Option<Prose<2000>>,
    /// What it rests on if no consent covers it.
    pub override_id: Option<OverrideId>,
}

impl NewReferral {
    /// One to twenty needs, everything once, and no message that the recipient could not read.
    pub fn check(&self) -> Result<()> {
        let (needs, fields) = (&self.need_ids, &self.fields);
        let rules = [
            ((1..=MOST_NEEDS).contains(&needs.len()), "/need_ids", "out_of_range", "one need at least, at most 20"),
            (!repeats(needs), "/need_ids", "repeated", "expected each need once"),
            (!repeats(fields), "/fields", "repeated", "expected each field once"),
            (
                self.message.is_none() || fields.contains(&SharedField::Message),
                "/message",
                "not_shared",
                "list `message` among the fields to share one",
            ),
        ];
        let broken = rules.iter().filter(|(holds, ..)| !holds);
        let faults: Vec<_> = broken.map(|(_, at, code, why)| Fault::new(*at, code, *why)).collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

fn repeats<T: Ord + Copy>(all: &[T]) -> bool {
    all.iter().copied().collect::<std::collections::BTreeSet<_>>().len() < all.len()
}

/// What a new referral rests on.
pub struct Grounds {
    pub case_id: CaseId,
    pub district: Pcode,
    pub organisation_id: OrganisationId,
    pub ground: Ground,
    pub needs: Vec<Need>,
}

impl Referral {
    /// Asks for help. Its message is sealed afterwards, for its id. Nothing is asked for without a need.
    pub fn request(id: ReferralId, new: &NewReferral, on: Grounds, by: UserId, at: Time) -> Result<(Self, Event)> {
        let Grounds { case_id, district, organisation_id, ground, needs } = on;
        let urgency = needs.iter().map(|need| need.urgency).min().ok_or(Error::Corrupt("referral"))?;
        let mut fields = new.fields.clone();
        fields.sort_unstable();
        let facts = ReferralFacts {
            id,
            organisation_id,
            service_id: new.service_id,
            fields,
            urgency,
            state: ReferralState::Requested,
            requested_at: at,
            due_at: at.plus_hours(urgency.hours()),
            version: 1,
        };
        let needs = needs.iter().map(|need| need.id).collect();
        let referral = Self { facts, case_id, district, ground, needs, requested_by: by, sealed_message: None };
        let event = referral.event("referral.requested").announced();
        Ok((referral, event))
    }

    pub fn make(self, step: ReferralMove, by: UserId, at: Time) -> Result<(Self, Event), Refusal> {
        let Some(state) = step.from(&self.facts.state, by, at) else {
            return Err(refuse(MOVES, self.facts.state.word(), step.verb()));
        };
        let facts = ReferralFacts { state, version: self.facts.version + 1, ..self.facts };
        let moved = Self { facts, ..self };
        let event = moved.event(step.happened()).announced();
        Ok((moved, event))
    }

    /// The place that the message is sealed for.
    fn message_place(&self) -> String {
        format!("referrals|{}|message", self.facts.id)
    }

    pub fn seal_message(&self, key: &PersonKey, message: &Prose<2000>) -> Result<Vec<u8>> {
        key.seal(&self.message_place(), message.as_str().as_bytes())
    }

    /// The message to the recipient. `key` is that of the victim of the case.
    pub fn open_message(&self, key: &PersonKey) -> Result<Option<Prose<2000>>> {
        let message = key.open_text(&self.message_place(), self.sealed_message.as_deref())?;
        message.map(Prose::try_from).transpose().map_err(|_| Error::Corrupt("referral"))
    }

    pub fn subject(&self) -> Subject {
        let facts = &self.facts;
        Subject::of(facts.id.uuid()).in_district(self.district).for_organisation(facts.organisation_id)
    }

    /// The record of somebody having read whom it is about.
    pub fn viewed(&self) -> Event {
        self.event("referral.viewed")
    }

    fn event(&self, action: &'static str) -> Event {
        let facts = &self.facts;
        let event = Event::new(action, facts.id)
            .of_case(self.case_id)
            .with("organisation", facts.organisation_id.to_string())
            .with("service", facts.service_id.to_string())
            .with("urgency", facts.urgency.word())
            .with("state", facts.state.word());
        let event = match facts.state.reason() {
            Some(reason) => event.with("reason", reason),
            None => event,
        };
        match facts.state.outcome() {
            Some(outcome) => event.with("outcome", outcome.word()),
            None => event,
        }
    }
}

/// A referral as an officer reads it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ReferralView {
    #[serde(flatten)]
    pub referral: Referral,
    pub case_number: CaseNumber,
    pub message: Option<Prose<2000>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Domain;

    fn at(hours: i64) -> Time {
        Time::from_micros(0).unwrap().plus_hours(hours)
    }

    fn new(needs: usize, fields: &[SharedField], message: Option<&str>) -> NewReferral {
        let need_ids = (0..needs).map(|_| NeedId::new()).collect();
        let message = message.map(|message| message.parse().unwrap());
        NewReferral { service_id: ServiceId::new(), need_ids, fields: fields.to_vec(), message, override_id: None }
    }

    fn grounds(urgencies: &[Urgency]) -> Grounds {
        let (case_id, district) = (CaseId::new(), "PK508".parse().unwrap());
        let need = |urgency: &Urgency| {
            Need::identify(NeedId::new(), (case_id, district), (Domain::Legal, *urgency), UserId::new(), at(0)).0
        };
        let needs = urgencies.iter().map(need).collect();
        let ground = Ground::Consent { consent_id: ConsentId::new() };
        Grounds { case_id, district, organisation_id: OrganisationId::new(), ground, needs }
    }

    fn pointers(new: &NewReferral) -> Vec<(String, &'static str)> {
        match new.check() {
            Ok(()) => Vec::new(),
            Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect(),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn a_request_names_one_to_twenty_needs_and_everything_once() {
        let name = SharedField::Name;
        assert_eq!(pointers(&new(1, &[], None)), []);
        assert_eq!(pointers(&new(20, &[name, SharedField::Message], Some("urgent"))), []);
        for count in [0, 21] {
            assert_eq!(pointers(&new(count, &[name], None)), [("/need_ids".into(), "out_of_range")]);
        }
        let mut twice = new(1, &[name, name], None);
        twice.need_ids.push(twice.need_ids[0]);
        assert_eq!(pointers(&twice), [("/need_ids".into(), "repeated"), ("/fields".into(), "repeated")]);
    }

    #[test]
    fn a_message_that_its_recipient_could_not_read_is_refused() {
        assert_eq!(pointers(&new(1, &[SharedField::Name], Some("urgent"))), [("/message".into(), "not_shared")]);
    }

    #[test]
    fn a_referral_is_as_urgent_as_its_most_urgent_need_and_nothing_without_one() {
        let all = [Urgency::WithinTwoWeeks, Urgency::Within24Hours, Urgency::Within72Hours];
        let asked = new(3, &[SharedField::Name], None);
        let (referral, event) =
            Referral::request(ReferralId::new(), &asked, grounds(&all), UserId::new(), at(1)).unwrap();
        assert_eq!((referral.facts.urgency, referral.facts.due_at), (Urgency::Within24Hours, at(25)));
        assert_eq!((event.action(), event.case()), ("referral.requested", Some(referral.case_id)));
        Referral::request(ReferralId::new(), &asked, grounds(&[]), UserId::new(), at(1)).unwrap_err();
    }

    #[test]
    fn a_message_opens_with_the_person_s_key_alone_and_is_not_among_the_facts() {
        let (key, asked) = (PersonKey::random().unwrap(), new(1, &[SharedField::Message], Some("call at night")));
        let on = grounds(&[Urgency::Within24Hours]);
        let (mut referral, _) = Referral::request(ReferralId::new(), &asked, on, UserId::new(), at(0)).unwrap();
        referral.sealed_message = Some(referral.seal_message(&key, asked.message.as_ref().unwrap()).unwrap());
        assert_eq!(referral.open_message(&key).unwrap(), asked.message);
        referral.open_message(&PersonKey::random().unwrap()).unwrap_err();
        assert!(!serde_json::to_string(&referral).unwrap().contains("message\":"));
    }
}
