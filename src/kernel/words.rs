//! Closed vocabularies: enums whose values are single words, on the wire and in the database alike.
//!
//! Refuses a word it does not know, and an enum whose variants and words are listed in two places.

/// A value that is one word of a closed list; implemented by `words!`, so that storage can be generic over it.
pub trait Word: Copy + 'static {
    /// Every value, in the order of declaration.
    const ALL: &'static [Self];

    /// The word that stands for this value.
    fn word(self) -> &'static str;

    /// The value a word stands for, if it is one of the list.
    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.word() == word)
    }
}

/// Declares an enum of words: `words! { /// doc \n pub enum Phase { Acute = "acute", LongTerm = "long_term" } }`.
///
/// Gives it `ALL`, `word`, [`Word`], `Display`, `FromStr`, serde and a JSON schema. Ordered as declared.
macro_rules! words {
    (
        $(#[$about:meta])*
        $visibility:vis enum $name:ident { $($(#[$about_value:meta])* $value:ident = $word:literal),+ $(,)? }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        $visibility enum $name {
            $($(#[$about_value])* $value,)+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The word that stands for this value on the wire and in the database.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }
        }

        impl $crate::kernel::words::Word for $name {
            const ALL: &'static [Self] = Self::ALL;

            fn word(self) -> &'static str {
                self.word()
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.word())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::kernel::invalid::Invalid;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                const UNKNOWN: $crate::kernel::invalid::Invalid = $crate::kernel::invalid::Invalid::new(
                    "unknown_value",
                    $crate::kernel::words::words!(@expected $($word),+),
                );
                $crate::kernel::words::Word::from_word(text).ok_or(UNKNOWN)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                $crate::kernel::wire::parse(deserializer)
            }
        }

        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({ "type": "string", "enum": [$($word),+] })
            }
        }
    };
    (@expected $first:literal $(, $other:literal)*) => {
        concat!("expected one of ", $first $(, ", ", $other)*)
    };
}

pub(crate) use words;

#[cfg(test)]
mod tests {
    words! {
        /// How far along the support of a person is.
        pub enum Phase {
            /// The first days.
            Acute = "acute",
            Intermediate = "intermediate",
            LongTerm = "long_term",
        }
    }

    #[test]
    fn every_value_survives_the_way_through_text_and_json() {
        for &phase in Phase::ALL {
            assert_eq!(phase.to_string().parse(), Ok(phase));
            let json = serde_json::to_string(&phase).unwrap();
            assert_eq!(json, format!("\"{}\"", phase.word()));
            assert_eq!(serde_json::from_str::<Phase>(&json).unwrap(), phase);
        }
        assert!(Phase::Acute < Phase::LongTerm);
    }

    #[test]
    fn an_unknown_word_is_answered_with_the_list_and_not_repeated() {
        let error = serde_json::from_str::<Phase>("\"Zahra\"").unwrap_err().to_string();
        assert!(error.starts_with("unknown_value: expected one of acute, intermediate, long_term"), "{error}");
        assert!(!error.contains("Zahra"));
        assert_eq!("Acute".parse::<Phase>().unwrap_err().code, "unknown_value");
        assert_eq!("".parse::<Phase>().unwrap_err().message, "expected one of acute, intermediate, long_term");
    }

    #[test]
    fn the_schema_lists_the_words_under_the_name_of_the_type() {
        let schema = schemars::schema_for!(Phase);
        assert_eq!(schema.get("title").unwrap(), "Phase");
        assert_eq!(schema.get("enum").unwrap(), &serde_json::json!(["acute", "intermediate", "long_term"]));
    }
}
