//! By what a row of a bank's answer is known again in another file.
use std::collections::BTreeSet;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::payment::PaymentId;
use crate::kernel::money::Paisa;
use crate::payouts::results::ResultRow;

/// What a row says, whatever file it stands in; behind it the bank's reference of its booking, if it tells one.
pub(super) struct Fingerprint {
    said: String,
    entry: Option<String>,
}

impl Fingerprint {
    pub fn of(row: &ResultRow, paisa: Paisa) -> Self {
        let reason = row.reason.as_ref().map_or("", |reason| reason.as_str());
        let said = format!("{} {} {} {reason}", row.end_to_end_id.as_str(), row.status, paisa.get());
        let hash = |text: &str| HEXLOWER.encode(&Sha256::digest(text));
        Self { said: hash(&said), entry: row.entry.as_deref().map(hash) }
    }

    pub fn text(&self) -> String {
        format!("{}{}", self.said, self.entry.as_deref().unwrap_or_default())
    }

    /// Whether it was told before. Only two bookings that both have a reference can be known for two.
    pub fn is_among(&self, known: &BTreeSet<(PaymentId, String)>, payment: PaymentId) -> bool {
        let from = known.range((payment, self.said.clone())..);
        let mut alike = from.map_while(|(of, told)| (*of == payment).then(|| told.strip_prefix(&self.said)).flatten());
        alike.any(|entry| entry.is_empty() || self.entry.as_deref().is_none_or(|own| own == entry))
    }
}
