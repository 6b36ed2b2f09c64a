//! Umeed: case management for the victims of terrorist attacks in Pakistan.
//!
//! One folder a noun; in each the same files: `model` (pure rules), `service` (use cases), `store` (rows and queries,
//! private), `api` (HTTP). Around them:
//!
//! - [`kernel`]: pure words that know nothing else: ids, time, money, names, numbers.
//! - [`db`]: two databases behind one set of queries. [`work`]: the unit of work. [`crypto`]: keys and sealing.
//! - [`http`], [`jobs`], [`cli`]: the outer ring, with its [`logging`] and [`metering`]; [`demo`] fills an empty database.
//!
//! `docs/architecture.md` says why, and which rules a test holds.
pub mod access;
pub mod appeals;
pub mod assessments;
pub mod caseload;
pub mod cases;
pub mod claims;
pub mod cli;
pub mod config;
pub mod crypto;
pub mod db;
pub mod demo;
pub mod directory;
pub mod documents;
pub mod error;
pub mod exports;
pub mod feedback;
pub mod files;
pub mod findings;
pub mod http;
pub mod incidents;
pub mod jobs;
pub mod kernel;
pub mod ledger;
pub mod logging;
pub mod matching;
pub mod metering;
pub mod needs;
pub mod packets;
pub mod payouts;
pub mod plans;
pub mod referrals;
pub mod reports;
pub mod tariffs;
pub mod tasks;
pub mod victim_batches;
pub mod victims;
pub mod work;

mod app;
pub use app::{App, LISTENERS, routes};
