//! Passwords: argon2id, then one more keyed hash under a pepper that is not in the database. At most two are hashed at
//! a time, so that a flood of sign-ins cannot take the machine's memory.
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::BASE64_NOPAD;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::crypto::{Keyring, random};
use crate::error::{Error, Result};

/// The cost of a hash. The defaults are the floor of OWASP ASVS 5.0 appendix C for argon2id with one pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// Memory of one hash in KiB.
    pub memory_kib: u32,
    pub passes: u32,
}

/// The shortest password, in characters, while there is no second factor (NIST SP 800-63B-4, ASVS 5.0 6.2.1).
pub const SHORTEST: usize = 15;
/// The longest that is taken (ASVS 5.0 6.2.9 asks for 64 at least).
pub const LONGEST: usize = 128;

#[derive(Clone)]
pub struct Passwords {
    cost: Cost,
    keys: Arc<Keyring>,
    turns: Arc<Semaphore>,
    /// The hash of no password at all: checked when there is no such user, so that it takes as long.
    nobody: Arc<str>,
}

impl Passwords {
    pub fn new(cost: Cost, keys: Arc<Keyring>) -> Result<Self> {
        // Random rather than hashed: a start takes neither the time nor the memory of a hash.
        let nobody = stored(cost, &keys, &random()?, &random()?)?.into();
        Ok(Self { cost, keys, turns: Arc::new(Semaphore::new(2)), nobody })
    }

    /// The form in which a password is stored. Refuses one that is too short or too long, and changes nothing in it.
    pub async fn hash(&self, password: String) -> Result<String> {
        if !(SHORTEST..=LONGEST).contains(&password.chars().count()) {
            return Err(Error::invalid("/password", "password_length", "a password has 15 to 128 characters"));
        }
        let (cost, keys) = (self.cost, self.keys.clone());
        self.in_turn(move || hash(cost, &keys, password.as_bytes())).await
    }

    /// Whether the password is the stored one. Takes as long when there is none stored.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool> {
        let (keys, nobody, is_known) = (self.keys.clone(), self.nobody.clone(), stored.is_some());
        let stored = stored.unwrap_or_else(|| nobody.to_string());
        let matches = self.in_turn(move || verify(&keys, &stored, password.as_bytes())).await?;
        Ok(matches && is_known)
    }

    async fn in_turn<T: Send + 'static>(&self, job: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| Error::Panicked)?;
        // The turn goes with the job: a caller that goes away does not let a third hash start.
        let job = move || {
            let done = job();
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(job).await.map_err(|_| Error::Panicked)?
    }
}

fn hash(cost: Cost, keys: &Keyring, password: &[u8]) -> Result<String> {
    let salt = random()?;
    stored(cost, keys, &salt, &argon2(cost, &salt, password)?)
}

/// `argon2id:MEMORY:PASSES:PEPPER:SALT:HASH`.
fn stored(cost: Cost, keys: &Keyring, salt: &[u8; 16], hash: &[u8; 32]) -> Result<String> {
    let (pepper, hash) = keys.pepper(None, hash)?;
    let Cost { memory_kib, passes } = cost;
    let (salt, hash) = (BASE64_NOPAD.encode(salt), BASE64_NOPAD.encode(&hash));
    Ok(format!("argon2id:{memory_kib}:{passes}:{pepper}:{salt}:{hash}"))
}

fn verify(keys: &Keyring, stored: &str, password: &[u8]) -> Result<bool> {
    let broken = || Error::Corrupt("password hash");
    let parts: Vec<_> = stored.split(':').collect();
    let ["argon2id", memory, passes, pepper, salt, hash] = *parts else { return Err(broken()) };
    let number = |text: &str| text.parse::<u32>().map_err(|_| broken());
    let cost = Cost { memory_kib: number(memory)?, passes: number(passes)? };
    let decode = |text: &str| BASE64_NOPAD.decode(text.as_bytes()).map_err(|_| broken());
    let (_, ours) = keys.pepper(Some(number(pepper)?), &argon2(cost, &decode(salt)?, password)?)?;
    Ok(aws_lc_rs::constant_time::verify_slices_are_equal(&ours, &decode(hash)?).is_ok())
}

fn argon2(cost: Cost, salt: &[u8], password: &[u8]) -> Result<[u8; 32]> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32)).map_err(|_| Error::Corrupt("argon2 cost"))?;
    let mut out = [0; 32];
    let hashed = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(password, salt, &mut out);
    hashed.map(|()| out).map_err(|_| Error::Corrupt("argon2"))
}
