//! Reports: what other slices have recorded, set side by side. They never write, they never add up what two sources
//! have counted, and they name nobody.
mod announced;
pub mod api;
mod casualties;
mod casualties_sheet;
mod coverage;
mod districts;
pub mod model;
pub mod payouts;
mod referral_loop;
pub mod service;
mod store;
mod suppression;
pub mod workload;

pub use model::{CasualtyReport, Period, Rules};
