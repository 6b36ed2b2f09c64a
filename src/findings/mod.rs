//! What speaks against paying: found before an approval and again every night, answered by those who worked on the claim, and
//! settled or upheld by the auditor. It accuses nobody: each finding names claims and what they share, not who did wrong.
pub mod aid;
pub mod api;
mod follow;
pub mod model;
mod nightly;
pub mod outliers;
pub mod search;
pub mod service;
mod split;
mod staff;
mod store;
pub mod terms;
pub mod words;

pub use follow::listen;
pub use model::{Finding, FindingId};
pub use nightly::search_all;
pub use terms::FindingTerms;
