//! What surrounds every request: its id, one log line, one count, the headers, and a problem for every failure.
//! Neither the log line nor a label holds anything that came from the client, but for the id.
use std::time::Instant;

use actix_web::HttpMessage;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use uuid::Uuid;

use super::problem::{Problem, code_of};
use crate::access::policy::Actor;
use crate::error::Error;

/// The id by which a request is found in log, trail and problem. Always made here.
#[derive(Debug, Clone, Copy, Default)]
pub struct RequestId(pub Uuid);

pub async fn surround<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let (id, started) = (RequestId(Uuid::now_v7()), Instant::now());
    request.extensions_mut().insert(id);
    let method = known_method(request.method().as_str());
    let mut response = next.call(request).await?.map_into_boxed_body();
    let status = response.status();
    if let Some(problem) = problem_of(&response, id) {
        response = explain(response, &problem);
    }
    let route = response.request().match_pattern().unwrap_or_else(|| "none".into());
    let actor = response.request().extensions().get::<Actor>().map(|actor| actor.user);
    let took = started.elapsed();
    let labels = [("method", method.to_owned()), ("route", route.clone()), ("status", status.as_str().to_owned())];
    metrics::counter!("umeed_http_requests_total", &labels).increment(1);
    metrics::histogram!("umeed_http_request_seconds", "method" => method, "route" => route.clone()).record(took);
    tracing::info!(request_id = %id.0, method, route, status = status.as_u16(), ms = took.as_millis(), actor = ?actor, "request");
    set_headers(response.headers_mut(), id, &route);
    Ok(response)
}

/// What to tell of a failure, whether it is ours or the framework's.
fn problem_of(response: &ServiceResponse, id: RequestId) -> Option<Problem> {
    let status = response.status();
    let error = response.response().error().and_then(|error| error.as_error::<Error>());
    if let (Some(error), true) = (error, status.is_server_error()) {
        tracing::error!(request_id = %id.0, %error, "request failed");
    }
    match error {
        Some(error) => Some(Problem::of(error, id.0)),
        None if status.is_client_error() || status.is_server_error() => Some(Problem::of_code(code_of(status), id.0)),
        None => None,
    }
}

/// A client may invent methods; a label may not.
fn known_method(method: &str) -> &'static str {
    ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"]
        .into_iter()
        .find(|known| *known == method)
        .unwrap_or("other")
}

/// Puts the problem in the place of the body, and keeps what the failure had to say in headers.
fn explain(response: ServiceResponse, problem: &Problem) -> ServiceResponse {
    let allow = response.headers().get(ALLOW).cloned();
    let (request, _) = response.into_parts();
    let mut told = problem.response();
    if let Some(allow) = allow {
        told.headers_mut().insert(ALLOW, allow);
    }
    ServiceResponse::new(request, told)
}

/// OWASP ASVS 5.0 V3.4. The documentation's own page needs its scripts and styles; nothing else needs anything.
fn set_headers(headers: &mut HeaderMap, id: RequestId, route: &str) {
    let policy = if route.starts_with("/docs") {
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    } else {
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    };
    // A page that is made of one piece says itself what it is made of.
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
    // Nothing is kept but what says so itself: the page of the API, which is public.
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    for (name, value) in [
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::from_str(&id.0.to_string()) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
}
