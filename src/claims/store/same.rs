//! Claims for the same thing, and those that took the place of another.
use super::super::model::{Claim, ClaimId};
use super::claim::StateWord;
use crate::db::prelude::*;

/// The claims for the same harm by the same instrument that are withdrawn, or those that are not; at most 100.
#[apply(both_databases)]
pub async fn same(tx: &mut Tx, claim: &Claim, is_withdrawn: bool) -> QueryResult<Vec<ClaimId>> {
    let key = claims::victim_id.eq(claim.victim_id).and(claims::incident_id.eq(claim.incident_id));
    let key = key.and(claims::instrument_id.eq(claim.instrument_id)).and(claims::harm.eq(claim.harm));
    let these = claims::table.filter(key.and(claims::state.eq(StateWord::Withdrawn).eq(is_withdrawn)));
    these.select(claims::id).order(claims::id).limit(100).load(tx).await
}

/// Whose place a claim took that the caller has found.
#[apply(both_databases)]
pub async fn replaced_by(tx: &mut Tx, claim: ClaimId) -> QueryResult<Option<ClaimId>> {
    claims::table.find(claim).select(claims::replaces).first(tx).await
}
