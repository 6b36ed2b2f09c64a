//! One fund's accounts and what may be booked on them. Every transfer debits one account and credits another of the same
//! fund, so that debits equal credits whatever is booked; a transfer that would overdraw an account is refused.
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{AllotmentId, FundId};
use crate::access::UserId;
use crate::kernel::ids::Id;
use crate::kernel::money::Paisa;
use crate::kernel::time::Time;
use crate::kernel::words::words;

pub type TransferId = Id<Transfer>;

words! {
    /// An account of a fund.
    pub enum AccountKind {
        /// Where the money comes from: its balance is what was allotted, below zero.
        Allotted = "allotted",
        /// Spoken for by nobody.
        Available = "available",
        /// Held for payments that are in no approved batch.
        Committed = "committed",
        /// In batches that were approved.
        Payable = "payable",
        /// In batches that were released; nobody has said what became of it.
        InTransit = "in_transit",
        /// As the bank says.
        Paid = "paid",
        /// Came back, or never left, and was not sent again.
        Returned = "returned",
    }
}

words! {
    /// Why something was booked.
    pub enum Reason {
        Allot = "allot",
        Surrender = "surrender",
        Commit = "commit",
        Uncommit = "uncommit",
        MakePayable = "make_payable",
        Send = "send",
        Settle = "settle",
        ComeBack = "come_back",
        /// Money that came back is to be sent again.
        Recommit = "recommit",
        /// Another transfer, the other way round.
        Undo = "undo",
    }
}

impl Reason {
    /// The accounts it debits and credits; nothing for an undoing, whose accounts are those of what it undoes.
    pub const fn sides(self) -> Option<(AccountKind, AccountKind)> {
        use AccountKind::{Allotted, Available, Committed, InTransit, Paid, Payable, Returned};
        Some(match self {
            Self::Allot => (Available, Allotted),
            Self::Surrender => (Allotted, Available),
            Self::Commit => (Committed, Available),
            Self::Uncommit => (Available, Committed),
            Self::MakePayable => (Payable, Committed),
            Self::Send => (InTransit, Payable),
            Self::Settle => (Paid, InTransit),
            Self::ComeBack => (Returned, InTransit),
            Self::Recommit => (Committed, Returned),
            Self::Undo => return None,
        })
    }

    /// Whether it may be undone by a transfer the other way round. The others have counterparts of their own, or cannot be
    /// taken back.
    pub const fn may_be_undone(self) -> bool {
        matches!(self, Self::MakePayable | Self::Settle | Self::ComeBack)
    }
}

/// What a transfer is tied to; one of them at least.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tie {
    pub allotment_id: Option<AllotmentId>,
    pub award_id: Option<Id<()>>,
    pub payment_id: Option<Id<()>>,
    pub batch_id: Option<Id<()>>,
}

impl Tie {
    pub fn allotment(id: AllotmentId) -> Self {
        Self { allotment_id: Some(id), ..Self::default() }
    }
    pub fn payment<Of, By>(id: Id<Of>, award: Id<By>) -> Self {
        Self { payment_id: Some(id.cast()), award_id: Some(award.cast()), ..Self::default() }
    }
    pub fn batch<Of>(id: Id<Of>) -> Self {
        Self { batch_id: Some(id.cast()), ..Self::default() }
    }
}

/// One movement of money between two accounts of a fund: a debit and a credit of the same amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Transfer {
    pub id: TransferId,
    pub fund_id: FundId,
    pub reason: Reason,
    pub debit: AccountKind,
    pub credit: AccountKind,
    /// Above zero.
    pub amount_paisa: Paisa,
    #[serde(flatten)]
    pub tie: Tie,
    /// The transfer that this one takes back.
    pub reverses: Option<TransferId>,
    pub posted_at: Time,
    pub posted_by: UserId,
}

impl Transfer {
    /// Nothing for `Undo`, which needs what it undoes, and for an amount that is not above zero.
    pub fn new(
        id: TransferId,
        fund_id: FundId,
        (reason, amount_paisa): (Reason, Paisa),
        tie: Tie,
        (posted_by, posted_at): (UserId, Time),
    ) -> Option<Self> {
        let (debit, credit) = reason.sides()?;
        let transfer =
            Self { id, fund_id, reason, debit, credit, amount_paisa, tie, reverses: None, posted_at, posted_by };
        (amount_paisa > Paisa::ZERO).then_some(transfer)
    }

    /// The same the other way round. Nothing if it cannot be undone.
    pub fn undone(&self, id: TransferId, (posted_by, posted_at): (UserId, Time)) -> Option<Self> {
        let back = Self {
            id,
            reason: Reason::Undo,
            debit: self.credit,
            credit: self.debit,
            reverses: Some(self.id),
            posted_at,
            posted_by,
            ..self.clone()
        };
        self.reason.may_be_undone().then_some(back)
    }
}

/// The account that does not hold what was to be taken from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortfall(pub AccountKind);

/// The balances of one fund, debits less credits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book(BTreeMap<AccountKind, Paisa>);

impl FromIterator<(AccountKind, Paisa)> for Book {
    fn from_iter<T: IntoIterator<Item = (AccountKind, Paisa)>>(balances: T) -> Self {
        Self(balances.into_iter().collect())
    }
}

impl Book {
    pub fn balance(&self, account: AccountKind) -> Paisa {
        self.0.get(&account).copied().unwrap_or_default()
    }

    /// Books all of it, or nothing.
    pub fn post<'a>(&self, transfers: impl IntoIterator<Item = &'a Transfer>) -> Result<Self, Shortfall> {
        let mut book = self.clone();
        for transfer in transfers {
            let Transfer { debit, credit, amount_paisa, .. } = *transfer;
            let raised = book.balance(debit).checked_add(amount_paisa).ok_or(Shortfall(debit))?;
            let lowered = book.balance(credit).checked_sub(amount_paisa).ok_or(Shortfall(credit))?;
            if lowered < Paisa::ZERO && credit != AccountKind::Allotted {
                return Err(Shortfall(credit));
            }
            book.0.insert(debit, raised);
            book.0.insert(credit, lowered);
        }
        Ok(book)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn transfer(reason: Reason, paisa: i64) -> Option<Transfer> {
        let tie = Tie::batch(Id::<()>::new());
        let who = (UserId::new(), Time::from_micros(0).unwrap());
        Transfer::new(Id::new(), Id::new(), (reason, Paisa::new(paisa)), tie, who)
    }

    fn post(book: &Book, reason: Reason, paisa: i64) -> Result<Book, Shortfall> {
        book.post(&transfer(reason, paisa))
    }

    #[test]
    fn money_goes_from_account_to_account_and_is_nowhere_twice() {
        let steps = [
            (Reason::Allot, 100),
            (Reason::Commit, 70),
            (Reason::MakePayable, 70),
            (Reason::Send, 70),
            (Reason::Settle, 40),
            (Reason::ComeBack, 30),
            (Reason::Recommit, 30),
            (Reason::Uncommit, 10),
            (Reason::Surrender, 40),
        ];
        let book = steps.iter().fold(Book::default(), |book, (reason, paisa)| post(&book, *reason, *paisa).unwrap());
        let balances = AccountKind::ALL.iter().map(|kind| book.balance(*kind).get()).collect::<Vec<_>>();
        assert_eq!(balances, [-60, 0, 20, 0, 0, 40, 0]);
    }

    #[test]
    fn nothing_is_taken_from_where_it_is_not() {
        let book = post(&Book::default(), Reason::Allot, 100).unwrap();
        assert_eq!(post(&book, Reason::Commit, 101), Err(Shortfall(AccountKind::Available)));
        assert_eq!(post(&book, Reason::MakePayable, 1), Err(Shortfall(AccountKind::Committed)));
        assert_eq!(post(&book, Reason::Send, 1), Err(Shortfall(AccountKind::Payable)));
        assert_eq!(post(&book, Reason::Settle, 1), Err(Shortfall(AccountKind::InTransit)));
        assert_eq!(post(&book, Reason::Recommit, 1), Err(Shortfall(AccountKind::Returned)));
        assert_eq!(post(&book, Reason::Allot, i64::MAX), Err(Shortfall(AccountKind::Available)));
        for paisa in [0, -1, i64::MIN] {
            assert_eq!(transfer(Reason::Commit, paisa), None);
        }
        assert_eq!(transfer(Reason::Undo, 1), None);
    }

    #[test]
    fn what_can_be_undone_leaves_the_book_as_it_was() {
        let steps = [(Reason::Allot, 100), (Reason::Commit, 100), (Reason::MakePayable, 60), (Reason::Send, 30)];
        let book = steps.iter().fold(Book::default(), |book, (reason, paisa)| post(&book, *reason, *paisa).unwrap());
        for reason in Reason::ALL.iter().filter(|reason| reason.sides().is_some()) {
            let done = transfer(*reason, 10).unwrap();
            let back = done.undone(Id::new(), (done.posted_by, done.posted_at));
            assert_eq!(back.is_some(), reason.may_be_undone(), "{reason}");
            let Some(back) = back else { continue };
            assert_eq!((back.reverses, back.reason), (Some(done.id), Reason::Undo));
            let both = book.post([&done, &back]).unwrap();
            assert!(AccountKind::ALL.iter().all(|kind| both.balance(*kind) == book.balance(*kind)), "{reason}");
            assert!(back.undone(Id::new(), (done.posted_by, done.posted_at)).is_none());
        }
    }

    proptest! {
        #[test]
        fn whatever_is_booked_sums_to_zero_and_overdraws_nothing(
            steps in proptest::collection::vec((0_usize..9, 1_i64..1000), 1..60)
        ) {
            let mut book = Book::default();
            for (reason, paisa) in steps {
                book = post(&book, Reason::ALL[reason], paisa).unwrap_or(book);
                let sum = Paisa::checked_sum(AccountKind::ALL.iter().map(|kind| book.balance(*kind)));
                prop_assert_eq!(sum, Some(Paisa::ZERO));
                for kind in AccountKind::ALL.iter().filter(|kind| **kind != AccountKind::Allotted) {
                    prop_assert!(book.balance(*kind) >= Paisa::ZERO);
                }
            }
        }
    }
}
