//! camt.053, the statement of an account, and camt.054, the notice of single bookings: which of our payments were booked,
//! and which came back. It refuses to take a booking for one of ours without a reference.
use std::io::BufRead;

use super::walk::{Step, Walk};
use crate::kernel::invalid::Invalid;
use crate::payouts::results::{Fault, Fields, MOST_ROWS, ResultStatus, Results, Said, TOO_MANY_ROWS};

const FIELDS: Fields = Fields { end_to_end_id: "EndToEndId", amount: "Amt", account: "CdtrAcct" };
const UNKNOWN_STATUS: Invalid = Invalid::new("unknown_status", "expected BOOK, PDNG, FUTR or INFO");
const UNKNOWN_DIRECTION: Invalid = Invalid::new("unknown_direction", "expected CRDT or DBIT");
const TAKEN_BACK: Invalid = Invalid::new("contradiction", "a debit that takes a credit back is no payment of ours");

/// The statement so far: the account it is of, and the entry that is open.
#[derive(Default)]
struct Statement {
    results: Results,
    own_account: String,
    entry: Entry,
}

/// One booking, with its single transactions.
#[derive(Default)]
struct Entry {
    amount: String,
    currency: String,
    direction: String,
    is_reversal: bool,
    status: String,
    reference: String,
    transactions: Vec<Transaction>,
    open: Transaction,
}

#[derive(Default)]
struct Transaction {
    said: Said,
    direction: String,
    debtor_account: String,
    is_return: bool,
}

pub(super) fn read<R: BufRead>(mut walk: Walk<R>) -> Result<Results, Invalid> {
    let mut statement = Statement::default();
    walk.message().clone_into(&mut statement.results.message);
    while let Some(step) = walk.next()? {
        let (Step::Opened(path) | Step::Closed(path, ..)) = step;
        // BkToCstmrStmt/Stmt or BkToCstmrDbtCdtNtfctn/Ntfctn.
        let Some((_, Some((_, path)))) = path.split_once('/').map(|(message, rest)| (message, rest.split_once('/')))
        else {
            continue;
        };
        match step {
            Step::Opened(_) => statement.open(path),
            Step::Closed(_, text, currency) => statement.close(path, text, currency)?,
        }
    }
    Ok(statement.results)
}

impl Statement {
    fn open(&mut self, path: &str) {
        match path {
            "Acct" => self.own_account.clear(),
            "Ntry" => self.entry = Entry::default(),
            "Ntry/NtryDtls/TxDtls" => self.entry.open = Transaction::default(),
            _ => {}
        }
    }

    fn close(&mut self, path: &str, text: &str, currency: &str) -> Result<(), Invalid> {
        if let Some(path) = path.strip_prefix("Ntry/NtryDtls/TxDtls/") {
            self.entry.open.hear(path, text, currency);
            return Ok(());
        }
        let entry = &mut self.entry;
        match path {
            "Acct/Id/IBAN" | "Acct/Id/Othr/Id" => text.clone_into(&mut self.own_account),
            "Ntry/Amt" => {
                text.clone_into(&mut entry.amount);
                currency.clone_into(&mut entry.currency);
            }
            "Ntry/CdtDbtInd" => text.clone_into(&mut entry.direction),
            // Not NtryRef: that numbers the entries of one statement, and another message on the same booking has another.
            "Ntry/AcctSvcrRef" => text.clone_into(&mut entry.reference),
            "Ntry/RvslInd" => entry.is_reversal = matches!(text, "true" | "1"),
            // A bare code up to version 3, a choice from 4 on.
            "Ntry/Sts" | "Ntry/Sts/Cd" if !text.is_empty() => text.clone_into(&mut entry.status),
            "Ntry/NtryDtls/TxDtls" => {
                entry.transactions.push(std::mem::take(&mut entry.open));
                if self.results.rows.len() + entry.transactions.len() > MOST_ROWS {
                    return Err(TOO_MANY_ROWS);
                }
            }
            "Ntry" => self.end_entry()?,
            _ => {}
        }
        Ok(())
    }

    fn end_entry(&mut self) -> Result<(), Invalid> {
        let mut entry = std::mem::take(&mut self.entry);
        let mut transactions = std::mem::take(&mut entry.transactions);
        if transactions.is_empty() {
            transactions.push(Transaction::default());
        }
        let is_alone = transactions.len() == 1;
        for mut transaction in transactions {
            if is_alone && transaction.said.amount.is_empty() {
                transaction.said.amount.clone_from(&entry.amount);
                transaction.said.currency.clone_from(&entry.currency);
            }
            transaction.said.entry.clone_from(&entry.reference);
            // Where money comes back, some banks turn debtor and creditor around.
            if transaction.said.account.is_empty() || transaction.said.account == self.own_account {
                transaction.said.account.clone_from(&transaction.debtor_account);
            }
            if transaction.said.account == self.own_account {
                transaction.said.account.clear();
            }
            let rows = &mut self.results.rows;
            if rows.len() >= MOST_ROWS {
                return Err(TOO_MANY_ROWS);
            }
            rows.push(transaction.said.read(rows.len() + 1, &FIELDS, entry.status_of(&transaction)));
        }
        Ok(())
    }
}

impl Entry {
    /// A debit is a payment of ours, a credit under its reference is its return. What is not booked yet is neither.
    fn status_of(&self, transaction: &Transaction) -> Result<ResultStatus, Fault> {
        let own = Some(&transaction.direction).filter(|direction| !direction.is_empty());
        let is_taken_back = self.is_reversal || transaction.is_return;
        match (self.status.as_str(), own.unwrap_or(&self.direction).as_str()) {
            ("PDNG" | "FUTR" | "INFO", "DBIT" | "CRDT") => Ok(ResultStatus::Pending),
            ("BOOK", "DBIT") if is_taken_back => Err(("CdtDbtInd", TAKEN_BACK)),
            ("BOOK", "DBIT") => Ok(ResultStatus::Paid),
            ("BOOK", "CRDT") => Ok(ResultStatus::Returned),
            ("BOOK" | "PDNG" | "FUTR" | "INFO", _) => Err(("CdtDbtInd", UNKNOWN_DIRECTION)),
            _ => Err(("Sts", UNKNOWN_STATUS)),
        }
    }
}

impl Transaction {
    fn hear(&mut self, path: &str, text: &str, currency: &str) {
        let said = &mut self.said;
        match path {
            "Refs/EndToEndId" => said.tell(FIELDS.end_to_end_id, |said| &mut said.end_to_end_id, text),
            "Refs/AcctSvcrRef" => text.clone_into(&mut said.transaction),
            "CdtDbtInd" => text.clone_into(&mut self.direction),
            // Of its own from version 4 on, among its details before.
            "Amt" | "AmtDtls/TxAmt/Amt" => {
                said.tell(FIELDS.amount, |said| &mut said.amount, text);
                said.tell(FIELDS.amount, |said| &mut said.currency, currency);
            }
            "RltdPties/CdtrAcct/Id/IBAN" | "RltdPties/CdtrAcct/Id/Othr/Id" => text.clone_into(&mut said.account),
            "RltdPties/DbtrAcct/Id/IBAN" | "RltdPties/DbtrAcct/Id/Othr/Id" => text.clone_into(&mut self.debtor_account),
            "RtrInf" => self.is_return = true,
            "RtrInf/Rsn/Cd" | "RtrInf/Rsn/Prtry" if said.reason.is_empty() => text.clone_into(&mut said.reason),
            _ => {}
        }
    }
}
