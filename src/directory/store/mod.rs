//! Rows and queries of the directory. Whoever is signed in sees all of it, so nothing here is scoped.
use std::fmt;
use std::str::FromStr;

use super::model::{Confidence, Coverage, Domain, OrganisationKind, ServiceStatus, Urgency};
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::invalid::Invalid;
use crate::kernel::text::Line;

pub mod candidates;
pub mod change;
pub mod districts;
pub mod organisations;
pub mod programmes;
pub mod rule_sets;
pub mod services;

text_columns!(Areas, Confidence, Coverage, Domain, OrganisationKind, ServiceStatus, Urgency);

/// Places in one text column, comma between them.
#[derive(Debug, Clone)]
pub struct Areas(Vec<Coverage>);

impl FromStr for Areas {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        text.split(',').map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}
impl fmt::Display for Areas {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
    }
}

fn lines<const MAX: usize>(list: &[Line<MAX>]) -> Lines {
    Lines(list.iter().map(|line| line.as_str().to_owned()).collect())
}

/// Reads a text back; one that we would not have taken cannot be there.
fn text<T: FromStr>(stored: &str) -> Result<T> {
    stored.parse().map_err(|_| Error::Corrupt("directory"))
}

fn texts<T: FromStr>(stored: &Lines) -> Result<Vec<T>> {
    stored.0.iter().map(|line| text(line)).collect()
}

fn optional_text<T: FromStr>(stored: Option<String>) -> Result<Option<T>> {
    stored.map(|stored| text(&stored)).transpose()
}

fn owned<const MAX: usize>(line: Option<&Line<MAX>>) -> Option<String> {
    line.map(|line| line.as_str().to_owned())
}
