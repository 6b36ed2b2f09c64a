//! `umeed migrate`. It refuses a database that a newer Umeed has migrated.
use super::{Options, say, start};
use crate::db::Database;
use crate::error::Result;

pub fn run(options: &Options) -> Result<()> {
    let settings = options.settings()?;
    start::make_database(&settings)?;
    let told = match Database::migrate(&settings.database.options())? {
        0 => "The database is up to date.\n".to_owned(),
        1 => "1 migration ran; the database is up to date.\n".to_owned(),
        ran => format!("{ran} migrations ran; the database is up to date.\n"),
    };
    say::say(&told)
}
