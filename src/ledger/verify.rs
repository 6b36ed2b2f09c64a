//! Whether the books are true: debits equal credits, balances equal what was booked, nothing is overdrawn. It mends
//! nothing; it names the first thing that is wrong.
use std::collections::BTreeMap;

use super::book::{AccountKind, Reason};
use super::model::FundId;
use super::store::verify as store;
use crate::error::Result;
use crate::work::{Tx, Work};

pub use super::store::verify::{Side, balances_unscoped};

/// What was looked at, if nothing is wrong with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verified {
    pub funds: usize,
    pub entries: i64,
    /// Everything that was ever debited, which is also what was credited, in paisa.
    pub turnover_paisa: i128,
}

/// The first thing that is wrong, in one line with the id of what it is wrong with.
pub type Verdict = Result<Verified, String>;

/// Looks at all of the books in one snapshot. The error is that of a database that cannot be read.
pub async fn verify_unscoped(work: &Work) -> Result<Verdict> {
    work.read_whole(async |tx: &mut Tx| look_unscoped(tx).await).await
}

async fn look_unscoped(tx: &mut Tx) -> Result<Verdict> {
    let (debits, credits) = store::sides_unscoped(tx).await?;
    let balances = balances_unscoped(tx).await?;
    let shapes = store::shapes_unscoped(tx).await?;
    if let Some(wrong) = weigh(&debits, &credits, &balances).or_else(|| misbooked(&shapes)) {
        return Ok(Err(wrong));
    }
    if let Some(id) = store::uneven_reversal_unscoped(tx).await? {
        return Ok(Err(format!("entry {id} does not take back what it says it takes back")));
    }
    if let Some(id) = store::unbooked_allotment_unscoped(tx).await? {
        return Ok(Err(format!("allotment {id} is not booked once and as it stands")));
    }
    let funds = balances.len() / AccountKind::ALL.len();
    let entries = shapes.iter().map(|(.., count)| count).sum();
    Ok(Ok(Verified { funds, entries, turnover_paisa: total(&debits) }))
}

fn total(sides: &[Side]) -> i128 {
    sides.iter().map(|(.., paisa)| i128::from(*paisa)).sum()
}

/// What is wrong with sums and balances.
fn weigh(debits: &[Side], credits: &[Side], balances: &[Side]) -> Option<String> {
    if total(debits) != total(credits) {
        return Some(format!("debits are {} paisa, credits {}", total(debits), total(credits)));
    }
    let mut booked: BTreeMap<(FundId, AccountKind), i128> = BTreeMap::new();
    for (fund, account, paisa) in debits {
        *booked.entry((*fund, *account)).or_default() += i128::from(*paisa);
    }
    for (fund, account, paisa) in credits {
        *booked.entry((*fund, *account)).or_default() -= i128::from(*paisa);
    }
    for (fund, account, kept) in balances {
        let booked = booked.remove(&(*fund, *account)).unwrap_or_default();
        if i128::from(*kept) != booked {
            return Some(format!("account {account} of fund {fund} holds {kept} paisa, and {booked} were booked"));
        }
        if booked < 0 && *account != AccountKind::Allotted {
            return Some(format!("account {account} of fund {fund} is overdrawn"));
        }
    }
    let ((fund, account), _) = booked.into_iter().next()?;
    Some(format!("fund {fund} has no account {account}, and entries on it"))
}

/// What was booked on accounts that its reason does not know.
fn misbooked(shapes: &[(Reason, AccountKind, AccountKind, i64)]) -> Option<String> {
    let is_known = |reason: Reason, debit, credit| match reason.sides() {
        Some(sides) => sides == (debit, credit),
        None => Reason::ALL.iter().any(|of| of.may_be_undone() && of.sides() == Some((credit, debit))),
    };
    let wrong = shapes.iter().find(|(reason, debit, credit, _)| !is_known(*reason, *debit, *credit))?;
    let (reason, debit, credit, count) = wrong;
    Some(format!("{count} entries called {reason} debit {debit} and credit {credit}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_add_up_is_named() {
        use AccountKind::{Allotted, Available, Committed};
        let fund = FundId::new();
        let (debits, credits) = ([(fund, Available, 100)], [(fund, Allotted, 100)]);
        let kept = |available| [(fund, Allotted, -100), (fund, Available, available), (fund, Committed, 0)];
        assert_eq!(weigh(&debits, &credits, &kept(100)), None);
        let wrong = |debits: &[Side], credits: &[Side], balances: &[Side]| weigh(debits, credits, balances).unwrap();
        assert!(wrong(&debits, &credits, &kept(99)).contains("holds 99 paisa, and 100 were booked"));
        assert!(wrong(&debits, &[(fund, Allotted, 90)], &kept(100)).contains("credits 90"));
        assert!(wrong(&debits, &credits, &[(fund, Allotted, -100)]).contains("no account available"));
        let drawn = [(fund, Available, -1), (fund, Committed, 1)];
        assert!(wrong(&[(fund, Committed, 1)], &[(fund, Available, 1)], &drawn).contains("overdrawn"));
    }

    #[test]
    fn an_entry_is_booked_as_its_reason_says() {
        use AccountKind::{Allotted, Available, InTransit, Paid};
        assert_eq!(misbooked(&[(Reason::Allot, Available, Allotted, 1), (Reason::Undo, InTransit, Paid, 1)]), None);
        assert!(misbooked(&[(Reason::Settle, InTransit, Paid, 1)]).unwrap().contains("settle"));
        assert!(misbooked(&[(Reason::Undo, Allotted, Available, 2)]).is_some());
    }
}
