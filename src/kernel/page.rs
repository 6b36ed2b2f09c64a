//! Paging through lists by the id of the last row seen, behind a cursor that clients cannot read or make.
//!
//! Refuses a cursor that was changed, or that another list gave out.

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::{invalid::Invalid, wire::blind_debug};

const KEY_LENGTH: usize = 32;
const UUID_LENGTH: usize = 16;
const TAG_LENGTH: usize = 12;
const INVALID_CURSOR: Invalid = Invalid::new("invalid_cursor", "expected a cursor this list has given out");

/// The secret that seals cursors.
#[derive(Clone)]
pub struct CursorKey([u8; KEY_LENGTH]);

blind_debug!(CursorKey);

impl From<[u8; KEY_LENGTH]> for CursorKey {
    fn from(key: [u8; KEY_LENGTH]) -> Self {
        Self(key)
    }
}

impl CursorKey {
    /// The cursor behind the row `at` of the list named `list`.
    pub fn seal(&self, list: &str, at: Uuid) -> String {
        let tag = self.mac(list, at).finalize().into_bytes();
        let sealed: Vec<u8> = at.as_bytes().iter().chain(tag.iter().take(TAG_LENGTH)).copied().collect();
        BASE64URL_NOPAD.encode(&sealed)
    }

    /// The row behind which a cursor of the list named `list` stands; else `invalid_cursor`.
    pub fn open(&self, list: &str, cursor: &str) -> Result<Uuid, Invalid> {
        let sealed = BASE64URL_NOPAD.decode(cursor.as_bytes()).map_err(|_| INVALID_CURSOR)?;
        let (at, tag) = sealed.split_first_chunk::<UUID_LENGTH>().ok_or(INVALID_CURSOR)?;
        let at = Uuid::from_bytes(*at);
        // The comparison alone would be content with the first byte of a tag.
        if tag.len() != TAG_LENGTH {
            return Err(INVALID_CURSOR);
        }
        self.mac(list, at).verify_truncated_left(tag).map_err(|_| INVALID_CURSOR)?;
        Ok(at)
    }

    fn mac(&self, list: &str, at: Uuid) -> Hmac<Sha256> {
        // HMAC fills a key with zeros to the length of a block; a whole block cannot have the wrong length.
        let block: [u8; 64] = std::array::from_fn(|place| self.0.get(place).copied().unwrap_or_default());
        Hmac::<Sha256>::new(&block.into()).chain_update(list).chain_update([0]).chain_update(at)
    }
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// How many rows at most.
    pub limit: u16,
    /// The row behind which to begin; at the beginning without one.
    pub after: Option<Uuid>,
}

impl Page {
    /// How many rows a page has unless a client asks for a number.
    pub const DEFAULT_LIMIT: u16 = 50;
    /// How many rows a client may ask for.
    pub const MAX_LIMIT: u16 = 200;

    /// The first page, of the default length.
    pub const fn first() -> Self {
        Self { limit: Self::DEFAULT_LIMIT, after: None }
    }

    /// A page as a client asks for it; `invalid_limit` unless it asks for 1 to 200 rows.
    pub fn new(limit: Option<u16>, after: Option<Uuid>) -> Result<Self, Invalid> {
        let limit = limit.unwrap_or(Self::DEFAULT_LIMIT);
        if (1..=Self::MAX_LIMIT).contains(&limit) {
            Ok(Self { limit, after })
        } else {
            Err(Invalid::new("invalid_limit", "expected 1 to 200 rows"))
        }
    }

    /// How many rows to fetch: one more than are shown, which tells whether there is a next page.
    pub fn fetch(&self) -> i64 {
        i64::from(self.limit) + 1
    }
}

impl Default for Page {
    fn default() -> Self {
        Self::first()
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The row behind which the next page begins, if there is one.
    pub next: Option<Uuid>,
}

impl<T> Paged<T> {
    /// Makes a page of the rows that [`Page::fetch`] brought.
    pub fn cut(mut rows: Vec<T>, page: &Page, id: impl Fn(&T) -> Uuid) -> Self {
        let limit = usize::from(page.limit);
        let has_next = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().map(id).filter(|_| has_next);
        Self { items: rows, next }
    }

    /// The same page, of something made of each row.
    pub fn map<U>(self, of: impl FnMut(T) -> U) -> Paged<U> {
        Paged { items: self.items.into_iter().map(of).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> CursorKey {
        CursorKey::from([7; KEY_LENGTH])
    }

    #[test]
    fn a_cursor_is_refused_by_other_lists_and_other_keys() {
        let at = Uuid::now_v7();
        let cursor = key().seal("cases", at);
        assert_eq!(key().open("cases", &cursor), Ok(at));
        assert_eq!(key().open("claims", &cursor), Err(INVALID_CURSOR));
        assert_eq!(CursorKey::from([8; KEY_LENGTH]).open("cases", &cursor), Err(INVALID_CURSOR));
    }

    #[test]
    fn a_shortened_lengthened_or_made_up_cursor_is_refused() {
        let cursor = key().seal("cases", Uuid::now_v7());
        for length in 0..cursor.len() {
            assert_eq!(key().open("cases", &cursor[..length]), Err(INVALID_CURSOR));
        }
        for text in [format!("{cursor}AA"), format!("{cursor}="), "%%%".into(), Uuid::nil().to_string()] {
            assert_eq!(key().open("cases", &text), Err(INVALID_CURSOR));
        }
        assert_eq!(format!("{:?}", key()), "CursorKey(…)");
    }

    #[test]
    fn the_row_fetched_beyond_the_limit_tells_of_a_next_page() {
        let rows: Vec<Uuid> = (0..4).map(|_| Uuid::now_v7()).collect();
        let cut = |limit| Paged::cut(rows.clone(), &Page { limit, after: None }, |row| *row);
        assert_eq!(cut(3), Paged { items: rows[..3].to_vec(), next: Some(rows[2]) });
        assert_eq!(cut(4), Paged { items: rows.clone(), next: None });
        assert_eq!(Paged::cut(Vec::new(), &Page::first(), |row: &Uuid| *row).next, None);
        assert_eq!(cut(3).map(|_| ()).next, Some(rows[2]));
    }

    #[test]
    fn a_page_has_fifty_rows_unless_asked_and_two_hundred_at_most() {
        assert_eq!(Page::new(None, None), Ok(Page::first()));
        assert_eq!(Page::first().fetch(), 51);
        assert_eq!(Page::new(Some(200), None).map(|page| page.fetch()), Ok(201));
        for limit in [0, 201, u16::MAX] {
            assert_eq!(Page::new(Some(limit), None).unwrap_err().code, "invalid_limit");
        }
    }

    proptest! {
        #[test]
        fn a_cursor_changed_anywhere_is_refused(at: u128, place in 0_usize..38, letter in "[A-Za-z0-9_-]") {
            let mut cursor = key().seal("cases", Uuid::from_u128(at));
            prop_assume!(cursor[place..=place] != letter);
            cursor.replace_range(place..=place, &letter);
            prop_assert_eq!(key().open("cases", &cursor), Err(INVALID_CURSOR));
        }
    }
}
