//! What a bank says became of payments, whichever file it came in. It refuses amounts that are finer than a paisa, and
//! keeps apart what cannot be read from what was said.
use std::str::FromStr;

use crate::kernel::invalid::Invalid;
use crate::kernel::money::Paisa;
use crate::kernel::wire::blind_debug;
use crate::kernel::words::words;

use super::iso20022::reference::Reference;

/// The most rows of one file.
pub const MOST_ROWS: usize = 200_000;

pub(super) const TOO_MANY_ROWS: Invalid = Invalid::new("too_many_rows", "expected at most 200,000 rows in one file");

words! {
    /// What the bank says of one payment.
    pub enum ResultStatus {
        /// Checked, and on its way.
        Accepted = "accepted",
        /// Neither carried out nor refused yet.
        Pending = "pending",
        /// Booked: the money has left the account, or has reached the creditor's. Whether the person has it is confirmed
        /// otherwise.
        Paid = "paid",
        /// Not carried out.
        Rejected = "rejected",
        /// Carried out, and the money came back.
        Returned = "returned",
    }
}

/// Three capital letters of ISO 4217.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    pub const PKR: Self = Self(*b"PKR");

    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for Currency {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid = Invalid::new("invalid_currency", "expected three capital letters such as PKR");
        let letters: [u8; 3] = text.as_bytes().try_into().map_err(|_| INVALID)?;
        if letters.iter().all(u8::is_ascii_uppercase) { Ok(Self(letters)) } else { Err(INVALID) }
    }
}

/// An amount as the bank gives it, in hundredths of its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    pub paisa: Paisa,
    pub currency: Currency,
}

impl Amount {
    /// Reads `1000000.00` and `PKR`: digits, a point, up to five decimals of which the last three are zeros.
    pub fn read(digits: &str, currency: &str) -> Result<Self, Invalid> {
        Ok(Self { paisa: paisa_of(digits)?, currency: currency.parse()? })
    }
}

fn paisa_of(digits: &str) -> Result<Paisa, Invalid> {
    const INVALID: Invalid = Invalid::new("invalid_amount", "expected an amount such as 1000000.00");
    const TOO_FINE: Invalid = Invalid::new("too_fine", "expected an amount in whole paisa");
    const OUT_OF_RANGE: Invalid = Invalid::new("out_of_range", "expected an amount that can be counted in paisa");
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(whole) || !are_digits(decimals) || decimals.len() > 5 {
        return Err(INVALID);
    }
    let (paisa, finer) = decimals.split_at_checked(2).unwrap_or((decimals, ""));
    if finer.bytes().any(|digit| digit != b'0') {
        return Err(TOO_FINE);
    }
    let rupees = whole.parse().ok().and_then(Paisa::rupees).ok_or(OUT_OF_RANGE)?;
    let paisa: i64 = format!("{paisa:0<2}").parse().map_err(|_| INVALID)?;
    rupees.checked_add(Paisa::new(paisa)).ok_or(OUT_OF_RANGE)
}

/// The account that a bank names: an IBAN or another number of up to 34 letters and digits, without spaces, in capitals; the
/// plus of a mobile number that stands for an account falls off.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AccountNumber(String);

impl AccountNumber {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccountNumber {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const INVALID: Invalid =
            Invalid::new("invalid_account", "expected an IBAN or an account number of letters and digits");
        let compact: String = text.split_whitespace().collect::<String>().to_ascii_uppercase();
        let compact = compact.trim_start_matches('+').to_owned();
        let is_fit = (1..=34).contains(&compact.len()) && compact.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_fit { Ok(Self(compact)) } else { Err(INVALID) }
    }
}

blind_debug!(AccountNumber);

/// Why, in the bank's code, such as `AC04` (`ExternalStatusReason1Code`, `ExternalReturnReason1Code`) or one of its own of up
/// to four capital letters and digits. A bank that writes sentences may name people in them: those are kept in the file,
/// which is sealed, and here stands `NARR`, the code for a reason that is told in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonCode(String);

impl ReasonCode {
    pub fn of(text: &str) -> Option<Self> {
        let code = text.trim();
        let is_code = code.len() <= 4 && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        Some(if is_code { code } else { "NARR" }).filter(|code| !code.is_empty()).map(|code| Self(code.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the bank says of one payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultRow {
    /// From 1, in the order of the file.
    pub at_row: usize,
    /// Ours, if the payment is one of ours.
    pub end_to_end_id: Reference,
    pub status: ResultStatus,
    /// Not every message tells it.
    pub amount: Option<Amount>,
    /// Of the creditor, where the message tells it.
    pub account: Option<AccountNumber>,
    pub reason: Option<ReasonCode>,
    /// The bank's own reference of its booking, where it tells one: two halves of a payment differ by nothing else.
    pub entry: Option<String>,
    /// That of the transaction within the booking. One message tells the one, another the other or both.
    pub transaction: Option<String>,
}

/// A row that cannot be read: where, and why. It repeats nothing of what stood there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    pub at_row: usize,
    /// The element or column.
    pub field: &'static str,
    pub invalid: Invalid,
    /// If that could be read.
    pub end_to_end_id: Option<Reference>,
}

/// What the bank says of a whole message or batch of which it names no payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The reference of the message or batch, as we gave it.
    pub of: Reference,
    pub status: ResultStatus,
    pub reason: Option<ReasonCode>,
}

/// A file of results, read.
#[derive(Debug, Clone, Default)]
pub struct Results {
    /// `pain.002.001.12`, `camt.053.001.08`, `csv`, …
    pub message: String,
    pub verdicts: Vec<Verdict>,
    pub rows: Vec<Result<ResultRow, RowFault>>,
}

/// A row in the bank's own words, to be read once it is complete. Empty stands for absent.
#[derive(Default)]
pub(super) struct Said {
    pub end_to_end_id: String,
    pub amount: String,
    pub currency: String,
    pub account: String,
    pub reason: String,
    pub entry: String,
    pub transaction: String,
    /// A field that was given twice, and differently.
    pub contradiction: Option<&'static str>,
}

/// The names of the fields in one kind of file, for faults.
pub(super) struct Fields {
    pub end_to_end_id: &'static str,
    pub amount: &'static str,
    pub account: &'static str,
}

impl Said {
    /// Keeps `text` in the place that `of` shows; another text in that place is a contradiction.
    pub fn tell(&mut self, field: &'static str, of: fn(&mut Self) -> &mut String, text: &str) {
        let place = of(self);
        if place.is_empty() {
            text.clone_into(place);
        } else if place != text {
            self.contradiction = Some(field);
        }
    }

    pub fn read(
        &self,
        at_row: usize,
        fields: &Fields,
        status: Result<ResultStatus, Fault>,
    ) -> Result<ResultRow, RowFault> {
        const CONTRADICTION: Invalid = Invalid::new("contradiction", "this stands in the row twice, and differently");
        const MISSING: Invalid = Invalid::new("missing_reference", "no reference of a payment is given");
        let is_given = !matches!(self.end_to_end_id.as_str(), "" | "NOTPROVIDED");
        let reference = if is_given { self.end_to_end_id.parse() } else { Err(MISSING) };
        let known = reference.clone().ok();
        let fault = |(field, invalid): Fault| RowFault { at_row, field, invalid, end_to_end_id: known.clone() };
        let end_to_end_id = reference.map_err(|invalid| fault((fields.end_to_end_id, invalid)))?;
        if let Some(field) = self.contradiction {
            return Err(fault((field, CONTRADICTION)));
        }
        let given = |text: &String| !text.is_empty();
        let amount = Some(&self.amount).filter(|text| given(text)).map(|digits| Amount::read(digits, &self.currency));
        let account = Some(&self.account).filter(|text| given(text)).map(|text| text.parse());
        Ok(ResultRow {
            at_row,
            end_to_end_id,
            status: status.map_err(fault)?,
            amount: amount.transpose().map_err(|invalid| fault((fields.amount, invalid)))?,
            account: account.transpose().map_err(|invalid| fault((fields.account, invalid)))?,
            reason: ReasonCode::of(&self.reason),
            entry: Some(&self.entry).filter(|text| given(text)).cloned(),
            transaction: Some(&self.transaction).filter(|text| given(text)).cloned(),
        })
    }
}

/// What is wrong with a row, and in which field.
pub(super) type Fault = (&'static str, Invalid);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_to_the_paisa_and_no_finer() {
        for (text, paisa) in [("1000000.00", 100_000_000), ("0.05", 5), ("7", 700), ("7.5", 750), ("1.23000", 123)] {
            assert_eq!(Amount::read(text, "PKR").unwrap().paisa, Paisa::new(paisa), "{text}");
        }
        for (text, code) in [
            ("1.234", "too_fine"),
            ("1.000001", "invalid_amount"),
            ("", "invalid_amount"),
            ("-1", "invalid_amount"),
            ("+1", "invalid_amount"),
            ("1,000", "invalid_amount"),
            ("1e3", "invalid_amount"),
            ("1.", "invalid_amount"),
            ("92233720368547758.08", "out_of_range"),
            ("99999999999999999999", "out_of_range"),
        ] {
            assert_eq!(Amount::read(text, "PKR").unwrap_err().code, code, "{text}");
        }
        assert_eq!(Amount::read("1", "pkr").unwrap_err().code, "invalid_currency");
    }

    #[test]
    fn a_reason_is_a_code_and_an_account_shows_in_no_log() {
        assert_eq!(ReasonCode::of(" AC04 ").unwrap().as_str(), "AC04");
        for told in [" =cmd|'x' ", "closed", "ZAHRA", "AC-4"] {
            assert_eq!(ReasonCode::of(told).unwrap().as_str(), "NARR", "{told}");
        }
        assert_eq!(ReasonCode::of(" "), None);
        assert_eq!("+92 345 1234567".parse::<AccountNumber>().unwrap().as_str(), "923451234567");
        let account: AccountNumber = "pk36 SCBL 0000 0011 2345 6702".parse().unwrap();
        assert_eq!(
            (account.as_str(), format!("{account:?}").as_str()),
            ("PK36SCBL0000001123456702", "AccountNumber(…)")
        );
    }
}
