//! `umeed serve`. It writes nothing before it has its ports.
use std::fmt::Write as _;

use actix_web::rt::System;

use super::running::{self, Ports, Signals};
use super::{Options, start};
use crate::access::service::has_users;
use crate::config::Settings;
use crate::error::Result;

pub fn run(options: &Options) -> Result<()> {
    let settings = options.settings()?;
    crate::logging::start(&settings.log.level)?;
    System::new().block_on(serve(options, &settings))
}

async fn serve(options: &Options, settings: &Settings) -> Result<()> {
    let ports = Ports::take(settings)?;
    // Held until the process ends, however it ends.
    let _alone = start::alone(settings)?;
    let app = start::open(settings).await?;
    // Not before: a start that waits for the database must end at once when it is told to.
    let signals = Signals::listen()?;
    let address = ports.address(settings)?;
    let mut told = format!("Umeed listens on {address}, and describes itself on {address}/docs\n");
    if !has_users(&app.work).await? {
        told.push_str(&first_steps(options));
    }
    running::run(app, settings, ports, signals, &told).await
}

/// How to add the first administrator, to the same database.
fn first_steps(options: &Options) -> String {
    let mut same = String::new();
    if let Some(file) = &options.config {
        _ = write!(same, " --config {}", file.display());
    }
    match options.database.as_deref() {
        Some(url) if url.starts_with("sqlite:") => _ = write!(same, " --database {url}"),
        // It may hold a password.
        Some(_) => same.push_str(" --database …"),
        None => {}
    }
    format!(
        "\nThere is no user yet. Add the first administrator; the password is the first line of standard input:\n\n  \
         umeed user add --email you@example.org --name 'Your Name' --role administrator --password-stdin{same}\n\n\
         If the password is lost: umeed user reset --email you@example.org --password-stdin{same}\n\n"
    )
}
