//! A file as an answer: to be saved, not shown, with the digest by which its receiver knows that it is whole. It refuses
//! to guess a type: whoever makes the file says it.
use actix_web::body::BoxBody;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, Responder};
use data_encoding::BASE64;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::answer::Answer;
use super::describe::Description;

/// A file that is downloaded whole.
pub struct Attachment {
    /// In ASCII; it names nobody.
    pub name: String,
    pub media: &'static str,
    pub content: Vec<u8>,
}

impl Attachment {
    pub const JSON: &'static str = "application/json";
    /// RFC 4180 and 7111.
    pub const CSV: &'static str = "text/csv; charset=utf-8; header=present";
}

impl Responder for Attachment {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let digest = Sha256::digest(&self.content);
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, self.media))
            .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", self.name)))
            // RFC 9530.
            .insert_header(("repr-digest", format!("sha-256=:{}:", BASE64.encode(&digest))))
            .body(self.content)
    }
}

impl Answer for Attachment {
    const IS_TAGGED: bool = true;
    fn describe(about: &mut Description) {
        let schema = json!({ "type": "string", "format": "binary" });
        about.answers.insert(200, ("The file", Some(schema), vec!["Content-Disposition", "Repr-Digest"]));
    }
}
