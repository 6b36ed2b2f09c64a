//! `umeed demo`: invented data on a database in a temporary folder. It refuses to be given a database that somebody
//! keeps.
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use actix_web::rt::System;
use futures_util::future::{Either, select};
use tempfile::TempDir;

use super::running::{self, Ports, Signals};
use super::{Options, say};
use crate::App;
use crate::config::{Documents, Settings};
use crate::crypto::Keyring;
use crate::demo::{Past, SignIn, fill};
use crate::error::{Error, Result};
use crate::work::Clock;

/// What is right for a demonstration: news on the screen is the sign-ins, not the log.
const DEFAULTS: &[(&str, &str)] = &[("metrics.listen", ""), ("log.level", "warn")];

pub fn run(options: &Options) -> Result<()> {
    let mut settings = options.settings_over(DEFAULTS)?;
    crate::logging::start(&settings.log.level)?;
    // The folder outlives the system, and with it every connection.
    let mut folder = None;
    let outcome = System::new().block_on(demo(&mut settings, &mut folder));
    let removed = folder.map_or(Ok(()), TempDir::close);
    outcome.and(removed.map_err(|error| Error::Unavailable(format!("cannot remove the temporary folder: {error}"))))
}

async fn demo(settings: &mut Settings, folder: &mut Option<TempDir>) -> Result<()> {
    // First of all, so that Ctrl-C never leaves the folder behind.
    let mut signals = Signals::listen()?;
    let ports = Ports::take(settings)?;
    // Nor does it touch the documents of anybody else.
    settings.documents = Documents::default();
    settings.database.url = format!("sqlite:{}/umeed.db", folder.insert(temporary()?).path().display());
    let ready = match select(std::pin::pin!(ready(settings)), std::pin::pin!(signals.next())).await {
        Either::Left((ready, _)) => ready?,
        Either::Right(_) => return Ok(()),
    };
    let (app, sign_ins) = ready;
    let told = welcome(&ports.address(settings)?, &sign_ins);
    running::run(app, settings, ports, signals, &told).await
}

async fn ready(settings: &Settings) -> Result<(App, Vec<SignIn>)> {
    let ahead = Arc::new(AtomicI64::new(0));
    let app = App::open(settings, Keyring::ephemeral()?, Clock::Ahead(ahead.clone())).await?;
    let sign_ins = fill(&app, &Past(&ahead)).await?;
    Ok((app, sign_ins))
}

fn temporary() -> Result<TempDir> {
    tempfile::Builder::new().prefix("umeed-demo-").tempdir().map_err(|error| {
        let place = tempfile::env::temp_dir();
        let why = error.kind();
        let hint = "set TMPDIR to a folder that can be written";
        Error::Unavailable(format!("cannot make a temporary folder in {}: {why}; {hint}", place.display()))
    })
}

fn welcome(address: &str, sign_ins: &[SignIn]) -> String {
    let row = |it: &SignIn| [it.role.to_string(), it.email.clone(), it.password.clone(), it.area.clone()];
    let rows: Vec<_> = sign_ins.iter().map(row).collect();
    let variable = |it: &SignIn| {
        let name = it.email.split('@').next().unwrap_or_default().to_uppercase().replace('.', "_");
        format!("{name}={}", it.password)
    };
    let passwords: Vec<_> = sign_ins.iter().map(variable).collect();
    let table = say::table(["ROLE", "E-MAIL", "PASSWORD", "AREA"], &rows);
    format!(
        "Umeed's demonstration. Everything in it is invented, and thrown away when it ends (Ctrl-C).\n\n{table}\n\
         API             {address}/api/v1\n\
         Documentation   {address}/docs\n\
         Health          {address}/health/ready\n\n\
         For the calls in the README, in another shell:\n\
         export UMEED={address}/api/v1 {}\n\n",
        passwords.join(" "),
    )
}
