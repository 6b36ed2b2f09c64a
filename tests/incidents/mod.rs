//! Incidents and their figures.
mod figures;
mod reporting;
