//! Why a value was not accepted: a code for programs and a sentence for people.
//!
//! Refuses to carry the value itself, which may be personal; both parts are therefore `'static`.

use std::{error::Error, fmt};

/// The refusal of every parser in the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invalid {
    /// `snake_case`, stable, part of the API.
    pub code: &'static str,
    /// What would have been accepted, for a person to read.
    pub message: &'static str,
}

impl Invalid {
    /// A refusal with this code and explanation.
    pub const fn new(code: &'static str, message: &'static str) -> Self {
        Self { code, message }
    }
}

/// `code: message`; the HTTP layer splits at the first `": "`, so that a code survives its way through serde.
impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl Error for Invalid {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_message_part_at_the_first_colon() {
        let text = Invalid::new("invalid_cnic", "expected: 13 digits").to_string();
        assert_eq!(text.split_once(": "), Some(("invalid_cnic", "expected: 13 digits")));
    }
}
