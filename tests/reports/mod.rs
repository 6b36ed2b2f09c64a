//! What the reports say.
mod casualties;
