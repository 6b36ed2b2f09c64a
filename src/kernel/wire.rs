//! How a parsed type travels: as a string, written in its canonical form and read by its `FromStr`.
//!
//! Refuses to echo: serde's own "invalid type" errors quote a misplaced number, which may be somebody's CNIC.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, de::Error};

use super::invalid::Invalid;

/// Reads a string and parses it; the error is the parser's and quotes nothing.
pub(crate) fn parse<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromStr<Err = Invalid>,
    D: Deserializer<'de>,
{
    // The error dropped here is the format's own, which quotes what stood in place of the string. Where nothing stood,
    // serde asks this very function for a default, and the error names the field alone.
    let text = String::deserialize(deserializer).map_err(|error: D::Error| {
        let is_missing = error.to_string().starts_with("missing field");
        if is_missing { error } else { Error::custom("invalid_type: expected a string") }
    })?;
    text.parse().map_err(Error::custom)
}

/// Implements `Serialize` with `write`, `Deserialize` with `FromStr`, and `JsonSchema` as given; `named` schemas
/// become components of the API description, `inline` ones are repeated where they are used.
macro_rules! as_string {
    ($type:ty $([$($generics:tt)+])?, write: $write:path, $place:ident $name:literal: $schema:tt) => {
        impl $(<$($generics)+>)? ::serde::Serialize for $type {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let text = $write(self);
                serializer.serialize_str(text.as_ref())
            }
        }

        impl<'de, $($($generics)+)?> ::serde::Deserialize<'de> for $type {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::kernel::wire::parse(deserializer)
            }
        }

        impl $(<$($generics)+>)? ::schemars::JsonSchema for $type {
            fn inline_schema() -> bool {
                $crate::kernel::wire::as_string!(@ $place)
            }

            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!($schema)
            }
        }
    };
    (@ inline) => { true };
    (@ named) => { false };
}

/// Implements `Debug` as the type's name and an ellipsis, for what must not reach a log.
macro_rules! blind_debug {
    ($name:ident $(<$arguments:tt>[$($generics:tt)+])?) => {
        impl $(<$($generics)+>)? ::std::fmt::Debug for $name $(<$arguments>)? {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

pub(crate) use {as_string, blind_debug};

#[cfg(test)]
mod tests {
    use crate::kernel::cnic::Cnic;

    #[test]
    fn a_field_that_is_not_there_is_missing_and_not_of_a_wrong_type() {
        #[derive(Debug, serde::Deserialize)]
        struct Card {
            #[expect(dead_code, reason = "it is never there")]
            cnic: Cnic,
        }
        let error = serde_json::from_str::<Card>("{}").unwrap_err().to_string();
        assert!(error.starts_with("missing field `cnic`"), "{error}");
    }

    #[test]
    fn a_number_in_place_of_a_string_is_refused_without_being_quoted() {
        for json in ["3520212345671", "-3520212345671", "35202123.45671", "true", "[3520212345671]"] {
            let error = serde_json::from_str::<Cnic>(json).unwrap_err().to_string();
            assert!(!error.contains("35202"), "{error}");
        }
    }
}
