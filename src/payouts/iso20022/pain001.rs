//! pain.001.001.09, the file that asks a bank to pay, written a payment at a time so that a large batch needs little
//! memory. It refuses an amount of nothing, and to end with other totals than it began with.
use std::io::{self, Write};

use quick_xml::escape::escape;

use super::reference::Reference;
use crate::kernel::iban::Iban;
use crate::kernel::invalid::Invalid;
use crate::kernel::latin::for_bank;
use crate::kernel::money::Paisa;
use crate::kernel::phone::Mobile;
use crate::kernel::time::{Date, Time};
use crate::kernel::wire::blind_debug;

const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";
/// `Max140Text` of names.
const LONGEST_NAME: usize = 140;
/// `ActiveOrHistoricCurrencyAndAmount` and `DecimalNumber` have 18 digits, two of them decimals here.
const LARGEST: Paisa = Paisa::new(999_999_999_999_999_999);

/// What a file says of itself before it names a payment.
#[derive(Clone)]
pub struct PaymentFile {
    pub message_id: Reference,
    pub created_at: Time,
    /// The day on which the bank is to pay.
    pub requested_on: Date,
    /// Whose money it is, in Latin letters.
    pub debtor: String,
    pub debtor_account: Iban,
    pub batch: Reference,
    /// Four letters of ISO's `ExternalPurpose1Code`, such as `GOVT` (government payment) or `BENE` (benefit); none of what
    /// happened to the person.
    pub purpose: Option<String>,
    pub totals: Totals,
}

blind_debug!(PaymentFile);

/// What the payments of a file must come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    pub count: u64,
    pub sum: Paisa,
}

/// One payment of a file.
#[derive(Clone)]
pub struct Payment {
    /// Comes back with the bank's answer; never used twice.
    pub end_to_end_id: Reference,
    pub amount: Paisa,
    /// In Latin letters; what is longer than 140 characters is cut.
    pub creditor: String,
    pub account: Option<Iban>,
    /// Raast's alias of an account.
    pub alias: Option<Mobile>,
}

blind_debug!(Payment);

/// Why a file was not written. What was written until then is of no use.
#[derive(Debug)]
pub enum Failure {
    Io(io::Error),
    /// A payment that cannot stand in a file: its place from 1, or 0 for the head of the file; the field; why.
    Unfit(u64, &'static str, Invalid),
    /// The payments come to something else.
    OtherTotals(Totals),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Writes the file. Holds no more than one payment in memory.
pub fn write(file: &PaymentFile, payments: impl IntoIterator<Item = Payment>, out: impl Write) -> Result<(), Failure> {
    let mut xml = Xml(out);
    write_head(&mut xml, file)?;
    let mut totals = Totals::default();
    for payment in payments {
        totals.count += 1;
        let sum = totals.sum.checked_add(payment.amount).filter(|sum| *sum <= LARGEST);
        totals.sum = sum.ok_or(Failure::Unfit(totals.count, "amount", OUT_OF_RANGE))?;
        write_payment(&mut xml, file, &payment).map_err(|failure| match failure {
            Failure::Unfit(_, field, why) => Failure::Unfit(totals.count, field, why),
            other => other,
        })?;
    }
    xml.close("PmtInf")?;
    xml.close("CstmrCdtTrfInitn")?;
    xml.close("Document")?;
    xml.0.flush()?;
    if totals == file.totals { Ok(()) } else { Err(Failure::OtherTotals(totals)) }
}

const OUT_OF_RANGE: Invalid =
    Invalid::new("out_of_range", "expected an amount above zero, of at most 16 digits of rupees");
const NO_ACCOUNT: Invalid = Invalid::new("missing_account", "a transfer needs an account or an alias");
const UNKNOWN_PURPOSE: Invalid = Invalid::new("unknown_purpose", "expected four capital letters such as GOVT");

fn write_head(xml: &mut Xml<impl Write>, file: &PaymentFile) -> Result<(), Failure> {
    let name = for_bank(&file.debtor, LONGEST_NAME).map_err(|why| Failure::Unfit(0, "debtor", why))?;
    let (count, sum) = (file.totals.count.to_string(), decimal(file.totals.sum));
    xml.0.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
    writeln!(xml.0, "<Document xmlns=\"{NAMESPACE}\">")?;
    xml.open("CstmrCdtTrfInitn")?;
    xml.open("GrpHdr")?;
    xml.text("MsgId", file.message_id.as_str())?;
    xml.text("CreDtTm", &file.created_at.to_string())?;
    xml.text("NbOfTxs", &count)?;
    xml.text("CtrlSum", &sum)?;
    xml.within(&["InitgPty"], "Nm", &name)?;
    xml.close("GrpHdr")?;
    xml.open("PmtInf")?;
    xml.text("PmtInfId", file.batch.as_str())?;
    xml.text("PmtMtd", "TRF")?;
    xml.text("NbOfTxs", &count)?;
    xml.text("CtrlSum", &sum)?;
    xml.within(&["ReqdExctnDt"], "Dt", &file.requested_on.to_string())?;
    xml.within(&["Dbtr"], "Nm", &name)?;
    xml.within(&["DbtrAcct", "Id"], "IBAN", file.debtor_account.as_str())?;
    write_agent(xml, "DbtrAgt", &file.debtor_account)?;
    // All charges on the payer: the person gets the whole amount.
    xml.text("ChrgBr", "DEBT")?;
    Ok(())
}

fn write_payment(xml: &mut Xml<impl Write>, file: &PaymentFile, payment: &Payment) -> Result<(), Failure> {
    let unfit = |field, why| Failure::Unfit(0, field, why);
    if payment.amount <= Paisa::ZERO || payment.amount > LARGEST {
        return Err(unfit("amount", OUT_OF_RANGE));
    }
    if payment.account.is_none() && payment.alias.is_none() {
        return Err(unfit("account", NO_ACCOUNT));
    }
    let name = for_bank(&payment.creditor, LONGEST_NAME).map_err(|why| unfit("creditor", why))?;
    xml.open("CdtTrfTxInf")?;
    xml.within(&["PmtId"], "EndToEndId", payment.end_to_end_id.as_str())?;
    writeln!(xml.0, "<Amt><InstdAmt Ccy=\"PKR\">{}</InstdAmt></Amt>", decimal(payment.amount))?;
    if let Some(account) = &payment.account {
        write_agent(xml, "CdtrAgt", account)?;
    }
    xml.within(&["Cdtr"], "Nm", &name)?;
    write_account(xml, payment)?;
    if let Some(purpose) = &file.purpose {
        let is_code = purpose.len() == 4 && purpose.bytes().all(|byte| byte.is_ascii_uppercase());
        if !is_code {
            return Err(unfit("purpose", UNKNOWN_PURPOSE));
        }
        xml.within(&["Purp"], "Cd", purpose)?;
    }
    xml.close("CdtTrfTxInf")?;
    Ok(())
}

/// The schema wants an account to have a number; where only the alias is known, the alias stands for it.
fn write_account(xml: &mut Xml<impl Write>, payment: &Payment) -> io::Result<()> {
    let alias = payment.alias.as_ref().map(Mobile::e164);
    match (&payment.account, alias) {
        (None, None) => return Ok(()),
        (Some(account), _) => {
            xml.open("CdtrAcct")?;
            xml.within(&["Id"], "IBAN", account.as_str())?;
        }
        (None, Some(alias)) => {
            xml.open("CdtrAcct")?;
            xml.within(&["Id", "Othr"], "Id", alias)?;
        }
    }
    if let Some(alias) = alias {
        xml.open("Prxy")?;
        xml.within(&["Tp"], "Cd", "MBNO")?;
        xml.text("Id", alias)?;
        xml.close("Prxy")?;
    }
    xml.close("CdtrAcct")
}

/// The bank of an account, by the four letters that its IBAN names it with.
fn write_agent(xml: &mut Xml<impl Write>, place: &str, account: &Iban) -> io::Result<()> {
    xml.within(&[place, "FinInstnId", "ClrSysMmbId"], "MmbId", account.bank())
}

fn decimal(amount: Paisa) -> String {
    let paisa = amount.get().unsigned_abs();
    format!("{}.{:02}", paisa / 100, paisa % 100)
}

/// A writer of elements, one a line.
struct Xml<W>(W);

impl<W: Write> Xml<W> {
    fn open(&mut self, name: &str) -> io::Result<()> {
        writeln!(self.0, "<{name}>")
    }

    fn close(&mut self, name: &str) -> io::Result<()> {
        writeln!(self.0, "</{name}>")
    }

    fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.within(&[], name, text)
    }

    /// The element, within others that hold nothing else.
    fn within(&mut self, around: &[&str], name: &str, text: &str) -> io::Result<()> {
        for outer in around {
            write!(self.0, "<{outer}>")?;
        }
        write!(self.0, "<{name}>{}</{name}>", escape(text))?;
        for outer in around.iter().rev() {
            write!(self.0, "</{outer}>")?;
        }
        writeln!(self.0)
    }
}
