//! What happened, in the words of the slice it happened in. An event holds no personal data: the trail outlives erasure.
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::error::{Code, Error, Fault};
use crate::kernel::ids::Id;

#[derive(Debug, Clone)]
pub struct Event {
    pub(super) action: &'static str,
    pub(super) subject: Uuid,
    pub(super) case: Option<Uuid>,
    pub(super) facts: Map<String, Value>,
    pub(super) is_announced: bool,
    pub(super) is_hiding: bool,
}

impl Event {
    /// `action` is `noun.happened`, for example `referral.accepted`.
    pub fn new<Of>(action: &'static str, subject: Id<Of>) -> Self {
        Self { action, subject: subject.uuid(), case: None, facts: Map::new(), is_announced: false, is_hiding: false }
    }

    /// Puts the event on the timeline of a case.
    pub fn of_case<Of>(self, case: Id<Of>) -> Self {
        Self { case: Some(case.uuid()), ..self }
    }

    /// A fact that names nobody: a state, a code, an id.
    pub fn with(mut self, name: &'static str, fact: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), fact.into());
        self
    }

    /// Tells that whoever looked was shown a protected person under the pseudonym alone, if that is so.
    pub fn masked(self, is_masked: bool) -> Self {
        if is_masked { self.with("masked", true) } else { self }
    }

    /// Somebody outside waits to hear of it: it goes to the outbox too.
    pub fn announced(self) -> Self {
        Self { is_announced: true, ..self }
    }

    /// Somebody may no longer read what they were answered before: answers kept under keys until now are not given again.
    pub fn hiding(self) -> Self {
        Self { is_hiding: true, ..self }
    }

    pub fn action(&self) -> &'static str {
        self.action
    }

    pub fn subject<Of>(&self) -> Id<Of> {
        self.subject.into()
    }

    pub fn case<Of>(&self) -> Option<Id<Of>> {
        self.case.map(Id::from)
    }

    /// Whether the fact of that name is there and true.
    pub fn is_so(&self, name: &str) -> bool {
        self.facts.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    /// The fact of that name, if it is a whole number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.facts.get(name).and_then(Value::as_i64)
    }

    /// The text fact of that name.
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.facts.get(name).and_then(Value::as_str)
    }
}

/// What a closure hands back: its answer, and what it did. It cannot be had without an event.
#[derive(Debug)]
pub struct Done<T> {
    pub(super) answer: T,
    pub(super) events: Vec<Event>,
}

impl<T> Done<T> {
    pub fn new(answer: T, event: Event) -> Self {
        Self { answer, events: vec![event] }
    }

    /// One more thing that happened.
    pub fn and(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }

    /// More things that happened.
    pub fn and_all(mut self, events: impl IntoIterator<Item = Event>) -> Self {
        self.events.extend(events);
        self
    }
}

/// The event of a refusal, if the error is one that the trail keeps: somebody tried what their role, their area or the
/// state of things does not allow. Mistakes of form are not kept.
///
/// `about` is what the request was about, by its address, where the error itself does not know.
pub(super) fn refusal(error: &Error, about: Uuid) -> Option<Event> {
    let (action, subject) = match error {
        Error::Forbidden { action, subject } => (*action, subject.unwrap_or(about)),
        Error::Refused(refusal) => (refusal.verb, about),
        Error::Invalid(faults) if faults.iter().any(|fault| fault.code == Fault::OUTSIDE_AREA) => ("", about),
        Error::Client(
            Code::ConsentMissing
            | Code::NotFound
            | Code::PersonProtected
            | Code::CaseNotOpen
            | Code::CallUnsafe
            | Code::OwnAccount
            | Code::SecondPerson
            | Code::PaidOtherwise
            | Code::OwnTransfer
            | Code::BadCredentials
            | Code::InvitationVoid,
        )
        | Error::Conflict { code: Code::CaseNotReady, .. } => ("", about),
        _ => return None,
    };
    let event = Event::new("request.refused", Id::<()>::from(subject)).with("code", error.code().word());
    Some(if action.is_empty() { event } else { event.with("wanted", action) })
}
