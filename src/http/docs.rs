//! The OpenAPI document and a page that shows it. Everything comes from the binary; no other host is asked.
use std::borrow::Cow;
use std::io::{Cursor, Read};

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::middleware::Compress;
use actix_web::web::{Bytes, Data, ServiceConfig, get, resource};
use actix_web::{HttpRequest, HttpResponse};
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

use crate::error::{Error, Result};

/// Addresses and what they answer with: its type and its bytes.
pub struct Docs(Vec<(&'static str, &'static str, Bytes)>);

impl Docs {
    /// Made once, for the document as text.
    pub fn new(document: String) -> Result<Self> {
        const SCRIPT: &str = "text/javascript";
        Ok(Self(vec![
            ("/api/v1/openapi.json", "application/json", document.into()),
            ("/docs", "text/html; charset=utf-8", Bytes::from_static(include_bytes!("docs/index.html"))),
            ("/docs/start.js", SCRIPT, Bytes::from_static(include_bytes!("docs/start.js"))),
            ("/docs/swagger-ui-bundle.js", SCRIPT, unpack("/dist/swagger-ui-bundle.js")?),
            ("/docs/swagger-ui.css", "text/css", unpack("/dist/swagger-ui.css")?),
        ]))
    }
}

/// A file of Swagger UI, whose folder is named after its release.
fn unpack(path: &str) -> Result<Bytes> {
    let missing = || Error::Corrupt("Swagger UI");
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED)).map_err(|_| missing())?;
    let name = archive.file_names().flatten().find(|name| name.ends_with(path)).map(Cow::into_owned);
    let mut bytes = Vec::new();
    archive
        .by_name(&name.ok_or_else(missing)?)
        .map_err(|_| missing())?
        .read_to_end(&mut bytes)
        .map_err(|_| missing())?;
    Ok(bytes.into())
}

/// Public, and read-only: what the service can do is no secret.
pub fn configure(config: &mut ServiceConfig, docs: &Data<Docs>) {
    for (path, ..) in &docs.0 {
        config.service(resource(*path).app_data(docs.clone()).wrap(Compress::default()).route(get().to(answer)));
    }
}

async fn answer(docs: Data<Docs>, request: HttpRequest) -> Result<HttpResponse> {
    let asked = docs.0.iter().find(|(path, ..)| *path == request.path());
    let (_, kind, bytes) = asked.ok_or(Error::NOT_FOUND)?;
    let mut answer = HttpResponse::Ok();
    // On a slow line the page's own script is fetched once a day, what tells of the API each time.
    let kept = if ["text/javascript", "text/css"].contains(kind) { "public, max-age=86400" } else { "no-cache" };
    Ok(answer.insert_header((CONTENT_TYPE, *kind)).insert_header((CACHE_CONTROL, kept)).body(bytes.clone()))
}
