//! `umeed user`: users, for whoever has the machine. A password is read from standard input and never from an argument,
//! which every other user of the machine could read.
use std::io::{BufRead, IsTerminal, Read, Write};

use actix_web::rt::System;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use clap::{Args, Subcommand};

use super::{Options, say, start};
use crate::App;
use crate::access::model::{Email, NewUser, User};
use crate::access::policy::{Actor, OrganisationId, Role};
use crate::access::service;
use crate::error::{Code, Error, Result};
use crate::kernel::page::Page;
use crate::kernel::places::Area;
use crate::kernel::text::Line;

#[derive(Subcommand)]
pub enum Command {
    /// Add a user, who signs in with the password given on standard input
    Add(Add),
    /// Set a new password and end every session of the user
    Reset(Reset),
    /// List all users
    List,
    /// End a user's access at once
    Disable(Disable),
}

/// Those whose area says what they see, so it is never left to a default.
const WHO_KEEP_CASES: [Role; 3] = [Role::Officer, Role::Supervisor, Role::Assessor];

#[derive(Args)]
pub struct Add {
    #[arg(long)]
    email: Email,
    #[arg(long)]
    name: Line<120>,
    #[arg(long, value_parser = roles())]
    role: Role,
    /// The id of the organisation; a partner needs one
    #[arg(long, value_name = "ID")]
    organisation: Option<OrganisationId>,
    /// PK for the whole country, provinces such as PK-KP, or districts such as PK508,PK510; whoever works on cases needs
    /// one, and the others have the country
    #[arg(long, required_if_eq_any = WHO_KEEP_CASES.map(|role| ("role", role.word())))]
    area: Option<Area>,
    #[command(flatten)]
    password: PasswordStdin,
}

#[derive(Args)]
pub struct Reset {
    #[arg(long)]
    email: Email,
    #[command(flatten)]
    password: PasswordStdin,
}

#[derive(Args)]
pub struct Disable {
    #[arg(long)]
    email: Email,
}

#[derive(Args)]
struct PasswordStdin {
    /// Read the password (15 to 128 characters) from the first line of standard input
    #[arg(long, required = true)]
    password_stdin: bool,
}

fn roles() -> impl clap::builder::TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.iter().map(|role| role.word())).try_map(|word| word.parse::<Role>())
}

pub fn run(options: &Options, command: Command) -> Result<()> {
    let settings = options.settings()?;
    let password = match &command {
        Command::Add(Add { password, .. }) | Command::Reset(Reset { password, .. }) => password.read()?,
        Command::List | Command::Disable(_) => String::new(),
    };
    if !matches!(command, Command::Add(_)) {
        start::expect_database(&settings)?;
    }
    let told = System::new().block_on(async {
        let app = start::open(&settings).await?;
        match command {
            Command::Add(new) => add(&app, new, password).await,
            Command::Reset(Reset { email, .. }) => reset(&app, email, password).await,
            Command::List => list(&app).await,
            Command::Disable(Disable { email }) => disable(&app, email).await,
        }
    });
    say::say(&told?)
}

async fn add(app: &App, new: Add, password: String) -> Result<String> {
    let Add { email, name, role, organisation, area, .. } = new;
    let area = area.unwrap_or(Area::Country);
    let new = NewUser { email, name, role, organisation_id: organisation, area };
    let hash = app.passwords.hash(password).await?;
    let added = service::add(&app.work, &Actor::system(), None, new, Some(hash)).await?;
    let User { email, role, area, .. } = added.answer;
    Ok(format!("Added {}: {role}, area {area}.\n", email.as_str()))
}

async fn reset(app: &App, email: Email, password: String) -> Result<String> {
    let user = get(app, email).await?;
    if user.disabled_at.is_some() {
        return Err(Error::Unavailable("this user is disabled, and a new password would not let them in".into()));
    }
    service::set_password(&app.work, &app.passwords, &Actor::system(), user.id, password).await?;
    Ok(format!("{} has a new password, and every session has ended.\n", user.email.as_str()))
}

async fn disable(app: &App, email: Email) -> Result<String> {
    let user = get(app, email).await?;
    service::disable(&app.work, &Actor::system(), None, user.id, None).await?;
    Ok(format!("{} is disabled, and every session has ended.\n", user.email.as_str()))
}

async fn get(app: &App, email: Email) -> Result<User> {
    service::get_by_email(&app.work, email).await.map_err(|error| match error {
        Error::Client(Code::NotFound) => Error::Unavailable("there is no user with this address".into()),
        other => other,
    })
}

async fn list(app: &App) -> Result<String> {
    let (mut rows, mut page) = (Vec::new(), Page { limit: Page::MAX_LIMIT, after: None });
    loop {
        let users = service::list(&app.work, None, page).await?;
        rows.extend(users.items.into_iter().map(row));
        match users.next {
            Some(after) => page.after = Some(after),
            None => return Ok(say::table(["E-MAIL", "NAME", "ROLE", "AREA", "ORGANISATION", "STATE"], &rows)),
        }
    }
}

fn row(user: User) -> [String; 6] {
    let state = user.disabled_at.map_or_else(|| "active".to_owned(), |at| format!("disabled {}", at.date()));
    let organisation = user.organisation_id.map_or_else(|| "-".to_owned(), |id| id.to_string());
    let (email, name) = (user.email.into(), user.name.into_string());
    [email, name, user.role.to_string(), user.area.to_string(), organisation, state]
}

impl PasswordStdin {
    fn read(&self) -> Result<String> {
        debug_assert!(self.password_stdin, "clap requires it");
        let input = std::io::stdin().lock();
        if input.is_terminal() {
            _ = writeln!(std::io::stderr().lock(), "Type the password and Enter; it can be seen while you type:");
        }
        let mut line = String::new();
        // More than the longest password in any script, and no more than must be kept.
        let read = input.take(1024).read_line(&mut line);
        read.map_err(|error| Error::Unavailable(format!("cannot read the password: {error}")))?;
        Ok(line.strip_suffix('\n').map_or(line.as_str(), |line| line.strip_suffix('\r').unwrap_or(line)).to_owned())
    }
}
