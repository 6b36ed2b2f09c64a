//! Cases that change hands: transfers that another district has to take, and the caseload of an officer who leaves. A
//! case stays where it is until it is taken, and no case is lost on the way.
pub mod api;
mod follow;
pub mod model;
pub mod service;
mod store;

pub use follow::listen;
