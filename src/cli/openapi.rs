//! `umeed openapi`: the API's description. It asks for no settings and no database.
use super::say;
use crate::error::Result;
use crate::http::{document, server};

pub fn run() -> Result<()> {
    let text = serde_json::to_string_pretty(&document(&server::routes()))?;
    say::say(&format!("{text}\n"))
}
