//! By what a row of a bank's answer is known again in another file.
use std::collections::BTreeSet;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::payment::PaymentId;
use crate::kernel::money::Paisa;
use crate::payouts::results::{ResultRow, ResultStatus};

/// What a row says, whatever file it stands in; behind it the bank's references of the entry and of the transaction within it,
/// each empty where it is not told.
pub(super) struct Fingerprint {
    said: String,
    booked: [String; 2],
}

impl Fingerprint {
    pub fn of(row: &ResultRow, paisa: Paisa) -> Self {
        // Why money came back tells two returns apart; what is written beside a payment tells nothing of it.
        let reason = row.reason.as_ref().filter(|_| row.status != ResultStatus::Paid);
        let reason = reason.map_or("", |reason| reason.as_str());
        let said = format!("{} {} {} {reason}", row.end_to_end_id.as_str(), row.status, paisa.get());
        let hash = |text: &str| HEXLOWER.encode(&Sha256::digest(text));
        let booked = [&row.entry, &row.transaction].map(|level| level.as_deref().map(hash).unwrap_or_default());
        Self { said: hash(&said), booked }
    }

    pub fn text(&self) -> String {
        let [entry, transaction] = &self.booked;
        format!("{}:{entry}:{transaction}", self.said)
    }

    /// Whether it was told before. Two bookings are known for two only where both tell a reference of one level, and it differs.
    pub fn is_among(&self, known: &BTreeSet<(PaymentId, String)>, payment: PaymentId) -> bool {
        let said = format!("{}:", self.said);
        let from = known.range((payment, said.clone())..);
        let mut alike = from.map_while(|(of, told)| (*of == payment).then(|| told.strip_prefix(&said)).flatten());
        let is_same = |(own, other): (&String, &str)| own.is_empty() || other.is_empty() || own == other;
        alike.any(|booked| self.booked.iter().zip(booked.split(':')).all(is_same))
    }
}
