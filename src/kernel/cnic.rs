//! The number of the national identity card (CNIC, NICOP, SNIC, and the B-Form before them): one a person, for life.
//!
//! Refuses to read more from it than it says: it has no check digit, its first digits name where it was registered
//! rather than a residence, and its last digit only suggests a sex.

use std::str::FromStr;

use super::{
    digits::{are_digits, groups, western},
    invalid::Invalid,
    wire::{as_string, blind_debug},
};

/// A CNIC of 13 digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cnic(String);

/// What the last digit suggests, which is never more than a reason to ask: cards of transgender people differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SexHint {
    /// The last digit is odd.
    Male,
    /// The last digit is even and not zero.
    Female,
}

impl Cnic {
    /// The canonical form: 13 digits.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// The form on the card: `35202-1234567-1`.
    pub fn formatted(&self) -> String {
        groups(&self.0, [5, 7, 1]).unwrap_or_default().join("-")
    }

    /// The form for those who need not know it: only the last digit shows.
    pub fn masked(&self) -> String {
        let [_, _, last] = groups(&self.0, [5, 7, 1]).unwrap_or_default();
        format!("*****-*******-{last}")
    }

    /// The sex the last digit suggests, if any.
    pub fn suggests_sex(&self) -> Option<SexHint> {
        match self.0.bytes().last()? {
            b'1' | b'3' | b'5' | b'7' | b'9' => Some(SexHint::Male),
            b'2' | b'4' | b'6' | b'8' => Some(SexHint::Female),
            _ => None,
        }
    }
}

impl FromStr for Cnic {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid::new("invalid_cnic", "expected 13 digits, the first from 1 to 8");
        let number = groups(&western(text), [5, 7, 1]).ok_or(INVALID)?.concat();
        if are_digits(&number) && number.starts_with(|first| matches!(first, '1'..='8')) {
            Ok(Self(number))
        } else {
            Err(INVALID)
        }
    }
}

blind_debug!(Cnic);

as_string!(Cnic, write: Self::formatted, named "Cnic": {
    "type": "string",
    "pattern": r"^[1-8]\d{4}-?\d{7}-?\d$",
    "description": "Number of the national identity card, 13 digits.",
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cnic(text: &str) -> Cnic {
        text.parse().unwrap()
    }

    #[test]
    fn one_number_written_in_many_ways_is_one_cnic() {
        for text in ["35202-1234567-1", " 3520212345671\n", "35202-12345671", "۳۵۲۰۲-۱۲۳۴۵۶۷-۱", "٣٥٢٠٢١٢٣٤٥٦٧١"]
        {
            assert_eq!(cnic(text).digits(), "3520212345671");
        }
    }

    #[test]
    fn the_last_digit_is_all_a_mask_or_a_log_may_show() {
        let cnic = cnic("8130212345678");
        assert_eq!(cnic.masked(), "*****-*******-8");
        assert_eq!(format!("{cnic:?}"), "Cnic(…)");
    }

    #[test]
    fn the_last_digit_suggests_a_sex_or_nothing() {
        assert_eq!(cnic("3520212345671").suggests_sex(), Some(SexHint::Male));
        assert_eq!(cnic("3520212345672").suggests_sex(), Some(SexHint::Female));
        assert_eq!(cnic("3520212345670").suggests_sex(), None);
    }

    #[test]
    fn what_is_not_thirteen_digits_in_place_is_refused() {
        for text in [
            "",
            "0520212345671",
            "9520212345671",
            "352021234567",
            "35202123456711",
            "3520-21234567-1",
            "35202--1234567-1",
            "35202-1234567-",
            "35202-123456a-1",
            "35202 1234567 1",
        ] {
            assert_eq!(text.parse::<Cnic>().unwrap_err().code, "invalid_cnic", "{text}");
        }
    }

    #[test]
    fn on_the_wire_it_has_the_form_of_the_card() {
        assert_eq!(serde_json::to_string(&cnic("3520212345671")).unwrap(), "\"35202-1234567-1\"");
        let error = serde_json::from_str::<Cnic>("\"9520212345671\"").unwrap_err().to_string();
        assert!(error.starts_with("invalid_cnic: ") && !error.contains("95202"), "{error}");
    }

    proptest! {
        #[test]
        fn every_cnic_survives_being_formatted(number in "[1-8][0-9]{12}") {
            let cnic = cnic(&cnic(&number).formatted());
            prop_assert_eq!(cnic.digits(), number);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text: String) {
            prop_assert!(text.parse::<Cnic>().map_or(true, |cnic| cnic.digits().len() == 13));
        }
    }
}
