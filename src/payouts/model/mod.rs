//! Payments and batches, as plain rules. No payment is made twice, and nobody approves or releases what they made.
pub mod batch;
pub mod call;
pub mod content;
pub mod desk;
mod fingerprint;
pub mod payment;
pub mod reference;
pub mod sample;
pub mod verdict;
pub mod words;
