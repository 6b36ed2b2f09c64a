//! What the reports say.
mod casualties;
mod formats;
mod referral_loop;
