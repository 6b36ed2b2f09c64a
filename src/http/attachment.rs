//! A file as an answer: to be saved, not shown, with the digest by which its receiver knows that it is whole. It refuses
//! to guess a type: whoever makes the file says it.
use std::fmt::Write as _;

use actix_web::body::BoxBody;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, Responder};
use data_encoding::BASE64;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::answer::Answer;
use super::describe::Description;

/// A file that is downloaded whole.
pub struct Attachment {
    /// What it is saved as, in any script.
    pub name: String,
    pub media: &'static str,
    pub content: Vec<u8>,
}

impl Attachment {
    pub const JSON: &'static str = "application/json";
    /// RFC 4180 and 7111.
    pub const CSV: &'static str = "text/csv; charset=utf-8; header=present";
    /// Office Open XML.
    pub const XLSX: &'static str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
}

const POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/// RFC 6266: a name in ASCII, and beside it the whole one where that is another.
fn disposition(name: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || "-_. ".contains(letter) { letter } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    if ascii == name {
        return format!("attachment; filename=\"{name}\"");
    }
    // RFC 8187: what is no attribute character is percent-encoded.
    let mut whole = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            whole.push(char::from(byte));
        } else {
            _ = write!(whole, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{whole}")
}

impl Responder for Attachment {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let digest = Sha256::digest(&self.content);
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, self.media))
            .insert_header((CONTENT_DISPOSITION, disposition(&self.name)))
            // Should a browser show it all the same, it does nothing (OWASP ASVS 5.0 5.4.2).
            .insert_header((CONTENT_SECURITY_POLICY, POLICY))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_any_script_is_told_in_full_and_breaks_out_of_nothing() {
        assert_eq!(disposition("fir 412.pdf"), "attachment; filename=\"fir 412.pdf\"");
        assert_eq!(
            disposition("رپورٹ\"a\r\n.pdf"),
            "attachment; filename=\"______a__.pdf\"; filename*=UTF-8''%D8%B1%D9%BE%D9%88%D8%B1%D9%B9%22a%0D%0A.pdf"
        );
    }
}
