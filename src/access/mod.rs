//! Who may do what: users, sessions, tokens, passwords, and the permission table. Nobody is told whether it was the
//! e-mail or the password that was wrong.
pub mod api;
pub mod declarations;
pub mod model;
mod passwords;
pub mod policy;
pub mod service;
pub mod sessions;
mod store;
mod table;
mod tokens;

pub use declarations::Kin;
pub use model::{Email, User};
pub use passwords::{Cost, Passwords};
pub use policy::{OrganisationId, SessionId, UserId};
pub use service::{get as get_user, keepers};
pub use sessions::authenticate;
pub use tokens::{Lifetimes, Tokens};
