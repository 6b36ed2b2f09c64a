//! One test binary. Every module holds the tests of what it is named after.
#[cfg(test)]
mod cli;
