//! Lists of eligible and verified victims for a programme outside, as NACTA shares them with Pakistan Bait-ul-Mal under
//! the agreement of 21 January 2026: built by one person, reviewed by another, handed over once as a file, answered line
//! by line. Nobody is on a list without a live consent to just the fields it shares.
//!
//! How Pakistan Bait-ul-Mal wants its data is not published (`facts.md` §8.3), so the columns are Umeed's own.
mod answers;
pub mod api;
mod build;
mod download;
mod follow;
mod hand_over;
mod import;
pub mod line;
pub mod model;
pub mod service;
mod sheet;
pub mod state;
mod store;

pub use follow::listen;
