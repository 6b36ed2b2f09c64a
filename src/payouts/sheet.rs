//! The files of a batch: a message to the bank, a plain CSV, a cheque register to print. No cell is ever taken for a formula
//! by a spreadsheet, and a payment that has no place in a format is refused, not left out.
use maud::{DOCTYPE, PreEscaped, html};
use serde::{Deserialize, Serialize};

use super::iso20022::pain001::{self, Failure, PaymentFile, Totals};
use super::model::batch::Batch;
use super::model::reference::PaymentReference;
use super::model::words::FileFormat;
use crate::claims::{Method, Paid};
use crate::error::{Error, Result};
use crate::kernel::iban::Iban;
use crate::kernel::money::Paisa;
use crate::kernel::names::PersonName;
use crate::kernel::phone::Mobile;
use crate::kernel::sheet::{self, Column, Sheet, Value};
use crate::kernel::text;
use crate::kernel::time::Time;

const STYLE: &str = include_str!("register.css");

/// Whose account the money leaves, by the settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Debtor {
    pub name: text::Line<140>,
    pub iban: Iban,
}

/// One payment of a file.
pub struct Line {
    pub reference: PaymentReference,
    pub amount: Paisa,
    pub to: Paid,
}

/// The formats in which a method's payments are told. A message to the bank needs the debtor's account in the settings.
pub const fn formats(method: Method, has_debtor: bool) -> &'static [FileFormat] {
    match method {
        Method::RaastBulk | Method::Ibft | Method::Wallet if has_debtor => &[FileFormat::Pain001, FileFormat::Csv],
        Method::Cheque => &[FileFormat::Csv, FileFormat::Register],
        _ => &[FileFormat::Csv],
    }
}

/// The file in one of its forms. `at` is when the batch was released.
pub fn write(
    format: FileFormat,
    batch: &Batch,
    (lines, debtor): (&[Line], Option<&Debtor>),
    at: Time,
) -> Result<Vec<u8>> {
    match format {
        FileFormat::Csv => sheet::csv::write(&sheet(lines)).map_err(|_| Error::Corrupt("payment file")),
        FileFormat::Register => Ok(register(batch, lines, at).into_bytes()),
        FileFormat::Pain001 => message(batch, (lines, debtor.ok_or(Error::Corrupt("payment file"))?), at),
    }
}

/// Rupees with two decimals, such as `1000000.00`: what banks read.
fn rupees(amount: Paisa) -> String {
    let paisa = amount.get();
    format!("{}.{:02}", paisa / 100, paisa % 100)
}

fn sheet(lines: &[Line]) -> Sheet {
    let titles = ["reference", "amount", "currency", "name", "account_title", "iban", "mobile"];
    let name = |name: Option<&PersonName>| name.map(PersonName::as_str).unwrap_or_default().to_owned();
    let row = |Line { reference, amount, to }: &Line| {
        let iban = to.account.iban.as_ref().map(Iban::as_str).unwrap_or_default().to_owned();
        // A plus would need the guard against formulas.
        let mobile =
            to.account.wallet_mobile.as_ref().map(Mobile::e164).unwrap_or_default().trim_start_matches('+').to_owned();
        let title = name(to.account.title.as_ref());
        let cells = [reference.to_string(), rupees(*amount), "PKR".into(), name(Some(to.name())), title, iban, mobile];
        cells.into_iter().map(Value::Text).collect()
    };
    let columns = titles.iter().map(|title| Column::new(*title, "")).collect();
    Sheet { name: "payments", columns, rows: lines.iter().map(row).collect() }
}

fn register(batch: &Batch, lines: &[Line], at: Time) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Umeed: cheque register" }
                style { (PreEscaped(STYLE)) }
            }
            body { main {
                h1 { "Cheque register" }
                p { "Batch " (batch.id) ", released on " (at.local_date()) ": " (batch.payments) " cheques, "
                    (batch.total_paisa) "." }
                table {
                    thead { tr { th { "No." } th { "Reference" } th { "Payee" } th { "Amount" } th { "Cheque no." }
                        th { "Received by, CNIC, signature or thumb, date" } } }
                    tbody { @for (number, line) in lines.iter().enumerate() {
                        tr { td { (number + 1) } td { (line.reference) } td dir="auto" { (line.to.name().as_str()) }
                            td { (line.amount) } td {} td {} }
                    } }
                }
            } }
        }
    }
    .into_string()
}

fn message(batch: &Batch, (lines, debtor): (&[Line], &Debtor), at: Time) -> Result<Vec<u8>> {
    let broken = |_| Error::Corrupt("payment file");
    let reference = batch.id.uuid().simple().to_string();
    let count = u64::try_from(lines.len()).map_err(|_| Error::Corrupt("payment file"))?;
    let file = PaymentFile {
        message_id: reference.parse().map_err(broken)?,
        created_at: at,
        requested_on: at.local_date(),
        debtor: debtor.name.as_str().to_owned(),
        debtor_account: debtor.iban,
        batch: reference.parse().map_err(broken)?,
        purpose: Some("GOVT".into()),
        totals: Totals { count, sum: batch.total_paisa },
    };
    let payment = |line: &Line| {
        Ok(pain001::Payment {
            end_to_end_id: line.reference.as_str().parse().map_err(broken)?,
            amount: line.amount,
            creditor: line.to.account.title.as_ref().unwrap_or_else(|| line.to.name()).as_str().to_owned(),
            account: line.to.account.iban,
            alias: line.to.account.wallet_mobile.clone().filter(|_| line.to.account.iban.is_none()),
        })
    };
    let payments: Vec<_> = lines.iter().map(payment).collect::<Result<_>>()?;
    let mut written = Vec::new();
    pain001::write(&file, payments, &mut written).map_err(|failure| match failure {
        Failure::Unfit(place, field, invalid) => {
            Error::invalid(&format!("/payments/{place}/{field}"), invalid.code, invalid.message)
        }
        Failure::Io(_) | Failure::OtherTotals(_) => Error::Corrupt("payment file"),
    })?;
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_csv_says_who_gets_what_and_where() {
        let person = serde_json::json!({ "name": "Zahra Bibi" });
        let account = serde_json::json!({
            "method": "ibft", "iban": "PK36SCBL0000001123456702", "title": "ZAHRA BIBI", "wallet_mobile": "03001234567",
        });
        let (person, account) = (serde_json::from_value(person).unwrap(), serde_json::from_value(account).unwrap());
        let to = Paid { person, account };
        let line = Line { reference: PaymentReference::from_random([1; 16]), amount: Paisa::new(100_000_005), to };
        let written = String::from_utf8(sheet::csv::write(&sheet(&[line])).unwrap()).unwrap();
        let cells = "1000000.05,PKR,Zahra Bibi,ZAHRA BIBI,PK36SCBL0000001123456702,923001234567";
        assert!(written.contains(cells), "{written}");
    }
}
