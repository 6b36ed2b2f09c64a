//! The runner: one task a job, on the thread it was started on. It refuses to let a failure or a panic end a job, and
//! logs no more of it than its code.
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::{Either, join_all, select};
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_local};

use super::Job;
use crate::App;
use crate::error::Error;

/// How long a stopping service waits for a job in the middle of something; what it did not commit is undone.
const PATIENCE: Duration = Duration::from_secs(5);

/// Jobs that run until they are told to stop.
pub struct Running {
    stop: watch::Sender<()>,
    tasks: Vec<JoinHandle<()>>,
}

/// Starts every job of the schedule: once now, and then as often as it says. Needs actix's `System`.
pub fn start(app: &App, schedule: &'static [Job]) -> Running {
    let (stop, stopped) = watch::channel(());
    let tasks = schedule.iter().map(|job| spawn_local(repeat(*job, app.clone(), stopped.clone())));
    Running { stop, tasks: tasks.collect() }
}

impl Running {
    /// Starts nothing more, and waits for what runs.
    pub async fn stop(self) {
        drop(self.stop);
        let aborts: Vec<_> = self.tasks.iter().map(JoinHandle::abort_handle).collect();
        if tokio::time::timeout(PATIENCE, join_all(self.tasks)).await.is_err() {
            aborts.iter().for_each(tokio::task::AbortHandle::abort);
        }
    }
}

async fn repeat(job: Job, app: App, mut stopped: watch::Receiver<()>) {
    loop {
        once(job, &app).await;
        // Nothing is ever sent: the channel changes when its sender is dropped.
        let (pause, stop) = (std::pin::pin!(tokio::time::sleep(job.every)), std::pin::pin!(stopped.changed()));
        if let Either::Right(_) = select(pause, stop).await {
            return;
        }
    }
}

async fn once(job: Job, app: &App) {
    let started = Instant::now();
    let outcome = AssertUnwindSafe((job.run)(app)).catch_unwind().await.unwrap_or(Err(Error::Panicked));
    let took = started.elapsed();
    let ended = if outcome.is_ok() { "done" } else { "failed" };
    metrics::counter!("umeed_job_runs_total", "job" => job.name, "outcome" => ended).increment(1);
    metrics::histogram!("umeed_job_seconds", "job" => job.name).record(took);
    match outcome {
        Ok(0) => tracing::debug!(job = job.name, "nothing to do"),
        Ok(count) => tracing::info!(job = job.name, count, ms = took.as_millis(), "job done"),
        Err(error) => tracing::error!(job = job.name, code = error.code().word(), "job failed; it will be tried again"),
    }
}
