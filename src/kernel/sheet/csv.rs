//! A sheet as CSV: RFC 4180, UTF-8, a header row, then the row of HXL tags if any column has one. It refuses to write a
//! text that a spreadsheet would run as a formula.
use csv::{Terminator, WriterBuilder};

use super::{Sheet, Value};

/// Fails only if a row has another length than the header.
pub fn write(sheet: &Sheet) -> Result<Vec<u8>, csv::Error> {
    let mut written = Vec::new();
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(&mut written);
    writer.write_record(sheet.columns.iter().map(|column| column.title.as_str()))?;
    if sheet.is_tagged() {
        writer.write_record(sheet.columns.iter().map(|column| column.tag.as_str()))?;
    }
    for row in &sheet.rows {
        writer.write_record(row.iter().map(field))?;
    }
    writer.flush()?;
    drop(writer);
    Ok(written)
}

fn field(value: &Value) -> String {
    match value {
        Value::Nothing => String::new(),
        Value::Withheld => Value::WITHHELD.to_owned(),
        Value::Text(text) => harmless(text),
        Value::Whole(number) => number.to_string(),
        Value::Day(day) => day.to_string(),
    }
}

/// OWASP, "CSV Injection": a text that begins like a formula gets an apostrophe before it.
fn harmless(text: &str) -> String {
    let is_formula =
        text.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::sheet::Column;

    #[test]
    fn what_is_told_is_quoted_as_rfc_4180_says_and_no_text_is_a_formula() {
        let columns = vec![Column::new("Name, in English", "#org+name"), Column::new("Cases", "#indicator+num")];
        let row = |text: &str, value| vec![Value::text(text), value];
        let rows = vec![
            row("Al-\"Khidmat\"", Value::Whole(12)),
            row("=HYPERLINK(\"http://a\")", Value::Whole(-1)),
            row(" @SUM(1)", Value::Withheld),
            row("امید", Value::Nothing),
        ];
        let written = String::from_utf8(write(&Sheet { name: "test", columns, rows }).unwrap()).unwrap();
        let expected = [
            "\"Name, in English\",Cases",
            "#org+name,#indicator+num",
            "\"Al-\"\"Khidmat\"\"\",12",
            "\"'=HYPERLINK(\"\"http://a\"\")\",-1",
            "' @SUM(1),[c]",
            "امید,",
            "",
        ];
        assert_eq!(written, expected.join("\r\n"));
    }

    #[test]
    fn a_sheet_without_tags_has_no_row_of_them_and_every_row_is_as_long_as_the_first() {
        let columns = vec![Column::new("reference", ""), Column::new("name", "")];
        let rows = vec![vec![Value::text("7KQ2M-X94TB"), Value::text("-")]];
        let sheet = Sheet { name: "test", columns, rows };
        assert_eq!(write(&sheet).unwrap(), b"reference,name\r\n7KQ2M-X94TB,'-\r\n");
        write(&Sheet { rows: vec![vec![Value::Nothing]], ..sheet }).unwrap_err();
    }
}
