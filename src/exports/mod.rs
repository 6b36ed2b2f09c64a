//! What an auditor takes along: payments, findings and entries of the ledger as files that name the rows they hold. They are
//! masked, bounded, kept as they were made, and on the trail: it refuses to let anything leave that cannot be listed again.
pub mod api;
pub mod model;
pub mod service;
mod sheets;
mod store;
pub mod words;

pub use model::{Export, ExportId};
pub use words::{ExportFormat, ExportKind};
