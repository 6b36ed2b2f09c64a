//! Somebody who is paid, and by which account: opened for the bank's file, and for those who check it. A log shows neither.
use super::payee::{Account, AccountId, PayeeId, Person, account_place, person_place};
use crate::crypto::PersonKey;
use crate::error::Result;
use crate::kernel::iban::Iban;
use crate::kernel::names::PersonName;
use crate::kernel::phone::Mobile;

/// Somebody who is paid, by one account.
#[derive(Clone)]
pub struct Paid {
    pub person: Person,
    pub account: Account,
}

impl Paid {
    /// Nothing to a blind key.
    pub fn open(
        key: &PersonKey,
        (payee, person): (PayeeId, &[u8]),
        (id, account): (AccountId, &[u8]),
    ) -> Result<Option<Self>> {
        let person = key.open_text(&person_place(payee), Some(person))?;
        let account = key.open_text(&account_place(id), Some(account))?;
        let Some((person, account)) = person.zip(account) else { return Ok(None) };
        Ok(Some(Self { person: serde_json::from_str(&person)?, account: serde_json::from_str(&account)? }))
    }

    /// Who takes the money: of a minor, the guardian.
    pub fn name(&self) -> &PersonName {
        self.person.guardian.as_ref().map_or(&self.person.name, |guardian| &guardian.name)
    }

    /// As a bank would name where the money goes: the IBAN, or the digits of the wallet.
    pub fn number(&self) -> Option<&str> {
        let wallet = self.account.wallet_mobile.as_ref().map(|mobile| mobile.e164().trim_start_matches('+'));
        self.account.iban.as_ref().map(Iban::as_str).or(wallet)
    }

    /// The same for somebody who is to recognise it and not to use it.
    pub fn masked(&self) -> Option<String> {
        self.account.iban.as_ref().map(Iban::masked).or(self.account.wallet_mobile.as_ref().map(Mobile::masked))
    }
}

impl std::fmt::Debug for Paid {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Paid(…)")
    }
}
