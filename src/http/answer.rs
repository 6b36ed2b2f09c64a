//! What a handler may answer. Each kind sets its own status and headers, so that no handler has to remember them.
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, IF_NONE_MATCH, LOCATION};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Responder};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::describe::Description;
use crate::error::Error;
use crate::kernel::page::Paged;
use crate::work::{Work, Written};

/// Something that a handler answers with.
pub trait Answer {
    /// Whether it bears a tag or a digest of its bytes, which would be untrue of them compressed.
    const IS_TAGGED: bool = false;
    fn describe(about: &mut Description);
}

impl<T: Answer> Answer for Result<T, Error> {
    const IS_TAGGED: bool = T::IS_TAGGED;
    fn describe(about: &mut Description) {
        T::describe(about);
    }
}

/// Something with an address and a version.
pub trait Resource: Serialize + JsonSchema {
    /// Raised by one with each change; becomes the ETag.
    fn version(&self) -> i64;
    /// Its path below `/api/v1`, if it can be read by itself.
    fn path(&self) -> Option<String>;
    /// Whether the same version is always told alike. Only then can a client be told that nothing changed.
    fn is_told_by_version(&self) -> bool {
        true
    }
}

fn with_tag(mut builder: HttpResponseBuilder, resource: &impl Resource) -> HttpResponseBuilder {
    builder.insert_header((ETAG, tag(resource)));
    builder
}

fn tag(resource: &impl Resource) -> String {
    format!("\"{}\"", resource.version())
}

/// One thing as it is now: 200 with its ETag, or 304 if the client has it.
pub struct Found<T>(pub T);

impl<T: Resource> Responder for Found<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let known = request.headers().get(IF_NONE_MATCH).and_then(|header| header.to_str().ok()).unwrap_or_default();
        let mine = tag(&self.0);
        let mut known = known.split(',').map(|known| known.trim().trim_start_matches("W/"));
        if self.0.is_told_by_version() && known.any(|known| known == mine || known == "*") {
            return with_tag(HttpResponse::NotModified(), &self.0).finish();
        }
        with_tag(HttpResponse::Ok(), &self.0).json(self.0)
    }
}
impl<T: Resource> Answer for Found<T> {
    const IS_TAGGED: bool = true;
    fn describe(about: &mut Description) {
        let schema = about.schema::<T>();
        about.answers.insert(200, ("The resource and its ETag", Some(schema), vec!["ETag"]));
        about.answers.insert(304, ("Not changed since the ETag in If-None-Match", None, vec!["ETag"]));
        about.header("If-None-Match", false, "An ETag you have; answered with 304 if it is still true.");
    }
}

/// Something without a version of its own: 200.
pub struct Plain<T>(pub T);

impl<T: Serialize> Responder for Plain<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().json(self.0)
    }
}
impl<T: JsonSchema> Answer for Plain<T> {
    fn describe(about: &mut Description) {
        let schema = about.schema::<T>();
        about.answers.insert(200, ("The answer", Some(schema), Vec::new()));
    }
}

/// A page of a list: 200 with `items` and `next`.
pub struct Listed<T>(pub Paged<T>);

impl<T: Serialize> Responder for Listed<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let keys = request.app_data::<Data<Work>>().map(|work| work.keys());
        let next = self.0.next.zip(keys).map(|(last, keys)| keys.cursors().seal(request.path(), last));
        HttpResponse::Ok().json(json!({ "items": self.0.items, "next": next }))
    }
}
impl<T: JsonSchema> Answer for Listed<T> {
    fn describe(about: &mut Description) {
        let items = about.schema::<T>();
        let schema = json!({
            "type": "object", "required": ["items", "next"],
            "properties": {
                "items": { "type": "array", "maxItems": 200, "items": items },
                "next": { "type": ["string", "null"], "description": "Send it as `after` for the next page." },
            },
        });
        about.answers.insert(200, ("A page, newest first", Some(schema), Vec::new()));
    }
}

/// Something new: 201 with its address and ETag.
pub struct Created<T>(pub Written<T>);

impl<T: Resource> Responder for Created<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut builder = with_tag(HttpResponse::Created(), &self.0.answer);
        if let Some(path) = self.0.answer.path() {
            builder.insert_header((LOCATION, format!("/api/v1{path}")));
        }
        finish(builder, self.0)
    }
}
impl<T: Resource> Answer for Created<T> {
    const IS_TAGGED: bool = true;
    fn describe(about: &mut Description) {
        let schema = about.schema::<T>();
        about.answers.insert(201, ("Created", Some(schema), vec!["ETag", "Location", "Idempotency-Replayed"]));
    }
}

/// Something changed: 200 with its new ETag.
pub struct Moved<T>(pub Written<T>);

impl<T: Resource> Responder for Moved<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        finish(with_tag(HttpResponse::Ok(), &self.0.answer), self.0)
    }
}
impl<T: Resource> Answer for Moved<T> {
    const IS_TAGGED: bool = true;
    fn describe(about: &mut Description) {
        let schema = about.schema::<T>();
        about.answers.insert(200, ("Changed", Some(schema), vec!["ETag", "Idempotency-Replayed"]));
        about.fails(&[crate::error::Code::IllegalMove]);
    }
}

/// Something done that has no version of its own: 200.
pub struct Performed<T>(pub Written<T>);

impl<T: Serialize> Responder for Performed<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        finish(HttpResponse::Ok(), self.0)
    }
}
impl<T: JsonSchema> Answer for Performed<T> {
    fn describe(about: &mut Description) {
        let schema = about.schema::<T>();
        about.answers.insert(200, ("Done", Some(schema), vec!["Idempotency-Replayed"]));
    }
}

/// Done, and nothing to say: 204.
impl Responder for Written<()> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::build(StatusCode::NO_CONTENT).finish()
    }
}
impl Answer for Written<()> {
    fn describe(about: &mut Description) {
        about.answers.insert(204, ("Done", None, Vec::new()));
    }
}

fn finish<T: Serialize>(mut builder: HttpResponseBuilder, written: Written<T>) -> HttpResponse {
    if written.replayed {
        builder.insert_header(("Idempotency-Replayed", "true"));
    }
    builder.json(written.answer)
}
