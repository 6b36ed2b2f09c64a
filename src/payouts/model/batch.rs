//! A batch of payments and its moves. Maker, approver and releaser are three people, and an approval is of one content.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::content::Content;
use super::payment::PaymentId;
use super::words::{BatchWord, FileFormat};
use crate::access::UserId;
use crate::access::policy::Subject;
use crate::claims::Method;
use crate::error::{Code, Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::money::Paisa;
use crate::kernel::moves::{Move, refuse};
use crate::kernel::places::Pcode;
use crate::kernel::time::Time;
use crate::tariffs::InstrumentId;
use crate::work::Event;

pub type BatchId = Id<Batch>;

/// The most payments of one batch.
pub const MOST_PAYMENTS: i64 = 100_000;
/// The most districts that one batch names.
const MOST_DISTRICTS: usize = 200;
/// The most payments that are left out of one.
const MOST_LEFT_OUT: usize = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Submitted {
    pub submitted_at: Time,
    pub submitted_by: UserId,
}

/// Who let the money go, and when enough people had agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gone {
    #[serde(flatten)]
    pub submitted: Submitted,
    pub approved_at: Time,
    pub released_at: Time,
    pub released_by: UserId,
}

/// Where a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum BatchState {
    Draft,
    Submitted {
        #[serde(flatten)]
        submitted: Submitted,
    },
    Approved {
        #[serde(flatten)]
        submitted: Submitted,
        approved_at: Time,
    },
    Released {
        #[serde(flatten)]
        gone: Gone,
    },
    /// The bank has accounted for some payments, and not for all.
    PartlySettled {
        #[serde(flatten)]
        gone: Gone,
    },
    /// The bank has accounted for every payment: paid, returned or failed.
    Settled {
        #[serde(flatten)]
        gone: Gone,
    },
    Cancelled {
        cancelled_at: Time,
        cancelled_by: UserId,
    },
}

impl BatchState {
    pub const fn word(&self) -> BatchWord {
        match self {
            Self::Draft => BatchWord::Draft,
            Self::Submitted { .. } => BatchWord::Submitted,
            Self::Approved { .. } => BatchWord::Approved,
            Self::Released { .. } => BatchWord::Released,
            Self::PartlySettled { .. } => BatchWord::PartlySettled,
            Self::Settled { .. } => BatchWord::Settled,
            Self::Cancelled { .. } => BatchWord::Cancelled,
        }
    }

    pub const fn submitted(&self) -> Option<Submitted> {
        match *self {
            Self::Submitted { submitted } | Self::Approved { submitted, .. } => Some(submitted),
            Self::Released { gone } | Self::PartlySettled { gone } | Self::Settled { gone } => Some(gone.submitted),
            Self::Draft | Self::Cancelled { .. } => None,
        }
    }

    pub const fn gone(&self) -> Option<Gone> {
        match *self {
            Self::Released { gone } | Self::PartlySettled { gone } | Self::Settled { gone } => Some(gone),
            Self::Draft | Self::Submitted { .. } | Self::Approved { .. } | Self::Cancelled { .. } => None,
        }
    }
}

/// Every move there is; all others are refused.
pub const MOVES: &[Move] = &[
    Move { from: "draft", verb: "submit", to: "submitted" },
    Move { from: "draft", verb: "cancel", to: "cancelled" },
    Move { from: "submitted", verb: "approve", to: "submitted" },
    Move { from: "submitted", verb: "approve", to: "approved" },
    Move { from: "submitted", verb: "cancel", to: "cancelled" },
    Move { from: "approved", verb: "release", to: "released" },
    Move { from: "approved", verb: "cancel", to: "cancelled" },
    Move { from: "released", verb: "results", to: "released" },
    Move { from: "released", verb: "results", to: "partly_settled" },
    Move { from: "released", verb: "results", to: "settled" },
    Move { from: "partly_settled", verb: "results", to: "released" },
    Move { from: "partly_settled", verb: "results", to: "partly_settled" },
    Move { from: "partly_settled", verb: "results", to: "settled" },
    Move { from: "settled", verb: "results", to: "released" },
    Move { from: "settled", verb: "results", to: "partly_settled" },
    Move { from: "settled", verb: "results", to: "settled" },
];

/// A batch of payments of one instrument by one method. It names nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Batch {
    pub id: BatchId,
    pub instrument_id: InstrumentId,
    pub method: Method,
    /// P-codes of the districts whose payments were looked for.
    pub districts: Vec<Pcode>,
    pub built_at: Time,
    pub built_by: UserId,
    pub payments: i64,
    pub total_paisa: Paisa,
    /// SHA-256 of who gets how much where, in hexadecimal: what is approved.
    pub digest: String,
    /// How many have to approve, by the total when it was submitted; one until then.
    pub approvals_needed: i64,
    #[serde(flatten)]
    pub state: BatchState,
    pub version: i64,
}

/// What a payer asks to be put together: every planned payment that fits and may go.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBatch {
    pub instrument_id: InstrumentId,
    pub method: Method,
    /// P-codes of districts of one's own; all of them, if left out.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub districts: Vec<Pcode>,
    /// Payments that stay planned, such as those that a finding stops.
    #[serde(default)]
    #[schemars(length(max = 1000))]
    pub leave_out: Vec<PaymentId>,
    /// Whether payments that no fund holds the money for stay planned.
    #[serde(default)]
    pub only_funded: bool,
}

impl NewBatch {
    pub fn check(&mut self) -> Result<()> {
        let named = self.districts.len();
        self.districts.sort_unstable();
        self.districts.dedup();
        let (at, code, why) = match named {
            _ if named != self.districts.len() => ("/districts", "repeated", "name every district once"),
            _ if named > MOST_DISTRICTS => ("/districts", "too_many", "at most 200 districts"),
            _ if self.leave_out.len() > MOST_LEFT_OUT => ("/leave_out", "too_many", "at most 1,000 payments"),
            _ => return Ok(()),
        };
        Err(Error::invalid(at, code, why))
    }
}

/// Somebody's approval of a content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Vote {
    pub voter_id: UserId,
    pub digest: String,
    pub voted_at: Time,
}

impl Batch {
    /// A draft of nothing, until it is `filled`.
    pub fn build(id: BatchId, new: &NewBatch, districts: Vec<Pcode>, (by, at): (UserId, Time)) -> Self {
        let NewBatch { instrument_id, method, .. } = *new;
        Self {
            id,
            instrument_id,
            method,
            districts,
            built_at: at,
            built_by: by,
            payments: 0,
            total_paisa: Paisa::ZERO,
            digest: Content::default().digest(id, instrument_id, method),
            approvals_needed: 1,
            state: BatchState::Draft,
            version: 1,
        }
    }

    /// With these payments. Refuses none, and more than can be counted.
    pub fn filled(self, content: &Content) -> Result<Self> {
        if content.0.is_empty() {
            return Err(Code::BatchEmpty.into());
        }
        let total_paisa = content.total().ok_or_else(|| {
            Error::invalid("/districts", "too_much", "these payments come to more than can be counted")
        })?;
        let digest = content.digest(self.id, self.instrument_id, self.method);
        Ok(Self { payments: content.count(), total_paisa, digest, ..self })
    }

    /// Refuses payments that are not those the batch was built of: 409.
    pub fn expect(&self, content: &Content) -> Result<()> {
        let is_same = content.digest(self.id, self.instrument_id, self.method) == self.digest;
        if is_same { Ok(()) } else { Err(Code::ContentChanged.into()) }
    }

    fn moved(self, verb: &'static str, state: Option<BatchState>) -> Result<Self> {
        match state {
            Some(state) => Ok(Self { state, version: self.version + 1, ..self }),
            None => Err(refuse(MOVES, self.state.word().word(), verb).into()),
        }
    }

    pub fn submit(self, approvals_needed: i64, by: UserId, at: Time) -> Result<(Self, Event)> {
        let submitted = BatchState::Submitted { submitted: Submitted { submitted_at: at, submitted_by: by } };
        let state = (self.state == BatchState::Draft).then_some(submitted);
        let moved = Self { approvals_needed, ..self.moved("submit", state)? };
        let event = moved.event("payment_batch.submitted").with("approvals_needed", approvals_needed);
        Ok((moved, event))
    }

    /// One more vote for the content that the voter has seen. Votes for another content count for nothing.
    pub fn approve(self, votes: &[Vote], vote: &Vote) -> Result<(Self, Event)> {
        let BatchState::Submitted { submitted } = self.state else {
            return Err(refuse(MOVES, self.state.word().word(), "approve").into());
        };
        if self.is_own_of(vote.voter_id) {
            return Err(Code::SecondPerson.into());
        }
        if vote.digest != self.digest {
            return Err(Code::ContentChanged.into());
        }
        let others = votes.iter().filter(|other| other.digest == self.digest);
        let others: Vec<_> = others.map(|other| other.voter_id).collect();
        if others.contains(&vote.voter_id) {
            return Err(Code::AlreadyExists.into());
        }
        let count = i64::try_from(others.len()).unwrap_or(i64::MAX).saturating_add(1);
        let enough = count >= self.approvals_needed;
        let approved = BatchState::Approved { submitted, approved_at: vote.voted_at };
        let state = if enough { approved } else { self.state };
        let moved = self.moved("approve", Some(state))?;
        let happened = if enough { "payment_batch.approved" } else { "payment_batch.voted" };
        let event = moved.event(happened).with("digest", moved.digest.clone()).with("approvals", count);
        Ok((moved, event))
    }

    /// Lets the money go. `votes` are those that were cast.
    pub fn release(self, votes: &[Vote], by: UserId, at: Time) -> Result<(Self, Event)> {
        let state = match self.state {
            BatchState::Approved { submitted, approved_at } => {
                Some(BatchState::Released { gone: Gone { submitted, approved_at, released_at: at, released_by: by } })
            }
            _ => None,
        };
        let moved = self.moved("release", state)?;
        let counted: Vec<_> = votes.iter().filter(|vote| vote.digest == moved.digest).collect();
        if moved.is_own_of(by) || counted.iter().any(|vote| vote.voter_id == by) {
            return Err(Code::SecondPerson.into());
        }
        if i64::try_from(counted.len()).unwrap_or_default() < moved.approvals_needed {
            return Err(Code::ContentChanged.into());
        }
        let event = moved.event("payment_batch.released").with("digest", moved.digest.clone());
        Ok((moved, event))
    }

    pub fn cancel(self, by: UserId, at: Time) -> Result<(Self, Event)> {
        let state = match self.state {
            BatchState::Draft | BatchState::Submitted { .. } | BatchState::Approved { .. } => {
                Some(BatchState::Cancelled { cancelled_at: at, cancelled_by: by })
            }
            _ => None,
        };
        let moved = self.moved("cancel", state)?;
        let event = moved.event("payment_batch.cancelled");
        Ok((moved, event))
    }

    /// The bank has said something. `waiting` payments are not yet accounted for.
    pub fn settle(self, waiting: i64) -> Result<Self> {
        let state = self.state.gone().map(|gone| match waiting {
            0 => BatchState::Settled { gone },
            _ if waiting >= self.payments => BatchState::Released { gone },
            _ => BatchState::PartlySettled { gone },
        });
        self.moved("results", state)
    }

    /// Whether `user` made or submitted it.
    fn is_own_of(&self, user: UserId) -> bool {
        self.built_by == user || self.state.submitted().is_some_and(|submitted| submitted.submitted_by == user)
    }

    /// The batch as it is acted upon, once for each district: who acts must be in charge of all of them.
    pub fn subjects(&self) -> impl Iterator<Item = Subject> + '_ {
        self.districts.iter().map(|district| Subject::of(self.id.uuid()).in_district(*district))
    }

    pub fn event(&self, action: &'static str) -> Event {
        Event::new(action, self.id)
            .with("instrument", self.instrument_id.to_string())
            .with("payments", self.payments)
            .with("total_paisa", self.total_paisa.get())
            .with("state", self.state.word().word())
    }
}

/// A file that was made for the bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileView {
    pub format: FileFormat,
    /// Of the file as it is downloaded, in hexadecimal.
    pub sha256: String,
    pub bytes: i64,
}

/// A batch with who approved it, its files, and what became of its payments. Sanctioned, released, paid and confirmed are
/// four figures; none stands for another.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct BatchView {
    #[serde(flatten)]
    pub batch: Batch,
    pub votes: Vec<Vote>,
    /// Once released.
    pub files: Vec<FileView>,
    pub figures: Figures,
}

/// How many payments of a batch stand where, and how much that is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Figures {
    /// Of payments that are in the bank's hands, or were.
    pub released_paisa: Paisa,
    /// As the bank says.
    pub paid_paisa: Paisa,
    /// Came back, or never left.
    pub returned_paisa: Paisa,
    /// As the payees say.
    pub confirmed_paisa: Paisa,
    pub paid: i64,
    pub returned: i64,
    pub failed: i64,
    /// The bank has not accounted for them.
    pub waiting: i64,
    pub confirmed: i64,
}
