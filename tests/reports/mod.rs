//! What the reports say.
mod casualties;
mod coverage;
mod districts;
mod formats;
mod referral_loop;
