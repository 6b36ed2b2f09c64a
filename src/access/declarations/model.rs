//! A declaration: numbers by which somebody is found among those who are paid. It asks for nobody's name.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::policy::UserId;
use crate::error::{Code, Error, Result};
use crate::kernel::cnic::Cnic;
use crate::kernel::iban::Iban;
use crate::kernel::ids::Id;
use crate::kernel::phone::Mobile;
use crate::kernel::time::Time;
use crate::kernel::words::words;
use crate::work::Event;

pub type DeclarationId = Id<Declaration>;

/// The most declarations of one user that count.
const MOST: usize = 50;
/// One that was withdrawn counts for so many days after it was made: else any number could be tried, one after the other.
pub(super) const COUNTS_FOR_DAYS: i64 = 365;

words! {
    /// Whose numbers they are, as whoever declares calls them.
    pub enum Kin {
        Own = "self",
        Spouse = "spouse",
        Child = "child",
        Parent = "parent",
        Sibling = "sibling",
        Other = "other",
    }
}

/// What somebody declares; at least one number.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDeclaration {
    pub relation: Kin,
    #[serde(default)]
    pub cnic: Option<Cnic>,
    #[serde(default)]
    pub mobile: Option<Mobile>,
    #[serde(default)]
    pub iban: Option<Iban>,
}

/// The numbers of one person; sealed.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
pub struct Numbers {
    pub cnic: Option<Cnic>,
    pub mobile: Option<Mobile>,
    pub iban: Option<Iban>,
}

macro_rules! blind {
    ($($name:ident)+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}
blind!(NewDeclaration Numbers);

/// A declaration as its owner sees it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Declaration {
    pub id: DeclarationId,
    pub relation: Kin,
    #[serde(flatten)]
    pub numbers: Numbers,
    pub declared_at: Time,
    /// From then on it speaks against no claim that is prepared.
    pub withdrawn_at: Option<Time>,
}

/// That somebody has declared something, as an administrator sees it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Standing {
    pub user_id: UserId,
    /// How many declarations were not withdrawn.
    pub in_force: i64,
    /// The last of them.
    pub declared_at: Option<Time>,
    /// The last withdrawal.
    pub withdrawn_at: Option<Time>,
}

impl Declaration {
    /// Refuses a declaration without a number, and one more than the 50 that count.
    pub fn make(id: DeclarationId, new: NewDeclaration, counting: usize, at: Time) -> Result<(Self, Event)> {
        let NewDeclaration { relation, cnic, mobile, iban } = new;
        if cnic.is_none() && mobile.is_none() && iban.is_none() {
            return Err(Error::invalid("/cnic", "missing", "give a card, a mobile number or an account"));
        }
        if counting >= MOST {
            return Err(Error::invalid(
                "",
                "too_many",
                "50 declarations at most are in force or were made within a year",
            ));
        }
        let numbers = Numbers { cnic, mobile, iban };
        let made = Self { id, relation, numbers, declared_at: at, withdrawn_at: None };
        let event = made.event("declaration.made");
        Ok((made, event))
    }

    /// It is not so, or not any more. What was withdrawn stays known.
    pub fn withdraw(self, at: Time) -> Result<(Self, Event)> {
        if self.withdrawn_at.is_some() {
            return Err(Code::NotFound.into());
        }
        let withdrawn = Self { withdrawn_at: Some(at), ..self };
        let event = withdrawn.event("declaration.withdrawn");
        Ok((withdrawn, event))
    }

    /// Neither numbers nor the relation: the trail outlives them.
    fn event(&self, action: &'static str) -> Event {
        Event::new(action, self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new() -> NewDeclaration {
        let cnic = Some("17301-0000001-1".parse().unwrap());
        NewDeclaration { relation: Kin::Spouse, cnic, mobile: None, iban: None }
    }

    #[test]
    fn a_declaration_has_a_number_and_is_withdrawn_once() {
        let at = Time::from_micros(0).unwrap();
        let (made, _) = Declaration::make(DeclarationId::new(), new(), MOST - 1, at).unwrap();
        Declaration::make(DeclarationId::new(), new(), MOST, at).unwrap_err();
        Declaration::make(DeclarationId::new(), NewDeclaration { cnic: None, ..new() }, 0, at).unwrap_err();
        let (withdrawn, _) = made.withdraw(at).unwrap();
        assert_eq!(withdrawn.withdraw(at).unwrap_err().code(), Code::NotFound);
        assert_eq!(format!("{:?}", new()), "NewDeclaration(…)");
    }
}
