//! What must be there before the service can be opened: folders and keys. Nobody else may look into what is made here.
use std::fs::{DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use crate::App;
use crate::config::Settings;
use crate::crypto::Keyring;
use crate::db::Alone;
use crate::error::{Error, Result};
use crate::work::Clock;

/// Opens the service: makes what is missing, and migrates the database.
pub async fn open(settings: &Settings) -> Result<App> {
    make_database(settings)?;
    let keys = &settings.keys.file;
    if !keys.exists() && App::is_sealed(settings).await? {
        let lost = format!("the database was sealed with keys, and there is no key file {}", keys.display());
        return Err(Error::Unavailable(lost));
    }
    make_folder(keys)?;
    let keys = Keyring::open_or_create(keys)?;
    App::open(settings, keys, Clock::System).await
}

/// Refuses to serve an `SQLite` database that another process serves: each would take itself for the only writer.
pub fn alone(settings: &Settings) -> Result<Option<Alone>> {
    make_database(settings)?;
    Alone::take(&settings.database.options())
}

/// Refuses a command that has nothing to do where no database is, and would make one.
pub fn expect_database(settings: &Settings) -> Result<()> {
    let options = settings.database.options();
    match options.file().filter(|file| !file.exists()) {
        None => Ok(()),
        Some(file) => Err(Error::Unavailable(format!("there is no database {}; see --database", file.display()))),
    }
}

/// Makes the file of an `SQLite` database, empty, and its folder: `SQLite` itself would let everybody read it.
pub fn make_database(settings: &Settings) -> Result<()> {
    let options = settings.database.options();
    let Some(file) = options.file() else { return Ok(()) };
    make_folder(file)?;
    let made = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(file);
    made.map(drop).map_err(|error| Error::Unavailable(format!("cannot open the database {}: {error}", file.display())))
}

fn make_folder(file: &Path) -> Result<()> {
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| Error::Unavailable(format!("cannot make the folder {}: {error}", folder.display())))
}
