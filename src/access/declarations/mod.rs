//! What those who work with Umeed declare of themselves and of their relations, so that no money goes to them unseen. Only
//! they read it again; anybody else learns that they declared, and finds a number only if they have it already.
pub mod api;
pub mod model;
pub mod service;
mod store;

pub use model::Kin;
