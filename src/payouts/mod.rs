//! Paying: payments of awards, their batches, the files that go to a bank and come back from it. It refuses to pay anything
//! twice, and to take what a bank sends on trust: every file is bounded, and every row is read or told as unreadable.
pub mod api;
pub mod bank_csv;
mod follow;
pub mod iso20022;
pub mod model;
pub mod results;
pub mod service;
mod sheet;
mod store;
pub mod tiers;
pub mod verify;

pub use follow::listen;
pub use service::plan::plan;
pub use sheet::Debtor;
