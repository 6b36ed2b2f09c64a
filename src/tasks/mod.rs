//! What is to be done for a case, by whom and until when. Tasks are made by what happens elsewhere, in the same
//! transaction, so that nothing is forgotten; they tell nobody who the victim is.
pub mod api;
mod escalate;
mod follow;
mod making;
pub mod model;
pub mod service;
pub mod state;
mod store;
pub mod terms;

pub use escalate::escalate;
pub use follow::listen;
pub use making::complete_all;
pub use model::{Task, TaskId, TaskKind};
