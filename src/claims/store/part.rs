//! Who had which part in a claim. A part is taken once and never given back.
use super::super::model::ClaimId;
use super::super::words::Part;
use crate::access::UserId;
use crate::access::policy::Permit;
use crate::db::prelude::*;
use crate::error::{Code, Result};

text_columns!(Part);

/// Notes what somebody does on a claim that the caller has found; refuses it if they did something else before.
#[apply(both_databases)]
pub async fn take_part(tx: &mut Tx, claim: ClaimId, (user, part): (UserId, Part), at: Time) -> Result<()> {
    let row = (
        claim_parts::claim_id.eq(claim),
        claim_parts::user_id.eq(user),
        claim_parts::part.eq(part),
        claim_parts::taken_at.eq(at),
    );
    diesel::insert_into(claim_parts::table).values(row).on_conflict_do_nothing().execute(tx).await?;
    let taken: Part = claim_parts::table.find((claim, user)).select(claim_parts::part).first(tx).await?;
    if taken == part { Ok(()) } else { Err(Code::SecondPerson.into()) }
}

/// Keeps somebody from any part in a claim. The permit is for the claim.
pub async fn bar(tx: &mut Tx, permit: &Permit, claim: ClaimId, (user, at): (UserId, Time)) -> Result<()> {
    permit.covers(claim)?;
    take_part(tx, claim, (user, Part::Former), at).await
}

/// Who did what on a claim that the caller has found, and when, in that order.
#[apply(both_databases)]
pub async fn parts_taken(tx: &mut Tx, claim: ClaimId) -> QueryResult<Vec<(UserId, Part, Time)>> {
    let all = claim_parts::table.filter(claim_parts::claim_id.eq(claim));
    let columns = (claim_parts::user_id, claim_parts::part, claim_parts::taken_at);
    all.select(columns).order((claim_parts::taken_at, claim_parts::user_id)).limit(100).load(tx).await
}

/// Who did what on a claim that the caller has found.
#[apply(both_databases)]
pub async fn parts(tx: &mut Tx, claim: ClaimId) -> QueryResult<Vec<(UserId, Part)>> {
    let all = claim_parts::table.filter(claim_parts::claim_id.eq(claim));
    all.select((claim_parts::user_id, claim_parts::part)).order(claim_parts::user_id).limit(100).load(tx).await
}
