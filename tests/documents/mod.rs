//! Documents: what is taken, who may read it, and what is left on the disk.
mod adding;
mod keeping;
mod reading;
mod repeated;

use std::path::{Path, PathBuf};

use crate::kit::*;

pub const PDF: &[u8] = b"%PDF-1.7\n1 0 obj << /Title (Qanarwaxcontent) >>\n%%EOF\n";
const BOUNDARY: &str = "a-line-between";

/// A form: fields, and files with their names.
fn form(fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    for (name, content) in files {
        let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(b"content-type: application/octet-stream\r\n\r\n");
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

fn send(app: &App, who: &(impl Bearer + ?Sized), case: &str, body: Vec<u8>) -> Ask {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    app.ask(who, Method::POST, &format!("/cases/{case}/documents")).header("content-type", kind).raw(body)
}

/// A first information report.
pub fn add(app: &App, who: &(impl Bearer + ?Sized), case: &str, (name, content): (&str, &[u8])) -> Ask {
    send(app, who, case, form(&[("kind", "fir")], &[(name, content)]))
}

/// Every file that is kept.
fn files(app: &App) -> Vec<PathBuf> {
    let inside = |folder: &Path| std::fs::read_dir(folder).unwrap().map(|one| one.unwrap().path()).collect::<Vec<_>>();
    inside(&folder(app)).iter().flat_map(|shelf| inside(shelf)).collect()
}

/// What the folder of documents has for this database.
fn folder(app: &App) -> PathBuf {
    let [one] = std::fs::read_dir(&app.settings.documents.folder).unwrap().collect::<Vec<_>>().try_into().unwrap();
    one.unwrap().path()
}

/// A report of one digit: each another file, all of one length.
fn report(number: u8) -> Vec<u8> {
    format!("%PDF-1.7\n{number}\n%%EOF").into_bytes()
}

async fn actions(app: &App) -> Vec<String> {
    app.rows("SELECT action FROM trail WHERE action LIKE 'document.%' ORDER BY id").await
}
