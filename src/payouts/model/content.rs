//! What an approver approves: the SHA-256 of exactly who gets how much where. Any change of it voids what was approved.
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::batch::BatchId;
use super::payment::PaymentId;
use super::reference::PaymentReference;
use crate::claims::{AccountId, Method, PayeeId};
use crate::kernel::money::Paisa;
use crate::ledger::FundId;
use crate::tariffs::InstrumentId;

/// One payment of a batch, as far as it is approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub id: PaymentId,
    pub reference: PaymentReference,
    pub payee_id: PayeeId,
    pub amount: Paisa,
    /// An account is never edited, so its id says where the money goes.
    pub account_id: AccountId,
    pub fund_id: Option<FundId>,
}

/// The payments of a batch, in the order of their references.
#[derive(Debug, Clone, Default)]
pub struct Content(pub Vec<Item>);

impl Content {
    pub fn count(&self) -> i64 {
        i64::try_from(self.0.len()).unwrap_or(i64::MAX)
    }

    /// Nothing if it is more than can be counted.
    pub fn total(&self) -> Option<Paisa> {
        Paisa::checked_sum(self.0.iter().map(|item| item.amount))
    }

    /// In hexadecimal. Every part has a length of its own or ends in a line break, so that no two contents read alike.
    pub fn digest(&self, batch: BatchId, instrument: InstrumentId, method: Method) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("umeed payment batch 1\n{batch}\n{instrument}\n{method}\n{}\n", self.0.len()));
        for item in &self.0 {
            let Item { id, reference, payee_id, amount, account_id, .. } = item;
            hash.update(format!("{reference} {id} {payee_id} {} {account_id}\n", amount.get()));
        }
        HEXLOWER.encode(&hash.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::Id;

    #[test]
    fn whatever_changes_changes_the_digest() {
        let item = |byte: u8| Item {
            id: Id::new(),
            reference: PaymentReference::from_random([byte; 16]),
            payee_id: Id::new(),
            amount: Paisa::new(100),
            account_id: Id::new(),
            fund_id: None,
        };
        let (batch, instrument) = (Id::new(), Id::new());
        let content = Content(vec![item(1), item(2)]);
        let digest = |items: Vec<Item>| Content(items).digest(batch, instrument, Method::Ibft);
        let good = digest(content.0.clone());
        assert_eq!(good, digest(content.0.clone()));
        let changed = |change: fn(&mut Item)| {
            let mut items = content.0.clone();
            change(&mut items[0]);
            digest(items)
        };
        for other in [
            changed(|item| item.amount = Paisa::new(101)),
            changed(|item| item.account_id = Id::nil()),
            changed(|item| item.payee_id = Id::nil()),
            changed(|item| item.id = Id::nil()),
            digest(content.0[..1].to_vec()),
            content.digest(Id::nil(), instrument, Method::Ibft),
            content.digest(batch, Id::nil(), Method::Ibft),
            content.digest(batch, instrument, Method::Cheque),
        ] {
            assert_ne!(other, good);
        }
        assert_eq!((content.count(), content.total()), (2, Some(Paisa::new(200))));
    }
}
