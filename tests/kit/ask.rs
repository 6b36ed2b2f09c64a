//! Requests and answers. Every answer is held against the conventions of the API before a test sees it.
use std::future::IntoFuture;

use actix_web::body::to_bytes;
use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::test::TestRequest;
use futures_util::future::LocalBoxFuture;
use serde_json::Value;

use super::app::{App, Serve};

/// A request that is sent when it is awaited. A clone is the same request once more.
#[derive(Clone)]
pub struct Ask {
    serve: Serve,
    method: Method,
    path: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Option<Vec<u8>>,
}

impl Ask {
    pub(super) fn new(app: &App, token: Option<&str>, method: Method, path: &str) -> Self {
        let is_whole = ["/api/", "/health", "/docs"].iter().any(|start| path.starts_with(start));
        let path = if is_whole { path.to_owned() } else { format!("/api/v1{path}") };
        let ask = Self { serve: app.serve.clone(), method, path, headers: Vec::new(), body: None };
        match token {
            Some(token) => ask.header("authorization", format!("Bearer {token}")),
            None => ask,
        }
    }

    pub fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// With this idempotency key.
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// Only if this is still the version.
    pub fn if_match(self, version: i64) -> Self {
        self.header("if-match", format!("\"{version}\""))
    }

    /// With these bytes as body, of whatever kind the headers say.
    pub fn raw(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.text(&body.to_string())
    }

    /// With this text as body, said to be JSON.
    pub fn text(self, body: &str) -> Self {
        self.header("content-type", "application/json").raw(body)
    }
}

impl IntoFuture for Ask {
    type Output = Answer;
    type IntoFuture = LocalBoxFuture<'static, Answer>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let asked = format!("{} {}", self.method, self.path);
            let mut request = TestRequest::default().method(self.method).uri(&self.path);
            for (name, value) in self.headers {
                request = request.append_header((name, value));
            }
            if let Some(body) = self.body {
                request = request.set_payload(body);
            }
            let response = (self.serve)(request).await;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let body = to_bytes(response.into_body()).await.unwrap().to_vec();
            let json = serde_json::from_slice(&body).unwrap_or_default();
            let answer = Answer { asked, status, headers, body, json };
            answer.check_conventions();
            answer
        })
    }
}

/// What came back. `json` is null if the body is not JSON.
#[derive(Clone)]
pub struct Answer {
    asked: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    pub json: Value,
}

impl Answer {
    /// Fails, showing the problem, unless the status is this.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.body());
        self
    }

    /// Fails unless it is the problem of this status and code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Self {
        let answer = self.expect(status);
        assert_eq!(answer.json["code"], code, "{}: {}", answer.asked, answer.body());
        answer
    }

    /// Fails unless it is 422 with exactly one fault: at this pointer, of this code.
    #[track_caller]
    pub fn fault(self, pointer: &str, code: &str) -> Self {
        let answer = self.problem(422, "invalid");
        let faults = answer.json["errors"].as_array().unwrap();
        assert_eq!(faults.len(), 1, "{}", answer.body());
        assert_eq!((&faults[0]["pointer"], &faults[0]["code"]), (&pointer.into(), &code.into()), "{}", answer.body());
        answer
    }

    pub fn body(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's text; nothing if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub fn id(&self) -> String {
        self.text("id")
    }

    /// A text field of the body.
    #[track_caller]
    pub fn text(&self, field: &str) -> String {
        self.json[field].as_str().unwrap_or_else(|| panic!("no {field} in {}", self.body())).to_owned()
    }

    /// Where the new thing is.
    #[track_caller]
    pub fn location(&self) -> String {
        assert!(!self.header("location").is_empty(), "{}: no location", self.asked);
        self.header("location").to_owned()
    }

    /// The version in the ETag.
    #[track_caller]
    pub fn version(&self) -> i64 {
        self.header("etag").trim_matches('"').parse().unwrap()
    }

    pub fn is_replayed(&self) -> bool {
        self.header("idempotency-replayed") == "true"
    }

    /// What every answer of the service keeps to, whatever was asked.
    fn check_conventions(&self) {
        let told = || format!("{}: {} {}", self.asked, self.status, self.body());
        // What the service can do is no secret. Nothing else is kept anywhere.
        let is_open = self.status == 200
            && ["GET /docs", "GET /api/v1/openapi.json"].iter().any(|open| self.asked.starts_with(open));
        for (name, start) in [
            ("content-security-policy", "default-src 'none'"),
            ("strict-transport-security", "max-age="),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", if is_open { "" } else { "no-store" }),
            ("x-request-id", "0"),
        ] {
            assert!(self.header(name).starts_with(start), "{name} of {}", told());
        }
        assert!(!self.headers.contains_key("server"), "{}", told());
        if self.status < 400 {
            assert_ne!(self.header("content-type"), "application/problem+json", "{}", told());
            return;
        }
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", told());
        let problem = &self.json;
        assert_eq!(problem["status"], self.status, "{}", told());
        assert_eq!(problem["request_id"], self.header("x-request-id"), "{}", told());
        let code = problem["code"].as_str().unwrap_or_else(|| panic!("no code in {}", told()));
        let known = umeed::error::Code::ALL.iter().find(|known| known.word() == code);
        let known = known.unwrap_or_else(|| panic!("unknown code in {}", told()));
        assert_eq!(problem["title"], known.title(), "{}", told());
        assert_eq!(problem["type"], format!("urn:umeed:problem:{code}"), "{}", told());
        for fault in problem["errors"].as_array().into_iter().flatten() {
            assert!(["pointer", "code", "message"].iter().all(|field| fault[field].is_string()), "{}", told());
        }
        if self.status >= 500 {
            assert!(problem["detail"].is_null() && problem["errors"].is_null(), "{}", told());
        }
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} {}", self.status, self.body())
    }
}
