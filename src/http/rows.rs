//! A command whose rows come as JSON or as a CSV file, whichever the sender has. Any other type is refused.
use std::future::ready;

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::describe::{Description, Part};
use super::extract::{Command, KEY, KeyedCommand, is_of, key_of, read_body};
use crate::access::policy::Actor;
use crate::error::{Code, Error, Result};

/// What can be read from a CSV file too.
pub trait FromCsv: Sized {
    fn from_csv(file: &[u8]) -> Result<Self>;
}

/// A command under a key, from JSON or `text/csv`.
pub struct KeyedRows<T>(pub Command<T>);

impl<T: DeserializeOwned + FromCsv + 'static> FromRequest for KeyedRows<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !is_of(request.headers(), "text/csv") {
            let command = KeyedCommand::from_request(request, payload);
            return Box::pin(async move { command.await.map(|command| Self(command.0)) });
        }
        if !request.headers().contains_key(KEY) {
            return Box::pin(ready(Err(Code::KeyRequired.into())));
        }
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let actor = Actor::from_request(&request, &mut Payload::None).await?;
            let raw: Bytes = read_body(request.headers(), payload).await?;
            let (body, key) = (T::from_csv(&raw)?, key_of(&request, &raw)?);
            Ok(Self(Command { actor, key, body }))
        })
    }
}

impl<T: JsonSchema> Part for KeyedRows<T> {
    fn describe(about: &mut Description) {
        KeyedCommand::<T>::describe(about);
    }
}
