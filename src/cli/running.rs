//! The running service: ports, jobs and an orderly end. A port that is taken is refused before anything is written.
use std::net::{SocketAddr, TcpListener};

use actix_web::dev::{Server, ServerHandle};
use futures_util::future::{Either, select};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::{AbortHandle, spawn_local};

use super::say;
use crate::App;
use crate::config::Settings;
use crate::error::{Error, Result};
use crate::http::server;
use crate::jobs;
use crate::metering;

/// The ports of a service that does not run yet.
pub struct Ports {
    api: TcpListener,
    metrics: Option<TcpListener>,
}

impl Ports {
    pub fn take(settings: &Settings) -> Result<Self> {
        server::check(settings)?;
        let told = |error: Error, how: &str| match error {
            Error::Unavailable(what) => Error::Unavailable(format!("{what}; {how}")),
            other => other,
        };
        let api = server::bind(settings.server.listen).map_err(|error| told(error, "choose another with --listen"))?;
        let metrics = settings.metrics_address()?.map(server::bind).transpose();
        let metrics = metrics.map_err(|error| told(error, "that is metrics.listen in the settings"))?;
        Ok(Self { api, metrics })
    }

    /// Where the API is, as a browser wants it.
    pub fn address(&self, settings: &Settings) -> Result<String> {
        let address: SocketAddr =
            self.api.local_addr().map_err(|error| Error::Unavailable(format!("cannot listen: {error}")))?;
        let scheme = if settings.server.tls_key.as_os_str().is_empty() { "http" } else { "https" };
        Ok(format!("{scheme}://{address}"))
    }
}

/// The signals that end a service. As long as it lives they do nothing else.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    pub fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).map_err(|error| Error::Unavailable(format!("cannot hear signals: {error}")));
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    pub async fn next(&mut self) {
        let (terminate, interrupt) = (std::pin::pin!(self.terminate.recv()), std::pin::pin!(self.interrupt.recv()));
        select(terminate, interrupt).await;
    }
}

/// Serves until a signal comes, then lets running requests finish; a second signal does not. Says `told` once nothing
/// stands against serving any more.
pub async fn run(app: App, settings: &Settings, ports: Ports, mut signals: Signals, told: &str) -> Result<()> {
    let address = ports.address(settings)?;
    let metrics = ports.metrics.map(Metrics::start).transpose()?;
    let server = server::serve(app.clone(), settings, ports.api)?;
    say::say(told)?;
    tracing::info!(address, version = env!("CARGO_PKG_VERSION"), "listening");
    let jobs = jobs::start(&app, jobs::SCHEDULE);
    let handle = server.handle();
    let outcome = match select(spawn_local(server), std::pin::pin!(signals.next())).await {
        Either::Left((ended, _)) => {
            let why = ended.map_err(|_| Error::Panicked)?.err().map(|error| format!(": {error}")).unwrap_or_default();
            Err(Error::Unavailable(format!("the server ended{why}")))
        }
        Either::Right(_) => Ok(()),
    };
    tracing::info!("stopping");
    finish(&handle, &mut signals).await;
    jobs.stop().await;
    if let Some(metrics) = metrics {
        metrics.stop().await;
    }
    outcome
}

async fn finish(handle: &ServerHandle, signals: &mut Signals) {
    let in_order = std::pin::pin!(handle.stop(true));
    if let Either::Right(_) = select(in_order, std::pin::pin!(signals.next())).await {
        handle.stop(false).await;
    }
}

/// The listener for Prometheus.
struct Metrics {
    handle: ServerHandle,
    upkeep: AbortHandle,
}

impl Metrics {
    fn start(listener: TcpListener) -> Result<Self> {
        let recorder = metering::install()?;
        let upkeep = spawn_local(metering::keep_up(recorder.clone())).abort_handle();
        let server: Server = server::serve_metrics(recorder, listener)?;
        let handle = server.handle();
        spawn_local(server);
        Ok(Self { handle, upkeep })
    }

    async fn stop(self) {
        self.upkeep.abort();
        self.handle.stop(false).await;
    }
}
