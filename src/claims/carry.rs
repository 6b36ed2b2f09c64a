//! Payees taken over by the claim that takes the place of another. Whoever was paid goes on being the same payee.
use super::model::ClaimId;
use super::payee::{AccountId, KeptAccount, NewPayee, Payee, PayeeId, PayeeView};
use crate::access::UserId;
use crate::crypto::PersonKey;
use crate::error::{Error, Result};
use crate::kernel::time::Time;

impl Payee {
    /// The same person, paid in the same way, for the claim that takes the place of this one.
    pub fn carried(
        self,
        ids: (PayeeId, AccountId),
        claim: ClaimId,
        key: &PersonKey,
        by: (UserId, Time),
    ) -> Result<(Self, NewPayee)> {
        let (first, usable_from) = (self.continues.unwrap_or(self.id), self.account.usable_from);
        let PayeeView { class, is_minor, share_bp, person, account, .. } = self.open(key)?;
        let (person, account) = person.zip(account).ok_or(Error::Corrupt("payee"))?;
        let new = NewPayee { class, person, is_minor, share_bp, account };
        let payee = Self::add(ids, claim, &new, key, by)?;
        let account = KeptAccount { usable_from: usable_from.max(by.1), ..payee.account };
        Ok((Self { continues: Some(first), account, ..payee }, new))
    }
}
