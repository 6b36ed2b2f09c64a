//! CSV as a document: text in rows. It refuses what a spreadsheet would run.
use super::{ACTIVE, WRONG_CONTENT};
use crate::kernel::invalid::Invalid;

pub(super) fn check_csv(content: &[u8]) -> Result<(), Invalid> {
    let text = str::from_utf8(content).map_err(|_| WRONG_CONTENT)?;
    let is_plain = |character: char| !character.is_control() || matches!(character, '\t' | '\r' | '\n');
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() || !text.chars().all(is_plain) || text.trim_start().starts_with(['<', '{', '%']) {
        return Err(WRONG_CONTENT);
    }
    // Which of them parts the cells is for the spreadsheet to guess.
    b",;\t".iter().try_for_each(|between| check_cells(text, *between))
}

fn check_cells(text: &str, between: u8) -> Result<(), Invalid> {
    let mut reader = csv::ReaderBuilder::new();
    let rows = reader.has_headers(false).flexible(true).delimiter(between).from_reader(text.as_bytes());
    for row in rows.into_records() {
        // Numbers, telephones among them, may begin with a sign; what calls something else may not.
        let calls =
            |cell: &str| cell.split([',', ';', '\t']).next().is_some_and(|first| first.contains(['(', '|', '!']));
        let is_formula = |cell: &str| {
            let cell = cell.trim_start();
            cell.starts_with(['=', '@', '＝', '＠']) || cell.starts_with(['+', '-']) && calls(cell)
        };
        if row.map_err(|_| WRONG_CONTENT)?.iter().any(is_formula) {
            return Err(ACTIVE);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_text_are_a_csv_and_nothing_else_is() {
        check_csv("\u{feff}name,amount,mobile\r\nزرمینہ,-500,+92 300 1234567\r\n".as_bytes()).unwrap();
        check_csv(b"+92 300 1234567,Ward 3 (old)\n-5;(none)\n").unwrap();
        for other in [&b""[..], b" \n", b"\xff\xfe", b"a\0b", b"<html></html>", b"%PDF-1.7\n%%EOF", b"{\"a\":1}"] {
            assert_eq!(check_csv(other).unwrap_err().code, "wrong_content");
        }
        for formula in [
            "a,=1+1\n",
            "a,\" =HYPERLINK(1)\"\n",
            "@SUM(1)\n",
            "a,-2+3+cmd|' /C calc'!A0\n",
            "+HYPERLINK(1)\n",
            "a;=1+1\n",
            "a;\"=1+1\"\n",
            "a\t@SUM(1)\n",
        ] {
            assert_eq!(check_csv(formula.as_bytes()).unwrap_err().code, "active_content");
        }
    }
}
