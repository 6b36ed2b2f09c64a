//! A case file.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cases::Case;
use crate::needs::NeedView;
use crate::referrals::Referral;
use crate::victims::{SafeContact, Victim};

/// A case with its victim, needs and referrals, all of one moment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CaseFile {
    pub case: Case,
    pub victim: Victim,
    /// How to reach the victim without harm.
    pub contact: SafeContact,
    /// Newest first; the newest 200.
    pub needs: Vec<NeedView>,
    /// Newest first; the newest 200.
    pub referrals: Vec<Referral>,
}
