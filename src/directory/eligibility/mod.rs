//! Who can get what: the rules of a programme or a service as data, and the answer for one person on one day. It refuses
//! to guess: what nobody has told is unknown, and an answer that hangs on it is unknown too.
mod check;
mod condition;
mod decide;
mod fact;
mod paper;
mod rule;
mod value;

pub use check::{Flaw, Spot};
pub use condition::Condition;
pub use decide::{Answer, Decided, Outcome, PaperAsked, Verdict, decide, verdict};
pub use fact::{ComplaintAgainst, Fact, HospitalKind, Kind, MaritalStatus, PmtStanding, Religion};
pub use paper::Paper;
pub use rule::{Key, PaperRule, Rule, RuleBook, RuleKind};
pub use value::{Facts, OTHER_AID, Score, Value};
