//! Files that mean harm, or are broken.
use std::io::{BufReader, Read};

use proptest::prelude::*;
use umeed::payouts::{bank_csv, iso20022};

const HEAD: &str = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.12\"><CstmrPmtStsRpt>";
const TAIL: &str = "</CstmrPmtStsRpt></Document>";

#[track_caller]
fn assert_refused(file: impl AsRef<[u8]>, code: &str) {
    assert_eq!(iso20022::read(file.as_ref()).unwrap_err().code, code);
}

/// So many bytes that are never in memory at once.
fn endless(before: &str, bytes: u64) -> impl Read + use<> {
    before.to_owned().into_bytes().leak().chain(std::io::repeat(b' ').take(bytes))
}

#[test]
fn a_document_type_is_refused_and_so_nothing_can_be_defined_that_grows() {
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;\">]>";
    assert_refused(format!("{laughs}{HEAD}&c;{TAIL}"), "doctype");
    let outside = "<!DOCTYPE Document SYSTEM \"file:///etc/passwd\">";
    assert_refused(format!("{outside}{HEAD}{TAIL}"), "doctype");
    assert_refused(format!("{HEAD}<GrpHdr>&c;</GrpHdr>{TAIL}"), "not_xml");
}

#[test]
fn half_a_file_is_refused_wherever_it_breaks_off() {
    let whole = std::fs::read("tests/payouts/answers/pain.002.v03.xml").unwrap();
    let end = whole.iter().rposition(|byte| *byte == b'>').unwrap();
    for length in (0..end).step_by(7).chain([end]) {
        let refused = iso20022::read(&whole[..length]).unwrap_err().code;
        assert!(["cut_off", "not_xml"].contains(&refused), "{length}: {refused}");
    }
    assert_refused(&whole[..whole.len() / 2], "cut_off");
}

#[test]
fn a_file_without_end_a_text_without_end_and_a_tag_without_end_are_refused_before_they_fill_the_memory() {
    let code = |file: Box<dyn Read>| iso20022::read(BufReader::new(file)).unwrap_err().code;
    assert_eq!(code(Box::new(endless(&format!("{HEAD}<GrpHdr>"), 100_000_000))), "markup_too_long");
    assert_eq!(code(Box::new(endless(&format!("{HEAD}<GrpHdr "), 100_000_000))), "markup_too_long");
    assert_eq!(code(Box::new(endless("<!-- ", 100_000_000))), "markup_too_long");
    let row = "<OrgnlPmtInfAndSts><Some><Other>text</Other></Some></OrgnlPmtInfAndSts>";
    assert_refused(format!("{HEAD}{}{TAIL}", row.repeat(100_000_000 / row.len())), "too_large");
    let csv = std::io::Cursor::new("reference,status\n").chain(std::io::repeat(b'a').take(100_000_000));
    assert_eq!(bank_csv::read(BufReader::new(csv)).unwrap_err().code, "too_large");
}

#[test]
fn depth_rows_and_text_are_bounded() {
    assert_refused(format!("{HEAD}{}", "<a>".repeat(40)), "too_deep");
    let row = "<TxInfAndSts><OrgnlEndToEndId>A</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>";
    let rows = |count: usize| format!("{HEAD}<OrgnlPmtInfAndSts>{}</OrgnlPmtInfAndSts>{TAIL}", row.repeat(count));
    assert_eq!(iso20022::read(rows(200_000).as_bytes()).unwrap().rows.len(), 200_000);
    assert_refused(rows(200_001), "too_many_rows");
    assert_refused(format!("{HEAD}<GrpHdr>{}</GrpHdr>{TAIL}", "&#65;".repeat(70_000)), "text_too_long");
}

#[test]
fn another_document_is_refused_clearly() {
    for (file, code) in [
        (String::new(), "not_xml"),
        ("%PDF-1.7".to_owned(), "not_xml"),
        ("<html></html>".to_owned(), "wrong_namespace"),
        ("<Document><CstmrPmtStsRpt/></Document>".to_owned(), "wrong_namespace"),
        (HEAD.replace("Document", "Envelope"), "wrong_namespace"),
        (format!("{}{TAIL}", HEAD.replace("pain.002.001.12", "pain.001.001.09")), "unknown_message"),
        (format!("{}{TAIL}", HEAD.replace("pain.002.001.12", "pain.002.001.02")), "unknown_message"),
        (format!("{}{TAIL}", HEAD.replace("pain.002.001.12", "camt.052.001.08")), "unknown_message"),
        (format!("{HEAD}{TAIL}{HEAD}{TAIL}"), "not_xml"),
        (format!("{HEAD}{TAIL}and more"), "not_xml"),
        (format!("{HEAD}<a></b>{TAIL}"), "not_xml"),
    ] {
        assert_refused(file, code);
    }
    assert_refused([HEAD.as_bytes(), b"<GrpHdr>\xff\xfe</GrpHdr>"].concat(), "not_xml");
}

#[test]
fn letters_that_would_be_read_as_others_and_a_currency_told_twice_are_refused() {
    for said in ["ISO-8859-1", "windows-1252", "UTF-16"] {
        assert_refused(format!("<?xml version=\"1.0\" encoding=\"{said}\"?>{HEAD}{TAIL}"), "not_utf_8");
    }
    for said in ["UTF-8", "utf-8", "US-ASCII"] {
        iso20022::read(format!("<?xml version=\"1.0\" encoding=\"{said}\"?>{HEAD}{TAIL}").as_bytes()).unwrap();
    }
    let row = |amount: &str| {
        let row = "<TxInfAndSts><OrgnlEndToEndId>A</OrgnlEndToEndId><TxSts>ACSC</TxSts><OrgnlTxRef>";
        format!("{HEAD}<OrgnlPmtInfAndSts>{row}{amount}</OrgnlTxRef></TxInfAndSts></OrgnlPmtInfAndSts>{TAIL}")
    };
    let amount = |attributes: &str| row(&format!("<IntrBkSttlmAmt {attributes}>5</IntrBkSttlmAmt>"));
    iso20022::read(amount("Ccy=\"PKR\"").as_bytes()).unwrap();
    assert_refused(amount("Ccy=\"PKR\" Ccy=\"USD\""), "not_xml");
    assert_refused(amount("Ccy=\"PKR\" other=\"1\" other=\"1\""), "not_xml");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes: Vec<u8>) {
        let _ = iso20022::read(bytes.as_slice());
        let _ = bank_csv::read(bytes.as_slice());
    }

    #[test]
    fn no_change_of_an_answer_makes_a_reader_panic(place: prop::sample::Index, byte: u8, cut: prop::sample::Index, which in 0_usize..4) {
        let names = ["pain.002.v03.xml", "pain.002.v12.xml", "camt.053.v08.xml", "camt.054.v02.xml"];
        let mut file = std::fs::read(format!("tests/payouts/answers/{}", names[which])).unwrap();
        let place = place.index(file.len());
        file[place] = byte;
        let _ = iso20022::read(file.as_slice());
        file.drain(..cut.index(place + 1));
        let _ = iso20022::read(file.as_slice());
    }

    #[test]
    fn no_row_of_a_csv_makes_its_reader_panic(row in "[\\PC,\"\n=+@-]{0,80}") {
        let _ = bank_csv::read(format!("reference,status,amount\n{row}\n").as_bytes());
    }
}
