//! A flat table, for those who go on calculating with it: a header, a tag for each column, rows of plain values.
//!
//! Refuses to nest, and to hold a value that a spreadsheet would take for a formula: text is text.

pub mod csv;
pub mod xlsx;

use super::time::Date;

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What people read at its head.
    pub title: String,
    /// Its hashtag and attributes in HXL 1.1 (<https://hxlstandard.org/standard/1-1final/>), such as `#adm2+code`; empty
    /// for a column that has none.
    pub tag: String,
}

impl Column {
    pub fn new(title: impl Into<String>, tag: impl Into<String>) -> Self {
        Self { title: title.into(), tag: tag.into() }
    }
}

/// What stands in one place of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// There is nothing to tell.
    Nothing,
    /// There is something, and it is not told.
    Withheld,
    Text(String),
    Whole(i64),
    Day(Date),
}

impl Value {
    /// What stands for a value that is not told: the shorthand of the Government Statistical Service for "confidential"
    /// (<https://analysisfunction.civilservice.gov.uk/policy-store/symbols-in-tables-definitions-and-help/>).
    pub const WITHHELD: &'static str = "[c]";

    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The text, or nothing for nothing.
    pub fn maybe(value: Option<impl Into<Self>>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Whole(number.into())
    }
}

impl From<Date> for Value {
    fn from(day: Date) -> Self {
        Self::Day(day)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

/// A table with a name that can be that of a file: lower-case letters and hyphens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    pub name: &'static str,
    pub columns: Vec<Column>,
    /// Each as long as there are columns.
    pub rows: Vec<Vec<Value>>,
}

impl Sheet {
    /// Whether any column has a tag, and so the sheet a row of them.
    pub fn is_tagged(&self) -> bool {
        self.columns.iter().any(|column| !column.tag.is_empty())
    }
}

/// Something that can also be told as a flat table.
pub trait Tabled {
    fn sheet(&self) -> Sheet;
}
