//! What ends an override from elsewhere: the victim's own word, and time.
use futures_util::future::LocalBoxFuture;

use super::model::{Override, OverrideEnd, OverrideId, OverrideMove};
use super::store;
use crate::access::OrganisationId;
use crate::access::policy::{self, Action, Actor, Subject};
use crate::cases;
use crate::error::{Error, Result};
use crate::kernel::time::Time;
use crate::victims::VictimId;
use crate::work::{Cause, Done, Event, Tx, Work};

/// Overrides that one round of `expire` looks at.
const BATCH: i64 = 200;

/// Hears of the victim's word to one recipient, and of a case having been transferred.
pub fn listen<'a>(tx: &'a mut Tx, cause: &'a Cause<'a>) -> LocalBoxFuture<'a, Result<Vec<Event>>> {
    Box::pin(async move {
        match cause.event.action() {
            "consent.withdrawn" => {
                let victim = parsed(cause.event, "victim")?;
                end(tx, cause, (victim, parsed(cause.event, "recipient")?)).await
            }
            "override.withdrawn" if cause.event.fact("end_reason") == Some(OverrideEnd::RefusedByVictim.word()) => {
                let everywhere = policy::scope(&Actor::system(), Action::ReadCase);
                let of = cause.event.case().ok_or(Error::Corrupt("override"))?;
                let victim = cases::get(tx, &everywhere, of).await?.victim_id;
                end(tx, cause, (victim, parsed(cause.event, "organisation")?)).await
            }
            "case.transferred" => follow(tx, cause.event).await,
            _ => Ok(Vec::new()),
        }
    })
}

/// Whoever withdrew a consent has been asked and has answered.
async fn end(tx: &mut Tx, cause: &Cause<'_>, (victim, recipient): (VictimId, OrganisationId)) -> Result<Vec<Event>> {
    let everywhere = policy::scope(&Actor::system(), Action::ReadOverride);
    let mut events = Vec::new();
    for one in store::open_for(tx, &everywhere, victim, recipient).await? {
        let step = OverrideMove::Withdraw(OverrideEnd::RefusedByVictim);
        // What is over already ends as such.
        let step = if one.ends_at <= cause.at { OverrideMove::Expire } else { step };
        let by = matches!(step, OverrideMove::Withdraw(_)).then_some(cause.actor.user);
        events.push(keep(tx, (one, step), by, cause.at).await?);
    }
    Ok(events)
}

fn parsed<T: std::str::FromStr>(event: &Event, fact: &str) -> Result<T> {
    event.fact(fact).and_then(|text| text.parse().ok()).ok_or(Error::Corrupt("consent"))
}

async fn keep(
    tx: &mut Tx,
    (one, step): (Override, OverrideMove),
    by: Option<crate::access::UserId>,
    at: Time,
) -> Result<Event> {
    let umeed = Actor::system();
    let permit = policy::permit(&umeed, Action::AnswerOverride, &one.subject())?;
    let case = policy::permit(&umeed, Action::FollowCase, &Subject::of(one.case_id.uuid()))?;
    cases::lock(tx, &case, one.case_id, at).await?;
    let version = one.version;
    let (one, moved) = one.make(step, by, at)?;
    store::update(tx, &permit, &one, version).await?;
    Ok(moved)
}

async fn follow(tx: &mut Tx, event: &Event) -> Result<Vec<Event>> {
    let (permit, case, district) = cases::transferred(event)?;
    store::follow_case(tx, &permit, case, district).await.map(|()| Vec::new())
}

/// Ends those whose time is over, and with them the referrals that rest on them; says how many they were. It may run in
/// several places at once.
pub async fn expire(work: &Work) -> Result<usize> {
    let mut ended = 0;
    loop {
        let now = work.now();
        let late = work.read(async move |tx: &mut Tx| {
            let everywhere = policy::scope(&Actor::system(), Action::ReadOverride);
            store::over(tx, &everywhere, now, BATCH).await
        });
        let late = late.await?;
        let before = ended;
        for id in late {
            match work.write(&Actor::system(), None, async move |tx: &mut Tx| expire_one(tx, id, now).await).await {
                Ok(_) => ended += 1,
                // Somebody else had it in hand.
                Err(Error::Stale | Error::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        if ended == before {
            return Ok(ended);
        }
    }
}

async fn expire_one(tx: &mut Tx, id: OverrideId, now: Time) -> Result<Done<()>> {
    let everywhere = policy::scope(&Actor::system(), Action::ReadOverride);
    let one = store::find(tx, &everywhere, id).await?.ok_or(Error::Stale)?;
    let expired = keep(tx, (one, OverrideMove::Expire), None, now).await?;
    Ok(Done::new((), expired))
}
