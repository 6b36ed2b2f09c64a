//! Incidents and their figures.
mod figures;
