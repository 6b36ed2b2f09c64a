//! Numbers that give a person away in a free text: those of identity cards and of mobile phones.
//!
//! Refuses to guess at names: it looks only for what a machine can tell from other words.

use super::{cnic::Cnic, digits::western, phone::Mobile};

/// The most pieces into which people break one number: `0300 12 34 567`.
const MOST_PIECES: usize = 5;

/// Whether `text` holds what reads as a CNIC or as a Pakistani mobile number, with or without dashes, spaces and dots.
pub fn holds_personal_number(text: &str) -> bool {
    let text = western(text);
    let words = text.split(|letter: char| !letter.is_ascii_digit() && !is_joint(letter));
    words.filter(|word| word.bytes().filter(u8::is_ascii_digit).count() >= 10).any(|word| {
        let pieces: Vec<_> = word.split(is_joint).filter(|piece| !piece.is_empty()).collect();
        let starts = 0..pieces.len();
        starts.into_iter().any(|start| {
            let mut number = String::new();
            pieces.iter().skip(start).take(MOST_PIECES).any(|piece| {
                number.push_str(piece);
                number.parse::<Cnic>().is_ok() || number.parse::<Mobile>().is_ok()
            })
        })
    })
}

/// What may stand between the pieces of one number.
const fn is_joint(letter: char) -> bool {
    matches!(letter, ' ' | '-' | '.' | '(' | ')' | '+' | '/' | '\u{2013}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_or_a_mobile_is_found_however_it_is_written() {
        for text in [
            "CNIC 17301-1234567-2 was found",
            "1730112345672",
            "۱۷۳۰۱-۱۲۳۴۵۶۷-۲",
            "17301 1234567 2",
            "ask 0300-1234567",
            "ask +92 300 1234567.",
            "(0300) 123 4567",
            "call 923001234567, please",
        ] {
            assert!(holds_personal_number(text), "{text}");
        }
    }

    #[test]
    fn days_counts_and_laws_are_not_numbers_of_persons() {
        for text in [
            "",
            "45 killed, 87 injured on 2026-03-01 at 14.30",
            "FIR 123/2026 under section 302, 324 and 7 ATA 1997",
            "Rs 1,000,000 for each of 12 families, 2023-2024",
            "091-9213254 is the hospital",
            "PK508 and PK510; 123456789",
        ] {
            assert!(!holds_personal_number(text), "{text}");
        }
    }
}
