//! Text as every bank takes it: the Latin characters that ISO 20022 shares with the older messages (SWIFT's set X). It
//! refuses to leave a letter out in silence.
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::invalid::Invalid;

const UNFIT: Invalid = Invalid::new("unfit_for_bank", "expected a text in Latin letters, digits and plain punctuation");

/// Whether banks take this character: set X of SWIFT, without line breaks.
pub fn may_stand(character: char) -> bool {
    character.is_ascii_alphanumeric() || " /-?:().,'+".contains(character)
}

/// The text in the characters that banks take: marks fall off letters, typographic marks become plain ones, spaces are
/// single. What is longer than `most` characters is cut there, as banks would cut it. A letter of another script is
/// refused: whoever calls passes the Latin form of a name.
pub fn for_bank(text: &str, most: usize) -> Result<String, Invalid> {
    let plain: String = text.nfkd().filter(|character| !is_combining_mark(*character)).map(plain).collect();
    let words: Vec<_> = plain.split_whitespace().collect();
    let text = words.join(" ");
    if text.is_empty() || !text.chars().all(may_stand) {
        return Err(UNFIT);
    }
    Ok(text.chars().take(most).collect::<String>().trim_end().to_owned())
}

fn plain(character: char) -> char {
    match character {
        '‘' | '’' | 'ʼ' | '`' | '"' | '“' | '”' => '\'',
        '‐'..='―' | '_' | '−' => '-',
        '&' => '+',
        ';' => ',',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_fall_off_and_other_scripts_are_refused() {
        for (name, written) in [
            ("Zarmina  Gul", "Zarmina Gul"),
            ("Sa‘īd D’Souza", "Sa'id D'Souza"),
            ("Home & Tribal Affairs", "Home + Tribal Affairs"),
            ("Bibi—Khan", "Bibi-Khan"),
        ] {
            assert_eq!(for_bank(name, 140).unwrap(), written);
        }
        assert_eq!(for_bank("abc de", 4).unwrap(), "abc");
        for unfit in ["", " ", "زرمینہ", "Zarmina گل", "<b>", "a\u{0}b"] {
            assert_eq!(for_bank(unfit, 140).unwrap_err().code, "unfit_for_bank", "{unfit}");
        }
    }
}
