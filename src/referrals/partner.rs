//! A referral as its recipient reads it. It tells neither which victim nor which case record it is about, only the facts
//! that the victim consented to share, and those only as long as `May` says.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Referral, ReferralFacts};
use crate::directory::{Domain, Urgency};
use crate::kernel::numbers::CaseNumber;
use crate::kernel::text::Prose;
use crate::needs::NeedView;
use crate::victims::{SharedField, SharedPerson};

/// What a recipient is told.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PartnerView {
    #[serde(flatten)]
    pub facts: ReferralFacts,
    /// To speak about the case with its officer; it names nobody.
    pub case_number: CaseNumber,
    pub needs: Vec<SharedNeed>,
    /// Whom it is about; not told once the consent has ended or the referral was declined, failed, withdrawn or expired.
    pub person: Option<Box<SharedPerson>>,
    pub message: Option<Prose<2000>>,
}

impl PartnerView {
    /// Whether something is left out because the person is protected.
    pub fn is_masked(&self) -> bool {
        self.person.as_ref().is_some_and(|person| person.is_masked)
    }
}

/// A need as a recipient is told of it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SharedNeed {
    pub domain: Domain,
    pub urgency: Urgency,
    /// Only if the victim consented to share it.
    pub detail: Option<Prose<2000>>,
}

/// What a recipient may know of the person behind a referral, just now.
#[derive(Debug, Clone, Copy)]
pub struct May<'a> {
    fields: &'a [SharedField],
}

impl<'a> May<'a> {
    /// All that was shared, while the consent is live and the recipient has not turned it down or lost it; else nothing.
    pub fn of(referral: &'a Referral, is_consent_live: bool) -> Option<Self> {
        let facts = &referral.facts;
        (is_consent_live && facts.state.is_shared()).then_some(Self { fields: &facts.fields })
    }

    pub fn know(&self, field: SharedField) -> bool {
        self.fields.contains(&field)
    }
}

impl SharedNeed {
    pub fn of(view: NeedView, may: Option<May<'_>>) -> Self {
        let detail = view.detail.filter(|_| may.is_some_and(|may| may.know(SharedField::NeedDetail)));
        Self { domain: view.need.domain, urgency: view.need.urgency, detail }
    }
}
