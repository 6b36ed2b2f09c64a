//! What the reports say.
mod casualties;
mod coverage;
mod districts;
pub mod formats;
mod payouts;
mod referral_loop;
