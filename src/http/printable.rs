//! A page to be printed. Its one style comes with it and is let through by its hash; the page runs nothing, loads nothing
//! and is framed by nobody.
use actix_web::body::BoxBody;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, Responder};
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use super::answer::Answer;
use super::describe::Description;

/// The text of the page; its style, if any, stands in the first `<style>`.
pub struct Printable(pub String);

impl Printable {
    /// Everything is refused but the style that the page was made with.
    fn policy(&self) -> String {
        let style =
            self.0.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).map(|(style, _)| style);
        let hash = BASE64.encode(&Sha256::digest(style.unwrap_or_default()));
        format!(
            "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
    }
}

impl Responder for Printable {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((CONTENT_SECURITY_POLICY, self.policy()))
            .body(self.0)
    }
}

impl Answer for Printable {
    fn describe(about: &mut Description) {
        about.answers.insert(200, ("A page to print", None, Vec::new()));
        about.also = vec!["text/html; charset=utf-8"];
    }
}
