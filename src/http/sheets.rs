//! Answers that are told as JSON, as CSV or as a workbook: by `?format=`, or else by what the client accepts. It refuses
//! a format it does not know, and to let a text become a formula.
use std::future::{Ready, ready};

use actix_web::body::BoxBody;
use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT, HeaderValue, VARY};
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, ResponseError};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::answer::Answer;
use super::asked::{self, Asked};
use super::attachment::Attachment;
use super::describe::{Description, Part};
use super::faults;
use crate::error::{At, Code, Error, Result};
use crate::kernel::sheet::{Tabled, csv, xlsx};
use crate::kernel::words::words;

words! {
    /// How an answer is told.
    pub enum Format {
        Json = "json",
        Csv = "csv",
        Xlsx = "xlsx",
    }
}

impl Format {
    const fn media_type(self) -> &'static str {
        match self {
            Self::Json => Attachment::JSON,
            Self::Csv => Attachment::CSV,
            Self::Xlsx => Attachment::XLSX,
        }
    }

    /// What the client likes best of what there is; JSON if it likes none of it (RFC 9110, 12.5.1, lets us).
    fn accepted(header: &str) -> Self {
        let mut best = (0, Self::Json);
        for (kind, weight) in header.split(',').filter_map(weighed) {
            let format = match kind {
                "text/csv" => Self::Csv,
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Self::Xlsx,
                "application/json" | "application/*" | "*/*" => Self::Json,
                _ => continue,
            };
            if weight > best.0 {
                best = (weight, format);
            }
        }
        best.1
    }
}

/// A media type and how much it is liked, in thousandths.
fn weighed(part: &str) -> Option<(&str, u32)> {
    let mut parts = part.split(';').map(str::trim);
    let kind = parts.next()?;
    let quality = parts.find_map(|part| part.strip_prefix("q=")).unwrap_or("1");
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    let thousandths: String = fraction.chars().chain("000".chars()).take(3).collect();
    Some((kind, whole.parse::<u32>().ok()?.min(1) * 1000 + thousandths.parse::<u32>().ok()?))
}

/// What is asked, from the query, and how it is to be told.
pub struct Question<T> {
    pub terms: T,
    pub format: Format,
}

impl<T: DeserializeOwned> FromRequest for Question<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request))
    }
}

fn read<T: DeserializeOwned>(request: &HttpRequest) -> Result<Question<T>> {
    let pairs = asked::pairs(request.query_string())?;
    let (formats, rest): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(name, _)| name == "format");
    let accept = request.headers().get(ACCEPT).and_then(|header| header.to_str().ok()).unwrap_or_default();
    let format = match formats.as_slice() {
        [] => Format::accepted(accept),
        [(_, word)] => word.parse().at("format")?,
        _ => return Err(Error::invalid("format", "duplicate_field", "this field is given twice")),
    };
    let terms = serde_path_to_error::deserialize(faults::pairs(rest)).map_err(|error| faults::of_query(&error))?;
    Ok(Question { terms, format })
}

impl<T: JsonSchema> Part for Question<T> {
    fn describe(about: &mut Description) {
        Asked::<T>::describe(about);
        let schema = json!({ "type": "string", "enum": ["json", "csv", "xlsx"] });
        about.parameters.push(json!({
            "name": "format", "in": "query", "required": false, "schema": schema,
            "description": "How it is told; without it by the header Accept.",
        }));
    }
}

/// An answer in the format that was asked for.
pub struct Told<A> {
    format: Format,
    answer: A,
}

impl<A> Told<A> {
    pub fn new(format: Format, answer: A) -> Self {
        Self { format, answer }
    }
}

impl<A: Serialize + Tabled> Responder for Told<A> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let format = self.format;
        if format == Format::Json {
            return HttpResponse::Ok().insert_header((VARY, "Accept")).json(self.answer);
        }
        let sheet = self.answer.sheet();
        let written = match format {
            Format::Xlsx => xlsx::write(&sheet).map_err(|_| Error::Corrupt("report")),
            Format::Csv | Format::Json => csv::write(&sheet).map_err(|_| Error::Corrupt("report")),
        };
        let content = match written {
            Ok(content) => content,
            Err(error) => return error.error_response(),
        };
        let name = format!("{}.{format}", sheet.name);
        let mut attached = Attachment { name, media: format.media_type(), content }.respond_to(request);
        attached.headers_mut().insert(VARY, HeaderValue::from_static("Accept"));
        attached
    }
}

impl<A: JsonSchema> Answer for Told<A> {
    const IS_TAGGED: bool = true;
    fn describe(about: &mut Description) {
        let schema = about.schema::<A>();
        about.answers.insert(200, ("The answer", Some(schema), vec!["Content-Disposition", "Repr-Digest"]));
        about.also = vec![Format::Csv.media_type(), Format::Xlsx.media_type()];
        about.fails(&[Code::Invalid]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_liked_best_is_told_and_json_where_nothing_is_known() {
        let workbook = Format::Xlsx.media_type();
        for (header, format) in [
            ("", Format::Json),
            ("*/*", Format::Json),
            ("text/html,application/xhtml+xml,*/*;q=0.8", Format::Json),
            ("text/csv", Format::Csv),
            ("text/csv;q=0.4, application/json;q=0.5", Format::Json),
            ("application/json;q=0.2,text/csv;q=0.25", Format::Csv),
            ("image/png", Format::Json),
            ("text/csv;q=0", Format::Json),
            ("text/csv;q=high", Format::Json),
            (workbook, Format::Xlsx),
        ] {
            assert_eq!(Format::accepted(header), format, "{header}");
        }
    }
}
