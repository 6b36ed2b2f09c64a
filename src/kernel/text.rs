//! Free text that is safe to keep and to show: a single [`Line`], or [`Prose`] of several.
//!
//! Refuses control characters and everything that changes the direction of what stands next to it; the joiners that
//! Urdu needs are welcome.

use std::str::FromStr;

use unicode_normalization::UnicodeNormalization;

use super::{
    invalid::Invalid,
    wire::{as_string, blind_debug},
};

const EMPTY: Invalid = Invalid::new("empty", "expected some text");
const TOO_LONG: Invalid = Invalid::new("too_long", "expected a shorter text");
const CONTROL_CHARACTER: Invalid = Invalid::new("control_character", "expected text without control characters");
const BIDI_CONTROL: Invalid = Invalid::new("bidi_control", "expected text without marks that change its direction");

macro_rules! free_text {
    ($(#[$about:meta])* $name:ident, $may_stand:expr) => {
        $(#[$about])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name<const MAX: usize>(String);

        impl<const MAX: usize> $name<MAX> {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, for keeps.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl<const MAX: usize> FromStr for $name<MAX> {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                clean(text, MAX, $may_stand).map(Self)
            }
        }

        impl<const MAX: usize> TryFrom<String> for $name<MAX> {
            type Error = Invalid;

            fn try_from(text: String) -> Result<Self, Invalid> {
                text.parse()
            }
        }

        blind_debug!($name<MAX>[const MAX: usize]);

        as_string!($name<MAX> [const MAX: usize], write: Self::as_str, inline "Text": {
            "type": "string",
            "minLength": 1,
            "maxLength": MAX,
        });
    };
}

free_text! {
    /// One line of at most `MAX` characters: trimmed, not empty, in Unicode normal form C.
    Line, |_| false
}

free_text! {
    /// Lines of at most `MAX` characters together, with `\n` between them and tabs allowed; else as [`Line`].
    Prose, |character| matches!(character, '\n' | '\t')
}

/// Brings `text` into the one form in which it is kept; `may_stand` names the control characters it may have.
fn clean(text: &str, max: usize, may_stand: fn(char) -> bool) -> Result<String, Invalid> {
    let text: String = text.trim().replace("\r\n", "\n").nfc().collect();
    if text.chars().all(|character| character.is_whitespace() || is_joiner(character)) {
        return Err(EMPTY);
    }
    if text.chars().count() > max {
        return Err(TOO_LONG);
    }
    if text.chars().any(is_bidi_control) {
        return Err(BIDI_CONTROL);
    }
    if text.chars().any(|character| is_control(character) && !may_stand(character)) {
        return Err(CONTROL_CHARACTER);
    }
    Ok(text)
}

/// ZWNJ and ZWJ, which decide how Urdu letters connect.
pub(super) const fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

/// The Unicode property `Bidi_Control`, whole.
const fn is_bidi_control(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Control characters, the two separators that break lines unseen, the byte order mark and noncharacters.
fn is_control(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fdd0}'..='\u{fdef}')
        || u32::from(character) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(text: &str) -> Result<String, &'static str> {
        text.parse::<Line<10>>().map(Line::into_string).map_err(|invalid| invalid.code)
    }

    fn prose(text: &str) -> Result<String, &'static str> {
        text.parse::<Prose<10>>().map(Prose::into_string).map_err(|invalid| invalid.code)
    }

    #[test]
    fn a_line_is_trimmed_and_composed() {
        assert_eq!(line("  Lahore\n"), Ok("Lahore".into()));
        assert_eq!(line("e\u{301}"), Ok("é".into()));
        assert_eq!(line("آ"), line("\u{627}\u{653}"));
    }

    #[test]
    fn what_shows_nothing_is_empty() {
        for text in ["", " \t\n", "\u{a0}", "\u{200c}\u{200d}"] {
            assert_eq!(line(text), Err("empty"));
            assert_eq!(prose(text), Err("empty"));
        }
    }

    #[test]
    fn length_is_counted_in_characters_after_trimming() {
        assert_eq!(line(" پشاور پشاو "), Ok("پشاور پشاو".into()));
        assert_eq!(line("پشاور پشاور"), Err("too_long"));
    }

    #[test]
    fn control_characters_are_refused() {
        for control in
            ["\0", "\u{7}", "\u{1b}", "\u{7f}", "\u{85}", "\r", "\u{2028}", "\u{feff}", "\u{fdd0}", "\u{1ffff}"]
        {
            assert_eq!(line(&format!("a{control}b")), Err("control_character"));
            assert_eq!(prose(&format!("a{control}b")), Err("control_character"));
        }
    }

    #[test]
    fn only_prose_has_line_breaks_and_tabs() {
        assert_eq!(line("a\nb"), Err("control_character"));
        assert_eq!(line("a\tb"), Err("control_character"));
        assert_eq!(prose("a\r\n\tb\n"), Ok("a\n\tb".into()));
    }

    #[test]
    fn direction_marks_are_refused_and_joiners_are_not() {
        for mark in "\u{202a}\u{202e}\u{2066}\u{2069}\u{200e}\u{200f}\u{61c}".chars() {
            assert_eq!(line(&format!("a{mark}b")), Err("bidi_control"));
        }
        assert_eq!(line("ہی\u{200c}ں"), Ok("ہی\u{200c}ں".into()));
    }

    #[test]
    fn a_log_shows_neither() {
        assert_eq!(format!("{:?}", "secret".parse::<Line<10>>()), "Ok(Line(…))");
        assert_eq!(format!("{:?}", "secret".parse::<Prose<10>>()), "Ok(Prose(…))");
    }

    #[test]
    fn the_schema_tells_the_length() {
        let schema = schemars::schema_for!(Line<120>);
        assert_eq!(schema.get("maxLength").unwrap(), 120);
    }

    proptest! {
        #[test]
        fn what_was_accepted_is_accepted_again_unchanged(text: String) {
            if let Ok(kept) = text.parse::<Prose<50>>() {
                prop_assert_eq!(kept.as_str().parse(), Ok(kept.clone()));
            }
        }
    }
}
