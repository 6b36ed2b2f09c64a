//! Cases: one victim's support file for one incident, kept by an officer of a district. A case ends only by being
//! closed; no refusal of a service closes it.
pub mod api;
pub mod banner;
pub mod closing;
pub mod model;
pub mod service;
mod store;

pub use banner::Banner;
pub use closing::CLOSING;
pub use model::{Case, CaseId, CaseOutcome, Phase};
pub use service::banners::raise_banner;
pub use service::closure::listen;
pub use service::contacts::contacted;
pub use service::handing::{assign, find_all, lock_kept_by, transfer, transferred};
pub use service::open::{NewCase, Opened, open_in};
pub use service::{changed, check_officer, get, hold, is_keeper, lock, may_keep, not_closed};
