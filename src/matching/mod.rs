//! Which programmes and services can help with the needs of a case, and why. It answers from the rules of the directory
//! and from what was told of the victim; it never refers anybody by itself.
pub mod api;
pub mod facts;
pub mod model;
pub mod service;

pub use model::{Eligibility, PaperState};
pub use service::{eligibility_of, verdicts_of};
