//! What an award rests on, for whoever asks of a payment why it was made.
use schemars::JsonSchema;
use serde::Serialize;

use super::awarding::award;
use super::{ClaimView, get, told};
use crate::access::UserId;
use crate::access::policy::{self, Action, Actor};
use crate::claims::award::{Award, AwardId, Vote};
use crate::claims::store;
use crate::claims::words::Part;
use crate::crypto::Keyring;
use crate::error::Result;
use crate::kernel::time::Time;
use crate::tariffs::{self, TariffLine};
use crate::work::Tx;

/// Somebody's part in a claim.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct PartTaken {
    pub user_id: UserId,
    pub part: Part,
    pub taken_at: Time,
}

/// A claim with its papers, those who worked on it, the line of the tariff, and the award with its approvals.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Proof {
    pub claim: ClaimView,
    /// Whoever prepared, verified or decided it, and whoever was barred because they had decided one before it.
    pub parts: Vec<PartTaken>,
    pub line: TariffLine,
    pub award: Award,
    /// Approvals of the award's digest.
    pub votes: Vec<Vote>,
}

/// For the slices that tell of what was paid inside their own unit of work, which records it.
pub async fn proof(tx: &mut Tx, keys: &Keyring, actor: &Actor, id: AwardId) -> Result<Proof> {
    let scope = policy::scope(actor, Action::ReadClaim);
    let award = award(tx, &scope, id).await?;
    let claim = get(tx, &scope, award.claim_id).await?;
    let (_, line) = tariffs::with_line(tx, award.line_id).await?;
    let parts = store::parts_taken(tx, claim.id).await?.into_iter();
    let parts = parts.map(|(user_id, part, taken_at)| PartTaken { user_id, part, taken_at }).collect();
    let votes = store::votes(tx, claim.id, &award.digest).await?;
    Ok(Proof { claim: told(tx, keys, actor, claim).await?, parts, line, award, votes })
}
