//! Names of people, in Latin and in Urdu script, and the form in which two spellings are compared.
//!
//! Refuses digits and symbols, and to take two names for the same because they sound alike: that is for matching.

use std::str::FromStr;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{
    invalid::Invalid,
    text::{Line, is_joiner},
    wire::{as_string, blind_debug},
};

const TATWEEL: char = '\u{640}';
const MAX_LENGTH: usize = 120;

/// The name of a person, of at most 120 characters.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName(Line<MAX_LENGTH>);

/// The script a name is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// As English is.
    Latin,
    /// As Urdu is, and Pashto, Sindhi, Balochi, Saraiki and Arabic.
    Arabic,
    /// Letters of both.
    Mixed,
}

impl PersonName {
    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The script of its letters.
    pub fn script(&self) -> Script {
        let has = |script| self.as_str().chars().any(|character| script_of(character) == Some(script));
        match (has(Script::Latin), has(Script::Arabic)) {
            (true, true) => Script::Mixed,
            (false, true) => Script::Arabic,
            _ => Script::Latin,
        }
    }

    /// The form for comparison: equal for two spellings that differ only in case, in vowel and other marks, in
    /// punctuation and spaces, or in which of several code points a keyboard gave for the same letter.
    ///
    /// Hyphens and full stops part words as spaces do; apostrophes, joiners and tatweel vanish.
    pub fn comparable(&self) -> String {
        // Decomposed, a hamza or madda above a letter is a mark like any other, and falls with them.
        let letters = self.as_str().nfkd().filter(|character| !is_combining_mark(*character) && !vanishes(*character));
        let folded: String = letters.map(fold).flat_map(char::to_lowercase).collect();
        folded.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl FromStr for PersonName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid::new("invalid_name", "expected a name in Latin or Urdu letters");
        let name = Self(text.parse()?);
        // Without a letter nothing would be left to compare, and all such names would be equal.
        let has_letter = !name.comparable().is_empty();
        if has_letter && name.as_str().chars().all(may_stand) { Ok(name) } else { Err(INVALID) }
    }
}

blind_debug!(PersonName);

as_string!(PersonName, write: Self::as_str, named "PersonName": {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_LENGTH,
    "description": "Name of a person in Latin or Urdu letters.",
});

/// The script of a letter; `None` for other scripts and for what is no letter.
fn script_of(character: char) -> Option<Script> {
    if !character.is_alphabetic() || is_combining_mark(character) || character == TATWEEL {
        return None;
    }
    match character {
        'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{2af}' | '\u{1e00}'..='\u{1eff}' => Some(Script::Latin),
        '\u{600}'..='\u{6ff}'
        | '\u{750}'..='\u{77f}'
        | '\u{8a0}'..='\u{8ff}'
        | '\u{fb50}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefc}' => Some(Script::Arabic),
        _ => None,
    }
}

fn may_stand(character: char) -> bool {
    script_of(character).is_some()
        || is_combining_mark(character)
        || character.is_whitespace()
        || vanishes(character)
        || parts_words(character)
}

/// Apostrophes (also those of transliteration), the middle dot that `ŀ` decomposes to, joiners and tatweel: they change
/// how a word looks, not which it is.
const fn vanishes(character: char) -> bool {
    matches!(character, '\'' | '\u{b7}' | '\u{2019}' | '\u{2bb}'..='\u{2bf}' | TATWEEL) || is_joiner(character)
}

const fn parts_words(character: char) -> bool {
    matches!(character, '.' | '-' | '\u{60c}' | '\u{6d4}')
}

/// The one letter that stands for all that Arabic, Urdu and older keyboards give in its place.
const fn fold(character: char) -> char {
    match character {
        '\u{64a}' | '\u{649}' => '\u{6cc}',
        '\u{643}' => '\u{6a9}',
        '\u{647}' | '\u{6be}' | '\u{629}' | '\u{6c3}' | '\u{6d5}' => '\u{6c1}',
        '\u{671}' => '\u{627}',
        _ if parts_words(character) => ' ',
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> PersonName {
        text.parse().unwrap()
    }

    #[test]
    fn spellings_of_one_name_compare_equal() {
        for (one, other) in [
            ("Zāhid  Ḥusain", "zahid husain"),
            ("ABDUL-REHMAN", "Abdul Rehman"),
            ("M.Ali", "M. Ali"),
            ("Sana’a", "Sana'a"),
            ("ʿAbdullāh", "Abdullah"),
            ("علي", "علی"),
            ("مصطفى", "مصطفی"),
            ("مالك", "مالک"),
            ("فاطمة", "فاطمہ"),
            ("زهره", "زہرہ"),
            ("زهرۃ", "زھرہ"),
            ("أحمد", "احمد"),
            ("إقبال", "اقبال"),
            ("آصف", "اصف"),
            ("مؤمن", "مومن"),
            ("رئیس", "رییس"),
            ("مُحَمَّد", "محمد"),
            ("رحمٰن", "رحمن"),
            ("محـــمد", "محمد"),
            ("نور\u{200c}محمد", "نورمحمد"),
            ("\u{fefb}ل", "لال"),
            ("غلام، نبی۔", "غلام نبی"),
        ] {
            assert_eq!(name(one).comparable(), name(other).comparable(), "{one} {other}");
        }
    }

    #[test]
    fn different_names_stay_different() {
        for (one, other) in [("Ali", "Alia"), ("علی", "عالی"), ("Noor Khan", "Noorkhan"), ("بشیر", "نسیر")]
        {
            assert_ne!(name(one).comparable(), name(other).comparable());
        }
    }

    #[test]
    fn a_name_has_a_script() {
        assert_eq!(name("Gul Khan").script(), Script::Latin);
        assert_eq!(name("گل خان").script(), Script::Arabic);
        assert_eq!(name("Gul خان").script(), Script::Mixed);
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["Ali 2", "علی ۲", "---", "ـ", "\u{301}", "\u{fe70}", "Ali@example.pk", "<b>Ali</b>", "Али", "☺"]
        {
            assert_eq!(text.parse::<PersonName>().unwrap_err().code, "invalid_name", "{text}");
        }
        for (text, code) in [(" ", "empty"), ("A\0li", "control_character"), ("A\u{202e}li", "bidi_control")] {
            assert_eq!(text.parse::<PersonName>().unwrap_err().code, code);
        }
        assert_eq!("a".repeat(MAX_LENGTH + 1).parse::<PersonName>().unwrap_err().code, "too_long");
    }

    #[test]
    fn a_log_shows_no_name() {
        assert_eq!(format!("{:?}", name("Gul Khan")), "PersonName(…)");
    }

    proptest! {
        #[test]
        fn comparing_forms_compare_as_themselves(text in "[a-zA-Zà-žآ-ی '.-]{1,20}") {
            if let Ok(name) = text.parse::<PersonName>() {
                let comparable = name.comparable();
                prop_assert!(!comparable.is_empty());
                prop_assert_eq!(comparable.parse::<PersonName>().unwrap().comparable(), comparable);
            }
        }
    }
}
