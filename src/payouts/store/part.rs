//! Who had a part in a payment: in its claim or its batch, or registered its victim. They neither confirm it nor call about
//! it, and do not learn that a sample drew it.
use diesel::dsl::{exists, not};

use crate::access::UserId;
use crate::db::prelude::*;
use crate::error::Result;
use crate::payouts::model::payment::PaymentId;

/// Narrows a boxed query of payments to those in which a user had no part.
macro_rules! no_part {
    ($payments:expr, $user:expr) => {{
        let user: $crate::access::UserId = $user;
        let part = claim_parts::table.filter(claim_parts::claim_id.eq(claims::id).and(claim_parts::user_id.eq(user)));
        let work = claims::table.filter(claims::id.eq(awards::claim_id));
        let work = work.filter(claims::registered_by.eq(user).or(exists(part)));
        let work = awards::table.filter(awards::id.eq(payments::award_id)).filter(exists(work));
        let vote = payment_batch_votes::table.filter(payment_batch_votes::batch_id.eq(payment_batches::id));
        let vote = vote.filter(payment_batch_votes::voter_id.eq(user));
        let made = payment_batches::built_by.eq(user).or(payment_batches::submitted_by.eq(user));
        let made = made.or(payment_batches::released_by.eq(user)).or(exists(vote));
        let made = payment_batches::table.filter(payment_batches::id.nullable().eq(payments::batch_id)).filter(made);
        $payments.filter(not(exists(work))).filter(not(exists(made)))
    }};
}
pub(super) use no_part;

/// Of a payment that the caller has found.
#[apply(both_databases)]
pub async fn has_part(tx: &mut Tx, payment: PaymentId, user: UserId) -> Result<bool> {
    let payment = payments::table.filter(payments::id.eq(payment)).select(payments::id).into_boxed::<Db>();
    Ok(no_part!(payment, user).first::<PaymentId>(tx).await.optional()?.is_none())
}
