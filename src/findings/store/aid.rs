//! What victims were given beside a claim for the same attack, as claims, referrals and lists of programmes tell it. What a
//! victim told of other aid is sealed and nobody has checked it, so it is not read here.
use std::collections::{BTreeMap, BTreeSet};

use super::super::aid::Aid;
use super::super::search::Looked;
use crate::claims::{ClaimId, StateWord};
use crate::db::prelude::*;
use crate::error::Result;
use crate::referrals::Outcome;
use crate::tariffs::{self, InstrumentId};
use crate::victim_batches::line::AnswerWord;

/// Of the claims that are looked at.
pub async fn aid(tx: &mut Tx, looked: &[Looked]) -> Result<Aid> {
    let ids: Vec<_> = looked.iter().map(|claim| claim.claim).collect();
    let beside: Vec<_> = looked.iter().flat_map(|claim| claim.beside.iter().copied()).collect();
    let grounds = grounds(tx, ids.clone(), beside).await?;
    let paid_by: BTreeSet<_> = grounds.iter().map(|(_, instrument, _)| *instrument).collect();
    let instruments = tariffs::of_ids(tx, paid_by.into_iter().collect()).await?;
    let mut all: BTreeMap<ClaimId, BTreeSet<String>> = BTreeMap::new();
    for (claim, code) in referred(tx, ids.clone()).await?.into_iter().chain(listed(tx, ids).await?) {
        all.entry(claim).or_default().insert(code);
    }
    Ok(Aid {
        grounds: grounds.into_iter().map(|(claim, instrument, day)| (claim, (instrument, day))).collect(),
        instruments: instruments.into_iter().map(|one| (one.id, one.facts)).collect(),
        helped: all,
    })
}

#[apply(both_databases)]
async fn grounds(tx: &mut Tx, ids: Vec<ClaimId>, beside: Vec<ClaimId>) -> Result<Vec<(ClaimId, InstrumentId, Date)>> {
    let asked = [StateWord::Verified, StateWord::Approved];
    let paid = claims::id.eq_any(beside).and(claims::state.eq_any(asked));
    let incident = incidents::table.on(incidents::id.eq(claims::incident_id));
    let all = claims::table.inner_join(incident).filter(claims::id.eq_any(ids).or(paid));
    Ok(all.select((claims::id, claims::instrument_id, incidents::occurred_on)).load(tx).await?)
}

/// Programmes that a victim was referred to, and that helped.
#[apply(both_databases)]
async fn referred(tx: &mut Tx, ids: Vec<ClaimId>) -> Result<Vec<(ClaimId, String)>> {
    let referral = referrals::table.on(referrals::case_id.eq(claims::case_id));
    let service = services::table.on(services::id.eq(referrals::service_id));
    let programme = programmes::table.on(services::programme_id.eq(programmes::id.nullable()));
    let all = claims::table.inner_join(referral).inner_join(service).inner_join(programme);
    let helped = referrals::outcome.eq_any([Outcome::Helped, Outcome::PartlyHelped]);
    let all = all.filter(claims::id.eq_any(ids).and(helped));
    Ok(all.select((claims::id, programmes::code)).distinct().load(tx).await?)
}

/// Programmes that a victim was named to on a list, and that approved.
#[apply(both_databases)]
async fn listed(tx: &mut Tx, ids: Vec<ClaimId>) -> Result<Vec<(ClaimId, String)>> {
    let line = victim_batch_lines::table.on(victim_batch_lines::case_id.eq(claims::case_id));
    let programme = programmes::table.on(programmes::id.eq(victim_batch_lines::programme_id));
    let all = claims::table.inner_join(line).inner_join(programme);
    let all = all.filter(claims::id.eq_any(ids).and(victim_batch_lines::answer.eq(AnswerWord::Approved)));
    Ok(all.select((claims::id, programmes::code)).distinct().load(tx).await?)
}
