//! From what a parser says to what a client is told: where, a code, a sentence. Never the value.
use serde::de::IntoDeserializer;
use serde::de::value::MapDeserializer;
use serde_path_to_error::{Path, Segment};

use crate::error::{Code, Error, Fault};

/// What is wrong with a JSON body.
pub fn of_json(error: &serde_path_to_error::Error<serde_json::Error>) -> Error {
    let inner = error.inner();
    if !inner.is_data() {
        return Code::MalformedJson.into();
    }
    let text = inner.to_string();
    let place = format!(" at line {} column {}", inner.line(), inner.column());
    fault(error.path(), "/", text.strip_suffix(&place).unwrap_or(&text))
}

/// What is wrong with the fields of a form.
pub fn of_form(error: &serde_path_to_error::Error<serde::de::value::Error>) -> Error {
    fault(error.path(), "/", &error.inner().to_string())
}

/// What is wrong with a query.
pub fn of_query(error: &serde_path_to_error::Error<serde::de::value::Error>) -> Error {
    fault(error.path(), "", &error.inner().to_string())
}

/// `text` is serde's, or one of the kernel's in the form `code: message`.
fn fault(path: &Path, root: &str, text: &str) -> Error {
    let (code, message, field) = read(text);
    let mut pointer: String = path.iter().map(|segment| pointer_part(segment, root)).collect();
    if let Some(field) = field
        && !pointer.ends_with(&format!("/{field}"))
        && pointer != field
    {
        pointer.push_str(root);
        pointer.push_str(field);
    }
    Error::Invalid(vec![Fault::new(pointer, code, message)])
}

fn pointer_part(segment: &Segment, root: &str) -> String {
    match segment {
        Segment::Seq { index } => format!("{root}{index}"),
        Segment::Map { key } => format!("{root}{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    }
}

/// Code, message, and the field that serde names in its message only.
fn read(text: &str) -> (&'static str, String, Option<&str>) {
    let quoted = || text.split('`').nth(1);
    let expected = || match text.rsplit_once("expected ") {
        // The name of a type of ours tells a client nothing.
        Some((_, expected)) if expected.starts_with("struct ") => "an object",
        Some((_, expected)) => expected,
        None => "another value",
    };
    if text.starts_with("missing field") {
        return ("missing", "this field is required".into(), quoted());
    }
    if text.starts_with("unknown field") {
        return ("unknown_field", "there is no such field here".into(), quoted());
    }
    if text.starts_with("duplicate field") {
        return ("duplicate_field", "this field is given twice".into(), quoted());
    }
    if text.starts_with("invalid type") || text.starts_with("invalid length") {
        return ("wrong_type", format!("expected {}", expected()), None);
    }
    if text.starts_with("invalid value") {
        return ("out_of_range", format!("expected {}", expected()), None);
    }
    if text.starts_with("unknown variant") {
        return ("unknown_value", format!("expected {}", expected()), None);
    }
    match text.split_once(": ").and_then(|(code, message)| Some((CODES.iter().find(|known| **known == code)?, message)))
    {
        Some((code, message)) => (code, message.into(), None),
        None => ("invalid", "this cannot be accepted".into(), None),
    }
}

/// The codes of the kernel's refusals.
pub const CODES: &[&str] = &[
    "bidi_control",
    "control_character",
    "date_out_of_range",
    "duplicate",
    "empty",
    "invalid_area",
    "invalid_case_number",
    "invalid_fiscal_year",
    "invalid_reference",
    "invalid_seed",
    "invalid_cnic",
    "invalid_date",
    "invalid_time_of_day",
    "invalid_iban",
    "invalid_id",
    "invalid_instant",
    "invalid_mobile",
    "invalid_name",
    "invalid_pcode",
    "invalid_type",
    "out_of_range",
    "too_long",
    "unknown_value",
    "wrong_type",
];

/// Query parameters as serde sees a map: a value that should be a number or a truth is read from its text.
pub fn pairs(pairs: Vec<(String, String)>) -> Pairs {
    Pairs(pairs)
}

pub struct Pairs(Vec<(String, String)>);

impl<'de> serde::Deserializer<'de> for Pairs {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        let values = self.0.into_iter().map(|(name, value)| (name, Text(value)));
        visitor.visit_map(MapDeserializer::new(values))
    }
    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// One value of a query.
struct Text(String);

impl IntoDeserializer<'_> for Text {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> serde::Deserializer<'de> for Text {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_string(self.0)
    }
    fn deserialize_option<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }
    fn deserialize_newtype_struct<V: serde::de::Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }
    fn deserialize_bool<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.0.as_str() {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(serde::de::Error::custom("wrong_type: expected true or false")),
        }
    }
    fn deserialize_i64<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        let number = self.0.parse().map_err(|_| serde::de::Error::custom("wrong_type: expected a whole number"));
        visitor.visit_i64(number?)
    }
    serde::forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
