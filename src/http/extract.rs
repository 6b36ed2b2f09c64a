//! What a handler may take from a request. Everything that cannot be read is answered with the place where it is wrong.
use std::future::{Ready, ready};
use std::str::FromStr;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

use super::describe::{Description, Part};
use super::faults;
use crate::access::policy::Actor;
use crate::error::{At, Code, Error, Fault, Result};
use crate::kernel::page::Page;
use crate::work::{Key, Work};

/// The largest body that is taken, in bytes.
pub const BODY_LIMIT: usize = 1024 * 1024;
/// How long a body may take to arrive.
const BODY_PATIENCE: Duration = Duration::from_secs(20);

impl FromRequest for Actor {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or(Code::Unauthenticated.into()))
    }
}

/// The part of the path in braces. What cannot be one is not there: 404.
pub struct Place<T>(pub T);

impl<T: FromStr> FromRequest for Place<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let part = request.match_info().iter().next().and_then(|(_, part)| part.parse().ok());
        ready(part.map(Self).ok_or(Error::NOT_FOUND))
    }
}
impl<T: JsonSchema> Part for Place<T> {
    fn describe(about: &mut Description) {
        let schema = about.schema::<T>();
        about.parameters.push(json!({ "name": "{}", "in": "path", "required": true, "schema": schema }));
        about.fails(&[Code::NotFound]);
    }
}

/// The version the client has read, from `If-Match`.
pub struct IfMatch(pub i64);

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = || -> Result<i64> {
            let header = request.headers().get("if-match").ok_or(Code::PreconditionRequired)?;
            let header = header.to_str().map_err(|_| Code::MalformedHeader)?.trim();
            if header != "*" && !header.split(',').all(|tag| is_entity_tag(tag.trim())) {
                return Err(Code::MalformedHeader.into());
            }
            let tag = header.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
            // A tag that is not one of ours, a weak one and `*` among them, matches no version.
            tag.and_then(|tag| tag.parse().ok()).ok_or(Error::Stale)
        };
        ready(read().map(Self))
    }
}

/// RFC 9110 §8.8.3, but for a comma inside a tag: ours are numbers.
fn is_entity_tag(text: &str) -> bool {
    let quoted = text.strip_prefix("W/").unwrap_or(text);
    let tag = quoted.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
    tag.is_some_and(|tag| tag.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"'))
}

impl Part for IfMatch {
    fn describe(about: &mut Description) {
        about.header("If-Match", true, "The strong ETag you read, for example \"3\".");
        about.fails(&[Code::PreconditionRequired, Code::Stale, Code::MalformedHeader]);
    }
}

/// A body or a filter that says all by being there; it refuses to hold anything.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Who asks for what: the actor, the body, and the idempotency key if there is one.
pub struct Command<T> {
    pub actor: Actor,
    pub key: Option<Key>,
    pub body: T,
}

impl<T: DeserializeOwned> FromRequest for Command<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let actor = Actor::from_request(&request, &mut Payload::None).await?;
            let raw = read_body(request.headers(), payload).await?;
            if !is_json(request.headers()) && !raw.is_empty() {
                return Err(Code::UnsupportedMedia.into());
            }
            let raw = if raw.is_empty() { Bytes::from_static(b"{}") } else { raw };
            let body = parse(&raw)?;
            let key = key_of(&request, &raw)?;
            Ok(Self { actor, key, body })
        })
    }
}
impl<T: JsonSchema> Part for Command<T> {
    fn describe(about: &mut Description) {
        describe_body::<T>(about);
        about.header("Idempotency-Key", false, "1 to 255 visible ASCII characters, new for each request; kept 7 days.");
        about.fails(&[Code::KeyReused, Code::KeyBusy, Code::MalformedHeader]);
    }
}

/// The same, where a key must be given.
pub struct KeyedCommand<T>(pub Command<T>);

impl<T: DeserializeOwned + 'static> FromRequest for KeyedCommand<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !request.headers().contains_key(KEY) {
            return Box::pin(ready(Err(Code::KeyRequired.into())));
        }
        let command = Command::from_request(request, payload);
        Box::pin(async move { command.await.map(Self) })
    }
}
impl<T: JsonSchema> Part for KeyedCommand<T> {
    fn describe(about: &mut Description) {
        describe_body::<T>(about);
        about.header("Idempotency-Key", true, "1 to 255 visible ASCII characters, new for each request; kept 7 days.");
        about.fails(&[Code::KeyRequired, Code::KeyReused, Code::KeyBusy, Code::MalformedHeader]);
    }
}

/// A search: its terms are personal, so they travel in a body and not in the address.
pub struct Search<T> {
    pub actor: Actor,
    pub body: T,
}

impl<T: DeserializeOwned + 'static> FromRequest for Search<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let command = Command::from_request(request, payload);
        Box::pin(async move { command.await.map(|Command { actor, body, .. }| Self { actor, body }) })
    }
}
impl<T: JsonSchema> Part for Search<T> {
    fn describe(about: &mut Description) {
        describe_body::<T>(about);
    }
}

fn describe_body<T: JsonSchema>(about: &mut Description) {
    about.body = Some(about.schema::<T>());
    about.fails(&[
        Code::MalformedJson,
        Code::TooLarge,
        Code::UnsupportedMedia,
        Code::Invalid,
        Code::RequestTimeout,
        Code::BadRequest,
    ]);
}

pub(super) const KEY: &str = "idempotency-key";

/// The key stands for method, path, precondition and body: the body in canonical form, so that white space is no
/// difference.
pub(super) fn key_of(request: &HttpRequest, raw: &[u8]) -> Result<Option<Key>> {
    let Some(header) = request.headers().get(KEY) else { return Ok(None) };
    let text =
        header.to_str().ok().filter(|key| (1..=255).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()));
    let text = text.ok_or(Code::MalformedHeader)?;
    let work = request.app_data::<Data<Work>>().ok_or(Error::Corrupt("no work to do"))?;
    let canonical = serde_json::from_slice::<Value>(raw).map(|body| body.to_string().into_bytes());
    let body = canonical.unwrap_or_else(|_| raw.to_vec());
    let precondition = request.headers().get("if-match").map_or(&b""[..], |header| header.as_bytes());
    let (method, path) = (request.method().as_str().as_bytes(), request.path().as_bytes());
    Ok(Some(Key::new(text.to_owned(), &work.keys(), &[method, path, precondition, &body])))
}

/// A body of at most a mebibyte, not compressed.
pub(super) async fn read_body(headers: &HeaderMap, payload: Payload) -> Result<Bytes> {
    read_up_to(BODY_LIMIT, headers, payload).await
}

/// The same, of at most so many bytes.
pub(super) async fn read_up_to(limit: usize, headers: &HeaderMap, mut payload: Payload) -> Result<Bytes> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > limit) {
        return Err(Code::TooLarge.into());
    }
    let mut body = BytesMut::new();
    let reading = async {
        while let Some(chunk) = payload.next().await {
            body.extend_from_slice(&chunk.map_err(|_| Code::BadRequest)?);
            if body.len() > limit {
                return Err(Error::from(Code::TooLarge));
            }
        }
        Ok(())
    };
    tokio::time::timeout(BODY_PATIENCE, reading).await.map_err(|_| Code::RequestTimeout)??;
    let is_plain = headers.get(CONTENT_ENCODING).is_none_or(|encoding| encoding.as_bytes() == b"identity");
    if is_plain || body.is_empty() { Ok(body.freeze()) } else { Err(Code::UnsupportedMedia.into()) }
}

fn is_json(headers: &HeaderMap) -> bool {
    is_of(headers, "application/json")
}

/// Whether the body is said to be of this type, in UTF-8.
pub(super) fn is_of(headers: &HeaderMap, media: &str) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let mut parts = kind.split(';').map(str::trim);
    let charset = |part: &str| part.strip_prefix("charset=").is_none_or(|set| set.trim_matches('"') == "utf-8");
    parts.next() == Some(media) && parts.all(charset)
}

fn parse<T: DeserializeOwned>(raw: &[u8]) -> Result<T> {
    let mut json = serde_json::Deserializer::from_slice(raw);
    let parsed = serde_path_to_error::deserialize(&mut json);
    // A field that is wrong in a text that is not JSON at all is not the client's first trouble.
    serde_json::from_slice::<serde::de::IgnoredAny>(raw).map_err(|_| Code::MalformedJson)?;
    parsed.map_err(|error| faults::of_json(&error))
}

/// A page of a list and its filters, from the query.
pub struct Listing<F> {
    pub filter: F,
    pub page: Page,
}

impl<F: DeserializeOwned> FromRequest for Listing<F> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read_listing(request))
    }
}

fn read_listing<F: DeserializeOwned>(request: &HttpRequest) -> Result<Listing<F>> {
    let pairs = serde_urlencoded::from_str::<Vec<(String, String)>>(request.query_string());
    let (mut limit, mut after, mut rest) = (None, None, Vec::new());
    for (name, value) in pairs.map_err(|_| Code::MalformedQuery)? {
        match name.as_str() {
            "limit" => limit = Some(value.parse().map_err(|_| bad_limit())?),
            "after" => after = Some(open_cursor(request, &value)?),
            _ => rest.push((name, value)),
        }
    }
    let filter = serde_path_to_error::deserialize(faults::pairs(rest)).map_err(|error| faults::of_query(&error))?;
    Ok(Listing { filter, page: Page::new(limit, after).at("limit").map_err(|_| bad_limit())? })
}

fn bad_limit() -> Error {
    Error::Invalid(vec![Fault::new("limit", "out_of_range", "a limit is a whole number from 1 to 200")])
}

/// A cursor is good for the list that gave it alone.
fn open_cursor(request: &HttpRequest, cursor: &str) -> Result<Uuid> {
    let work = request.app_data::<Data<Work>>().ok_or(Error::Corrupt("no work to do"))?;
    work.keys().cursors().open(request.path(), cursor).map_err(|_| Code::InvalidCursor.into())
}

impl<F: JsonSchema> Part for Listing<F> {
    fn describe(about: &mut Description) {
        let filter = schemars::SchemaGenerator::from(about.schemas.settings().clone()).into_root_schema_for::<F>();
        let fields = filter.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        let inline = about.schemas.subschema_for::<F>();
        drop(inline);
        for (name, schema) in fields {
            about.parameters.push(json!({ "name": name, "in": "query", "required": false, "schema": schema }));
        }
        let limit = json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 });
        about.parameters.push(json!({ "name": "limit", "in": "query", "required": false, "schema": limit }));
        about.parameters.push(json!({
            "name": "after", "in": "query", "required": false, "schema": { "type": "string" },
            "description": "The `next` of the page before.",
        }));
        about.fails(&[Code::MalformedQuery, Code::InvalidCursor, Code::Invalid]);
    }
}
