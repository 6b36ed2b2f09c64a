//! The command line: one file a subcommand. Whatever fails is told in one line on stderr; it never prints a backtrace
//! or a secret it was given.
mod check_config;
mod demo;
mod ledger;
mod migrate;
mod openapi;
mod running;
mod say;
mod serve;
mod start;
mod user;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::config::{Overrides, Settings};
use crate::error::Result;

/// Case management for the victims of terrorist attacks in Pakistan.
#[derive(Parser)]
#[command(name = "umeed", version, arg_required_else_help = true, subcommand_required = true)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

/// What every subcommand takes, before or after its own arguments.
#[derive(Args)]
#[command(next_help_heading = "Options of every subcommand")]
struct Options {
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help = "Settings that differ from the defaults (TOML); UMEED__SECTION__KEY in the environment goes before them"
    )]
    config: Option<PathBuf>,
    /// Where the API listens, such as 127.0.0.1:8080; port 0 takes a free one
    #[arg(long, global = true, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    #[arg(long, global = true, value_name = "URL", help = "The database: sqlite:PATH or postgres://USER@HOST/NAME")]
    database: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API; without settings, on an SQLite database under ./data
    Serve,
    /// Try Umeed: serve invented data on a database that is thrown away on exit
    Demo,
    /// Bring the database up to date
    Migrate,
    /// Check the settings and print those in effect, without the database password
    CheckConfig,
    /// Add, list and disable users, and reset their passwords
    #[command(subcommand)]
    User(user::Command),
    /// Check the books
    #[command(subcommand)]
    Ledger(ledger::Command),
    /// Print the description of the API (JSON)
    Openapi,
}

/// Does what the arguments say.
pub fn run() -> ExitCode {
    crate::logging::hush_panics();
    let cli = match Cli::try_parse().and_then(Cli::fits) {
        Ok(cli) => cli,
        Err(error) => {
            // Help that nobody reads any more is no failure.
            _ = error.print();
            return u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
        }
    };
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::failure(&error);
            ExitCode::FAILURE
        }
    }
}

impl Cli {
    /// Refuses an option that would be ignored.
    fn fits(self) -> Result<Self, clap::Error> {
        let (takes_listen, takes_database) = match self.command {
            Command::Serve | Command::CheckConfig => (true, true),
            Command::Demo => (true, false),
            Command::Migrate | Command::User(_) | Command::Ledger(_) => (false, true),
            Command::Openapi => (false, false),
        };
        let ignored = match &self.options {
            Options { listen: Some(_), .. } if !takes_listen => "--listen",
            Options { database: Some(_), .. } if !takes_database => "--database",
            _ => return Ok(self),
        };
        let why = format!("this subcommand does not take {ignored}");
        Err(Self::command().error(ErrorKind::ArgumentConflict, why))
    }

    fn run(self) -> Result<()> {
        let options = self.options;
        match self.command {
            Command::Serve => serve::run(&options),
            Command::Demo => demo::run(&options),
            Command::Migrate => migrate::run(&options),
            Command::CheckConfig => check_config::run(&options),
            Command::User(command) => user::run(&options, command),
            Command::Ledger(command) => ledger::run(&options, command),
            Command::Openapi => openapi::run(),
        }
    }
}

impl Options {
    fn settings(&self) -> Result<Settings> {
        self.settings_over(&[])
    }

    /// The settings, where some defaults are not everybody's.
    fn settings_over(&self, defaults: &'static [(&'static str, &'static str)]) -> Result<Settings> {
        let overrides = Overrides { defaults, listen: self.listen, database: self.database.clone() };
        Settings::read(self.config.as_deref(), &overrides)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_stand_before_and_after_and_are_never_ignored() {
        let parse = |line: &str| Cli::try_parse_from(line.split(' ')).and_then(Cli::fits).map(|cli| cli.options);
        assert!(parse("umeed --listen 127.0.0.1:1 serve").unwrap().listen.is_some());
        assert!(parse("umeed user list --database sqlite:x").unwrap().database.is_some());
        for ignored in ["umeed demo --database sqlite:x", "umeed migrate --listen 127.0.0.1:1"] {
            assert!(parse(ignored).is_err(), "{ignored}");
        }
    }
}
