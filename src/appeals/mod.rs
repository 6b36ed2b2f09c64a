//! Appeals against what was decided on a claim: with a last day, a ladder and an outcome. An appeal pays nobody: one that is
//! upheld lets the victim claim again, and that claim needs three people as any other.
pub mod api;
mod follow;
pub mod model;
pub mod service;
mod store;
pub mod terms;
pub mod words;

pub use follow::listen;
pub use model::{Appeal, AppealId};
pub use terms::AppealTerms;
