//! Who a victim is: the facts that are sealed. They never show in `Debug`.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::IdentityState;
use crate::error::Fault;
use crate::kernel::cnic::Cnic;
use crate::kernel::names::PersonName;
use crate::kernel::phone::Mobile;
use crate::kernel::text::{Line, Prose};
use crate::kernel::time::Date;

/// The identifying facts of one person, in both scripts.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Identity {
    /// In Latin letters.
    pub name: Option<PersonName>,
    /// In Urdu letters.
    pub name_ur: Option<PersonName>,
    /// Father's or husband's name, which tells people of one name apart.
    pub father_or_husband: Option<PersonName>,
    pub father_or_husband_ur: Option<PersonName>,
    /// CNIC, NICOP or the number of a B-Form: one number for life.
    pub cnic: Option<Cnic>,
    /// At most five.
    #[schemars(length(max = 5))]
    pub mobiles: Vec<Mobile>,
    pub address: Option<Prose<500>>,
    pub birth_date: Option<Date>,
    /// What is known of someone who is not named: clothes, place found, a ward's number.
    pub description: Option<Line<500>>,
}

impl Identity {
    /// What cannot be, for a victim who is known this well.
    pub(super) fn faults(&self, state: IdentityState) -> Vec<Fault> {
        let mut faults = Vec::new();
        let is_named = self.name.is_some() || self.name_ur.is_some();
        match state {
            IdentityState::Known | IdentityState::NoneYet if !is_named => {
                faults.push(Fault::new(
                    "/identity/name",
                    "missing",
                    "a person who is known has a name in one of the scripts",
                ));
            }
            IdentityState::Unidentified if is_named || self.cnic.is_some() => {
                faults.push(Fault::new(
                    "/identity_state",
                    "contradiction",
                    "an unidentified person has no name and no CNIC",
                ));
            }
            IdentityState::NoneYet if self.cnic.is_some() => {
                faults.push(Fault::new("/identity_state", "contradiction", "somebody with a CNIC is known"));
            }
            _ => {}
        }
        if self.mobiles.len() > 5 {
            faults.push(Fault::new("/identity/mobiles", "too_many", "at most five numbers"));
        }
        faults
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Identity(…)")
    }
}
