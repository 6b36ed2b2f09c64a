//! Feedback and its moves. Whoever it is about does nothing to it, and whoever answered does not decide the appeal.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::terms::Terms;
use super::words::{Category, Channel, FeedbackKind, FeedbackState};
use crate::access::policy::Subject;
use crate::access::{OrganisationId, UserId};
use crate::cases::CaseId;
use crate::crypto::PersonKey;
use crate::error::{Code, Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::moves::{Move, is_allowed, refuse};
use crate::kernel::places::Pcode;
use crate::kernel::text::Prose;
use crate::kernel::time::Time;
use crate::work::Event;

pub type FeedbackId = Id<Feedback>;
/// What is said, answered, appealed and decided.
pub type Text = Prose<4000>;

/// The most users that one complaint is about.
const MOST_NAMED: usize = 20;

/// Every move there is; all others are refused.
pub const MOVES: &[Move] = &[
    Move { from: "received", verb: "answer", to: "answered" },
    Move { from: "answered", verb: "appeal", to: "appealed" },
    Move { from: "appealed", verb: "decide", to: "decided" },
    Move { from: "received", verb: "name", to: "received" },
    Move { from: "answered", verb: "name", to: "answered" },
    Move { from: "appealed", verb: "name", to: "appealed" },
    Move { from: "decided", verb: "name", to: "decided" },
];

/// What can be done to feedback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedbackMove {
    Answer(Text),
    /// Must be decided within so many days.
    Appeal(Text, u16),
    Decide(Text),
    /// The text tells whom it is about.
    Name(UserId),
}

impl FeedbackMove {
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Answer(_) => "answer",
            Self::Appeal(..) => "appeal",
            Self::Decide(_) => "decide",
            Self::Name(_) => "name",
        }
    }

    fn happened(&self) -> &'static str {
        match self {
            Self::Answer(_) => "feedback.answered",
            Self::Appeal(..) => "feedback.appealed",
            Self::Decide(_) => "feedback.decided",
            Self::Name(_) => "feedback.named",
        }
    }
}

/// Feedback as those who answer it see it in a list.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Feedback {
    pub id: FeedbackId,
    pub kind: FeedbackKind,
    pub category: Category,
    pub channel: Channel,
    /// P-code of the district it is about.
    pub district: Pcode,
    pub case_id: Option<CaseId>,
    pub organisation_id: Option<OrganisationId>,
    /// Whom it is about, and who kept the case that it is about: none of them learns of it.
    pub about: Vec<UserId>,
    pub received_at: Time,
    /// Nobody, if it came without a name.
    pub received_by: Option<UserId>,
    /// When it should have been answered, or decided.
    pub due_at: Time,
    pub state: FeedbackState,
    pub answered_at: Option<Time>,
    pub answered_by: Option<UserId>,
    pub appealed_at: Option<Time>,
    pub decided_at: Option<Time>,
    pub decided_by: Option<UserId>,
    /// A supervisor of another area, if none of its own may see it.
    pub sent_to: Option<UserId>,
    pub version: i64,
    /// The keyed hash of the code by which whoever said it asks again.
    #[serde(skip)]
    pub code: Vec<u8>,
    #[serde(skip)]
    pub sealed: Sealed,
    /// Who kept the case, unless named as well.
    #[serde(skip)]
    pub keeper: Option<UserId>,
}

/// The texts, as they are kept.
#[derive(Debug, Clone, Default)]
pub struct Sealed {
    pub body: Vec<u8>,
    pub answer: Option<Vec<u8>>,
    pub appeal: Option<Vec<u8>>,
    pub decision: Option<Vec<u8>>,
}

/// Feedback with its texts. They are left out where the case is that of a protected person and whoever asks is not named.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FeedbackView {
    #[serde(flatten)]
    pub feedback: Feedback,
    pub body: Option<Text>,
    pub answer: Option<Text>,
    pub appeal: Option<Text>,
    pub decision: Option<Text>,
}

/// What whoever said it is told of it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FeedbackStatus {
    pub kind: FeedbackKind,
    pub category: Category,
    pub state: FeedbackState,
    pub received_at: Time,
    /// When it should have been answered, or the appeal decided.
    pub due_at: Time,
    pub answer: Option<Text>,
    pub decision: Option<Text>,
}

/// The acknowledgement: the code is shown once.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Acknowledged {
    /// To ask for the answer with, and to appeal. Nobody can find it again.
    pub reference_code: String,
    pub received_at: Time,
    pub due_at: Time,
}

/// What is said, and what about.
#[derive(Debug, Clone)]
pub struct NewFeedback {
    pub kind: FeedbackKind,
    pub category: Category,
    pub channel: Channel,
    pub district: Pcode,
    pub case_id: Option<CaseId>,
    pub organisation_id: Option<OrganisationId>,
    pub user_id: Option<UserId>,
    pub body: Text,
}

impl Feedback {
    /// `code` is the keyed hash of the code that is given for it. Its text is sealed afterwards, for its id.
    pub fn receive(
        (id, code): (FeedbackId, Vec<u8>),
        new: &NewFeedback,
        keeper: Option<UserId>,
        terms: &Terms,
        (by, at): (Option<UserId>, Time),
    ) -> (Self, Event) {
        let keeper = keeper.filter(|keeper| new.user_id != Some(*keeper));
        let about = new.user_id.into_iter().chain(keeper).collect();
        let feedback = Self {
            id,
            kind: new.kind,
            category: new.category,
            channel: new.channel,
            district: new.district,
            case_id: new.case_id,
            organisation_id: new.organisation_id,
            about,
            keeper,
            received_at: at,
            received_by: by,
            due_at: at.plus_days(i64::from(terms.answer_days)),
            state: FeedbackState::Received,
            answered_at: None,
            answered_by: None,
            appealed_at: None,
            decided_at: None,
            decided_by: None,
            sent_to: None,
            version: 1,
            code,
            sealed: Sealed::default(),
        };
        let event = feedback.event("feedback.received").with("terms", terms.from.to_string());
        (feedback, event)
    }

    /// With what was said, under the key of the person whose case it is about, or else that of nobody.
    pub fn seal_body(mut self, key: &PersonKey, body: &Text) -> Result<Self> {
        self.sealed.body = self.seal(key, "body", body)?;
        Ok(self)
    }

    pub fn make(self, step: FeedbackMove, key: &PersonKey, (by, at): (Option<UserId>, Time)) -> Result<(Self, Event)> {
        self.check(&step, by)?;
        let happened = step.happened();
        let mut moved = Self { version: self.version + 1, ..self };
        match step {
            FeedbackMove::Answer(text) => {
                moved.sealed.answer = Some(moved.seal(key, "answer", &text)?);
                (moved.state, moved.answered_at, moved.answered_by) = (FeedbackState::Answered, Some(at), by);
            }
            FeedbackMove::Appeal(text, days) => {
                moved.sealed.appeal = Some(moved.seal(key, "appeal", &text)?);
                (moved.state, moved.appealed_at) = (FeedbackState::Appealed, Some(at));
                moved.due_at = at.plus_days(i64::from(days));
            }
            FeedbackMove::Decide(text) => {
                moved.sealed.decision = Some(moved.seal(key, "decision", &text)?);
                (moved.state, moved.decided_at, moved.decided_by) = (FeedbackState::Decided, Some(at), by);
            }
            FeedbackMove::Name(user) => moved.about.push(user),
        }
        let event = moved.event(happened);
        let event = if happened == "feedback.named" { event.hiding() } else { event };
        Ok((moved, event))
    }

    fn check(&self, step: &FeedbackMove, by: Option<UserId>) -> Result<()> {
        if by.is_some_and(|by| self.about.contains(&by)) {
            return Err(Error::NOT_FOUND);
        }
        if !is_allowed(MOVES, self.state.word(), step.verb()) {
            return Err(refuse(MOVES, self.state.word(), step.verb()).into());
        }
        match step {
            FeedbackMove::Decide(_) if by == self.answered_by => Err(Code::SecondPerson.into()),
            FeedbackMove::Name(user) if self.about.contains(user) => {
                Err(Error::conflict_at("/user_id", Code::AlreadyExists, "it is said already to be about this user"))
            }
            FeedbackMove::Name(_) if self.about.len() >= MOST_NAMED => {
                Err(Error::invalid("/user_id", "too_many", "it is about 20 users already"))
            }
            _ => Ok(()),
        }
    }

    /// Whoever says that it is about another supervisor leaves the answer to others.
    #[must_use]
    pub fn without(mut self, who: UserId) -> Self {
        self.about.push(who);
        self
    }

    /// Sent to another than before, if it is another.
    #[must_use]
    pub fn send(self, to: Option<UserId>) -> Option<(Self, Event)> {
        let sent = (to != self.sent_to).then(|| Self { sent_to: to, version: self.version + 1, ..self })?;
        let event = sent.event("feedback.sent_on");
        Some((sent, event))
    }

    /// What a key opens; a blind one opens nothing.
    pub fn open(self, key: &PersonKey) -> Result<FeedbackView> {
        let text = |what, sealed: Option<&Vec<u8>>| -> Result<Option<Text>> {
            let text = key.open_text(&place(self.id, what), sealed.map(Vec::as_slice))?;
            text.map(Text::try_from).transpose().map_err(|_| Error::Corrupt("feedback"))
        };
        let Sealed { body, answer, appeal, decision } = &self.sealed;
        let (body, answer) = (text("body", Some(body))?, text("answer", answer.as_ref())?);
        let (appeal, decision) = (text("appeal", appeal.as_ref())?, text("decision", decision.as_ref())?);
        Ok(FeedbackView { body, answer, appeal, decision, feedback: self })
    }

    fn seal(&self, key: &PersonKey, what: &str, text: &Text) -> Result<Vec<u8>> {
        key.seal(&place(self.id, what), text.as_str().as_bytes())
    }

    pub fn subject(&self) -> Subject {
        Subject { sent_to: self.sent_to, ..Subject::of(self.id.uuid()).in_district(self.district) }
    }

    /// It stands on no timeline and names nobody: whoever it is about may read those.
    pub fn event(&self, action: &'static str) -> Event {
        let event = Event::new(action, self.id).with("kind", self.kind.word());
        event.with("category", self.category.word()).with("state", self.state.word())
    }
}

impl From<FeedbackView> for FeedbackStatus {
    fn from(view: FeedbackView) -> Self {
        let FeedbackView { feedback, answer, decision, .. } = view;
        let Feedback { kind, category, state, received_at, due_at, .. } = feedback;
        Self { kind, category, state, received_at, due_at, answer, decision }
    }
}

fn place(id: FeedbackId, what: &str) -> String {
    format!("feedback|{id}|{what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(days: i64) -> Time {
        Time::from_micros(0).unwrap().plus_days(days)
    }

    /// Something without a name, of PK508, due on the fifteenth day.
    fn received(category: Category) -> Feedback {
        let terms =
            Terms { from: "2026-01-01".parse().unwrap(), answer_days: 15, appeal_days: 30, source: "Ours".into() };
        let new = NewFeedback {
            kind: FeedbackKind::Complaint,
            category,
            channel: Channel::Web,
            district: "PK508".parse().unwrap(),
            case_id: None,
            organisation_id: None,
            user_id: None,
            body: text("Nobody came"),
        };
        Feedback::receive((FeedbackId::new(), vec![1]), &new, None, &terms, (None, at(0))).0
    }

    fn text(text: &str) -> Text {
        text.parse().unwrap()
    }

    fn steps() -> [FeedbackMove; 4] {
        let said = || text("So it was");
        [
            FeedbackMove::Answer(said()),
            FeedbackMove::Appeal(said(), 30),
            FeedbackMove::Decide(said()),
            FeedbackMove::Name(UserId::new()),
        ]
    }

    #[test]
    fn every_verb_in_every_state_does_what_the_table_says() {
        let key = PersonKey::random().unwrap();
        for state in FeedbackState::ALL {
            for step in steps() {
                let one = Feedback { state: *state, ..received(Category::Delay) };
                let (from, verb) = (state.word(), step.verb());
                match one.make(step, &key, (Some(UserId::new()), at(1))) {
                    Ok((moved, _)) => assert!(MOVES.contains(&Move { from, verb, to: moved.state.word() })),
                    Err(error) => {
                        assert_eq!(error.code(), Code::IllegalMove);
                        assert!(!is_allowed(MOVES, from, verb), "{from} {verb}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_appeal_has_a_term_of_its_own_and_is_decided_by_another() {
        let key = PersonKey::random().unwrap();
        let (one, two) = (UserId::new(), UserId::new());
        let feedback = received(Category::Delay).seal_body(&key, &text("Nobody came")).unwrap();
        assert_eq!(feedback.due_at, at(15));
        let (answered, _) = feedback.make(FeedbackMove::Answer(text("Soon")), &key, (Some(one), at(3))).unwrap();
        let (appealed, _) = answered.make(FeedbackMove::Appeal(text("No"), 30), &key, (None, at(4))).unwrap();
        assert_eq!(appealed.due_at, at(34));
        let decide = |by| appealed.clone().make(FeedbackMove::Decide(text("Yes")), &key, (Some(by), at(5)));
        assert_eq!(decide(one).unwrap_err().code(), Code::SecondPerson);
        let (decided, _) = decide(two).unwrap();
        let view = decided.open(&key).unwrap();
        let texts = [view.answer, view.appeal, view.decision].map(|text| text.unwrap().into_string());
        assert_eq!(texts, ["Soon", "No", "Yes"]);
    }

    #[test]
    fn whoever_it_is_about_finds_nothing_to_move() {
        let key = PersonKey::random().unwrap();
        let bad = UserId::new();
        let by = (Some(UserId::new()), at(1));
        let (named, event) = received(Category::Other).make(FeedbackMove::Name(bad), &key, by).unwrap();
        assert!(event.action() == "feedback.named" && !format!("{event:?}").contains(&bad.to_string()));
        for step in steps() {
            assert_eq!(named.clone().make(step, &key, (Some(bad), at(2))).unwrap_err().code(), Code::NotFound);
        }
        assert_eq!(named.clone().make(FeedbackMove::Name(bad), &key, by).unwrap_err().code(), Code::AlreadyExists);
        let full = Feedback { about: (0..20).map(|_| UserId::new()).collect(), ..named };
        assert_eq!(full.make(FeedbackMove::Name(bad), &key, by).unwrap_err().code(), Code::Invalid);
    }
}
