//! Settings: built-in defaults, then a file, then `UMEED__SECTION__KEY`. An unknown key is refused, never ignored. Only
//! this file reads the environment.
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

use crate::db::Options;
use crate::documents::Place;
use crate::error::{Error, Result};

/// The annotated defaults.
pub const DEFAULTS: &str = include_str!("../config/umeed.toml");

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub server: Server,
    pub metrics: Metrics,
    pub database: DatabaseSettings,
    pub keys: Keys,
    pub log: Log,
    pub access: Access,
    pub directory: Directory,
    pub tariffs: Tariffs,
    pub assessments: Assessments,
    pub documents: Documents,
    pub reports: crate::reports::Rules,
    pub consent_overrides: crate::referrals::overrides::OverrideTerms,
    pub feedback: crate::feedback::FeedbackTerms,
    pub claims: crate::claims::ClaimTerms,
    pub payouts: Payouts,
    pub appeals: crate::appeals::AppealTerms,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub listen: SocketAddr,
    pub workers: usize,
    pub connections: usize,
    pub shutdown_seconds: u64,
    pub tls_certificate: PathBuf,
    pub tls_key: PathBuf,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Empty for nowhere.
    pub listen: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    pub url: String,
    pub connections: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payouts {
    /// Whose account compensation is paid from. Empty: no messages to a bank are made.
    pub debtor_name: String,
    pub debtor_iban: String,
}

impl Payouts {
    /// Nothing if both are empty; refuses one without the other, and what is no account.
    pub fn debtor(&self) -> Result<Option<crate::payouts::Debtor>> {
        if self.debtor_name.is_empty() && self.debtor_iban.is_empty() {
            return Ok(None);
        }
        let (name, iban) = (self.debtor_name.parse(), self.debtor_iban.parse());
        let both = name.ok().zip(iban.ok()).map(|(name, iban)| crate::payouts::Debtor { name, iban });
        both.map(Some).ok_or_else(|| {
            Error::Unavailable("settings: payouts.debtor_name and payouts.debtor_iban are a name and an IBAN".into())
        })
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    pub file: PathBuf,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub level: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    pub lifetimes: crate::access::Lifetimes,
    pub password: crate::access::Cost,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// A folder of programme files; empty for none.
    pub programmes: PathBuf,
}

impl Directory {
    /// The folder of the operator's own programme files, if there is one.
    pub fn folder(&self) -> Option<&Path> {
        Some(self.programmes.as_path()).filter(|folder| !folder.as_os_str().is_empty())
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tariffs {
    /// A folder of tariff files; empty for none.
    pub folder: PathBuf,
}

impl Tariffs {
    /// The folder of the operator's own tariff files, if there is one.
    pub fn folder(&self) -> Option<&Path> {
        Some(self.folder.as_path()).filter(|folder| !folder.as_os_str().is_empty())
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessments {
    /// A folder of instruments besides those built in; empty for none.
    pub instruments: PathBuf,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Documents {
    /// Where documents are kept; empty for a folder beside the database or, with PostgreSQL, beside the key file.
    pub folder: PathBuf,
    /// Where they are kept instead.
    pub s3: crate::documents::S3,
}

/// What the command line overrides.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Defaults of a subcommand, where they are not everybody's: the file and the environment go before them.
    pub defaults: &'static [(&'static str, &'static str)],
    pub listen: Option<SocketAddr>,
    pub database: Option<String>,
}

impl DatabaseSettings {
    pub fn options(&self) -> Options {
        Options { url: self.url.clone(), connections: self.connections }
    }
}

/// The address may hold a password.
impl std::fmt::Debug for DatabaseSettings {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("DatabaseSettings").field("connections", &self.connections).finish_non_exhaustive()
    }
}

impl Settings {
    /// Reads the settings and checks that they can be meant.
    pub fn read(file: Option<&Path>, overrides: &Overrides) -> Result<Self> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        for (key, value) in overrides.defaults {
            figment = figment.merge(Serialized::default(key, value));
        }
        if let Some(file) = file {
            check_file(file)?;
            figment = figment.merge(Toml::file_exact(file));
        }
        figment = figment.merge(Env::prefixed("UMEED__").split("__"));
        if let Some(listen) = overrides.listen {
            figment = figment.merge(Serialized::default("server.listen", listen));
        }
        if let Some(url) = &overrides.database {
            figment = figment.merge(Serialized::default("database.url", url));
        }
        let settings: Self = figment.extract().map_err(|error| wrong(&first_line(&error)))?;
        settings.check().map(|()| settings)
    }

    /// The settings as TOML, without a password.
    pub fn show(&self) -> Result<String> {
        let documents = Documents { s3: self.documents.s3.masked(MASK), ..self.documents.clone() };
        let shown = Self { database: self.database.masked(), documents, ..self.clone() };
        toml::to_string(&shown).map_err(|_| Error::Corrupt("settings"))
    }

    fn check(&self) -> Result<()> {
        let lifetimes = &self.access.lifetimes;
        let (certificate, key) = (&self.server.tls_certificate, &self.server.tls_key);
        let rules = [
            ((1..=10).contains(&lifetimes.token_minutes), "access.lifetimes.token_minutes is 1 to 10"),
            (lifetimes.idle_minutes >= 1, "access.lifetimes.idle_minutes is 1 or more"),
            (
                lifetimes.session_minutes >= lifetimes.idle_minutes,
                "access.lifetimes.session_minutes is not below idle_minutes",
            ),
            (lifetimes.invitation_minutes >= 1, "access.lifetimes.invitation_minutes is 1 or more"),
            (self.access.password.passes >= 1, "access.password.passes is 1 or more"),
            (self.access.password.memory_kib >= 8, "access.password.memory_kib is 8 or more"),
            ((1..=1000).contains(&self.database.connections), "database.connections is 1 to 1000"),
            ((1..=100).contains(&self.reports.smallest_count), "reports.smallest_count is 1 to 100"),
            (
                (1..=720).contains(&self.consent_overrides.answer_hours)
                    && (1..=720).contains(&self.consent_overrides.live_hours),
                "consent_overrides.answer_hours and live_hours are 1 to 720",
            ),
            (
                self.feedback.is_sound(),
                "feedback.terms is one at least, each later than the one before, of 1 to 365 days and with a source; \
                 feedback.anonymous_per_minute is 1 or more",
            ),
            (
                self.claims.is_sound(),
                "claims.terms is one at least, each later than the one before, with a source, a wait of 0 to 720 hours, \
                 and tiers that begin at 0 and rise, of 1 to 5 approvers",
            ),
            (
                self.appeals.is_sound(),
                "appeals.rungs is 1 to 10 rungs, each with a code of its own (small letters, digits and _), titles and a source",
            ),
            (
                self.documents.s3.is_sound(),
                "documents.s3 has bucket, region, access_key_id and secret_access_key, and an endpoint that begins with \
                 https:// or http:// or is empty; or nothing at all",
            ),
            (
                self.documents.s3.bucket.is_empty() || self.documents.folder.as_os_str().is_empty(),
                "documents.folder and documents.s3.bucket do not go together",
            ),
            (self.server.connections >= 1, "server.connections is 1 or more"),
            (
                certificate.as_os_str().is_empty() == key.as_os_str().is_empty(),
                "server.tls_certificate and server.tls_key go together",
            ),
            (
                self.metrics_address()?.is_none_or(|address| address.ip().is_loopback()),
                "metrics.listen is a loopback address",
            ),
        ];
        self.database.options().check().map_err(|_| wrong("database.url is sqlite:PATH or postgres://…"))?;
        crate::logging::filter(&self.log.level)?;
        match rules.iter().find(|(holds, _)| !holds) {
            Some((_, rule)) => Err(wrong(rule)),
            None => Ok(()),
        }
    }

    /// Where documents are kept.
    pub fn documents_place(&self) -> Place {
        let Documents { folder, s3 } = &self.documents;
        if !s3.bucket.is_empty() {
            return Place::Bucket(s3.clone());
        }
        if !folder.as_os_str().is_empty() {
            return Place::Folder(folder.clone());
        }
        let options = self.database.options();
        Place::Folder(options.file().unwrap_or(&self.keys.file).with_file_name("documents"))
    }

    pub fn metrics_address(&self) -> Result<Option<SocketAddr>> {
        let text = &self.metrics.listen;
        let parse = || text.parse().map_err(|_| wrong("metrics.listen is an address such as 127.0.0.1:9464"));
        if text.is_empty() { Ok(None) } else { parse().map(Some) }
    }
}

impl DatabaseSettings {
    /// The same, to be shown: without its password.
    fn masked(&self) -> Self {
        let url = match self.url.split_once("://") {
            Some((kind, rest)) if kind != "sqlite" => format!("{kind}://{}", masked(rest)),
            _ => self.url.clone(),
        };
        Self { url, ..self.clone() }
    }
}

const MASK: &str = "********";

/// `USER:PASSWORD@HOST/NAME?password=PASSWORD` without either password.
fn masked(address: &str) -> String {
    // A password that is not percent-encoded may hold any of `@`, `/` and `?`: rather too much is masked than too little.
    let (user, host) = address.rsplit_once('@').unwrap_or(("", address));
    let user = match user.split_once(':') {
        Some((user, _)) => format!("{user}:{MASK}@"),
        None if user.is_empty() => String::new(),
        None if user.contains(['/', '?']) => format!("{MASK}@"),
        None => format!("{user}@"),
    };
    let (host, query) = host.split_once('?').unwrap_or((host, ""));
    let mask = |part: &str| match part.split_once('=') {
        Some((name, _)) if name.contains("password") => format!("{name}={MASK}"),
        _ => part.to_owned(),
    };
    let query: Vec<_> = query.split('&').filter(|part| !part.is_empty()).map(mask).collect();
    let question = if query.is_empty() { "" } else { "?" };
    format!("{user}{host}{question}{}", query.join("&"))
}

/// Refuses a file that is not TOML, and says in which line: figment knows only that it is not.
fn check_file(file: &Path) -> Result<()> {
    if !file.is_file() {
        return Err(wrong(&format!("{}: there is no such file", file.display())));
    }
    let unreadable = |error| wrong(&format!("{}: {error}", file.display()));
    let text = std::fs::read_to_string(file).map_err(unreadable)?;
    let Err(error) = text.parse::<toml::Table>() else { return Ok(()) };
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    Err(wrong(&format!("{}, line {line}: this is not TOML: {}", file.display(), error.message())))
}

/// One line that names the key and where it was set, without a value: it may be a password.
fn first_line(error: &figment::Error) -> String {
    use figment::error::Kind;
    let place = match &error.metadata {
        Some(figment::Metadata { source: Some(figment::Source::File(file)), .. }) => {
            format!(" (in {})", file.display())
        }
        Some(metadata) => format!(" (in {})", metadata.name),
        None => String::new(),
    };
    let key = error.path.join(".");
    match &error.kind {
        Kind::UnknownField(field, _) => {
            let key = if key.ends_with(field.as_str()) || key.is_empty() { key } else { format!("{key}.{field}") };
            format!("there is no setting `{}`{place}", if key.is_empty() { field } else { &key })
        }
        Kind::MissingField(field) => format!("the setting `{field}` is missing{place}"),
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => {
            format!("the setting `{key}` must be {expected}{place}")
        }
        Kind::Message(_) if error.path.is_empty() => format!("the file is not TOML{place}"),
        _ => format!("the setting `{key}` cannot be read{place}"),
    }
}

fn wrong(what: &str) -> Error {
    Error::Unavailable(format!("settings: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_shown_without_the_password_of_the_bucket() {
        let mut settings = Settings::read(None, &Overrides::default()).unwrap();
        settings.documents.s3.bucket = "umeed".to_owned();
        settings.check().unwrap_err();
        settings.documents.s3.secret_access_key = "Qanarwaxsecret".to_owned();
        let shown = settings.show().unwrap();
        assert!(shown.contains("bucket = \"umeed\"") && shown.contains(MASK) && !shown.contains("Qanarwaxsecret"));
    }

    #[test]
    fn a_database_is_shown_without_its_password() {
        for (given, shown) in [
            ("umeed:secret@db/umeed", "umeed:********@db/umeed"),
            ("umeed:se@c/r?et@db/umeed?sslmode=require", "umeed:********@db/umeed?sslmode=require"),
            ("db/umeed?user=umeed&password=secret", "db/umeed?user=umeed&password=********"),
            ("umeed@db/umeed?password=se@cret", "********@cret"),
            ("umeed@db/umeed", "umeed@db/umeed"),
            ("db/umeed", "db/umeed"),
        ] {
            assert_eq!(masked(given), shown);
        }
    }
}
