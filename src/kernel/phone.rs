//! Pakistani mobile numbers, however they are written.
//!
//! Refuses landlines and foreign numbers, and to name an operator: numbers keep their prefix when they change hands.

use std::str::FromStr;

use super::{
    digits::western,
    invalid::Invalid,
    wire::{as_string, blind_debug},
};

/// A mobile number of Pakistan.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mobile(String);

impl Mobile {
    /// The canonical form, E.164: `+923001234567`.
    pub fn e164(&self) -> &str {
        &self.0
    }

    /// The form for those who need not know it: `+92 3** *****67`.
    pub fn masked(&self) -> String {
        let shown = self.0.get(self.0.len().saturating_sub(2)..).unwrap_or_default();
        format!("+92 3** *****{shown}")
    }
}

impl FromStr for Mobile {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid =
            Invalid::new("invalid_mobile", "expected a Pakistani mobile number such as 03001234567");
        let mut number = western(text);
        number.retain(|character| !character.is_whitespace() && !matches!(character, '-' | '(' | ')'));
        // A national number starts with 3, so no prefix can be taken for a part of it.
        let national =
            ["+92", "0092", "92", "0"].iter().find_map(|prefix| number.strip_prefix(prefix)).unwrap_or(&number);
        if is_mobile(national) { Ok(Self(format!("+92{national}"))) } else { Err(INVALID) }
    }
}

/// The plan of libphonenumber 9.0.43: `3(?:[0-247]\d|3[0-79]|55|64)\d{7}`.
fn is_mobile(national: &str) -> bool {
    let [b'3', second, third, subscriber @ ..] = national.as_bytes() else { return false };
    let is_issued = match second {
        b'0'..=b'2' | b'4' | b'7' => third.is_ascii_digit(),
        b'3' => matches!(third, b'0'..=b'7' | b'9'),
        b'5' => *third == b'5',
        b'6' => *third == b'4',
        _ => false,
    };
    is_issued && subscriber.len() == 7 && subscriber.iter().all(u8::is_ascii_digit)
}

blind_debug!(Mobile);

as_string!(Mobile, write: Self::e164, named "Mobile": {
    "type": "string",
    "examples": ["+923001234567", "0300-1234567"],
    "description": "Pakistani mobile number; written as E.164, read in any usual form.",
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_number_written_in_many_ways_is_one_mobile() {
        for text in [
            "03001234567",
            "0300-1234567",
            "(0300) 123 4567",
            "+92 300 1234567",
            "0092-300-1234567",
            "923001234567",
            "3001234567",
            "۰۳۰۰۱۲۳۴۵۶۷",
            "+٩٢٣٠٠١٢٣٤٥٦٧",
        ] {
            assert_eq!(text.parse::<Mobile>().unwrap().e164(), "+923001234567", "{text}");
        }
    }

    #[test]
    fn every_prefix_of_the_plan_is_known_and_no_other() {
        let known = |prefix: u32| format!("0{prefix}1234567").parse::<Mobile>().is_ok();
        let refused: Vec<u32> = (300..=399).filter(|prefix| !known(*prefix)).collect();
        let expected: Vec<u32> =
            (300..=399).filter(|p| matches!(p, 338 | 350..=354 | 356..=363 | 365..=369 | 380..=399)).collect();
        assert_eq!(refused, expected);
    }

    #[test]
    fn landlines_foreign_and_incomplete_numbers_are_refused() {
        for text in [
            "",
            "+",
            "04235761999",
            "+447700900123",
            "0300123456",
            "030012345678",
            "00923",
            "+03001234567",
            "03001234S67",
        ] {
            assert_eq!(text.parse::<Mobile>().unwrap_err().code, "invalid_mobile", "{text}");
        }
    }

    #[test]
    fn two_digits_are_all_a_mask_may_show() {
        let mobile: Mobile = "03001234567".parse().unwrap();
        assert_eq!(mobile.masked(), "+92 3** *****67");
        assert_eq!(format!("{mobile:?}"), "Mobile(…)");
        assert_eq!(serde_json::to_string(&mobile).unwrap(), "\"+923001234567\"");
    }

    proptest! {
        #[test]
        fn the_canonical_form_reads_as_itself(subscriber in "3[0-24][0-9]{8}") {
            let mobile: Mobile = subscriber.parse().unwrap();
            prop_assert_eq!(mobile.e164().parse::<Mobile>(), Ok(mobile.clone()));
        }
    }
}
