//! A file as the body of a request, as it is, under an idempotency key. It refuses a type that nobody reads here, and more
//! than 64 MiB.
use std::future::ready;

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde_json::json;

use super::describe::{Description, Part};
use super::extract::{KEY, is_of, key_of, read_up_to};
use crate::access::policy::Actor;
use crate::error::{Code, Error, Result};
use crate::work::Key;

/// What a statement of 100,000 payments needs, and what the readers of such files take.
const LIMIT: usize = 64 << 20;
const KINDS: &[&str] = &["application/xml", "text/xml", "text/csv"];

/// A file, and who sends it.
pub struct KeyedFile {
    pub actor: Actor,
    pub key: Option<Key>,
    pub is_csv: bool,
    pub content: Bytes,
}

impl FromRequest for KeyedFile {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !request.headers().contains_key(KEY) {
            return Box::pin(ready(Err(Code::KeyRequired.into())));
        }
        if !KINDS.iter().any(|kind| is_of(request.headers(), kind)) {
            return Box::pin(ready(Err(Code::UnsupportedMedia.into())));
        }
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let actor = Actor::from_request(&request, &mut Payload::None).await?;
            let content = read_up_to(LIMIT, request.headers(), payload).await?;
            let key = key_of(&request, &content)?;
            Ok(Self { actor, key, is_csv: is_of(request.headers(), "text/csv"), content })
        })
    }
}

impl Part for KeyedFile {
    fn describe(about: &mut Description) {
        about.body = Some(json!({ "type": "string", "format": "binary" }));
        about.kinds = KINDS;
        about.header("Idempotency-Key", true, "1 to 255 visible ASCII characters, new for each request; kept 7 days.");
        about.fails(&[Code::KeyRequired, Code::KeyReused, Code::KeyBusy, Code::MalformedHeader]);
        about.fails(&[Code::TooLarge, Code::UnsupportedMedia, Code::Invalid, Code::RequestTimeout, Code::BadRequest]);
    }
}
