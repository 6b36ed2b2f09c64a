//! Cases that change hands, and who keeps how many.
pub mod moving;
mod transfers;
mod workload;
