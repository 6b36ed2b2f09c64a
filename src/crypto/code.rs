//! Codes that people write down: eighty random bits in letters that nobody mistakes for others. Only a keyed hash of one
//! is kept.
use crate::error::{Error, Result};

/// Crockford's base 32: no I, L, O or U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 16;

impl super::Keyring {
    /// A new code, such as `7K3Q-9MXT-0V2H-W5ZD`.
    pub fn reference_code() -> Result<String> {
        let mut bytes = [0; LENGTH];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Error::Corrupt("no randomness"))?;
        let letters = bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32)));
        let mut code = String::new();
        for (at, letter) in letters.enumerate() {
            if at > 0 && at % 4 == 0 {
                code.push('-');
            }
            code.push(char::from(*letter));
        }
        Ok(code)
    }

    /// What is kept of a code, however it was written down: small letters, missing dashes, O for 0, I and L for 1.
    pub fn code_hash(&self, code: &str) -> Vec<u8> {
        let plain = code.chars().filter(char::is_ascii_alphanumeric).map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            letter => letter,
        });
        let plain: String = plain.take(LENGTH + 1).collect();
        self.request_hash(&[b"reference code", plain.as_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::super::Keyring;

    #[test]
    fn a_code_is_known_again_however_it_was_written_down() {
        let keys = Keyring::ephemeral().unwrap();
        let code = Keyring::reference_code().unwrap();
        assert_eq!((code.len(), code.matches('-').count()), (19, 3));
        assert_ne!(code, Keyring::reference_code().unwrap());
        let sloppy = format!(" {} ", code.to_lowercase().replace('-', "").replace('0', "o").replace('1', "l"));
        assert_eq!(keys.code_hash(&code), keys.code_hash(&sloppy));
        assert_ne!(keys.code_hash(&code), keys.code_hash(&format!("{code}0")));
        assert_ne!(keys.code_hash(&code), Keyring::ephemeral().unwrap().code_hash(&code));
    }
}
