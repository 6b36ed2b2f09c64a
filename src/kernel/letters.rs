//! Letters that people read aloud and write down.

/// Crockford's base 32: no I, L, O or U, which are taken for others.
pub const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// One letter for each byte, of which five bits count.
pub fn spell(bytes: &[u8]) -> String {
    let letters = bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte & 31)));
    letters.map(|letter| char::from(*letter)).collect()
}
