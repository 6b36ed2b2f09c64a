//! How somebody is paid, as it is told: checked before it is sealed.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::Method;
use crate::error::Fault;
use crate::kernel::iban::Iban;
use crate::kernel::latin::for_bank;
use crate::kernel::names::PersonName;
use crate::kernel::phone::Mobile;

/// `Max140Text` of ISO 20022.
pub(super) const LONGEST_TITLE: usize = 140;

/// How somebody is paid; what of it names an account is sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub method: Method,
    /// Needed for `raast_bulk` and `ibft`; a wallet has this or a mobile number.
    #[serde(default)]
    pub iban: Option<Iban>,
    /// In whose name the account is.
    #[serde(default)]
    pub title: Option<PersonName>,
    #[serde(default)]
    pub wallet_mobile: Option<Mobile>,
}

impl Account {
    /// What is wrong with it, below `pointer`.
    pub fn fault(&self, pointer: &str) -> Option<Fault> {
        let missing = |field: &str, why: &str| Some(Fault::new(format!("{pointer}/{field}"), "missing", why));
        match self.method {
            Method::RaastBulk | Method::Ibft if self.iban.is_none() => missing("iban", "this method needs an IBAN"),
            Method::Wallet if self.iban.is_none() && self.wallet_mobile.is_none() => {
                missing("wallet_mobile", "a wallet has an IBAN or a mobile number")
            }
            Method::RaastBulk | Method::Ibft | Method::HospitalDirect if self.title.is_none() => {
                missing("title", "say in whose name the account is")
            }
            Method::RaastBulk | Method::Ibft | Method::Wallet => {
                let unfit = self.title.as_ref().and_then(|title| for_bank(title.as_str(), LONGEST_TITLE).err());
                unfit.map(|why| Fault::new(format!("{pointer}/title"), why.code, why.message))
            }
            _ => None,
        }
    }
}
