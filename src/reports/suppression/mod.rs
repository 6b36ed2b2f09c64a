//! Small counts are not told outside the area that owns them, nor anything from which they could be worked out.
//!
//! Two steps. Lines that are small as a whole are put together ([`group`]), and in what is left single cells are withheld
//! with the cells that would give them away ([`table`]). Every line and every total that is told has been told in full
//! view of all breakdowns, so that two breakdowns, or two reports, of the same cases give no more away than one.
//!
//! Zero: a zero tells of nobody and is told, but a zero may be withheld to hide a cell beside it; so a withheld cell may
//! be zero. It refuses to round or to add noise: what is told is true.
mod group;
mod path;
mod table;

pub use group::{GuardedLine, Line, guard};
use table::Table;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use crate::kernel::sheet::Value;

/// A count, or that it is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    Told(i64),
    Withheld,
}

impl Cell {
    pub fn told(self) -> Option<i64> {
        match self {
            Self::Told(count) => Some(count),
            Self::Withheld => None,
        }
    }

    /// A sum is told only if both of its parts are.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        self.told().zip(other.told()).map_or(Self::Withheld, |(one, two)| Self::Told(one + two))
    }

    /// So much of `all`, in whole percent, half away from zero; nothing of nothing.
    pub fn percent_of(self, all: Self) -> Share {
        match (self.told(), all.told()) {
            (Some(part), Some(whole)) if whole > 0 => Share::Told((200 * part + whole) / (2 * whole)),
            (_, Some(0)) => Share::Nothing,
            _ => Share::Withheld,
        }
    }
}

/// What is worked out from counts: told, or not told, or there was nothing to work it out from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    Told(i64),
    Withheld,
    Nothing,
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.told().serialize(serializer)
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Told(number) => serializer.serialize_i64(*number),
            Self::Withheld | Self::Nothing => serializer.serialize_none(),
        }
    }
}

impl JsonSchema for Cell {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Count".into()
    }
    fn schema_id() -> std::borrow::Cow<'static, str> {
        concat!(module_path!(), "::Cell").into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["integer", "null"], "minimum": 0, "description": "A count; null where it is withheld." })
    }
}

impl JsonSchema for Share {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Share".into()
    }
    fn schema_id() -> std::borrow::Cow<'static, str> {
        concat!(module_path!(), "::Share").into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let about = "Worked out from counts; null where one of them is withheld or where there is nothing to count.";
        json_schema!({ "type": ["integer", "null"], "description": about })
    }
}

impl From<Cell> for Value {
    fn from(cell: Cell) -> Self {
        cell.told().map_or(Self::Withheld, Self::Whole)
    }
}

impl From<Share> for Value {
    fn from(share: Share) -> Self {
        match share {
            Share::Told(number) => Self::Whole(number),
            Share::Withheld => Self::Withheld,
            Share::Nothing => Self::Nothing,
        }
    }
}
