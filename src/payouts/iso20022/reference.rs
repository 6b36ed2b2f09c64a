//! The references of a message, of a batch and of a payment. They refuse what a bank would cut or change, and are made
//! so that they carry nothing personal.
use std::str::FromStr;

use crate::kernel::invalid::Invalid;
use crate::kernel::latin::may_stand;
use crate::kernel::wire::as_string;

/// 1 to 35 characters that every bank takes (`Max35Text` and the characters of [`crate::kernel::latin`]), with no space at either
/// end, no slash at either end and no two of them together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference(String);

impl Reference {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Reference {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid::new(
            "invalid_reference",
            "expected 1 to 35 Latin letters, digits, spaces and marks of punctuation",
        );
        let is_fit = (1..=35).contains(&text.len())
            && text.chars().all(may_stand)
            && text.trim() == text
            && !(text.starts_with('/') || text.ends_with('/') || text.contains("//"));
        if is_fit { Ok(Self(text.to_owned())) } else { Err(INVALID) }
    }
}

as_string!(Reference, write: Self::as_str, named "BankReference": {
    "type": "string",
    "minLength": 1,
    "maxLength": 35,
    "description": "Reference that travels to the bank and back; it carries nothing personal.",
});
