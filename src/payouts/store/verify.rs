//! What payments and books are held against each other by, each in one statement. It reads for nobody.
use diesel::dsl::{count_star, exists, not, sql};
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Untyped};

use crate::claims::AwardId;
use crate::db::prelude::*;
use crate::db::types::Uid;
use crate::error::Result;
use crate::kernel::money::Paisa;
use crate::ledger::{AccountKind, FundId, Reason, TransferId};
use crate::payouts::model::payment::PaymentId;
use crate::payouts::model::words::{BatchWord, PaymentWord};

/// An entry whose payment, of its award, or whose batch is not there.
#[apply(both_databases)]
pub async fn untied_unscoped(tx: &mut Tx) -> Result<Option<TransferId>> {
    let payment = payments::table
        .filter(payments::id.nullable().eq(ledger_transfers::payment_id))
        .filter(payments::award_id.nullable().eq(ledger_transfers::award_id).or(ledger_transfers::award_id.is_null()));
    let lost = ledger_transfers::table
        .filter(ledger_transfers::payment_id.is_not_null())
        .filter(not(exists(payment)))
        .select(ledger_transfers::id);
    if let Some(id) = lost.first(tx).await.optional()? {
        return Ok(Some(id));
    }
    let batch = payment_batches::table.filter(payment_batches::id.nullable().eq(ledger_transfers::batch_id));
    let lost = ledger_transfers::table
        .filter(ledger_transfers::batch_id.is_not_null())
        .filter(not(exists(batch)))
        .select(ledger_transfers::id);
    Ok(lost.first(tx).await.optional()?)
}

/// An award with fewer approvals of its content than it needs.
#[apply(both_databases)]
pub async fn unapproved_award_unscoped(tx: &mut Tx) -> Result<Option<AwardId>> {
    let votes = "approvals > (SELECT count(*) FROM claim_votes v WHERE v.claim_id = awards.claim_id AND v.digest = awards.digest)";
    let wrong = awards::table.filter(sql::<Bool>(votes)).select(awards::id);
    Ok(wrong.first(tx).await.optional()?)
}

/// An award of which more was paid than it is of.
#[apply(both_databases)]
pub async fn overpaid_unscoped(tx: &mut Tx) -> Result<Option<AwardId>> {
    let of = "sum(payments.paid_paisa) > (SELECT a.amount_paisa FROM awards a WHERE a.id = payments.award_id)";
    let wrong = payments::table.group_by(payments::award_id).having(sql::<Bool>(of)).select(payments::award_id);
    Ok(wrong.first(tx).await.optional()?)
}

/// An award of which one payee has two whole payments of one instalment.
#[apply(both_databases)]
pub async fn twice_paid_unscoped(tx: &mut Tx) -> Result<Option<AwardId>> {
    let twice = payments::table
        .filter(payments::state.ne_all([PaymentWord::Reissued, PaymentWord::Cancelled]))
        .group_by((payments::award_id, payments::payee_id, payments::instalment))
        .having(count_star().gt(1))
        .select(payments::award_id);
    Ok(twice.first(tx).await.optional()?)
}

/// A payment that went out with a batch which has fewer approvals of its content than it needs.
#[apply(both_databases)]
pub async fn unapproved_unscoped(tx: &mut Tx) -> Result<Option<PaymentId>> {
    let votes = sql::<BigInt>(
        "(SELECT count(*) FROM payment_batch_votes v WHERE v.batch_id = payment_batches.id \
         AND v.digest = payment_batches.digest AND v.voter_id <> payment_batches.built_by \
         AND v.voter_id <> payment_batches.submitted_by AND v.voter_id <> payment_batches.released_by)",
    );
    let gone = [BatchWord::Released, BatchWord::PartlySettled, BatchWord::Settled];
    let wrong = payment_batches::table
        .filter(payment_batches::state.ne_all(gone).or(payment_batches::approvals_needed.gt(votes)))
        .select(payment_batches::id);
    let out = payments::table.filter(payments::released_at.is_not_null());
    let out = out.filter(payments::batch_id.eq_any(wrong.nullable())).select(payments::id);
    Ok(out.first(tx).await.optional()?)
}

/// An entry that commits another amount than its payment has.
#[apply(both_databases)]
pub async fn misstated_unscoped(tx: &mut Tx) -> Result<Option<TransferId>> {
    let payment = payments::table
        .filter(payments::id.nullable().eq(ledger_transfers::payment_id))
        .filter(payments::amount_paisa.eq(ledger_transfers::amount_paisa));
    let wrong = ledger_transfers::table
        .filter(ledger_transfers::payment_id.is_not_null())
        .filter(ledger_transfers::reason.eq_any([Reason::Commit, Reason::Uncommit, Reason::Recommit]))
        .filter(not(exists(payment)))
        .select(ledger_transfers::id);
    Ok(wrong.first(tx).await.optional()?)
}

/// An entry of what a bank said which no row of its answers says alike.
#[apply(both_databases)]
pub async fn unsaid_unscoped(tx: &mut Tx) -> Result<Option<TransferId>> {
    let said = payment_results::table
        .filter(payment_results::transfer_id.eq(ledger_transfers::id))
        .filter(payment_results::payment_id.nullable().eq(ledger_transfers::payment_id))
        .filter(payment_results::amount_paisa.eq(ledger_transfers::amount_paisa));
    let wrong = ledger_transfers::table
        .filter(ledger_transfers::reason.eq_any([Reason::Settle, Reason::ComeBack]))
        .filter(not(exists(said)))
        .select(ledger_transfers::id);
    Ok(wrong.first(tx).await.optional()?)
}

/// What payments come to, by the account of their fund that ought to hold it.
#[apply(both_databases)]
pub async fn payments_unscoped(tx: &mut Tx) -> Result<Vec<(FundId, AccountKind, Paisa)>> {
    let sums = |column: &str| sql::<BigInt>(&format!("CAST(sum(payments.{column}) AS bigint)"));
    let each = payments::table
        .left_join(payment_batches::table.on(payment_batches::id.nullable().eq(payments::batch_id)))
        .filter(payments::fund_id.is_not_null())
        .group_by(sql::<Untyped>("1, 2, 3"))
        .select((
            sql::<Uid>("payments.fund_id"),
            sql::<Text>("payments.state"),
            sql::<Nullable<Text>>("payment_batches.state"),
            sums("amount_paisa"),
            sums("paid_paisa"),
            sums("returned_paisa"),
        ));
    let mut all = Vec::new();
    for (fund, state, batch, amount, paid, back) in
        each.load::<(FundId, PaymentWord, Option<BatchWord>, i64, i64, i64)>(tx).await?
    {
        let is_approved = batch == Some(BatchWord::Approved);
        all.push((fund, AccountKind::Paid, Paisa::new(paid)));
        match state {
            PaymentWord::Batched if is_approved => all.push((fund, AccountKind::Payable, Paisa::new(amount))),
            PaymentWord::Planned | PaymentWord::Batched => {
                all.push((fund, AccountKind::Committed, Paisa::new(amount)));
            }
            PaymentWord::Released => {
                all.push((fund, AccountKind::InTransit, Paisa::new(amount.saturating_sub(paid).saturating_sub(back))));
            }
            PaymentWord::Returned | PaymentWord::Failed => {
                all.push((fund, AccountKind::Returned, Paisa::new(back)));
            }
            PaymentWord::Paid | PaymentWord::Reissued | PaymentWord::Cancelled => {}
        }
    }
    Ok(all)
}
