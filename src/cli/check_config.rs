//! `umeed check-config`: the settings in effect, as a file that could be given back, but never the database password. It
//! refuses a programme file with a flaw, by name and line.
use super::{Options, say};
use crate::directory;
use crate::error::Result;

pub fn run(options: &Options) -> Result<()> {
    let settings = options.settings()?;
    directory::first_data::check(settings.directory.folder())?;
    say::say(&settings.show()?)
}
