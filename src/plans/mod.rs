//! The plan of a case: what is to be reached for each need, who does what until when, and whether the victim agreed. A
//! goal hangs on a need that is open; what became of it is told by the need.
pub mod api;
mod follow;
pub mod model;
pub mod service;
mod store;

pub use follow::listen;
pub use model::PlanId;
pub use service::review_of;
