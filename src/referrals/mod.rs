//! Asking an organisation to meet needs, and what became of it. A recipient sees what the victim consented to share and
//! nothing else, and only as long as the consent holds and the recipient has not turned the referral down.
pub mod api;
mod follow;
pub mod model;
pub mod moves;
pub mod overrides;
pub mod partner;
mod row;
pub mod service;
pub mod state;
mod store;

pub use follow::{expire, listen};
pub use model::{Ground, Referral, ReferralFacts, ReferralId, ReferralView};
pub use partner::PartnerView;
pub use service::{of_case, open_by_service, shared_with_recipient};
pub use state::{Outcome, WithdrawReason};
