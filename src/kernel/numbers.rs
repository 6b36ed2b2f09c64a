//! Case numbers such as `KP-2026-000123-7`: what a victim carries home on paper and reads out on the telephone.
//!
//! Refuses every number with one wrong digit, every one with two neighbours swapped, and every other province.

use std::{fmt, str::FromStr};

use super::{
    digits::{are_digits, groups, western},
    invalid::Invalid,
    places::Province,
    wire::as_string,
};

const MAX_SERIAL: u32 = 999_999;

/// The quasigroup of H. M. Damm, *Total anti-symmetrische Quasigruppen* (Marburg 2004), p. 111.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// The number of a case: province, year of four digits, serial of six, and a check digit that follows from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseNumber {
    province: Province,
    year: u16,
    serial: u32,
}

impl CaseNumber {
    /// The number of this serial, unless the year or the serial has too many digits, or the year too few.
    pub fn new(province: Province, year: u16, serial: u32) -> Option<Self> {
        let fits = (1000..=9999).contains(&year) && serial <= MAX_SERIAL;
        fits.then_some(Self { province, year, serial })
    }

    /// The province that opened the case.
    pub const fn province(self) -> Province {
        self.province
    }

    /// The year in which it was opened.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// Its place among the cases of that province and year, at most 999,999.
    pub const fn serial(self) -> u32 {
        self.serial
    }

    /// Damm's check digit. The digit of the province's p-code goes first: else `GB` for `PB` would pass.
    fn check_digit(self) -> u8 {
        let checked = format!("{}{:04}{:06}", self.province.pcode(), self.year, self.serial);
        let digits = checked.bytes().filter(u8::is_ascii_digit).map(|byte| usize::from(byte - b'0'));
        digits.fold(0, |interim, digit| {
            DAMM.get(usize::from(interim)).and_then(|row| row.get(digit)).copied().unwrap_or_default()
        })
    }

    fn read(text: &str) -> Option<Self> {
        let text = western(text).to_ascii_uppercase();
        let [letters, digits @ ..] = groups(&text, [2, 4, 6, 1])?;
        if !digits.iter().all(|group| are_digits(group)) {
            return None;
        }
        let [year, serial, check] = digits;
        let number = Self::new(Province::from_letters(letters)?, year.parse().ok()?, serial.parse().ok()?)?;
        (check.parse() == Ok(number.check_digit())).then_some(number)
    }
}

impl FromStr for CaseNumber {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid =
            Invalid::new("invalid_case_number", "expected a case number as printed, such as KP-2026-000123-7");
        Self::read(text).ok_or(INVALID)
    }
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}-{:06}-{}", self.province.letters(), self.year, self.serial, self.check_digit())
    }
}

as_string!(CaseNumber, write: ToString::to_string, named "CaseNumber": {
    "type": "string",
    "pattern": r"^[A-Za-z]{2}-?\d{4}-?\d{6}-?\d$",
    "examples": ["KP-2026-000123-7"],
    "description": "Number of a case, with a check digit.",
});

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;

    fn numbers() -> impl Strategy<Value = CaseNumber> {
        (select(Province::ALL), 1000_u16..=9999, 0..=MAX_SERIAL)
            .prop_map(|(province, year, serial)| CaseNumber::new(province, year, serial).unwrap())
    }

    fn is_refused(text: &[u8]) -> bool {
        String::from_utf8(text.to_vec()).unwrap().parse::<CaseNumber>().is_err()
    }

    #[test]
    fn a_number_is_read_with_or_without_dashes_in_either_case() {
        let number = CaseNumber::new(Province::KhyberPakhtunkhwa, 2026, 123).unwrap();
        assert_eq!(number.to_string(), "KP-2026-000123-7");
        for text in ["KP-2026-000123-7", "kp20260001237", " Kp2026-000123-7 ", "KP-۲۰۲۶-۰۰۰۱۲۳-۷"] {
            assert_eq!(text.parse(), Ok(number), "{text}");
        }
    }

    #[test]
    fn what_does_not_have_the_form_is_refused() {
        for text in ["", "KP-2026-123-7", "TA-2026-000123-7", "KP-2026-000123", "KP-2026-+00123-7", "KP--2026-000123-7"]
        {
            assert_eq!(text.parse::<CaseNumber>().unwrap_err().code, "invalid_case_number");
        }
        assert_eq!(CaseNumber::new(Province::Sindh, 2026, MAX_SERIAL + 1), None);
        assert_eq!(CaseNumber::new(Province::Sindh, 999, 1), None);
    }

    proptest! {
        #[test]
        fn every_number_survives_text(number in numbers()) {
            prop_assert_eq!(number.to_string().parse(), Ok(number));
        }

        #[test]
        fn every_single_wrong_character_is_refused(number in numbers()) {
            let text = number.to_string().into_bytes();
            for place in 0..text.len() {
                let candidates = match text[place] {
                    b'-' => continue,
                    b'0'..=b'9' => b'0'..=b'9',
                    _ => b'A'..=b'Z',
                };
                for wrong in candidates.filter(|wrong| *wrong != text[place]) {
                    let mut text = text.clone();
                    text[place] = wrong;
                    prop_assert!(is_refused(&text));
                }
            }
        }

        #[test]
        fn every_swap_of_neighbours_is_refused_also_across_a_dash(number in numbers()) {
            let text = number.to_string().into_bytes();
            let places: Vec<usize> = (0..text.len()).filter(|place| text[*place] != b'-').collect();
            for pair in places.windows(2).filter(|pair| text[pair[0]] != text[pair[1]]) {
                let mut text = text.clone();
                text.swap(pair[0], pair[1]);
                prop_assert!(is_refused(&text));
            }
        }

        #[test]
        fn no_number_passes_for_another_province(number in numbers()) {
            for other in Province::ALL.iter().filter(|other| **other != number.province()) {
                let text = number.to_string().replacen(number.province().letters(), other.letters(), 1);
                prop_assert!(is_refused(text.as_bytes()));
            }
        }
    }
}
