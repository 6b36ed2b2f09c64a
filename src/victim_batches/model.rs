//! A batch and its moves. Whoever built or submitted it never reviews it.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::state::{BatchMove, BatchState, Format, MOVES};
use crate::access::policy::Subject;
use crate::access::{OrganisationId, UserId};
use crate::directory::ProgrammeId;
use crate::error::{Code, Error, Fault, Result};
use crate::kernel::ids::Id;
use crate::kernel::moves::refuse;
use crate::kernel::places::Pcode;
use crate::kernel::time::Time;
use crate::victims::SharedField;
use crate::work::Event;

pub type BatchId = Id<Batch>;

/// The most persons of one batch, those left out among them, and the most answers of one import.
pub const MOST_LINES: usize = 5000;
/// The most districts that one batch names.
const MOST_DISTRICTS: usize = 200;

/// A list of victims for one programme. It names nobody.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Batch {
    pub id: BatchId,
    /// The organisation of the programme.
    pub recipient_id: OrganisationId,
    pub programme_id: ProgrammeId,
    /// What the recipient learns of each person.
    pub fields: Vec<SharedField>,
    /// P-codes of the districts whose victims were looked at.
    pub districts: Vec<Pcode>,
    pub built_at: Time,
    pub built_by: UserId,
    #[serde(flatten)]
    pub state: BatchState,
    pub version: i64,
}

/// What a supervisor asks to be put together.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBatch {
    /// The list goes to the organisation of this programme.
    pub programme_id: ProgrammeId,
    /// What the recipient learns of each person: one field at least, each once, `need_detail` and `message` never.
    #[schemars(length(min = 1, max = 10))]
    pub fields: Vec<SharedField>,
    /// P-codes of districts of one's own; all of them, if left out.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub districts: Vec<Pcode>,
}

impl NewBatch {
    /// Every field once, and none that belongs to a referral; not too many districts.
    pub fn check(&mut self) -> Result<()> {
        let asked = (self.fields.len(), self.districts.len());
        self.fields.sort_unstable();
        self.fields.dedup();
        self.districts.sort_unstable();
        self.districts.dedup();
        let of_referrals = [SharedField::NeedDetail, SharedField::Message];
        let rules = [
            (!self.fields.is_empty(), "/fields", "out_of_range", "one field at least"),
            (asked == (self.fields.len(), self.districts.len()), "/fields", "repeated", "name everything once"),
            (
                !self.fields.iter().any(|field| of_referrals.contains(field)),
                "/fields",
                "not_shared",
                "details of needs and messages go with referrals",
            ),
            (asked.1 <= MOST_DISTRICTS, "/districts", "too_many", "at most 200 districts"),
        ];
        let broken = rules.iter().filter(|(holds, ..)| !holds);
        let faults: Vec<_> = broken.map(|(_, at, code, why)| Fault::new(*at, code, *why)).collect();
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

impl Batch {
    pub fn build(id: BatchId, new: &NewBatch, recipient_id: OrganisationId, by: UserId, at: Time) -> Self {
        Self {
            id,
            recipient_id,
            programme_id: new.programme_id,
            fields: new.fields.clone(),
            districts: Vec::new(),
            built_at: at,
            built_by: by,
            state: BatchState::Draft,
            version: 1,
        }
    }

    pub fn make(self, step: BatchMove, by: UserId, at: Time) -> Result<(Self, Event)> {
        let Some(state) = step.from(self.state, by, at) else {
            return Err(refuse(MOVES, self.state.word(), step.verb()).into());
        };
        if matches!(step, BatchMove::Review | BatchMove::Return(_)) && self.is_own_of(by) {
            return Err(Code::SecondPerson.into());
        }
        let moved = Self { state, version: self.version + 1, ..self };
        let event = moved.event(step.happened());
        let event = match step {
            BatchMove::Return(reason) => event.with("reason", reason.word()),
            _ => event,
        };
        Ok((moved, event))
    }

    /// Whether `user` made or submitted it.
    fn is_own_of(&self, user: UserId) -> bool {
        let submitter = match self.state {
            BatchState::Submitted { submitted } => Some(submitted.submitted_by),
            _ => None,
        };
        self.built_by == user || submitter == Some(user)
    }

    /// The batch as it is acted upon, once for each district: who acts must be in charge of all of them.
    pub fn subjects(&self) -> impl Iterator<Item = Subject> + '_ {
        self.districts.iter().map(|district| Subject::of(self.id.uuid()).in_district(*district))
    }

    pub fn event(&self, action: &'static str) -> Event {
        Event::new(action, self.id)
            .with("recipient", self.recipient_id.to_string())
            .with("programme", self.programme_id.to_string())
            .with("state", self.state.word())
    }
}

/// How many persons of a batch stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    pub listed: i64,
    pub left_out: i64,
    pub dropped: i64,
    pub handed_over: i64,
    pub answered: i64,
}

/// A file that was handed over.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FileView {
    pub format: Format,
    /// Of the file as it is downloaded, in hexadecimal.
    pub sha256: String,
    pub bytes: i64,
}

/// A batch with how many persons stand where.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct BatchView {
    #[serde(flatten)]
    pub batch: Batch,
    pub counts: Counts,
    /// Once handed over.
    pub files: Vec<FileView>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::victim_batches::state::ReturnReason;

    fn at(hours: i64) -> Time {
        Time::from_micros(0).unwrap().plus_hours(hours)
    }

    fn new(fields: &[SharedField]) -> NewBatch {
        NewBatch { programme_id: ProgrammeId::new(), fields: fields.to_vec(), districts: Vec::new() }
    }

    #[test]
    fn neither_who_built_nor_who_submitted_a_batch_judges_it() {
        let [built_by, submitted_by, second] = [UserId::new(), UserId::new(), UserId::new()];
        let batch = Batch::build(BatchId::new(), &new(&[SharedField::Name]), OrganisationId::new(), built_by, at(0));
        let (batch, _) = batch.make(BatchMove::Submit, submitted_by, at(1)).unwrap();
        for step in [BatchMove::Review, BatchMove::Return(ReturnReason::Incomplete)] {
            for own in [built_by, submitted_by] {
                assert_eq!(batch.clone().make(step, own, at(2)).unwrap_err().code(), Code::SecondPerson);
            }
            assert_eq!(batch.clone().make(step, second, at(2)).unwrap().0.version, 3);
        }
    }

    #[test]
    fn a_batch_shares_one_field_at_least_each_once_and_none_of_a_referral() {
        let code = |fields: &[SharedField]| match new(fields).check() {
            Ok(()) => "",
            Err(Error::Invalid(faults)) => faults[0].code,
            Err(error) => panic!("{error}"),
        };
        assert_eq!(code(&[SharedField::Cnic, SharedField::Name]), "");
        assert_eq!(code(&[]), "out_of_range");
        assert_eq!(code(&[SharedField::Name, SharedField::Name]), "repeated");
        assert_eq!(code(&[SharedField::Name, SharedField::NeedDetail]), "not_shared");
    }
}
