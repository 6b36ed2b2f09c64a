//! Identifiers that know what they identify: the id of a case is not the id of a claim.
//!
//! Refuses every spelling of a UUID but the hyphenated one, so that equal ids are equal text.

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
    str::FromStr,
};

use uuid::Uuid;

use super::{invalid::Invalid, wire::as_string};

const HYPHENATED_LENGTH: usize = 36;

/// The id of an `Of`: a UUID of version 7, so ids sort by the time they were made.
pub struct Id<Of: 'static>(Uuid, PhantomData<fn() -> Of>);

impl<Of> Id<Of> {
    /// A new id, later than every one this process made before.
    #[expect(clippy::new_without_default, reason = "a default that differs every time would surprise")]
    pub fn new() -> Self {
        Self::from(Uuid::now_v7())
    }

    /// The id of nothing, all zeros.
    pub const fn nil() -> Self {
        Self(Uuid::nil(), PhantomData)
    }

    /// The id without its meaning.
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// The same id, of something else: for where two tables share a key.
    pub const fn cast<Other>(self) -> Id<Other> {
        Id(self.0, PhantomData)
    }
}

impl<Of> From<Uuid> for Id<Of> {
    fn from(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }
}

impl<Of> FromStr for Id<Of> {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid::new("invalid_id", "expected a hyphenated UUID");
        if text.len() != HYPHENATED_LENGTH {
            return Err(INVALID);
        }
        Uuid::try_parse(text).map(Self::from).map_err(|_| INVALID)
    }
}

as_string!(Id<Of> [Of: 'static], write: ToString::to_string, inline "Id": { "type": "string", "format": "uuid" });

impl<Of> fmt::Display for Id<Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl<Of> fmt::Debug for Id<Of> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({})", self.0)
    }
}

// Written out, because a derive would demand the same of `Of`, which is never there.
impl<Of> Copy for Id<Of> {}

impl<Of> Clone for Id<Of> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Of> PartialEq for Id<Of> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<Of> Eq for Id<Of> {}

impl<Of> PartialOrd for Id<Of> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<Of> Ord for Id<Of> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl<Of> Hash for Id<Of> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Case;
    struct Claim;

    #[test]
    fn ids_sort_in_the_order_they_were_made() {
        let ids: Vec<Id<Case>> = (0..100).map(|_| Id::new()).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids[0].uuid().get_version_num(), 7);
    }

    #[test]
    fn an_id_survives_the_way_through_text_and_json() {
        let id = Id::<Case>::new();
        assert_eq!(id.to_string().parse(), Ok(id));
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{id}\""));
        assert_eq!(serde_json::from_str::<Id<Case>>(&json).unwrap(), id);
    }

    #[test]
    fn only_the_hyphenated_spelling_is_an_id() {
        let uuid = Uuid::now_v7();
        for text in [uuid.simple().to_string(), uuid.braced().to_string(), uuid.urn().to_string(), String::new()] {
            assert_eq!(text.parse::<Id<Case>>().unwrap_err().code, "invalid_id");
        }
        assert!("-".repeat(HYPHENATED_LENGTH).parse::<Id<Case>>().is_err());
    }

    #[test]
    fn a_cast_keeps_the_uuid() {
        let id = Id::<Case>::new();
        assert_eq!(id.cast::<Claim>().uuid(), id.uuid());
        assert!(Id::<Case>::nil().uuid().is_nil());
    }
}
