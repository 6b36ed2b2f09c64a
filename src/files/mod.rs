//! The case file: what an officer opens a case to see, in one read over the slices that keep its parts. It keeps nothing
//! of its own and changes nothing.
pub mod api;
pub mod model;
pub mod service;
