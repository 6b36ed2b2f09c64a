//! The books: what a fund was allotted, what of it is spoken for, on its way, paid, or came back, to the paisa. No entry
//! is ever changed or deleted, and no account but the source of the money goes below zero.
pub mod api;
pub mod book;
pub mod model;
pub mod service;
mod store;
pub mod verify;
pub mod year;

pub use book::{AccountKind, Reason, Tie, Transfer, TransferId};
pub use model::{Fund, FundId};
pub use service::{available, entries_of, fund_for, post, postings_of, postings_of_batch};
pub use year::FiscalYear;
