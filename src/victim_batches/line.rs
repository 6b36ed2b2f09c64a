//! One victim in a batch: on the list, off it and why, or answered. A reference tells nothing of the person.
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Batch, BatchId};
use crate::cases::CaseId;
use crate::crypto::PersonKey;
use crate::error::{Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::invalid::Invalid;
use crate::kernel::letters::{LETTERS, spell};
use crate::kernel::places::Pcode;
use crate::kernel::text::Prose;
use crate::kernel::time::{Date, Time};
use crate::kernel::words::words;
use crate::victims::{ConsentId, SharedPerson, VictimId};
use crate::work::Event;

pub type LineId = Id<Line>;

words! {
    /// Why somebody was left out when the batch was built, or dropped before it was handed over.
    pub enum OffReason {
        IncidentNotVerified = "incident_not_verified",
        /// Not shown by a document to be who they are.
        IdentityNotKnown = "identity_not_known",
        /// No live consent covers this recipient and all the fields.
        ConsentMissing = "consent_missing",
        /// By the rules of the programme.
        NotEligible = "not_eligible",
        /// The rules of the programme ask for facts that nobody has told.
        EligibilityUnknown = "eligibility_unknown",
        /// Waits for the programme's answer already.
        ListedAlready = "listed_already",
        Protected = "protected",
        /// Withdrawn or expired since.
        ConsentEnded = "consent_ended",
        /// To another district since.
        CaseTransferred = "case_transferred",
        CaseClosed = "case_closed",
        /// By whoever works on the batch.
        TakenOff = "taken_off",
        BatchCancelled = "batch_cancelled",
    }
}

words! {
    /// What the recipient decided.
    pub enum AnswerWord {
        Approved = "approved",
        Refused = "refused",
        NeedsPapers = "needs_papers",
        NotFound = "not_found",
    }
}

words! {
    /// Where a line stands.
    pub enum LineWord {
        LeftOut = "left_out",
        Listed = "listed",
        Dropped = "dropped",
        HandedOver = "handed_over",
        Answered = "answered",
    }
}

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum LineState {
    LeftOut { reason: OffReason },
    Listed,
    Dropped { reason: OffReason },
    HandedOver,
    Answered { answer: AnswerWord, answered_on: Date },
}

impl LineState {
    pub fn word(self) -> LineWord {
        match self {
            Self::LeftOut { .. } => LineWord::LeftOut,
            Self::Listed => LineWord::Listed,
            Self::Dropped { .. } => LineWord::Dropped,
            Self::HandedOver => LineWord::HandedOver,
            Self::Answered { .. } => LineWord::Answered,
        }
    }

    /// Whether the recipient knows of the person.
    pub fn is_given(self) -> bool {
        matches!(self, Self::HandedOver | Self::Answered { .. })
    }

    /// Whether the recipient still has to say something: papers that it wants are no decision.
    pub fn is_waiting(self) -> bool {
        matches!(self, Self::HandedOver | Self::Answered { answer: AnswerWord::NeedsPapers, .. })
    }
}

/// What a line is called between the two sides: ten random letters and digits, such as `7KQ2M-X94TB`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference(String);

impl Reference {
    /// From ten random bytes, of which five bits each count.
    pub fn from_random(bytes: [u8; 10]) -> Self {
        let [first, last] = [&bytes[..5], &bytes[5..]].map(spell);
        Self(format!("{first}-{last}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Reference {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid::new("invalid_reference", "expected a reference such as 7KQ2M-X94TB");
        let letters: Vec<char> = text.trim().chars().map(|letter| letter.to_ascii_uppercase()).collect();
        let is_whole = letters.len() == 11 && letters.get(5) == Some(&'-');
        let is_known = |(place, letter): (usize, &char)| {
            place == 5 || u8::try_from(*letter).is_ok_and(|letter| LETTERS.contains(&letter))
        };
        if is_whole && letters.iter().enumerate().all(is_known) {
            Ok(Self(letters.into_iter().collect()))
        } else {
            Err(INVALID)
        }
    }
}
impl std::fmt::Display for Reference {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}
crate::kernel::wire::as_string!(Reference, write: Self::as_str, inline "Reference": {
    "type": "string",
    "examples": ["7KQ2M-X94TB"],
});

/// One victim in a batch. It names nobody.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    pub id: LineId,
    pub batch_id: BatchId,
    pub victim_id: VictimId,
    pub case_id: CaseId,
    /// P-code of the case's district when the batch was built.
    pub district: Pcode,
    /// What the recipient calls it; not there for somebody who was left out.
    pub reference: Option<Reference>,
    /// The consent it rests on.
    pub consent_id: Option<ConsentId>,
    #[serde(flatten)]
    pub state: LineState,
    pub changed_at: Time,
    /// What is shared, under the person's key.
    #[serde(skip)]
    pub sealed_person: Option<Vec<u8>>,
    /// What the recipient said of its answer, under the person's key.
    #[serde(skip)]
    pub sealed_reason: Option<Vec<u8>>,
}

/// A line with what is, or was, shared of the person.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LineView {
    #[serde(flatten)]
    pub line: Line,
    /// Not told of somebody who is not, or no longer, on the list, or who is hidden from whoever looks.
    pub person: Option<SharedPerson>,
    /// What the recipient said of its answer.
    pub answer_reason: Option<Prose<500>>,
}

impl Line {
    /// The same line in another state.
    pub fn turned(self, state: LineState, at: Time) -> Self {
        Self { state, changed_at: at, ..self }
    }

    fn place(&self, column: &str) -> String {
        format!("victim_batch_lines|{}|{column}", self.id)
    }

    pub fn seal_person(&self, key: &PersonKey, person: &SharedPerson) -> Result<Vec<u8>> {
        key.seal(&self.place("person"), &serde_json::to_vec(person)?)
    }

    /// What is shared of the person. `key` is that of the victim.
    pub fn open_person(&self, key: &PersonKey) -> Result<SharedPerson> {
        let sealed = self.sealed_person.as_deref().ok_or(Error::Corrupt("victim batch"))?;
        Ok(serde_json::from_slice(&key.open(&self.place("person"), sealed)?)?)
    }

    pub fn seal_reason(&self, key: &PersonKey, reason: &Prose<500>) -> Result<Vec<u8>> {
        key.seal(&self.place("answer_reason"), reason.as_str().as_bytes())
    }

    /// The line as those who keep the case see it.
    pub fn open(self, key: &PersonKey) -> Result<LineView> {
        let reason = key.open_text(&self.place("answer_reason"), self.sealed_reason.as_deref())?;
        let answer_reason = reason.map(Prose::try_from).transpose().map_err(|_| Error::Corrupt("victim batch"))?;
        let person = if self.is_told() && !key.is_blind() { Some(self.open_person(key)?) } else { None };
        Ok(LineView { line: self, person, answer_reason })
    }

    /// Whether anything of the person is, or was, shared.
    pub fn is_told(&self) -> bool {
        matches!(self.state, LineState::Listed | LineState::HandedOver | LineState::Answered { .. })
    }

    /// Something that happened to the person's place in `batch`, on the timeline of the case.
    pub fn event(&self, action: &'static str, batch: &Batch) -> Event {
        let fields: Vec<_> = batch.fields.iter().map(|field| field.word()).collect();
        let event = Event::new(action, self.id)
            .of_case(self.case_id)
            .with("batch", batch.id.to_string())
            .with("recipient", batch.recipient_id.to_string())
            .with("fields", fields)
            .with("state", self.state.word().word());
        match self.state {
            LineState::LeftOut { reason } | LineState::Dropped { reason } => event.with("reason", reason.word()),
            LineState::Answered { answer, .. } => event.with("answer", answer.word()),
            LineState::Listed | LineState::HandedOver => event,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_read_in_either_case_and_nothing_else_is_one() {
        let made = Reference::from_random([0, 31, 255, 64, 10, 11, 12, 13, 14, 15]);
        assert_eq!(made.as_str(), "0ZZ0A-BCDEF");
        assert_eq!("0zz0a-bcdef ".parse(), Ok(made));
        for wrong in ["", "0ZZ0A", "0ZZ0ABCDEFG", "0ZZ0A-BCDEI", "0ZZ0A-BCDEFF", "0ZZ0A_BCDEF", "٠ZZ0A-BCDEF"] {
            assert_eq!(wrong.parse::<Reference>().unwrap_err().code, "invalid_reference", "{wrong}");
        }
    }

    #[test]
    fn papers_that_are_wanted_are_no_decision() {
        let answered = |answer| LineState::Answered { answer, answered_on: "2026-03-01".parse().unwrap() };
        assert!(LineState::HandedOver.is_waiting() && answered(AnswerWord::NeedsPapers).is_waiting());
        for answer in [AnswerWord::Approved, AnswerWord::Refused, AnswerWord::NotFound] {
            assert!(!answered(answer).is_waiting());
        }
        assert!(!LineState::Dropped { reason: OffReason::TakenOff }.is_waiting());
    }
}
