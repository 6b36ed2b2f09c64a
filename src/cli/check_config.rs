//! `umeed check-config`: the settings in effect, as a file that could be given back, but never the database password. It refuses what
//! `serve` would refuse, files of certificates and of instruments among it.
use super::{Options, say};
use crate::assessments::Instruments;
use crate::error::Result;
use crate::http::server;

pub fn run(options: &Options) -> Result<()> {
    let settings = options.settings()?;
    server::check(&settings)?;
    Instruments::load(&settings.assessments.instruments)?;
    say::say(&settings.show()?)
}
