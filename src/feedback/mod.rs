//! Complaints and suggestions, from victims through an officer or from anybody without a name. Whoever a complaint is
//! about never learns that there is one: not in a list, not in a count, not on a timeline.
pub mod api;
mod follow;
pub mod model;
mod routing;
pub mod service;
mod store;
mod terms;
pub mod words;

pub use follow::send_on;
pub use model::{Feedback, FeedbackId};
pub use terms::{FeedbackTerms, Terms};
