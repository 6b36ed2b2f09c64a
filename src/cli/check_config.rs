//! `umeed check-config`: the settings in effect, as a file that could be given back, but never the database password. It
//! refuses what the service would refuse at its start: a file of an instrument that is wrong, with its line.
use super::{Options, say};
use crate::assessments::Instruments;
use crate::error::Result;

pub fn run(options: &Options) -> Result<()> {
    let settings = options.settings()?;
    Instruments::load(&settings.assessments.instruments)?;
    say::say(&settings.show()?)
}
