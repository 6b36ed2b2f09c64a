//! `umeed check-config`: the settings in effect, as a file that could be given back, but never the database password.
use super::{Options, say};
use crate::error::Result;

pub fn run(options: &Options) -> Result<()> {
    say::say(&options.settings()?.show()?)
}
