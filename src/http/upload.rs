//! A file that is sent in as `multipart/form-data` (RFC 7578), with a few fields beside it. It refuses more than one file,
//! and more files at a time than there is memory for.
use std::sync::Arc;

use actix_multipart::{Field, Multipart};
use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use schemars::{JsonSchema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::describe::{Description, Part};
use super::extract::key_of;
use super::faults;
use crate::access::policy::Actor;
use crate::error::{Code, Error, Result};
use crate::work::Key;

/// The largest file that is taken, in bytes: 10 MiB.
const FILE_LIMIT: usize = 10 << 20;
/// What the boundaries, headers and other fields of a form may take.
const REST_LIMIT: usize = 64 << 10;
const MOST_FIELDS: usize = 10;
const LONGEST_FIELD: usize = 4 << 10;
/// How many are read and worked on at a time; the next one is told to come again (503).
const TURNS: usize = 8;

/// The room there is for files on their way. Clones are the same room.
#[derive(Clone)]
pub struct Uploads(Arc<Semaphore>);

impl Default for Uploads {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(TURNS)))
    }
}

/// A file and what was said of it.
pub struct Upload<T> {
    pub actor: Actor,
    pub key: Option<Key>,
    pub fields: T,
    pub file: SentFile,
    /// Held until the file has been dealt with.
    _turn: OwnedSemaphorePermit,
}

pub struct SentFile {
    /// As it was sent.
    pub name: String,
    pub content: Vec<u8>,
}

impl<T: DeserializeOwned> FromRequest for Upload<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let actor = Actor::from_request(&request, &mut Payload::None).await?;
            check_head(request.headers())?;
            let uploads = request.app_data::<Data<Uploads>>().ok_or(Error::Corrupt("no room for uploads"))?;
            let turn = uploads.0.clone().try_acquire_owned().map_err(|_| Code::Unavailable)?;
            let Form { fields, file } = Form::read(Multipart::new(request.headers(), payload)).await?;
            let file = file.ok_or_else(|| Error::invalid("/file", "missing", "this field is required"))?;
            let said = format!("{fields:?}|{}|", file.name);
            let key = key_of(&request, &[said.as_bytes(), &Sha256::digest(&file.content)].concat())?;
            let fields = serde_path_to_error::deserialize(faults::pairs(fields)).map_err(|it| faults::of_form(&it))?;
            Ok(Self { actor, key, fields, file, _turn: turn })
        })
    }
}

fn check_head(headers: &HeaderMap) -> Result<()> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let is_plain = headers.get(CONTENT_ENCODING).is_none_or(|encoding| encoding.as_bytes() == b"identity");
    if !kind.starts_with("multipart/form-data") || !is_plain {
        return Err(Code::UnsupportedMedia.into());
    }
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let is_too_large = announced.is_some_and(|length: usize| length > FILE_LIMIT + REST_LIMIT);
    if is_too_large { Err(Code::TooLarge.into()) } else { Ok(()) }
}

/// A form as it came.
#[derive(Default)]
struct Form {
    fields: Vec<(String, String)>,
    file: Option<SentFile>,
}

impl Form {
    async fn read(mut parts: Multipart) -> Result<Self> {
        let mut form = Self::default();
        while let Some(part) = parts.next().await {
            let part = part.map_err(|_| Code::BadRequest)?;
            let name = part.name().unwrap_or_default().to_owned();
            let file_name = file_name(&part);
            match file_name {
                Some(_) if name != "file" => {
                    return Err(Error::invalid("/file", "unknown_field", "a file comes as `file`"));
                }
                Some(_) if form.file.is_some() => {
                    return Err(Error::invalid("/file", "duplicate_field", "one file at a time"));
                }
                Some(file) => form.file = Some(SentFile { name: file, content: read_part(part, FILE_LIMIT).await? }),
                None if form.fields.len() >= MOST_FIELDS => return Err(Code::TooLarge.into()),
                None => {
                    let text =
                        String::from_utf8(read_part(part, LONGEST_FIELD).await?).map_err(|_| Code::BadRequest)?;
                    form.fields.push((name, text));
                }
            }
        }
        Ok(form)
    }
}

/// The name of the file, if the part is one. Who sends a whole path of Windows does not double its backslashes, as a quoted
/// text would have them, so that the name is what stands behind the last of them.
fn file_name(part: &Field) -> Option<String> {
    let read = part.content_disposition()?.get_filename()?;
    let sent = part.headers().get(CONTENT_DISPOSITION).and_then(|head| str::from_utf8(head.as_bytes()).ok());
    let quoted = sent.and_then(|head| head.split_once("filename=\"")).map(|(_, quoted)| quoted);
    let end = |quoted: &str| quoted.replace("\\\"", "  ").find('"');
    let path = quoted.and_then(|quoted| quoted.get(..end(quoted)?));
    let last = path.and_then(|path| path.rsplit_once('\\')).map(|(_, last)| last).filter(|last| !last.starts_with('"'));
    Some(last.unwrap_or(read).to_owned())
}

async fn read_part(mut part: Field, most: usize) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    while let Some(piece) = part.next().await {
        let piece = piece.map_err(|_| Code::BadRequest)?;
        if content.len() + piece.len() > most {
            return Err(Code::TooLarge.into());
        }
        content.extend_from_slice(&piece);
    }
    Ok(content)
}

impl<T: JsonSchema> Part for Upload<T> {
    fn describe(about: &mut Description) {
        let form = SchemaGenerator::from(about.schemas.settings().clone()).into_root_schema_for::<T>();
        // Makes the components that the fields refer to.
        about.schema::<T>();
        let mut properties = form.get("properties").and_then(Value::as_object).cloned().unwrap_or_else(Map::new);
        let mut required = form.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        properties.insert("file".into(), json!({ "type": "string", "format": "binary" }));
        required.push(json!("file"));
        about.kinds = &["multipart/form-data"];
        about.body = Some(json!({
            "type": "object", "properties": properties, "required": required, "additionalProperties": false,
        }));
        about.header("Idempotency-Key", false, "1 to 255 visible ASCII characters, new for each request; kept 7 days.");
        about.fails(&[Code::KeyReused, Code::KeyBusy, Code::MalformedHeader, Code::TooLarge, Code::UnsupportedMedia]);
        about.fails(&[Code::Invalid, Code::BadRequest]);
    }
}
