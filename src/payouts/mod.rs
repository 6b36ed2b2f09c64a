//! Paying: the files that go to a bank and come back from it. It refuses to take what a bank sends on trust: every file
//! is bounded, and every row is read or told as unreadable.
pub mod bank_csv;
pub mod iso20022;
pub mod results;
