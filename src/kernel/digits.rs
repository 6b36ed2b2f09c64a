//! Reading numbers as people write them: in three families of digits, with dashes or without.
//!
//! Refuses to guess: a dash stands where the form has one, or nowhere.

/// `text` without surrounding space and with Arabic-Indic and Urdu digits turned into ASCII; all else stays.
pub(super) fn western(text: &str) -> String {
    text.trim().chars().map(western_digit).collect()
}

fn western_digit(character: char) -> char {
    let zero = match character {
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        _ => return character,
    };
    char::from_digit(u32::from(character) - u32::from(zero), 10).unwrap_or(character)
}

/// Whether `text` is nothing but ASCII digits.
pub(super) fn are_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Cuts `text` into groups of these lengths in bytes, between which a dash may stand; `None` unless all of it fits.
pub(super) fn groups<const N: usize>(text: &str, lengths: [usize; N]) -> Option<[&str; N]> {
    let mut rest = text;
    let mut groups = [""; N];
    for (place, (group, length)) in groups.iter_mut().zip(lengths).enumerate() {
        if place > 0 {
            rest = rest.strip_prefix('-').unwrap_or(rest);
        }
        (*group, rest) = rest.split_at_checked(length)?;
    }
    rest.is_empty().then_some(groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_families_of_digits_read_the_same() {
        assert_eq!(western(" ٠١٢٣٤٥٦٧٨٩ "), "0123456789");
        assert_eq!(western("۰۱۲۳۴۵۶۷۸۹"), "0123456789");
        assert_eq!(western("0-9 x"), "0-9 x");
    }

    #[test]
    fn a_dash_may_be_left_out_but_not_misplaced() {
        assert_eq!(groups("12-345", [2, 3]), Some(["12", "345"]));
        assert_eq!(groups("12345", [2, 3]), Some(["12", "345"]));
        for wrong in ["-12345", "12345-", "1-2345", "12--345", "1234", "123456", "1é345", ""] {
            assert_eq!(groups(wrong, [2, 3]).filter(|groups| groups.iter().all(|group| are_digits(group))), None);
        }
    }
}
