//! The listeners: the API, and metrics on a loopback address of their own. It refuses to share a port.
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, HttpServer};
use metrics_exporter_prometheus::PrometheusHandle;

use super::docs::{self, Docs};
use super::middleware::surround;
use super::openapi;
use super::router::Routes;
use crate::App;
use crate::config::Settings;
use crate::error::{Error, Result};

/// Every route: the API's, and those of health.
pub fn routes() -> Routes {
    crate::routes().at("", super::health::routes)
}

/// The whole service as actix's application.
pub fn application(
    app: &App,
    docs: &Data<Docs>,
) -> actix_web::App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    let App { work, tokens, passwords, instruments, rules, override_terms, .. } = app.clone();
    let App { feedback_terms, claim_terms, appeal_terms, debtor, documents, uploads, .. } = app.clone();
    let data = move |config: &mut ServiceConfig| {
        config.app_data(Data::new(work)).app_data(Data::from(tokens)).app_data(Data::new(passwords));
        config.app_data(Data::from(instruments)).app_data(Data::from(rules));
        config.app_data(Data::new(override_terms)).app_data(Data::from(feedback_terms));
        config.app_data(Data::from(claim_terms)).app_data(Data::from(appeal_terms));
        config.app_data(Data::new(documents)).app_data(Data::new(uploads)).app_data(Data::new(debtor));
    };
    actix_web::App::new()
        .configure(data)
        .configure(|config| docs::configure(config, docs))
        .configure(|config| routes().configure(config))
        .default_service(web::to(|| async { Err::<HttpResponse, _>(Error::NOT_FOUND) }))
        .wrap(from_fn(surround))
}

/// The OpenAPI document and the page that shows it, made once.
pub fn docs() -> Result<Data<Docs>> {
    Ok(Data::new(Docs::new(openapi::document(&routes()).to_string())?))
}

/// Refuses settings with which nothing can be served: a certificate or key that cannot be read.
pub fn check(settings: &Settings) -> Result<()> {
    super::tls::config(&settings.server).map(drop)
}

/// Takes the port, or says in one line why not.
pub fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| Error::Unavailable(format!("cannot listen on {address}: {error}")))
}

/// The API on `listener`, not yet running. Whoever runs it listens to signals: actix would drop requests on Ctrl-C.
pub fn serve(app: App, settings: &Settings, listener: TcpListener) -> Result<Server> {
    let docs = docs()?;
    let workers = match settings.server.workers {
        0 => std::thread::available_parallelism().map_or(1, Into::into),
        workers => workers,
    };
    let server = HttpServer::new(move || application(&app.apart(workers), &docs))
        .workers(workers)
        .max_connections(settings.server.connections)
        .client_request_timeout(Duration::from_secs(10))
        .client_disconnect_timeout(Duration::from_secs(2))
        .keep_alive(Duration::from_secs(30))
        .shutdown_timeout(settings.server.shutdown_seconds)
        .disable_signals();
    let trouble = |error: std::io::Error| Error::Unavailable(format!("cannot serve: {error}"));
    let server = match super::tls::config(&settings.server)? {
        Some(tls) => server.listen_rustls_0_23(listener, tls),
        None => server.listen(listener),
    };
    Ok(server.map_err(trouble)?.run())
}

/// Metrics on `listener`, for Prometheus.
pub fn serve_metrics(handle: PrometheusHandle, listener: TcpListener) -> Result<Server> {
    let server = HttpServer::new(move || {
        let handle = handle.clone();
        let render = move || {
            let text = handle.render();
            async move { HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text) }
        };
        actix_web::App::new().route("/metrics", web::get().to(render))
    });
    let server = server.workers(1).disable_signals().listen(listener);
    Ok(server.map_err(|error| Error::Unavailable(format!("cannot serve metrics: {error}")))?.run())
}
