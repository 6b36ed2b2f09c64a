//! The reference that a payment goes out with and comes back by: `UM`, sixteen random letters and a letter to check them.
//! It carries nothing personal and is never used twice.
use std::str::FromStr;

use crate::kernel::invalid::Invalid;
use crate::kernel::letters::{LETTERS, spell};
use crate::kernel::wire::as_string;

const RANDOM: usize = 16;
const LENGTH: usize = 2 + RANDOM + 1;

/// Such as `UM7KQ2MX94TB0V2HW5ZK`: 80 random bits, and shorter than the 35 characters that messages of ISO 20022 hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaymentReference(String);

impl PaymentReference {
    /// From sixteen random bytes, of which five bits each count.
    pub fn from_random(bytes: [u8; RANDOM]) -> Self {
        let own = spell(&bytes);
        let check = check_letter(&own).unwrap_or_default();
        Self(format!("UM{own}{check}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Weighted by odd numbers and 31: one wrong letter and two neighbours in each other's place are both noticed.
fn check_letter(own: &str) -> Option<char> {
    let mut sum = 0_usize;
    for letter in own.bytes() {
        let value = LETTERS.iter().position(|known| *known == letter)?;
        sum = (sum * 2 + value) % 31;
    }
    LETTERS.get(sum).map(|letter| char::from(*letter))
}

impl FromStr for PaymentReference {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid::new("invalid_reference", "expected a payment's reference, UM and 17 letters");
        let text = text.trim().to_ascii_uppercase();
        let own = text.strip_prefix("UM").filter(|_| text.len() == LENGTH && text.is_ascii()).ok_or(INVALID)?;
        let (own, check) = own.split_at_checked(RANDOM).ok_or(INVALID)?;
        let is_whole = check_letter(own).is_some_and(|letter| check.starts_with(letter));
        if is_whole { Ok(Self(text)) } else { Err(INVALID) }
    }
}

impl std::fmt::Display for PaymentReference {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

as_string!(PaymentReference, write: Self::as_str, inline "PaymentReference": {
    "type": "string",
    "pattern": "^UM[0-9A-HJKMNP-TV-Z]{17}$",
    "description": "Travels to the bank and back; it carries nothing personal.",
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn one_wrong_letter_or_two_that_changed_places_are_noticed(
            bytes: [u8; RANDOM], place in 0_usize..RANDOM, other in 0_usize..31
        ) {
            let good = PaymentReference::from_random(bytes);
            prop_assert!(good.as_str().len() <= 35);
            prop_assert_eq!(&good.as_str().to_lowercase().parse::<PaymentReference>().unwrap(), &good);
            let mut letters = good.as_str().as_bytes().to_vec();
            let at = place + 2;
            // The check runs to 31, so that Z and 0 are alike to it; no other two letters are.
            let was = LETTERS.iter().position(|letter| *letter == letters[at]).unwrap() % 31;
            prop_assume!(was != other);
            letters[at] = LETTERS[other];
            prop_assert!(String::from_utf8(letters).unwrap().parse::<PaymentReference>().is_err());
            let mut swapped = good.as_str().as_bytes().to_vec();
            if place + 1 < RANDOM {
                let value = |letter: u8| LETTERS.iter().position(|known| *known == letter).unwrap() % 31;
                prop_assume!(value(swapped[at]) != value(swapped[at + 1]));
                swapped.swap(at, at + 1);
                prop_assert!(String::from_utf8(swapped).unwrap().parse::<PaymentReference>().is_err());
            }
        }
    }

    #[test]
    fn what_is_no_reference_of_ours_is_refused() {
        for wrong in [
            "",
            "UM",
            "NOTPROVIDED",
            "7KQ2M-X94TB",
            "UM00000000000000001",
            "UM0000000000000000ü",
            "UMIIIIIIIIIIIIIIIII",
        ] {
            assert_eq!(wrong.parse::<PaymentReference>().unwrap_err().code, "invalid_reference", "{wrong}");
        }
        assert_eq!(PaymentReference::from_random([0; RANDOM]).as_str(), "UM00000000000000000");
    }
}
