//! Whether payments and books agree: every entry is tied to something that exists, and each account of a fund holds what
//! its payments come to. It mends nothing; it names the first thing that is wrong.
use std::collections::BTreeMap;

use super::store::verify as store;
use crate::error::Result;
use crate::kernel::money::Paisa;
use crate::ledger::verify::{Side, Verified, balances_unscoped};
use crate::ledger::{self, AccountKind, FundId};
use crate::work::{Tx, Work};

/// The first thing that is wrong, in one line with the id of what it is wrong with.
pub type Verdict = Result<(), String>;

/// The books, and whether payments agree with them.
pub async fn with_books_unscoped(work: &Work) -> Result<Result<Verified, String>> {
    let books = ledger::verify::verify_unscoped(work).await?;
    let payments = verify_unscoped(work).await?;
    Ok(books.and_then(|books| payments.map(|()| books)))
}

/// Looks at all payments in one snapshot. The error is that of a database that cannot be read.
pub async fn verify_unscoped(work: &Work) -> Result<Verdict> {
    work.read_whole(async |tx: &mut Tx| look_unscoped(tx).await).await
}

async fn look_unscoped(tx: &mut Tx) -> Result<Verdict> {
    if let Some(id) = store::untied_unscoped(tx).await? {
        return Ok(Err(format!("entry {id} is tied to a payment or batch that is not there")));
    }
    if let Some(id) = store::unapproved_award_unscoped(tx).await? {
        return Ok(Err(format!("award {id} has not the approvals that it needs")));
    }
    if let Some(id) = store::overpaid_unscoped(tx).await? {
        return Ok(Err(format!("award {id} was paid more than it is of")));
    }
    if let Some(id) = store::twice_paid_unscoped(tx).await? {
        return Ok(Err(format!("award {id} was paid an instalment twice")));
    }
    if let Some(id) = store::unapproved_unscoped(tx).await? {
        return Ok(Err(format!("payment {id} went out without the approvals that its batch needs")));
    }
    let (payments, balances) = (store::payments_unscoped(tx).await?, balances_unscoped(tx).await?);
    if let Err(wrong) = agree(&payments, &balances) {
        return Ok(Err(wrong));
    }
    if let Some(id) = store::misstated_unscoped(tx).await? {
        return Ok(Err(format!("entry {id} is of another amount than its payment")));
    }
    if let Some(id) = store::unsaid_unscoped(tx).await? {
        return Ok(Err(format!("entry {id} is not what the bank said")));
    }
    Ok(Ok(()))
}

/// What payments come to, by fund and by the account that ought to hold it, beside what the accounts hold.
fn agree(payments: &[(FundId, AccountKind, Paisa)], balances: &[Side]) -> Verdict {
    let mut sums: BTreeMap<(FundId, AccountKind), i128> = BTreeMap::new();
    for (fund, account, paisa) in payments {
        *sums.entry((*fund, *account)).or_default() += i128::from(paisa.get());
    }
    for (fund, account, held) in balances {
        if matches!(account, AccountKind::Allotted | AccountKind::Available) {
            continue;
        }
        let sum = sums.remove(&(*fund, *account)).unwrap_or_default();
        if sum != i128::from(*held) {
            return Err(format!("account {account} of fund {fund} holds {held} paisa, and its payments come to {sum}"));
        }
    }
    Ok(())
}
