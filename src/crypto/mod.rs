//! Keys, and what is done with them. Key material never leaves this folder, and a text sealed for one row does not open
//! in another.
mod code;
mod file;
mod index;
mod keyring;
mod seal;

pub use index::{Mark, MarkKind};
pub use keyring::{Keyring, SigningKey};
pub use seal::PersonKey;
