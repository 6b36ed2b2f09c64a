//! Use cases of cases that change hands.
pub mod moving;
pub mod transfers;
