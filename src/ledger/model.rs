//! Funds, and the orders by which money comes to them and leaves them again. An allotment is booked, never edited.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::book::{AccountKind, Book, Reason};
use super::year::FiscalYear;
use crate::access::UserId;
use crate::error::{Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::money::Paisa;
use crate::kernel::text::Line;
use crate::kernel::time::{Date, Time};
use crate::kernel::words::words;
use crate::tariffs::InstrumentId;
use crate::work::Event;

pub type FundId = Id<Fund>;
pub type AllotmentId = Id<Allotment>;

/// What one instrument may spend in one fiscal year.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
pub struct Fund {
    pub id: FundId,
    pub instrument_id: InstrumentId,
    pub fiscal_year: FiscalYear,
    pub opened_at: Time,
    pub opened_by: UserId,
}

/// What an administrator says of a new fund. It holds nothing until something is allotted.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFund {
    pub instrument_id: InstrumentId,
    /// July to June, such as `2026-27`.
    pub fiscal_year: FiscalYear,
}

words! {
    /// Whether money comes to a fund or goes back to where it came from.
    pub enum AllotmentKind {
        Allotted = "allotted",
        Surrendered = "surrendered",
    }
}

impl AllotmentKind {
    pub const fn reason(self) -> Reason {
        match self {
            Self::Allotted => Reason::Allot,
            Self::Surrendered => Reason::Surrender,
        }
    }
}

/// The most of one allotment, in paisa: ten trillion rupees, half of a federal budget.
const MOST_PAISA: i64 = 1_000_000_000_000_000;

/// What an administrator says of an order that gives a fund money, or takes some back.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAllotment {
    pub kind: AllotmentKind,
    /// 1 to 1,000,000,000,000,000.
    #[schemars(range(min = 1, max = 1_000_000_000_000_000_i64))]
    pub amount_paisa: Paisa,
    /// The number of the order or release letter; each once a fund.
    pub order_number: Line<100>,
    pub ordered_on: Date,
}

impl NewAllotment {
    pub fn check(&self, today: Date) -> Result<()> {
        if !(1..=MOST_PAISA).contains(&self.amount_paisa.get()) {
            return Err(Error::invalid(
                "/amount_paisa",
                "out_of_range",
                "1 paisa at least, ten trillion rupees at most",
            ));
        }
        if self.ordered_on > today {
            return Err(Error::invalid("/ordered_on", "in_future", "an order of a day to come allots nothing yet"));
        }
        Ok(())
    }
}

/// Money that was given to a fund or taken back.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Allotment {
    pub id: AllotmentId,
    pub fund_id: FundId,
    pub kind: AllotmentKind,
    pub amount_paisa: Paisa,
    pub order_number: Line<100>,
    pub ordered_on: Date,
    pub made_at: Time,
    pub made_by: UserId,
}

impl Allotment {
    pub fn new(id: AllotmentId, fund_id: FundId, new: NewAllotment, (made_by, made_at): (UserId, Time)) -> Self {
        let NewAllotment { kind, amount_paisa, order_number, ordered_on } = new;
        Self { id, fund_id, kind, amount_paisa, order_number, ordered_on, made_at, made_by }
    }

    pub fn event(&self) -> Event {
        Event::new("fund.allotted", self.fund_id)
            .with("kind", self.kind.word())
            .with("allotment", self.id.to_string())
            .with("amount_paisa", self.amount_paisa.get())
    }
}

impl Fund {
    pub fn open(id: FundId, new: NewFund, (opened_by, opened_at): (UserId, Time)) -> Self {
        let NewFund { instrument_id, fiscal_year } = new;
        Self { id, instrument_id, fiscal_year, opened_at, opened_by }
    }

    pub fn event(&self) -> Event {
        Event::new("fund.opened", self.id)
            .with("instrument", self.instrument_id.to_string())
            .with("fiscal_year", self.fiscal_year.to_string())
    }
}

/// How much of a fund is where. Nothing is counted twice: what was allotted is the sum of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Balances {
    /// Allotted less surrendered.
    pub allotted_paisa: Paisa,
    /// Spoken for by nobody.
    pub available_paisa: Paisa,
    /// Held for payments that are in no approved batch.
    pub committed_paisa: Paisa,
    /// In approved batches.
    pub payable_paisa: Paisa,
    /// Released; the bank has not said what became of it.
    pub in_transit_paisa: Paisa,
    /// As the bank says.
    pub paid_paisa: Paisa,
    /// Came back, not sent again.
    pub returned_paisa: Paisa,
}

impl From<&Book> for Balances {
    fn from(book: &Book) -> Self {
        let of = |account| book.balance(account);
        Self {
            // The source stands below zero by what it gave.
            allotted_paisa: Paisa::ZERO.checked_sub(of(AccountKind::Allotted)).unwrap_or_default(),
            available_paisa: of(AccountKind::Available),
            committed_paisa: of(AccountKind::Committed),
            payable_paisa: of(AccountKind::Payable),
            in_transit_paisa: of(AccountKind::InTransit),
            paid_paisa: of(AccountKind::Paid),
            returned_paisa: of(AccountKind::Returned),
        }
    }
}

/// A fund with how much of it is where.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FundView {
    #[serde(flatten)]
    pub fund: Fund,
    pub balances: Balances,
}

/// One account of a fund.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Account {
    pub kind: AccountKind,
    /// Debits less credits: below zero for `allotted` alone.
    pub balance_paisa: Paisa,
}

/// The accounts of a fund.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Accounts {
    #[serde(flatten)]
    pub fund: Fund,
    pub accounts: Vec<Account>,
}

impl Accounts {
    pub fn of(fund: Fund, book: &Book) -> Self {
        let account = |kind: &AccountKind| Account { kind: *kind, balance_paisa: book.balance(*kind) };
        Self { fund, accounts: AccountKind::ALL.iter().map(account).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allotment_is_of_some_money_and_of_a_day_that_has_come() {
        let today: Date = "2026-11-22".parse().unwrap();
        let fault = |paisa, day: &str| {
            let new = NewAllotment {
                kind: AllotmentKind::Allotted,
                amount_paisa: Paisa::new(paisa),
                order_number: "FD/2026/1".parse().unwrap(),
                ordered_on: day.parse().unwrap(),
            };
            match new.check(today) {
                Ok(()) => String::new(),
                Err(Error::Invalid(faults)) => faults[0].pointer.clone(),
                Err(error) => panic!("{error}"),
            }
        };
        assert_eq!(fault(1, "2026-11-22"), "");
        assert_eq!(fault(MOST_PAISA, "2025-11-22"), "");
        for paisa in [0, -1, MOST_PAISA + 1, i64::MAX, i64::MIN] {
            assert_eq!(fault(paisa, "2026-11-22"), "/amount_paisa");
        }
        assert_eq!(fault(1, "2026-11-23"), "/ordered_on");
    }
}
