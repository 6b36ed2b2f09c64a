//! Referrals: what lets one be sent, who sees what of it, how it ends.
mod moves;
mod overrides;
mod sending;
mod sight;
