//! A field of a change that tells `null` from what was left out. It refuses to stand for a field that is never empty.
use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};

/// A field of a change that may be emptied: left out it stays, `null` empties it.
#[derive(Debug, Clone, Default)]
pub enum Optional<T> {
    #[default]
    Kept,
    Given(Option<T>),
}

impl<T> Optional<T> {
    /// What the field is after the change.
    pub fn or(self, old: Option<T>) -> Option<T> {
        match self {
            Self::Kept => old,
            Self::Given(new) => new,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Optional<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::Given)
    }
}

impl<T: JsonSchema> JsonSchema for Optional<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        Option::<T>::schema_name()
    }
    fn json_schema(schemas: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(schemas)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, JsonSchema)]
    struct Change {
        #[serde(default)]
        phone: Optional<String>,
    }

    #[test]
    fn null_empties_a_field_and_leaving_it_out_keeps_it() {
        for (json, phone) in [("{}", Some("old")), (r#"{"phone":null}"#, None), (r#"{"phone":"new"}"#, Some("new"))] {
            let change: Change = serde_json::from_str(json).unwrap();
            assert_eq!(change.phone.or(Some("old".to_owned())).as_deref(), phone, "{json}");
        }
    }

    #[test]
    fn such_a_field_is_not_required() {
        assert_eq!(schemars::schema_for!(Change).get("required"), None);
    }
}
