//! The search that goes through every verified and every approved claim, since what was right on the day of the approval may
//! be wrong the day after: somebody died, an account was changed, another claim was approved elsewhere. Then it compares those
//! who approved.
use super::service::{compare, look};
use super::store;
use super::words::FoundHow;
use crate::access::policy::{self, Action, Actor};
use crate::claims::ClaimId;
use crate::error::{Error, Result};
use crate::work::{Done, Event, Tx, Work, Written};

/// Claims that one transaction looks at.
const BATCH: i64 = 100;

/// Goes through all verified and approved claims, then compares districts and those who work on claims, and says how many findings are
/// new. It may run in several places at once.
pub async fn search_all(work: &Work) -> Result<usize> {
    let (mut after, mut found): (Option<ClaimId>, usize) = (None, 0);
    loop {
        let claims = work
            .read(async move |tx: &mut Tx| {
                let everywhere = policy::scope(&Actor::system(), Action::ReadClaim);
                store::claims_after(tx, &everywhere, after, BATCH).await
            })
            .await?;
        let Some(last) = claims.last().copied() else { break };
        after = Some(last);
        let now = work.now();
        let looking = async move |tx: &mut Tx| told(look(tx, &claims, None, (FoundHow::Night, now)).await?);
        found += count(work.write(&Actor::system(), None, looking).await)?;
    }
    let now = work.now();
    let comparing = async move |tx: &mut Tx| told(compare(tx, now).await?);
    Ok(found + count(work.write(&Actor::system(), None, comparing).await)?)
}

/// A unit of work that has nothing to tell is none.
fn told(events: Vec<Event>) -> Result<Done<usize>> {
    let (count, mut events) = (events.len(), events.into_iter());
    let first = events.next().ok_or(Error::Stale)?;
    Ok(Done::new(count, first).and_all(events))
}

fn count(written: Result<Written<usize>>) -> Result<usize> {
    match written {
        Ok(written) => Ok(written.answer),
        Err(Error::Stale) => Ok(0),
        Err(error) => Err(error),
    }
}
