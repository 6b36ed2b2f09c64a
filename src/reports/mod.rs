//! Reports: what other slices have recorded, set side by side. They never write, and they never add up what two
//! sources have counted.
pub mod api;
mod casualties;
pub mod model;
pub mod service;
mod store;
pub mod workload;

pub use model::{CasualtyReport, Period};
