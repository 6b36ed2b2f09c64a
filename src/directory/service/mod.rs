//! Use cases of the directory. Nothing in it is ever deleted: it ends, or becomes inactive.
use crate::error::{Code, Error};

pub mod districts;
pub mod organisations;
pub mod programmes;
pub mod rules;
pub mod services;
pub mod shelf;

/// A code is the only thing that two rows may not share.
fn taken(error: Error) -> Error {
    if error.is_duplicate() { Code::AlreadyExists.into() } else { error }
}
