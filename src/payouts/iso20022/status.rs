//! pain.002, the report on the status of payments, from version 3 (closed list of codes) to 12 and later (external lists).
//! It refuses to guess what a code means that is on neither.
use std::io::BufRead;

use super::walk::{Step, Walk};
use crate::kernel::invalid::Invalid;
use crate::payouts::results::{Fields, MOST_ROWS, ReasonCode, ResultStatus, Results, Said, TOO_MANY_ROWS, Verdict};

const FIELDS: Fields = Fields { end_to_end_id: "OrgnlEndToEndId", amount: "Amt", account: "CdtrAcct" };

/// The report so far: the row that is open, and what holds where a row is silent.
#[derive(Default)]
struct Report {
    results: Results,
    row: Said,
    status: String,
    batch: Whole,
    group: Whole,
}

/// A message or batch of ours, as the bank speaks of it.
#[derive(Default)]
struct Whole {
    of: String,
    status: String,
    reason: String,
    has_rows: bool,
}

impl Whole {
    /// Nothing where it is said in part, or not said.
    fn verdict(&self) -> Option<Verdict> {
        let status = status_of(&self.status).ok()?;
        Some(Verdict { of: self.of.parse().ok()?, status, reason: ReasonCode::of(&self.reason) })
    }
}

pub(super) fn read<R: BufRead>(mut walk: Walk<R>) -> Result<Results, Invalid> {
    let mut report = Report::default();
    walk.message().clone_into(&mut report.results.message);
    while let Some(step) = walk.next()? {
        let (Step::Opened(path) | Step::Closed(path, ..)) = step;
        let Some(path) = path.strip_prefix("CstmrPmtStsRpt/") else { continue };
        match step {
            Step::Opened(_) => report.open(path),
            Step::Closed(_, text, currency) => report.close(path, text, currency)?,
        }
    }
    // Some banks repeat the state of one payment as that of its batch: where payments are named, only they are meant.
    if report.results.rows.is_empty() && report.results.verdicts.is_empty() {
        report.results.verdicts.extend(report.group.verdict());
    }
    Ok(report.results)
}

impl Report {
    fn open(&mut self, path: &str) {
        match path {
            "OrgnlPmtInfAndSts" => self.batch = Whole::default(),
            "OrgnlPmtInfAndSts/TxInfAndSts" => {
                self.row = Said::default();
                self.status.clear();
            }
            _ => {}
        }
    }

    fn close(&mut self, path: &str, text: &str, currency: &str) -> Result<(), Invalid> {
        if let Some(path) = path.strip_prefix("OrgnlPmtInfAndSts/TxInfAndSts/") {
            self.hear_row(path, text, currency);
            return Ok(());
        }
        match path {
            "OrgnlPmtInfAndSts/TxInfAndSts" => self.end_row()?,
            "OrgnlPmtInfAndSts" if !self.batch.has_rows => self.results.verdicts.extend(self.batch.verdict()),
            "OrgnlPmtInfAndSts/OrgnlPmtInfId" => text.clone_into(&mut self.batch.of),
            "OrgnlPmtInfAndSts/PmtInfSts" => text.clone_into(&mut self.batch.status),
            "OrgnlGrpInfAndSts/OrgnlMsgId" => text.clone_into(&mut self.group.of),
            "OrgnlGrpInfAndSts/GrpSts" => text.clone_into(&mut self.group.status),
            "OrgnlPmtInfAndSts/StsRsnInf/Rsn/Cd" | "OrgnlPmtInfAndSts/StsRsnInf/Rsn/Prtry" => {
                keep_first(&mut self.batch.reason, text);
            }
            "OrgnlGrpInfAndSts/StsRsnInf/Rsn/Cd" | "OrgnlGrpInfAndSts/StsRsnInf/Rsn/Prtry" => {
                keep_first(&mut self.group.reason, text);
            }
            _ => {}
        }
        Ok(())
    }

    fn hear_row(&mut self, path: &str, text: &str, currency: &str) {
        let row = &mut self.row;
        match path {
            "OrgnlEndToEndId" => row.tell(FIELDS.end_to_end_id, |row| &mut row.end_to_end_id, text),
            "TxSts" if self.status.is_empty() => text.clone_into(&mut self.status),
            "TxSts" if self.status != text => row.contradiction = Some("TxSts"),
            // What was settled comes before what was asked for in the schema, and says what was paid.
            "OrgnlTxRef/IntrBkSttlmAmt" | "OrgnlTxRef/Amt/InstdAmt" if row.amount.is_empty() => {
                text.clone_into(&mut row.amount);
                currency.clone_into(&mut row.currency);
            }
            "OrgnlTxRef/CdtrAcct/Id/IBAN" | "OrgnlTxRef/CdtrAcct/Id/Othr/Id" => {
                row.tell(FIELDS.account, |row| &mut row.account, text);
            }
            "StsRsnInf/Rsn/Cd" | "StsRsnInf/Rsn/Prtry" => keep_first(&mut row.reason, text),
            _ => {}
        }
    }

    /// A row that is silent on its status has that of its batch, else of the message.
    fn end_row(&mut self) -> Result<(), Invalid> {
        if self.results.rows.len() >= MOST_ROWS {
            return Err(TOO_MANY_ROWS);
        }
        let said = [(&self.status, "TxSts"), (&self.batch.status, "PmtInfSts"), (&self.group.status, "GrpSts")];
        let status = said.into_iter().find(|(code, _)| !code.is_empty()).ok_or(("TxSts", NO_STATUS));
        let status = status.and_then(|(code, field)| status_of(code).map_err(|why| (field, why)));
        if self.row.reason.is_empty() && self.status.is_empty() {
            self.row.reason.clone_from(&self.batch.reason);
        }
        self.batch.has_rows = true;
        self.results.rows.push(self.row.read(self.results.rows.len() + 1, &FIELDS, status));
        Ok(())
    }
}

fn keep_first(place: &mut String, text: &str) {
    if place.is_empty() {
        text.clone_into(place);
    }
}

const NO_STATUS: Invalid = Invalid::new("missing_status", "no status is given");
const UNKNOWN_STATUS: Invalid =
    Invalid::new("unknown_status", "expected a status of ISO 20022 that is said of one payment");

/// `TransactionIndividualStatus3Code` of version 3, and `ExternalPaymentTransactionStatus1Code` of the later ones.
///
/// Settled on the debtor's side (`ACSC`) is paid, as a booked debit of a statement is: the money has left the account.
fn status_of(code: &str) -> Result<ResultStatus, Invalid> {
    match code {
        "ACTC" | "ACCP" | "ACSP" | "ACWC" | "ACFC" | "ACWP" | "ACPD" => Ok(ResultStatus::Accepted),
        "RCVD" | "PDNG" | "PATC" | "BLCK" => Ok(ResultStatus::Pending),
        "ACSC" | "ACCC" => Ok(ResultStatus::Paid),
        "RJCT" | "CANC" => Ok(ResultStatus::Rejected),
        _ => Err(UNKNOWN_STATUS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_version_three_is_known_but_for_part_which_is_said_of_many() {
        for code in ["ACTC", "RCVD", "RJCT", "PDNG", "ACCP", "ACSP", "ACSC", "ACWC"] {
            status_of(code).unwrap();
        }
        assert_eq!(status_of("ACCC").unwrap(), ResultStatus::Paid);
        for code in ["PART", "", "acsc", "PAID"] {
            assert_eq!(status_of(code).unwrap_err().code, "unknown_status");
        }
    }
}
