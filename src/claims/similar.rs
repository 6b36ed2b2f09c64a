//! How alike the title of an account and the name of its payee are. It shows a number and refuses nobody: spellings differ,
//! and a bank shortens names.
use std::collections::BTreeMap;

use crate::kernel::names::{PersonName, Script};

/// Alike in percent, by the pairs of letters that both have (Dice's coefficient); words in another order are no difference.
/// None if the two are in different scripts, which are not compared here.
pub fn alike(name: &PersonName, title: &PersonName) -> Option<u8> {
    let is_comparable = name.script() == title.script() && name.script() != Script::Mixed;
    if !is_comparable {
        return None;
    }
    let (one, other) = (pairs(name), pairs(title));
    let count = |pairs: &BTreeMap<(char, char), usize>| pairs.values().sum::<usize>();
    let all = count(&one) + count(&other);
    let shared: usize = one.iter().filter_map(|(pair, often)| other.get(pair).map(|there| often.min(there))).sum();
    u8::try_from((200 * shared).checked_div(all)?).ok()
}

/// The pairs of neighbouring letters of each word, its edges among them.
fn pairs(name: &PersonName) -> BTreeMap<(char, char), usize> {
    let mut pairs = BTreeMap::new();
    for word in name.comparable().split(' ') {
        let letters = || std::iter::once(' ').chain(word.chars());
        for pair in letters().zip(letters().skip(1).chain([' '])) {
            *pairs.entry(pair).or_default() += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(one: &str, other: &str) -> Option<u8> {
        alike(&one.parse().unwrap(), &other.parse().unwrap())
    }

    #[test]
    fn a_name_is_like_itself_however_it_is_ordered_and_written() {
        assert_eq!(percent("Zarmina Gul", "ZARMINA GUL"), Some(100));
        assert_eq!(percent("Zarmina Gul", "Gul, Zarmina".replace(',', "").as_str()), Some(100));
        assert_eq!(percent("زرمینہ گل", "زرمینه گل"), Some(100));
    }

    #[test]
    fn a_near_spelling_is_nearer_than_another_name_and_scripts_are_not_compared() {
        let near = percent("Muhammad Yusuf", "Mohammad Yousaf").unwrap();
        let far = percent("Muhammad Yusuf", "Sher Khan").unwrap();
        assert!(near > 50 && far < 20, "{near} {far}");
        assert_eq!(percent("Zarmina Gul", "زرمینہ گل"), None);
    }
}
