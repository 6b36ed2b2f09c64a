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

use crate::error::{Error, Result};

/// Bytes that nobody can guess.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Error::Corrupt("no randomness"))?;
    Ok(bytes)
}
