//! What Umeed does by itself, from time to time. Several instances share a database and none leads, so no job may do
//! harm by running twice at once; and a job that fails never stops the others.
mod runner;

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use crate::App;
use crate::access::sessions;
use crate::documents;
use crate::error::{Error, Result};
use crate::feedback;
use crate::findings;
use crate::payouts;
use crate::referrals::{self, overrides};
use crate::tasks;
use crate::victims;
use crate::work::Work;

pub use runner::{Running, start};

/// Something to do, how often, and how: the answer is how many things it did.
#[derive(Clone, Copy)]
pub struct Job {
    pub name: &'static str,
    pub every: Duration,
    pub run: for<'a> fn(&'a App) -> LocalBoxFuture<'a, Result<usize>>,
}

const MINUTE: Duration = Duration::from_mins(1);
const TEN_MINUTES: Duration = Duration::from_mins(10);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// How long an answer is kept under its idempotency key: a promise of the API.
const REPLIES_DAYS: i64 = 7;
/// How long an expired session or invitation is kept, for whoever looks into a misuse.
const SESSIONS_DAYS: i64 = 30;

/// Rows that one transaction deletes at most, so that no writer waits long behind it.
pub const BATCH: u16 = 1000;

/// Everything that is done by itself.
pub const SCHEDULE: &[Job] = &[
    Job { name: "replies.forget", every: HOUR, run: |app| forget_replies(&app.work).boxed_local() },
    Job { name: "sessions.forget", every: HOUR, run: |app| forget_sessions(&app.work).boxed_local() },
    Job { name: "protections.end", every: MINUTE, run: |app| victims::end_terms(&app.work).boxed_local() },
    Job { name: "feedback.send_on", every: TEN_MINUTES, run: |app| feedback::send_on(&app.work).boxed_local() },
    Job { name: "overrides.expire", every: MINUTE, run: |app| overrides::expire(&app.work).boxed_local() },
    Job { name: "referrals.expire", every: MINUTE, run: |app| referrals::expire(&app.work).boxed_local() },
    Job { name: "documents.sweep", every: HOUR, run: |app| documents::sweep(&app.work, &app.documents).boxed_local() },
    Job { name: "findings.search", every: DAY, run: |app| findings::search_all(&app.work).boxed_local() },
    Job { name: "ledger.verify", every: HOUR, run: |app| verify_books(&app.work).boxed_local() },
    Job { name: "tasks.escalate", every: MINUTE, run: |app| tasks::escalate(&app.work).boxed_local() },
];

async fn forget_replies(work: &Work) -> Result<usize> {
    let before = work.now().plus_days(-REPLIES_DAYS);
    in_batches(async || work.forget_replies(before, BATCH).await).await
}

async fn forget_sessions(work: &Work) -> Result<usize> {
    let before = work.now().plus_days(-SESSIONS_DAYS);
    in_batches(async || sessions::forget(work, before, BATCH).await).await
}

/// What is wrong with the books is not logged, which may hold no amount: `umeed ledger verify` tells it.
async fn verify_books(work: &Work) -> Result<usize> {
    payouts::verify::with_books_unscoped(work).await?.map(|_| 0).map_err(|_| Error::Corrupt("books"))
}

/// Repeats until nothing is left, and lets others have the connection in between.
async fn in_batches(batch: impl AsyncFn() -> Result<usize>) -> Result<usize> {
    let mut all = 0;
    loop {
        match batch().await? {
            0 => return Ok(all),
            some => all += some,
        }
        tokio::task::yield_now().await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;
    use crate::access::model::NewUser;
    use crate::access::policy::{Actor, Role};
    use crate::access::service;
    use crate::config::{Overrides, Settings};
    use crate::crypto::Keyring;
    use crate::work::{Clock, Key};

    const DAY: i64 = 86_400_000_000;

    #[test]
    fn what_has_outlived_its_term_is_forgotten_once_and_nothing_sooner() {
        let (folder, ahead) = (tempfile::tempdir().unwrap(), Arc::new(AtomicI64::new(0)));
        let database = Some(format!("sqlite:{}/umeed.db", folder.path().display()));
        let settings = Settings::read(None, &Overrides { database, ..Overrides::default() }).unwrap();
        actix_web::rt::System::new().block_on(async {
            let clock = Clock::Ahead(ahead.clone());
            let app = App::open(&settings, Keyring::ephemeral().unwrap(), clock).await.unwrap();
            sign_in(&app).await;
            for (days, replies, rows) in [(6, 0, 0), (8, 1, 0), (29, 0, 0), (31, 0, 2), (32, 0, 0)] {
                ahead.store(days * DAY, Ordering::Relaxed);
                assert_eq!(forget_replies(&app.work).await.unwrap(), replies, "day {days}");
                assert_eq!(forget_sessions(&app.work).await.unwrap(), rows, "day {days}");
            }
        });
    }

    /// Leaves one kept answer, one session and one refresh token.
    async fn sign_in(app: &App) {
        let (email, password) = ("ann@example.org", "correct-horse-battery".to_owned());
        let new = NewUser {
            email: email.parse().unwrap(),
            name: "Ann".parse().unwrap(),
            role: Role::Auditor,
            organisation_id: None,
            area: "PK".parse().unwrap(),
        };
        let hash = app.passwords.hash(password.clone()).await.unwrap();
        let key = Key::new("first".into(), &app.work.keys(), &[b"add"]);
        service::add(&app.work, &Actor::system(), Some(key), new, Some(hash)).await.unwrap();
        let who = (email.parse().unwrap(), password);
        sessions::sign_in(&app.work, &app.tokens, &app.passwords, &Actor::nobody(), who).await.unwrap();
    }
}
