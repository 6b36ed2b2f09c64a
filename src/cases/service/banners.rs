//! Use cases of banners. Raising one is part of the write that found the reason.
use super::super::banner::{Banner, ClearReason};
use super::super::model::{Case, CaseId};
use super::super::store;
use super::get;
use crate::access::policy::{self, Action, Actor, Permit};
use crate::db::Isolation;
use crate::error::{Error, Result};
use crate::kernel::time::Time;
use crate::work::{Done, Event, Key, Tx, Work, Written};

/// Puts a banner on a case, inside the caller's unit of work; no event if it is up already. The permit is for the case.
pub async fn raise_banner(
    tx: &mut Tx,
    permit: &Permit,
    case: CaseId,
    (banner, at): (Banner, Time),
) -> Result<Option<Event>> {
    let Some((case, raised)) = store::lock(tx, permit, case, at).await?.raise(banner, at) else { return Ok(None) };
    store::put_banners(tx, permit, &case).await?;
    Ok(Some(raised))
}

pub async fn clear_banner(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (CaseId, i64),
    cleared: (Banner, ClearReason),
) -> Result<Written<Case>> {
    let (asking, now) = (actor.clone(), work.now());
    // Serializable, since the row is written whole and its urgency follows the needs.
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let case = get(tx, &policy::scope(&asking, Action::ReadCase), id).await?;
        let permit = policy::permit(&asking, Action::ChangeCase, &case.subject())?;
        Error::stale_unless(case.version == version)?;
        let (case, event) = case.clear(cleared, now)?;
        store::update(tx, &permit, &case, version).await?;
        Ok(Done::new(case, event))
    })
    .await
}
