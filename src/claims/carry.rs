//! Payees taken over by the claim that takes the place of another, and those who are added in the place of others. Whoever was
//! paid goes on being the same payee, and no account is new by being added instead of changed.
use super::model::ClaimId;
use super::payee::{AccountId, KeptAccount, NewPayee, Payee, PayeeId, PayeeView, Person};
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

/// From when on a payee who is added where others were may be paid: as whoever was paid in the same hands by the same account,
/// or after the wait.
pub fn usable_from(new: &NewPayee, former: &[PayeeView], (now, waited): (Time, Time)) -> Time {
    let is_same = |one: &&PayeeView| {
        one.person.as_ref().map(Person::taker) == Some(new.person.taker()) && one.account.as_ref() == Some(&new.account)
    };
    former.iter().filter(is_same).map(|one| one.usable_from).max().map_or(waited, |usable| usable.max(now))
}
