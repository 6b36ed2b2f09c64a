//! Account numbers of Pakistani banks and wallets: IBANs that start with `PK`.
//!
//! Refuses foreign accounts, which no scheme pays, and numbers that fail ISO 7064 mod 97.

use std::str::FromStr;

use iban::{BaseIban, IbanLike};

use super::{
    invalid::Invalid,
    wire::{as_string, blind_debug},
};

/// An IBAN of Pakistan: `PK`, two check digits, four letters of the bank, sixteen characters of the account.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Iban(BaseIban);

impl Iban {
    /// The canonical form: 24 characters, upper case, without spaces.
    pub fn as_str(&self) -> &str {
        self.0.electronic_str()
    }

    /// The form on paper, in groups of four.
    pub fn formatted(&self) -> String {
        self.0.to_string()
    }

    /// The form for those who need not know it: the bank and the last four characters show.
    pub fn masked(&self) -> String {
        let last = self.as_str().get(20..).unwrap_or_default();
        format!("PK** {} **** **** **** {last}", self.bank())
    }

    /// The four letters of the bank, such as `HABB`.
    pub fn bank(&self) -> &str {
        self.as_str().get(4..8).unwrap_or_default()
    }
}

impl FromStr for Iban {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid::new("invalid_iban", "expected a valid Pakistani IBAN: PK and 22 characters");
        let compact: String = text.split_whitespace().collect();
        let iban: BaseIban = compact.to_ascii_uppercase().parse().map_err(|_| INVALID)?;
        if is_pakistani(&iban) { Ok(Self(iban)) } else { Err(INVALID) }
    }
}

/// The structure `PK2!n4!a16!c`, held here because the registry inside `iban_validate` 5.0.1 leaves Pakistan out.
fn is_pakistani(iban: &BaseIban) -> bool {
    let bank_and_account = iban.bban_unchecked().split_at_checked(4);
    iban.country_code() == "PK"
        && bank_and_account
            .is_some_and(|(bank, account)| bank.bytes().all(|byte| byte.is_ascii_uppercase()) && account.len() == 16)
}

blind_debug!(Iban);

as_string!(Iban, write: Self::as_str, named "Iban": {
    "type": "string",
    "examples": ["PK36SCBL0000001123456702"],
    "description": "Pakistani IBAN; spaces and lower case are accepted.",
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VALID: &str = "PK36SCBL0000001123456702";

    #[test]
    fn spaces_and_case_do_not_matter() {
        for text in [VALID, "PK36 SCBL 0000 0011 2345 6702", " pk36 scbl0000001123456702\n"] {
            let iban: Iban = text.parse().unwrap();
            assert_eq!(iban.as_str(), VALID);
            assert_eq!(iban.formatted(), "PK36 SCBL 0000 0011 2345 6702");
            assert_eq!(iban.bank(), "SCBL");
        }
    }

    #[test]
    fn wrong_check_digits_wrong_forms_and_foreign_accounts_are_refused() {
        for text in [
            "",
            "PK27MPBL1181017140122674",
            "PK73NBPA2166001369874563",
            "PK25SCBL000000112345670",
            "PK36SCBL00000011234567021",
            "PK87123400000011234567AB",
            "PK36-SCBL-0000-0011-2345-6702",
            "GB82WEST12345698765432",
            "DE89370400440532013000",
        ] {
            assert_eq!(text.parse::<Iban>().unwrap_err().code, "invalid_iban", "{text}");
        }
    }

    #[test]
    fn a_mask_hides_the_account_and_a_log_shows_nothing() {
        let iban: Iban = VALID.parse().unwrap();
        assert_eq!(iban.masked(), "PK** SCBL **** **** **** 6702");
        assert_eq!(format!("{iban:?}"), "Iban(…)");
        assert_eq!(serde_json::to_string(&iban).unwrap(), format!("\"{VALID}\""));
    }

    proptest! {
        #[test]
        fn every_single_wrong_digit_is_refused(place in 8_usize..24, shift in 1_u8..10) {
            let mut text = VALID.as_bytes().to_vec();
            text[place] = b'0' + (text[place] - b'0' + shift) % 10;
            prop_assert!(String::from_utf8(text).unwrap().parse::<Iban>().is_err());
        }
    }
}
