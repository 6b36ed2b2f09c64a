//! Documents that are archives: DOCX and XLSX (ECMA-376), ODT (ISO 26300). It refuses archives that unpack to more than
//! they should, whatever they say of themselves, and those that hold programs.
use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{ACTIVE, Media, WRONG_CONTENT};
use crate::kernel::invalid::Invalid;

/// OWASP ASVS 5.0 5.2.3, with our values.
const MOST_ENTRIES: usize = 1000;
const MOST_UNPACKED: u64 = 100 << 20;

const BOMB: Invalid = Invalid::new("archive_too_large", "expected at most 1,000 parts, and 100 MiB unpacked");
const UNFIT_NAME: Invalid =
    Invalid::new("unfit_archive", "expected parts with plain names of their own, not encrypted");

pub(super) fn check(media: Media, content: &[u8]) -> Result<(), Invalid> {
    // The first part stands at the beginning, and nothing behind the end: else the file is something else too.
    if !content.starts_with(b"PK\x03\x04") || !content.ends_with(b"\0\0") {
        return Err(WRONG_CONTENT);
    }
    let mut archive = ZipArchive::new(Cursor::new(content)).map_err(|_| WRONG_CONTENT)?;
    if !archive.comment().is_empty() || archive.offset() != 0 {
        return Err(WRONG_CONTENT);
    }
    if archive.len() > MOST_ENTRIES || archive.has_overlapping_entries().map_err(|_| WRONG_CONTENT)? {
        return Err(BOMB);
    }
    if archive.has_duplicate_names() {
        return Err(UNFIT_NAME);
    }
    let names = unpack(&mut archive)?;
    let has = |name: &str| names.contains(name);
    let is_it = match media {
        Media::Docx => has("[content_types].xml") && has("word/document.xml"),
        Media::Xlsx => has("[content_types].xml") && has("xl/workbook.xml"),
        Media::Odt => has("content.xml") && mimetype(&mut archive)? == Media::Odt.mime().as_bytes(),
        Media::Pdf | Media::Jpeg | Media::Png | Media::Csv => false,
    };
    if !is_it {
        return Err(WRONG_CONTENT);
    }
    let runs = |name: &String| {
        name.contains("vbaproject")
            || name.starts_with("basic/")
            || ["/embeddings/", "/activex/"].iter().any(|folder| name.contains(folder))
    };
    if names.iter().any(runs) { Err(ACTIVE) } else { Ok(()) }
}

/// Unpacks every part to nowhere, and gives their names in lower case.
fn unpack(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<BTreeSet<String>, Invalid> {
    let (mut names, mut left) = (BTreeSet::new(), MOST_UNPACKED);
    for place in 0..archive.len() {
        let part = archive.by_index(place).map_err(|_| UNFIT_NAME)?;
        let name = part.name().map_err(|_| UNFIT_NAME)?.into_owned();
        let climbs = name.split('/').any(|step| step == ".." || step == ".");
        let is_plain = !name.starts_with('/') && !name.contains(['\\', ':', '\0']) && !climbs;
        if !is_plain || part.encrypted() || part.is_symlink() {
            return Err(UNFIT_NAME);
        }
        // What a part says of its own size may be a lie: one byte more than is left is enough to know.
        let mut counted = part.take(left + 1);
        let unpacked = std::io::copy(&mut counted, &mut std::io::sink()).map_err(|_| WRONG_CONTENT)?;
        left = left.checked_sub(unpacked).ok_or(BOMB)?;
        if !names.insert(name.to_lowercase()) {
            return Err(UNFIT_NAME);
        }
    }
    Ok(names)
}

fn mimetype(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<Vec<u8>, Invalid> {
    let part = archive.by_name("mimetype").map_err(|_| WRONG_CONTENT)?;
    let mut text = Vec::new();
    part.take(100).read_to_end(&mut text).map_err(|_| WRONG_CONTENT)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn docx(more: &[(&str, &[u8])]) -> Vec<u8> {
        archive(&[&[("[Content_Types].xml", &b"<Types/>"[..]), ("word/document.xml", b"<w:document/>")], more].concat())
    }

    fn code(media: Media, content: &[u8]) -> &'static str {
        check(media, content).err().map_or("", |invalid| invalid.code)
    }

    #[test]
    fn each_kind_is_known_by_its_parts() {
        let odt = archive(&[("mimetype", Media::Odt.mime().as_bytes()), ("content.xml", b"<a/>")]);
        let xlsx = archive(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>")]);
        let all = [(Media::Docx, docx(&[])), (Media::Odt, odt), (Media::Xlsx, xlsx)];
        for (media, content) in &all {
            for (other, _) in &all {
                assert_eq!(code(*other, content), if other == media { "" } else { "wrong_content" });
            }
        }
        assert_eq!(code(Media::Docx, &archive(&[("readme.txt", b"hello")])), "wrong_content");
    }

    #[test]
    fn a_bomb_is_refused_by_what_it_unpacks_to() {
        let zeros = vec![0; 60 << 20];
        assert_eq!(code(Media::Docx, &docx(&[("word/a", &zeros), ("word/b", &zeros)])), "archive_too_large");
        let names: Vec<_> = (0..1000).map(|number| format!("word/{number}")).collect();
        let many: Vec<_> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        assert_eq!(code(Media::Docx, &docx(&many)), "archive_too_large");
    }

    #[test]
    fn two_files_in_one_names_that_climb_and_programs_are_refused() {
        let good = docx(&[]);
        assert_eq!(code(Media::Docx, &[b"%PDF-1.7\n", good.as_slice()].concat()), "wrong_content");
        assert_eq!(code(Media::Docx, &[good.as_slice(), b"<script>"].concat()), "wrong_content");
        assert_eq!(code(Media::Docx, &good[..good.len() / 2]), "wrong_content");
        for name in ["../a", "word/../../a", "/etc/passwd", "word\\a", "C:a"] {
            assert_eq!(code(Media::Docx, &docx(&[(name, b"")])), "unfit_archive", "{name}");
        }
        for name in ["word/vbaProject.bin", "word/embeddings/oleObject1.bin", "word/activeX/activeX1.xml"] {
            assert_eq!(code(Media::Docx, &docx(&[(name, b"")])), "active_content", "{name}");
        }
    }
}
