//! Who is paid for a claim, and how. Names and accounts are sealed under the victim's key. An account is never written
//! over: a new one takes its place and waits before money goes there.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::account::Account;
use super::account::LONGEST_TITLE;
use super::divide::{WHOLE, equally};
use super::model::ClaimId;
use super::similar::alike;
use super::words::{Method, PayeeClass};
use crate::access::UserId;
use crate::crypto::PersonKey;
use crate::error::{Error, Fault, Result};
use crate::kernel::cnic::Cnic;
use crate::kernel::ids::Id;
use crate::kernel::latin::for_bank;
use crate::kernel::names::PersonName;
use crate::kernel::phone::Mobile;
use crate::kernel::text::Line;
use crate::kernel::time::Time;
use crate::tariffs::{HeirClass, HeirRule};

/// Somebody who is paid, known by their id alone.
pub enum PayeeMark {}
pub type PayeeId = Id<PayeeMark>;
/// One version of how somebody is paid.
pub enum AccountMark {}
pub type AccountId = Id<AccountMark>;

/// The most payees of a claim.
pub const MOST_PAYEES: usize = 50;

/// Somebody who is to be paid.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPayee {
    pub class: PayeeClass,
    pub person: Person,
    #[serde(default)]
    pub is_minor: bool,
    /// Of the succession certificate, in basis points; all of them together are 10,000. Left out where the instrument has
    /// an order of heirs, or the victim lives.
    #[serde(default)]
    #[schemars(range(min = 1, max = 10_000))]
    pub share_bp: Option<u32>,
    pub account: Account,
}

/// Who somebody is; sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub name: PersonName,
    #[serde(default)]
    pub cnic: Option<Cnic>,
    #[serde(default)]
    pub mobile: Option<Mobile>,
    /// Who takes the share of a minor.
    #[serde(default)]
    pub guardian: Option<Guardian>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Guardian {
    pub name: PersonName,
    pub cnic: Cnic,
    /// The number of the certificate, Guardians and Wards Act 1890.
    pub certificate: Line<80>,
    pub court: Line<200>,
}

impl Person {
    /// Whose hands the money comes into.
    pub fn taker(&self) -> &PersonName {
        self.guardian.as_ref().map_or(&self.name, |guardian| &guardian.name)
    }
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
blind!(NewPayee Person Account);

/// A payee as kept.
#[derive(Debug, Clone)]
pub struct Payee {
    pub id: PayeeId,
    pub claim_id: ClaimId,
    pub class: PayeeClass,
    pub is_minor: bool,
    pub share_bp: Option<u32>,
    pub sealed_person: Vec<u8>,
    pub added_at: Time,
    pub added_by: UserId,
    pub version: i64,
    /// The payee of the first claim, where this one continues it: what was paid to that one was paid to this.
    pub continues: Option<PayeeId>,
    /// The one that holds.
    pub account: KeptAccount,
}

/// An account as kept.
#[derive(Debug, Clone)]
pub struct KeptAccount {
    pub id: AccountId,
    pub method: Method,
    pub sealed: Vec<u8>,
    /// Before this no payment may use it.
    pub usable_from: Time,
    pub recorded_at: Time,
    pub recorded_by: UserId,
}

/// A payee as those who work on the claim see them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PayeeView {
    pub id: PayeeId,
    pub claim_id: ClaimId,
    pub class: PayeeClass,
    pub is_minor: bool,
    pub share_bp: Option<u32>,
    /// Left out, as `account` is, where whoever asks may not know who the person is.
    pub person: Option<Person>,
    pub method: Method,
    pub account: Option<Account>,
    /// How alike name and title are, in percent; none where there is no title or it is in another script.
    pub title_alike: Option<u8>,
    /// Before this no payment may use the account: it took the place of another.
    pub usable_from: Time,
    pub account_recorded_at: Time,
    pub account_recorded_by: UserId,
    pub added_at: Time,
    pub added_by: UserId,
    pub version: i64,
}

impl NewPayee {
    /// Refuses a minor without a guardian, a share that is none, and an account that cannot be paid to.
    pub fn check(&self) -> Result<()> {
        let has_guardian = self.person.guardian.is_some();
        let rules = [
            (!self.is_minor || has_guardian, "/person/guardian", "missing", "a minor is paid through a guardian"),
            (self.is_minor || !has_guardian, "/person/guardian", "contradiction", "only a minor has a guardian here"),
            (
                self.is_minor || self.class != PayeeClass::MinorSibling,
                "/is_minor",
                "contradiction",
                "a minor sibling is a minor",
            ),
            (
                self.share_bp.is_none_or(|share| (1..=WHOLE).contains(&share)),
                "/share_bp",
                "out_of_range",
                "a share is 1 to 10,000 basis points",
            ),
        ];
        let broken = rules.iter().filter(|(holds, ..)| !holds);
        let mut faults: Vec<_> = broken.map(|(_, at, code, why)| Fault::new(*at, code, *why)).collect();
        faults.extend(self.account.fault("/account"));
        // A wallet without a title goes out under the name of whoever takes the money.
        if self.account.method == Method::Wallet
            && self.account.title.is_none()
            && let Err(why) = for_bank(self.person.taker().as_str(), LONGEST_TITLE)
        {
            faults.push(Fault::new("/account/title", why.code, why.message));
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
    }
}

pub(super) fn person_place(id: PayeeId) -> String {
    format!("claim_payees|{id}|person")
}

pub(super) fn account_place(id: AccountId) -> String {
    format!("claim_accounts|{id}|account")
}

impl KeptAccount {
    pub fn seal(
        id: AccountId,
        account: &Account,
        key: &PersonKey,
        (recorded_by, recorded_at): (UserId, Time),
        usable_from: Time,
    ) -> Result<Self> {
        let sealed = key.seal(&account_place(id), &serde_json::to_vec(account)?)?;
        Ok(Self { id, method: account.method, sealed, usable_from, recorded_at, recorded_by })
    }
}

impl Payee {
    pub fn add(
        (id, account_id): (PayeeId, AccountId),
        claim_id: ClaimId,
        new: &NewPayee,
        key: &PersonKey,
        by: (UserId, Time),
    ) -> Result<Self> {
        new.check()?;
        // Where nothing was there before it, an account does not wait.
        let account = KeptAccount::seal(account_id, &new.account, key, by, by.1)?;
        let sealed_person = key.seal(&person_place(id), &serde_json::to_vec(&new.person)?)?;
        let NewPayee { class, is_minor, share_bp, .. } = *new;
        let (added_by, added_at) = by;
        let (version, continues) = (1, None);
        Ok(Self {
            id,
            claim_id,
            class,
            is_minor,
            share_bp,
            sealed_person,
            added_at,
            added_by,
            version,
            continues,
            account,
        })
    }

    /// Who it is and how they are paid; nothing to a blind key.
    pub fn open(self, key: &PersonKey) -> Result<PayeeView> {
        let Self { id, claim_id, class, is_minor, share_bp, added_at, added_by, version, account: kept, .. } = self;
        let person = key.open_text(&person_place(id), Some(&self.sealed_person))?;
        let person: Option<Person> = person.map(|text| serde_json::from_str(&text)).transpose()?;
        let account = key.open_text(&account_place(kept.id), Some(&kept.sealed))?;
        let account: Option<Account> = account.map(|text| serde_json::from_str(&text)).transpose()?;
        let title = account.as_ref().and_then(|account| account.title.as_ref());
        let title_alike = person.as_ref().map(Person::taker).zip(title).and_then(|(name, title)| alike(name, title));
        Ok(PayeeView {
            id,
            claim_id,
            class,
            is_minor,
            share_bp,
            person,
            method: kept.method,
            account,
            title_alike,
            usable_from: kept.usable_from,
            account_recorded_at: kept.recorded_at,
            account_recorded_by: kept.recorded_by,
            added_at,
            added_by,
            version,
        })
    }
}

/// What share each payee has, in their order; or what is wrong with them. Only a death has heirs. By order of precedence
/// the first class that has anybody in it takes all, in equal parts; heirs of a later class have no place among the payees.
pub fn shares(payees: &[(PayeeClass, Option<u32>)], rule: &HeirRule, is_death: bool) -> Result<Vec<u32>, Fault> {
    let fault = |code, why: &str| Fault::new("/payees", code, why);
    if payees.is_empty() {
        return Err(fault("missing", "nobody is to be paid"));
    }
    if !is_death {
        let is_victim = payees.len() == 1 && payees.iter().all(|(class, _)| *class == PayeeClass::Victim);
        let why = "the victim lives, and is the only payee";
        return if is_victim { Ok(vec![WHOLE]) } else { Err(fault("not_an_heir", why)) };
    }
    let heirs: Option<Vec<HeirClass>> = payees.iter().map(|(class, _)| class.heir()).collect();
    let heirs = heirs.ok_or_else(|| fault("not_an_heir", "the dead are not paid"))?;
    let given = payees.iter().filter_map(|(_, share)| *share).collect::<Vec<_>>();
    match rule {
        HeirRule::Shares { .. } if given.len() < payees.len() => Err(fault("missing", "each heir has a share")),
        HeirRule::Shares { .. } if given.iter().copied().map(u64::from).sum::<u64>() != u64::from(WHOLE) => {
            Err(fault("shares", "the shares are 10,000 basis points together"))
        }
        HeirRule::Shares { .. } => Ok(given),
        HeirRule::Precedence { .. } if !given.is_empty() => {
            Err(fault("shares", "this instrument has an order of heirs, and no shares"))
        }
        HeirRule::Precedence { order, .. } => {
            let first = order.iter().find(|class| heirs.contains(class));
            let is_first = first.is_some_and(|first| heirs.iter().all(|heir| heir == first));
            let why = "an heir of a class that comes later is not paid beside one that comes before";
            if !is_first {
                return Err(fault("precedence", why));
            }
            equally(payees.len()).ok_or_else(|| fault("too_many", "too many payees"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Confidence;
    use crate::kernel::iban::Iban;

    fn by_certificate() -> HeirRule {
        HeirRule::Shares { source: "An Act".parse().unwrap(), confidence: Confidence::High }
    }

    fn by_precedence() -> HeirRule {
        let order = HeirClass::ALL.to_vec();
        HeirRule::Precedence { order, source: "An Act".parse().unwrap(), confidence: Confidence::High }
    }

    fn code(payees: &[(PayeeClass, Option<u32>)], rule: &HeirRule, is_death: bool) -> Result<Vec<u32>, &'static str> {
        shares(payees, rule, is_death).map_err(|fault| fault.code)
    }

    #[test]
    fn by_precedence_the_first_class_takes_all_and_a_later_one_has_no_place() {
        use PayeeClass::{Child, Father, Mother, Spouse, Victim};
        let rule = by_precedence();
        assert_eq!(code(&[(Spouse, None)], &rule, true), Ok(vec![10_000]));
        assert_eq!(code(&[(Child, None); 3], &rule, true), Ok(vec![3334, 3333, 3333]));
        for wrong in [&[(Spouse, None), (Child, None)][..], &[(Mother, None), (Father, None)]] {
            assert_eq!(code(wrong, &rule, true), Err("precedence"));
        }
        assert_eq!(code(&[(Spouse, Some(10_000))], &rule, true), Err("shares"));
        assert_eq!(code(&[(Victim, None)], &rule, true), Err("not_an_heir"));
        assert_eq!(code(&[], &rule, true), Err("missing"));
    }

    #[test]
    fn shares_of_a_certificate_are_the_whole_and_neither_9_999_nor_10_001() {
        use PayeeClass::{Child, Spouse};
        let of = |one, other| code(&[(Spouse, one), (Child, other)], &by_certificate(), true);
        assert_eq!(of(Some(1250), Some(8750)), Ok(vec![1250, 8750]));
        for (one, other) in [(1250, 8749), (1250, 8751), (u32::MAX, 10_001)] {
            assert_eq!(of(Some(one), Some(other)), Err("shares"));
        }
        assert_eq!(of(Some(10_000), None), Err("missing"));
    }

    #[test]
    fn whoever_lives_is_paid_and_nobody_else() {
        use PayeeClass::{Spouse, Victim};
        assert_eq!(code(&[(Victim, None)], &by_certificate(), false), Ok(vec![10_000]));
        assert_eq!(code(&[(Spouse, None)], &by_certificate(), false), Err("not_an_heir"));
        assert_eq!(code(&[(Victim, None); 2], &by_certificate(), false), Err("not_an_heir"));
    }

    #[test]
    fn a_minor_has_a_guardian_and_a_transfer_an_account_in_somebody_s_name() {
        let person = Person { name: "Ali".parse().unwrap(), cnic: None, mobile: None, guardian: None };
        let iban: Iban = "PK36SCBL0000001123456702".parse().unwrap();
        let account = Account { method: Method::Cheque, iban: None, title: None, wallet_mobile: None };
        let good =
            NewPayee { class: PayeeClass::Child, person, is_minor: false, share_bp: None, account: account.clone() };
        let place = |new: &NewPayee| match new.check() {
            Ok(()) => String::new(),
            Err(Error::Invalid(faults)) => faults[0].pointer.clone(),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(place(&good), "");
        assert_eq!(place(&NewPayee { is_minor: true, ..good.clone() }), "/person/guardian");
        assert_eq!(place(&NewPayee { share_bp: Some(10_001), ..good.clone() }), "/share_bp");
        for (method, iban, field) in [
            (Method::Ibft, None, "/account/iban"),
            (Method::RaastBulk, Some(iban), "/account/title"),
            (Method::Wallet, None, "/account/wallet_mobile"),
        ] {
            let account = Account { method, iban, ..account.clone() };
            assert_eq!(place(&NewPayee { account, ..good.clone() }), field);
        }
        assert_eq!(format!("{:?}", good.account), "Account(…)");
    }
}
