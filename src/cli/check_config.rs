//! `umeed check-config`: the settings in effect, as a file that could be given back, but never the database password. It
//! refuses what `serve` would refuse: files of certificates, of instruments, and of programmes and tariffs by name and line.
use super::{Options, say};
use crate::assessments::Instruments;
use crate::claims;
use crate::directory;
use crate::error::Result;
use crate::http::server;
use crate::tariffs;

pub fn run(options: &Options) -> Result<()> {
    let settings = options.settings()?;
    directory::first_data::check(settings.directory.folder())?;
    tariffs::first_data::check(settings.tariffs.folder(), settings.directory.folder())?;
    claims::checklist::check()?;
    server::check(&settings)?;
    Instruments::load(&settings.assessments.instruments)?;
    say::say(&settings.show()?)
}
