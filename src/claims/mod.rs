//! Asking the State for compensation: claims with their papers, those who are paid, and the awards that come of it. No
//! money is awarded on one person's word, nor on anything that changed after it was approved.
pub mod account;
pub mod api;
pub mod award;
mod carry;
pub mod checklist;
mod clocks;
mod divide;
pub mod evidence;
mod fit;
mod follow;
pub mod model;
pub mod paid;
pub mod payee;
pub mod service;
mod similar;
pub mod state;
mod store;
pub mod terms;
pub mod words;

pub use award::{Award, AwardId, AwardPayee, OtherClaim};
pub use fit::track_of;
pub use follow::listen;
pub use model::{Claim, ClaimId};
pub use paid::Paid;
pub use payee::{Account, AccountId, PayeeId, PayeeView, Person};
pub use service::again::{Again, expect_no_part};
pub use service::awarding::award;
pub use service::paying::{accounts, unpaid};
pub use service::preparing::NewClaim;
pub use service::proof::{Proof, proof};
pub use service::{ClaimView, appeal_until, get as find, hold, key_of};
pub use store::{StateWord, is_reversed, of_victims};
pub use terms::ClaimTerms;
pub use words::{Method, PayeeClass};
