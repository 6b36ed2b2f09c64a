//! What is in a file, whatever its name says. Pure: bytes in, bytes to be kept out. It refuses a file whose content is not
//! what its ending says, or is two things at once.
mod image;
mod office;
mod text;

use data_encoding::HEXLOWER_PERMISSIVE;

use crate::kernel::invalid::Invalid;
use crate::kernel::words::words;

words! {
    /// What is kept.
    pub enum Media {
        Pdf = "pdf",
        Jpeg = "jpeg",
        Png = "png",
        Docx = "docx",
        Odt = "odt",
        Csv = "csv",
        Xlsx = "xlsx",
    }
}

impl Media {
    /// Its type on the wire.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

const UNKNOWN: Invalid = Invalid::new(
    "unknown_media",
    "expected a file that ends in pdf, jpg, jpeg, png, tif, tiff, docx, odt, csv or xlsx",
);
const WRONG_CONTENT: Invalid = Invalid::new("wrong_content", "the content is not what the ending of the name says");
const ACTIVE: Invalid =
    Invalid::new("active_content", "expected a document without macros, scripts or files within; print it to a PDF");

/// A file that may be kept.
pub struct Examined {
    pub media: Media,
    pub content: Vec<u8>,
    /// The name with the ending of what is kept.
    pub name: String,
}

/// Looks into a file. An image is written anew from its pixels, and so is without whatever else was in it; all else is
/// kept as it came.
pub fn examine(name: &str, content: Vec<u8>) -> Result<Examined, Invalid> {
    // Some browsers send the whole path.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let (stem, ending) = name.rsplit_once('.').ok_or(UNKNOWN)?;
    let (media, content) = match ending.to_ascii_lowercase().as_str() {
        "pdf" => (Media::Pdf, check_pdf(&content).map(|()| content)?),
        "jpg" | "jpeg" => (Media::Jpeg, image::jpeg(&content)?),
        "png" => (Media::Png, image::png(&content)?),
        "tif" | "tiff" => {
            let name = format!("{stem}.png");
            return Ok(Examined { media: Media::Png, content: image::tiff_as_png(&content)?, name });
        }
        "docx" => (Media::Docx, office::check(Media::Docx, &content).map(|()| content)?),
        "odt" => (Media::Odt, office::check(Media::Odt, &content).map(|()| content)?),
        "xlsx" => (Media::Xlsx, office::check(Media::Xlsx, &content).map(|()| content)?),
        "csv" => (Media::Csv, text::check_csv(&content).map(|()| content)?),
        _ => return Err(UNKNOWN),
    };
    Ok(Examined { media, content, name: name.to_owned() })
}

/// ISO 32000: `%PDF-1.7` at its very beginning, `%%EOF` at its end.
fn check_pdf(content: &[u8]) -> Result<(), Invalid> {
    let has = |part: &[u8], word: &[u8]| part.windows(word.len()).any(|window| window == word);
    let end = content.get(content.len().saturating_sub(32)..).unwrap_or_default();
    let is_pdf = content.starts_with(b"%PDF-") && content.get(5).is_some_and(u8::is_ascii_digit);
    // Where an archive says what is in it: a file that ends so is an archive too.
    let is_archive = has(content.get(content.len().saturating_sub(70_000)..).unwrap_or_default(), b"PK\x05\x06");
    if !is_pdf || is_archive || !end.trim_ascii_end().ends_with(b"%%EOF") {
        return Err(WRONG_CONTENT);
    }
    let (active, plain): ([&[u8]; 3], _) = ([b"/JavaScript", b"/Launch", b"/EmbeddedFile"], without_escapes(content));
    if active.iter().any(|word| has(&plain, word)) { Err(ACTIVE) } else { Ok(()) }
}

/// ISO 32000, 7.3.5: any letter of a name may be written as `#` and two hexadecimal digits.
fn without_escapes(content: &[u8]) -> Vec<u8> {
    let (mut plain, mut rest) = (Vec::with_capacity(content.len()), content);
    while let Some((first, others)) = rest.split_first() {
        let digits = others.first_chunk::<2>().filter(|_| *first == b'#');
        let letter = digits.and_then(|digits| HEXLOWER_PERMISSIVE.decode(digits).ok()?.first().copied());
        plain.push(letter.unwrap_or(*first));
        rest = others.get(if letter.is_some() { 2 } else { 0 }..).unwrap_or_default();
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str, content: &[u8]) -> &'static str {
        examine(name, content.to_vec()).err().map_or("", |invalid| invalid.code)
    }

    #[test]
    fn a_pdf_is_one_from_its_first_byte_to_its_last() {
        let pdf = b"%PDF-1.7\n1 0 obj\n%%EOF\r\n";
        assert_eq!(code("FIR 412.PDF", pdf), "");
        assert_eq!(examine("C:\\scans\\fir.pdf", pdf.to_vec()).unwrap().name, "fir.pdf");
        for broken in [&b"\n%PDF-1.7\n%%EOF"[..], b"%PDF-x\n%%EOF", b"%PDF-1.7\n", b"", b"%PDF-1.7\nPK\x05\x06\n%%EOF"]
        {
            assert_eq!(code("fir.pdf", broken), "wrong_content");
        }
        let after = [&pdf[..], b"<script>alert(1)</script>.............................."].concat();
        assert_eq!(code("fir.pdf", &after), "wrong_content");
        for name in ["/JavaScript", "/J#61vaScript", "/#4A#61#76#61#53cript", "/L#61unch", "/EmbeddedFile#73"] {
            let active = format!("%PDF-1.7\n<< /S {name} >>\n%%EOF");
            assert_eq!(code("fir.pdf", active.as_bytes()), "active_content", "{name}");
        }
        assert_eq!(code("fir.pdf", b"%PDF-1.7\n/A#20B#zz#\n%%EOF"), "");
    }

    #[test]
    fn the_ending_and_the_content_must_agree() {
        let pdf = b"%PDF-1.7\n%%EOF";
        for name in ["a.png", "a.jpg", "a.tiff", "a.docx", "a.odt", "a.xlsx"] {
            assert_eq!(code(name, pdf), "wrong_content", "{name}");
        }
        for name in ["a", "", "a.exe", "a.pdf.exe", "a.svg", "a.html", ".", "a.docm", "a.zip", "pdf"] {
            assert_eq!(code(name, pdf), "unknown_media", "{name}");
        }
    }
}
