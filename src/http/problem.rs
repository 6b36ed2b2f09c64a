//! Errors as clients see them: RFC 9457 problem details. An error of ours carries no detail, and none repeats a value.
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::error::{Code, Error, Fault};

/// The body of every answer that is not a success.
#[derive(Serialize, JsonSchema)]
pub struct Problem {
    /// Names the kind of problem; documented in docs/api.md.
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    code: &'static str,
    request_id: Uuid,
    /// The moves that the present state allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<Vec<&'static str>>,
    /// The id of what stands against it.
    #[serde(skip_serializing_if = "Option::is_none")]
    conflicts_with: Option<Uuid>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
}

/// One field that cannot be accepted, or one thing that is still open.
#[derive(Serialize, JsonSchema)]
pub struct FieldProblem {
    /// JSON Pointer into the body, the name of a query parameter, or the path of what is open.
    pointer: String,
    code: &'static str,
    message: String,
}

impl Problem {
    pub fn of(error: &Error, request_id: Uuid) -> Self {
        let mut problem = Self::of_code(error.code(), request_id);
        match error {
            Error::Invalid(faults) => problem.errors = told(faults),
            Error::Conflict { faults, with, .. } => {
                problem.errors = told(faults);
                problem.conflicts_with = *with;
            }
            Error::Refused(refusal) => {
                problem.detail = Some(format!("`{}` is not allowed in state `{}`", refusal.verb, refusal.state));
                problem.allowed = Some(refusal.allowed.clone());
            }
            Error::Forbidden { action, .. } => problem.detail = Some(format!("your role has no `{action}` here")),
            _ => {}
        }
        problem
    }

    pub fn of_code(code: Code, request_id: Uuid) -> Self {
        Self {
            kind: format!("urn:umeed:problem:{}", code.word()),
            title: code.title(),
            status: code.status(),
            detail: None,
            code: code.word(),
            request_id,
            allowed: None,
            conflicts_with: None,
            errors: Vec::new(),
        }
    }

    pub fn response(&self) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut builder = HttpResponse::build(status);
        builder.insert_header((CONTENT_TYPE, "application/problem+json"));
        match status {
            StatusCode::UNAUTHORIZED => _ = builder.insert_header((WWW_AUTHENTICATE, "Bearer")),
            StatusCode::SERVICE_UNAVAILABLE => _ = builder.insert_header((RETRY_AFTER, "2")),
            _ => {}
        }
        builder.body(serde_json::to_string(self).unwrap_or_default())
    }
}

fn told(faults: &[Fault]) -> Vec<FieldProblem> {
    let field = |fault: &Fault| FieldProblem {
        pointer: fault.pointer.clone(),
        code: fault.code,
        message: fault.message.clone(),
    };
    faults.iter().map(field).collect()
}

/// The code for an answer that the framework made by itself.
pub fn code_of(status: StatusCode) -> Code {
    match status.as_u16() {
        404 => Code::NotFound,
        405 => Code::MethodNotAllowed,
        408 => Code::RequestTimeout,
        413 => Code::TooLarge,
        415 => Code::UnsupportedMedia,
        400..=499 => Code::BadRequest,
        503 => Code::Unavailable,
        _ => Code::Internal,
    }
}

/// Only status and headers: the body is written once the request's id is known, in the outermost middleware.
impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut builder = HttpResponseBuilder::new(self.status_code());
        if let Self::MethodNotAllowed(known) = self {
            builder.insert_header((ALLOW, known.as_str()));
        }
        builder.finish()
    }
}
