//! One binary for all tests. They mirror the source: a folder a slice, a file a use case; `kit` is what they are written
//! with, `rules` guard the house. Run them with `tests/run`, which brings a PostgreSQL of its own.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "a test that is surprised fails, and says where"
)]
#[macro_use]
mod kit;

mod access;
mod appeals;
mod assessments;
mod caseload;
mod cases;
mod claims;
mod cli;
mod directory;
mod documents;
mod exports;
mod feedback;
mod findings;
mod http;
mod incidents;
mod journeys;
mod ledger;
mod matching;
mod needs;
mod packets;
mod payments;
mod payouts;
mod plans;
mod referrals;
mod reports;
mod rules;
mod secrecy;
mod tariffs;
mod tasks;
mod victim_batches;
mod victims;
mod work;
