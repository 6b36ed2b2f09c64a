//! Who keeps how much: the open cases of each officer of an area. It counts cases and judges nobody.
pub mod api;
pub mod model;
pub mod service;
mod store;
