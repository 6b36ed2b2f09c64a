//! The payments of a batch, changed and read all together.
use std::collections::BTreeSet;

use diesel::dsl::{exists, not, sql};
use diesel::sql_types::{BigInt, Bool, Text, Untyped};

use super::super::model::batch::{BatchId, Figures};
use super::super::model::content::{Content, Item};
use super::super::model::payment::PaymentId;
use super::super::model::reference::PaymentReference;
use super::super::model::verdict::Expected;
use super::super::model::words::{Effect, PaymentWord};
use super::payment::{BATCH, Picked, meant, ready};
use crate::access::policy::{Permit, Scope};
use crate::cases::CaseId;
use crate::claims::{AccountId, AwardId, ClaimId, PayeeId};
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::money::Paisa;
use crate::ledger::FundId;

/// Takes the planned payments that may go now into a batch. The permit is for the batch.
#[apply(both_databases)]
pub async fn take(tx: &mut Tx, permit: &Permit, scope: &Scope, batch: BatchId, picked: &Picked) -> Result<()> {
    permit.covers(batch)?;
    let ready = ready!(picked, scope).select(payments::id);
    let ready: Vec<PaymentId> = ready.load(tx).await?;
    for ids in ready.chunks(BATCH) {
        let planned = payments::table.filter(payments::id.eq_any(ids.to_vec()));
        let planned = planned.filter(payments::state.eq(PaymentWord::Planned));
        let set = (
            payments::state.eq(PaymentWord::Batched),
            payments::batch_id.eq(batch),
            payments::version.eq(payments::version + 1),
        );
        diesel::update(planned).set(set).execute(tx).await?;
    }
    Ok(())
}

/// Puts the payments of a batch back among the planned ones.
#[apply(both_databases)]
pub async fn take_out(tx: &mut Tx, permit: &Permit, batch: BatchId) -> Result<usize> {
    permit.covers(batch)?;
    let batched = payments::table.filter(payments::batch_id.eq(batch));
    let batched = batched.filter(payments::state.eq(PaymentWord::Batched));
    let set = (
        payments::state.eq(PaymentWord::Planned),
        payments::batch_id.eq(None::<BatchId>),
        payments::version.eq(payments::version + 1),
    );
    Ok(diesel::update(batched).set(set).execute(tx).await?)
}

/// Commits those payments of a batch on a fund that are on none.
#[apply(both_databases)]
pub async fn set_fund(tx: &mut Tx, permit: &Permit, batch: BatchId, fund: FundId) -> Result<()> {
    permit.covers(batch)?;
    let unfunded = payments::table.filter(payments::batch_id.eq(batch)).filter(payments::fund_id.is_null());
    let set = (payments::fund_id.eq(fund), payments::version.eq(payments::version + 1));
    diesel::update(unfunded).set(set).execute(tx).await?;
    Ok(())
}

/// Gives the payments of a batch into the bank's hands.
#[apply(both_databases)]
pub async fn release(tx: &mut Tx, permit: &Permit, batch: BatchId, at: Time) -> Result<()> {
    permit.covers(batch)?;
    let batched = payments::table.filter(payments::batch_id.eq(batch));
    let batched = batched.filter(payments::state.eq(PaymentWord::Batched));
    let set = (
        payments::state.eq(PaymentWord::Released),
        payments::released_at.eq(at),
        payments::version.eq(payments::version + 1),
    );
    diesel::update(batched).set(set).execute(tx).await?;
    Ok(())
}

/// The payments of a batch that the caller has found, as they are approved.
#[apply(both_databases)]
pub async fn content(tx: &mut Tx, batch: BatchId) -> Result<Content> {
    type Row = (PaymentId, PaymentReference, PayeeId, i64, AccountId, Option<FundId>);
    let batched = payments::table.filter(payments::batch_id.eq(batch));
    let batched = batched.filter(payments::state.eq(PaymentWord::Batched)).order(payments::reference).select((
        payments::id,
        payments::reference,
        payments::payee_id,
        payments::amount_paisa,
        payments::account_id,
        payments::fund_id,
    ));
    let rows: Vec<Row> = batched.load(tx).await?;
    let item = |(id, reference, payee_id, paisa, account_id, fund_id)| {
        let amount = Paisa::new(paisa);
        Item { id, reference, payee_id, amount, account_id, fund_id }
    };
    Ok(Content(rows.into_iter().map(item).collect()))
}

/// What goes where by the payments of a batch that the caller has found, in the order of their references.
#[apply(both_databases)]
pub async fn dues(tx: &mut Tx, batch: BatchId) -> Result<Vec<(PaymentReference, Paisa, AccountId)>> {
    let all = payments::table.filter(payments::batch_id.eq(batch)).order(payments::reference);
    let all = all.select((payments::reference, payments::amount_paisa, payments::account_id));
    let rows: Vec<(PaymentReference, i64, AccountId)> = all.load(tx).await?;
    Ok(rows.into_iter().map(|(reference, paisa, account)| (reference, Paisa::new(paisa), account)).collect())
}

/// Payments with these references, of whatever batch, and all of this one; each with the account it goes to.
#[apply(both_databases)]
pub async fn expected(
    tx: &mut Tx,
    batch: BatchId,
    references: &[PaymentReference],
) -> Result<Vec<(PaymentReference, Expected, AccountId)>> {
    type Row = (PaymentReference, PaymentId, Option<BatchId>, PaymentWord, i64, i64, i64, Option<FundId>, AccountId);
    macro_rules! columns {
        () => {
            (
                payments::reference,
                payments::id,
                payments::batch_id,
                payments::state,
                payments::amount_paisa,
                payments::paid_paisa,
                payments::returned_paisa,
                payments::fund_id,
                payments::account_id,
            )
        };
    }
    let own = payments::table.filter(payments::batch_id.eq(batch)).select(columns!());
    let mut rows: Vec<Row> = own.load(tx).await?;
    let known: BTreeSet<&PaymentReference> = rows.iter().map(|row| &row.0).collect();
    let others: Vec<_> = references.iter().filter(|reference| !known.contains(reference)).cloned().collect();
    for references in others.chunks(BATCH) {
        let other = payments::table.filter(payments::reference.eq_any(references.to_vec())).select(columns!());
        rows.extend(other.load::<Row>(tx).await?);
    }
    let expected = |(reference, id, batch_id, state, amount, paid, returned, fund_id, account_id): Row| {
        let [amount, paid, returned] = [amount, paid, returned].map(Paisa::new);
        (reference, Expected { id, batch_id, state, amount, paid, returned, fund_id, account: None }, account_id)
    };
    Ok(rows.into_iter().map(expected).collect())
}

/// What the bank said of payments that it accounted for at one stroke and alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bulk {
    pub effect: Effect,
    pub reason: Option<String>,
}

/// Ends released payments of a batch, whatever was outstanding of each.
#[apply(both_databases)]
pub async fn settle(
    tx: &mut Tx,
    permit: &Permit,
    batch: BatchId,
    bulk: &Bulk,
    (ids, on): (&[PaymentId], Date),
) -> Result<()> {
    permit.covers(batch)?;
    let (word, is_back) = match bulk.effect {
        Effect::Paid | Effect::PartlyPaid => (PaymentWord::Paid, false),
        Effect::Returned => (PaymentWord::Returned, true),
        Effect::Failed => (PaymentWord::Failed, true),
    };
    for ids in ids.chunks(BATCH) {
        let released = payments::table.filter(payments::id.eq_any(ids.to_vec()));
        let released = released.filter(payments::batch_id.eq(batch)).filter(payments::state.eq(PaymentWord::Released));
        let common = (
            payments::state.eq(word),
            payments::settled_on.eq(on),
            payments::bank_reason.eq(bulk.reason.as_deref()),
            payments::version.eq(payments::version + 1),
        );
        let changed = if is_back {
            let back = payments::returned_paisa.eq(payments::amount_paisa - payments::paid_paisa);
            diesel::update(released).set((common, back)).execute(tx).await?
        } else {
            let paid = payments::paid_paisa.eq(payments::amount_paisa - payments::returned_paisa);
            diesel::update(released).set((common, paid)).execute(tx).await?
        };
        Error::stale_unless(changed == ids.len())?;
    }
    Ok(())
}

/// The awards of these payments of which something was paid and nothing is left to pay, with their cases and claims.
#[apply(both_databases)]
pub async fn paid_up(tx: &mut Tx, ids: &[PaymentId]) -> Result<Vec<(AwardId, CaseId, ClaimId)>> {
    let mut touched = BTreeSet::new();
    for ids in ids.chunks(BATCH) {
        let these = payments::table.filter(payments::id.eq_any(ids.to_vec())).select(payments::award_id);
        touched.extend(these.distinct().load::<AwardId>(tx).await?);
    }
    let touched: Vec<_> = touched.into_iter().collect();
    let mut paid = Vec::new();
    for these in touched.chunks(BATCH) {
        let over = [PaymentWord::Paid, PaymentWord::Reissued, PaymentWord::Cancelled];
        let open = payments::table.filter(payments::award_id.eq(awards::id).and(payments::state.ne_all(over)));
        let done = payments::table.filter(payments::award_id.eq(awards::id).and(payments::state.eq(PaymentWord::Paid)));
        let on_claim = claims::table.on(claims::id.eq(awards::claim_id));
        let these = awards::table.inner_join(on_claim).filter(awards::id.eq_any(these.to_vec()));
        let these = these.filter(exists(done).and(not(exists(open))));
        let these = these.select((awards::id, claims::case_id, claims::id)).order(awards::id);
        paid.extend(these.load::<(AwardId, CaseId, ClaimId)>(tx).await?);
    }
    Ok(paid)
}

/// How many payments of a batch that the caller has found stand where, and how much that is.
#[apply(both_databases)]
pub async fn figures(tx: &mut Tx, batch: BatchId) -> Result<Figures> {
    let sums = |column: &str| sql::<BigInt>(&format!("CAST(coalesce(sum({column}), 0) AS bigint)"));
    let each = payments::table
        .filter(payments::batch_id.eq(batch))
        .filter(payments::released_at.is_not_null())
        .group_by(sql::<Untyped>("1, 2"))
        .select((
            sql::<Text>("payments.state"),
            sql::<Bool>("payments.confirmed_at IS NOT NULL"),
            sql::<BigInt>("count(*)"),
            sums("amount_paisa"),
            sums("paid_paisa"),
            sums("returned_paisa"),
        ));
    let mut all = Figures::default();
    for (state, is_confirmed, count, amount, paid, back) in
        each.load::<(PaymentWord, bool, i64, i64, i64, i64)>(tx).await?
    {
        let add = |to: &mut Paisa, paisa: i64| {
            *to = to.checked_add(Paisa::new(paisa)).ok_or(Error::Corrupt("payment batch"))?;
            Ok::<_, Error>(())
        };
        add(&mut all.released_paisa, amount)?;
        add(&mut all.paid_paisa, paid)?;
        add(&mut all.returned_paisa, back)?;
        match state {
            PaymentWord::Paid => all.paid += count,
            PaymentWord::Failed => all.failed += count,
            PaymentWord::Returned | PaymentWord::Reissued => all.returned += count,
            PaymentWord::Released => all.waiting += count,
            PaymentWord::Planned | PaymentWord::Batched | PaymentWord::Cancelled => {}
        }
        if is_confirmed {
            all.confirmed += count;
            add(&mut all.confirmed_paisa, paid)?;
        }
    }
    Ok(all)
}
