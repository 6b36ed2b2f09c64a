//! What became of payments, as a CSV file in Umeed's own columns, for banks that send no messages. It refuses a cell that
//! a spreadsheet would run as a formula, and a file that does not end where a row does.
//!
//! | column | what |
//! |---|---|
//! | `reference` | the end-to-end reference that the payment went out with; required |
//! | `status` | `accepted`, `pending`, `paid`, `rejected` or `returned`; required |
//! | `amount` | in rupees, such as `1000000.00`, without sign or commas |
//! | `currency` | `PKR`; required where there is an amount |
//! | `account` | the IBAN or account number that was credited |
//! | `reason` | the bank's code, such as `AC04` |
//! | `entry` | the bank's own reference of its booking, by which two equal parts of one payment are told apart |
use std::io::{self, BufRead, Read};

use serde::Deserialize;

use super::iso20022::{MOST_BYTES, TOO_LARGE};
use super::results::{Fault, Fields, MOST_ROWS, ResultRow, ResultStatus, Results, RowFault, Said, TOO_MANY_ROWS};
use crate::kernel::invalid::Invalid;

const FIELDS: Fields = Fields { end_to_end_id: "reference", amount: "amount", account: "account" };
const CUT_OFF: Invalid =
    Invalid::new("cut_off", "the file ends within quotes, or without a line break after its last row");
const WRONG_COLUMNS: Invalid = Invalid::new(
    "wrong_columns",
    "expected UTF-8 with the columns reference and status, perhaps amount, currency, account, reason and entry, and as many cells in each row",
);
const FORMULA: Invalid = Invalid::new("formula", "expected no cell that begins like a formula");

/// One row as it came.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cells {
    reference: String,
    status: String,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    currency: String,
    #[serde(default)]
    account: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    entry: String,
}

/// Reads a file whose first row has the titles, in any order. A row whose cells cannot be read is told as such; a file
/// with other titles, with a row of another length, or that is cut off, is refused whole.
pub fn read(file: impl BufRead) -> Result<Results, Invalid> {
    let mut watched = Watched { inner: file, left: MOST_BYTES, has_even_quotes: true, last: b'\n' };
    let rows = read_rows(&mut watched);
    // A file that breaks off may look as if it had other columns; that it breaks off is the better answer.
    let drained = io::copy(&mut watched, &mut io::sink());
    if drained.is_err() {
        return Err(if watched.left == 0 { TOO_LARGE } else { CUT_OFF });
    }
    if !watched.has_even_quotes || watched.last != b'\n' {
        return Err(CUT_OFF);
    }
    Ok(Results { message: "csv".to_owned(), rows: rows?, ..Results::default() })
}

fn read_rows(file: impl Read) -> Result<Vec<Result<ResultRow, RowFault>>, Invalid> {
    let mut rows = Vec::new();
    for cells in csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file).into_deserialize::<Cells>() {
        let cells = cells.map_err(|_| WRONG_COLUMNS)?;
        if rows.len() >= MOST_ROWS {
            return Err(TOO_MANY_ROWS);
        }
        rows.push(cells.read(rows.len() + 1));
    }
    Ok(rows)
}

impl Cells {
    fn read(self, at_row: usize) -> Result<ResultRow, RowFault> {
        let formula = self.named().into_iter().find(|(_, cell)| cell.starts_with(['=', '+', '-', '@']));
        let status: Result<ResultStatus, Fault> = self.status.parse().map_err(|invalid| ("status", invalid));
        let status = formula.map_or(status, |(column, _)| Err((column, FORMULA)));
        let Self { reference, amount, currency, account, reason, entry, .. } = self;
        let said = Said { end_to_end_id: reference, amount, currency, account, reason, entry, ..Said::default() };
        said.read(at_row, &FIELDS, status)
    }

    fn named(&self) -> [(&'static str, &str); 7] {
        [
            ("reference", &self.reference),
            ("status", &self.status),
            ("amount", &self.amount),
            ("currency", &self.currency),
            ("account", &self.account),
            ("reason", &self.reason),
            ("entry", &self.entry),
        ]
    }
}

/// A file that is read once, with what tells whether it is whole. By RFC 4180 a quote within quotes is doubled, so a whole
/// file has an even number of them.
struct Watched<R> {
    inner: R,
    left: u64,
    has_even_quotes: bool,
    last: u8,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        let piece = into.get(..count).unwrap_or_default();
        self.left = self.left.saturating_sub(u64::try_from(count).unwrap_or(u64::MAX));
        if self.left == 0 {
            return Err(io::Error::other(TOO_LARGE));
        }
        self.has_even_quotes = piece.iter().fold(self.has_even_quotes, |is_even, byte| is_even ^ (*byte == b'"'));
        self.last = piece.last().copied().unwrap_or(self.last);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::money::Paisa;
    use crate::payouts::results::Currency;

    fn code(file: &str) -> &'static str {
        read(file.as_bytes()).unwrap_err().code
    }

    #[test]
    fn rows_are_read_with_their_titles_in_any_order() {
        let file = "\u{feff}status,reference,reason,amount,currency,account\r\n\
                    paid,UM-1,,1000000.00,PKR,PK36 SCBL 0000 0011 2345 6702\r\n\
                    returned,\"UM-2\",AC04,500.5,PKR,\r\n";
        let rows: Vec<_> = read(file.as_bytes()).unwrap().rows.into_iter().map(Result::unwrap).collect();
        assert_eq!((rows[0].at_row, rows[0].status), (1, ResultStatus::Paid));
        assert_eq!(rows[0].account.as_ref().unwrap().as_str(), "PK36SCBL0000001123456702");
        let amount = rows[1].amount.unwrap();
        assert_eq!((amount.paisa, amount.currency), (Paisa::new(50_050), Currency::PKR));
        assert_eq!((rows[1].account.as_ref(), rows[1].reason.as_ref().unwrap().as_str()), (None, "AC04"));
        assert_eq!(read(&b"status,reference\npaid,UM-1\n"[..]).unwrap().rows[0].as_ref().unwrap().amount, None);
    }

    #[test]
    fn a_cell_that_cannot_be_read_is_told_and_keeps_no_other_row_out() {
        let file = "reference,status,amount,currency,account,reason\n\
                    UM-1,payed,,,,\n=1+1,paid,,,,\nUM-2,paid,1.001,PKR,,\nUM-3,paid,5,,,\n\
                    UM-4,paid,,,-,\nUM-5,paid,,,,@SUM(1)\n,paid,,,,\nUM-6,paid,-5,PKR,,\nUM-7,paid,,,,\n";
        let rows = read(file.as_bytes()).unwrap().rows;
        let told = |row: &Result<ResultRow, RowFault>| match row {
            Ok(row) => (row.at_row, "", ""),
            Err(fault) => (fault.at_row, fault.field, fault.invalid.code),
        };
        let expected = [
            (1, "status", "unknown_value"),
            (2, "reference", "invalid_reference"),
            (3, "amount", "too_fine"),
            (4, "amount", "invalid_currency"),
            (5, "account", "formula"),
            (6, "reason", "formula"),
            (7, "reference", "missing_reference"),
            (8, "amount", "formula"),
            (9, "", ""),
        ];
        assert_eq!(rows.iter().map(told).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn another_file_and_half_a_file_are_refused_whole() {
        for other in
            ["", "a,b\n1,2\n", "reference,status,cnic\na,paid,1\n", "reference,reference\na,b\n", "reference\nx\n"]
        {
            let read = read(other.as_bytes());
            assert!(other.is_empty() || read.unwrap_err().code == "wrong_columns", "{other}");
        }
        assert_eq!(code("reference,status\nUM-1,paid\nUM-2,pa"), "cut_off");
        assert_eq!(code("reference,status\nUM-1,paid\nUM-2"), "cut_off");
        assert_eq!(code("reference,status\nUM-1,\"paid\n"), "cut_off");
        assert_eq!(code("reference,status\nUM-1,paid,5\n"), "wrong_columns");
    }
}
