//! Codes that people write down: eighty random bits in letters that nobody mistakes for others. Only a keyed hash of one
//! is kept.
use crate::error::Result;
use crate::kernel::letters::spell;

const LENGTH: usize = 16;

impl super::Keyring {
    /// A new code, such as `7K3Q-9MXT-0V2H-W5ZD`.
    pub fn reference_code() -> Result<String> {
        let letters = spell(&super::random::<LENGTH>()?);
        let groups: Vec<_> = letters.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
        Ok(groups.join("-"))
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
