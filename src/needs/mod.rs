//! What the victim of a case needs, how soon, and how it ended. A need is met or left unmet by the officer who sees to
//! it; that a referral was completed does not decide it.
pub mod api;
pub mod model;
pub mod service;
pub mod state;
mod store;

pub use model::{Need, NeedId, NeedView};
pub use service::{find_all, listen, of_case, open_domains, open_of_case};
pub use state::UnmetReason;
