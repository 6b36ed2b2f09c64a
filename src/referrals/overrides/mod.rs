//! Leave to refer somebody who has not consented: asked for with a reason, agreed by a supervisor who is another person,
//! for one case, one service and named fields, and for a time. It never outlives the victim's own refusal.
pub mod api;
mod follow;
pub mod model;
pub mod service;
mod store;
mod words;

pub use follow::{expire, listen};
pub use model::{Override, OverrideId, OverrideTerms};
pub use service::{find_live, is_live};
