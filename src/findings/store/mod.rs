//! The register of findings, and what searches read.
mod aid;
mod batch;
mod outliers;
mod register;
mod sight;

pub use batch::{claims_of_batch, submitted, submitted_before};
pub use outliers::tallies;
pub use register::{
    Filter, Reply, calls_about, claim_of, find, follow_case, insert_reply, is_about, known, list, record, replies,
    reserve, stopping, stopping_batch, unsettled, update,
};
pub use sight::{claims_after, sight};
