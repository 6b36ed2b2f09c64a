//! Screens and structured assessments of the victim of a case. An instrument is data, checked when the service starts;
//! what it finds is never called a diagnosis, and it makes no need by itself: it proposes one.
mod answers;
pub mod api;
mod check;
pub mod instrument;
pub mod model;
mod read;
pub mod scoring;
pub mod service;
mod store;

pub use read::Instruments;
pub use service::listen;
