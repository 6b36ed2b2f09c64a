//! `umeed ledger`: whether the books are true. It mends nothing.
use actix_web::rt::System;
use clap::Subcommand;

use super::{Options, say, start};
use crate::error::{Error, Result};
use crate::ledger::verify::Verified;

#[derive(Clone, Copy, Subcommand)]
pub enum Command {
    /// Check every account, entry and payment; fails with the first thing that is wrong
    Verify,
}

pub fn run(options: &Options, command: Command) -> Result<()> {
    let Command::Verify = command;
    let settings = options.settings()?;
    start::expect_database(&settings)?;
    let verdict = System::new().block_on(async {
        let app = start::open(&settings).await?;
        crate::payouts::verify::with_books_unscoped(&app.work).await
    });
    let Verified { funds, entries, turnover_paisa } = verdict?.map_err(Error::Unavailable)?;
    say::say(&format!(
        "The ledger is true: {funds} funds, {entries} entries, debits and credits of {turnover_paisa} paisa each.\n"
    ))
}
