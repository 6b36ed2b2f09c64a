//! The composition root: settings, keys, database and routes put together. Nothing else chooses what listens to what.
use std::sync::Arc;

use crate::access::{Passwords, Tokens};
use crate::appeals::AppealTerms;
use crate::assessments::Instruments;
use crate::claims::ClaimTerms;
use crate::config::Settings;
use crate::crypto::Keyring;
use crate::db::Database;
use crate::directory;
use crate::documents::Shelf;
use crate::error::Result;
use crate::feedback::FeedbackTerms;
use crate::http::{Routes, Uploads};
use crate::referrals::overrides::OverrideTerms;
use crate::tariffs;
use crate::work::{self, Clock, Listener, Work};

/// What follows from events, across slices.
pub const LISTENERS: &[Listener] = &[
    directory::listen,
    crate::cases::listen,
    crate::needs::listen,
    crate::caseload::listen,
    crate::assessments::listen,
    crate::plans::listen,
    crate::referrals::overrides::listen,
    crate::referrals::listen,
    crate::victim_batches::listen,
    crate::documents::listen,
    crate::tasks::listen,
    crate::claims::listen,
    crate::appeals::listen,
    crate::payouts::listen,
    crate::findings::listen,
];

/// Everything a running service needs, ready to be shared by its workers.
#[derive(Clone)]
pub struct App {
    pub work: Work,
    pub tokens: Arc<Tokens>,
    pub passwords: Passwords,
    pub instruments: Arc<Instruments>,
    pub rules: Arc<crate::reports::Rules>,
    pub override_terms: OverrideTerms,
    pub feedback_terms: Arc<FeedbackTerms>,
    pub claim_terms: Arc<ClaimTerms>,
    pub appeal_terms: Arc<AppealTerms>,
    pub debtor: Option<crate::payouts::Debtor>,
    pub documents: Shelf,
    pub uploads: Uploads,
}

impl App {
    /// The same for one of so many `workers`.
    pub fn apart(&self, workers: usize) -> Self {
        Self { work: self.work.apart(workers), ..self.clone() }
    }

    /// Whether the database was sealed before, so that it can be opened with its own keys alone. Migrates it.
    pub async fn is_sealed(settings: &Settings) -> Result<bool> {
        let options = settings.database.options();
        Database::migrate(&options)?;
        work::is_sealed(&Database::open(&options)?).await
    }

    /// Migrates and opens the database, checks that `keys` are those it was sealed with, and fills the directory.
    pub async fn open(settings: &Settings, keys: Keyring, clock: Clock) -> Result<Self> {
        let options = settings.database.options();
        let instruments = Arc::new(Instruments::load(&settings.assessments.instruments)?);
        let keys = Arc::new(keys);
        Database::migrate(&options)?;
        let work = Work::new(Database::open(&options)?, keys.clone(), clock, LISTENERS);
        work.check_keys().await?;
        directory::first_data::install(&work, settings.directory.folder()).await?;
        tariffs::first_data::install(&work, settings.tariffs.folder(), settings.directory.folder()).await?;
        let tokens = Arc::new(Tokens::new(&keys, settings.access.lifetimes)?);
        let passwords = Passwords::new(settings.access.password, keys)?;
        let rules = Arc::new(settings.reports.clone());
        let (override_terms, feedback_terms) = (settings.consent_overrides, Arc::new(settings.feedback.clone()));
        let (claim_terms, appeal_terms) = (Arc::new(settings.claims.clone()), Arc::new(settings.appeals.clone()));
        let documents = Shelf::open(&settings.documents_place(), work.name_of_database().await?)?;
        Ok(Self {
            work,
            tokens,
            passwords,
            instruments,
            rules,
            override_terms,
            feedback_terms,
            claim_terms,
            appeal_terms,
            debtor: settings.payouts.debtor()?,
            documents,
            uploads: Uploads::default(),
        })
    }
}

/// Every route of the API.
pub fn routes() -> Routes {
    Routes::under("/api/v1")
        .and(crate::access::api::routes)
        .and(crate::access::declarations::api::routes)
        .and(directory::api::routes)
        .and(crate::incidents::api::routes)
        .and(tariffs::api::routes)
        .and(crate::victims::api::routes)
        .and(crate::cases::api::routes)
        .and(crate::needs::api::routes)
        .and(crate::caseload::api::routes)
        .and(crate::assessments::api::routes)
        .and(crate::plans::api::routes)
        .and(crate::referrals::api::routes)
        .and(crate::packets::api::routes)
        .and(crate::matching::api::routes)
        .and(crate::victim_batches::api::routes)
        .and(crate::documents::api::routes)
        .and(crate::tasks::api::routes)
        .and(crate::feedback::api::routes)
        .and(crate::claims::api::routes)
        .and(crate::appeals::api::routes)
        .and(crate::ledger::api::routes)
        .and(crate::payouts::api::routes)
        .and(crate::findings::api::routes)
        .and(crate::exports::api::routes)
        .and(crate::reports::api::routes)
        .and(crate::reports::workload::api::routes)
        .and(crate::files::api::routes)
}
