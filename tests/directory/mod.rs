//! The directory: what each programme's rules say of whom, and how rules are superseded.
mod eligibility;
mod rules;
