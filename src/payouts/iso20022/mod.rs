//! The messages of ISO 20022 that travel between us and a bank: payments out ([`pain001`]), what becomes of them back
//! (`status`, `statement`). Pure: bytes in, plain values out. It refuses a message that it does not know by name.
//!
//! How Raast takes bulk payments is not published (`facts.md` §4), so the messages are those of the standard alone.
mod guard;
pub mod pain001;
pub mod reference;
mod statement;
mod status;
pub mod walk;

use std::io::BufRead;

pub use self::guard::MOST_BYTES;
pub(super) use self::guard::TOO_LARGE;
use self::walk::Walk;
use super::results::Results;
use crate::kernel::invalid::Invalid;

const UNKNOWN_MESSAGE: Invalid = Invalid::new(
    "unknown_message",
    "expected pain.002 (version 3 or later), camt.053 or camt.054 (version 2 or later)",
);

/// Reads what a bank answers, whichever of the three messages it is. A row that cannot be read is told as such; a file
/// that is cut off, is no such message, is too large, or carries a document type is refused whole.
pub fn read(file: impl BufRead) -> Result<Results, Invalid> {
    let walk = Walk::open(file)?;
    let is_from = |kind: &str, least: u32| {
        // Such as "pain.002.001.12": the message, the variant that everybody uses, the version.
        let version = walk.message().strip_prefix(kind).and_then(|rest| rest.strip_prefix(".001."));
        version.and_then(|version| version.parse::<u32>().ok()).is_some_and(|version| version >= least)
    };
    if is_from("pain.002", 3) {
        status::read(walk)
    } else if is_from("camt.053", 2) || is_from("camt.054", 2) {
        statement::read(walk)
    } else {
        Err(UNKNOWN_MESSAGE)
    }
}
