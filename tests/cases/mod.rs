//! Cases: opening, moves, lists, and what is written under one.
mod lists;
mod moves;
mod open;
