//! What follows when those who could answer come and go: nothing waits for somebody who is no longer there.
use super::model::{Feedback, FeedbackId};
use super::routing;
use super::store::{self, Eyes};
use crate::access;
use crate::access::policy::{self, Action, Actor};
use crate::error::{Code, Error, Result};
use crate::kernel::ids::Id;
use crate::work::{Done, Tx, Work};

/// Feedback that one round looks at.
const BATCH: i64 = 200;

/// With whom it goes to as users are now.
pub async fn route(tx: &mut Tx, one: Feedback) -> Result<Feedback> {
    let sent_to = routing::send_to(&access::keepers(tx).await?, &one);
    Ok(Feedback { sent_to, ..one })
}

/// The same, of what some can no longer answer; refused if nobody were left who could.
pub async fn hand_on(tx: &mut Tx, one: Feedback) -> Result<Feedback> {
    let users = access::keepers(tx).await?;
    if !routing::has_anybody(&users, &one) {
        let why = "nobody would be left to answer it: add a supervisor first";
        return Err(Error::conflict_at("/user_id", Code::SecondPerson, why));
    }
    Ok(Feedback { sent_to: routing::send_to(&users, &one), ..one })
}

fn everywhere() -> Eyes {
    Eyes { scope: policy::scope(&Actor::system(), Action::ReadFeedback), organisation: None }
}

/// Sends on what waits for somebody who may not or cannot answer it any more, and says how much that was. It may run in
/// several places at once.
pub async fn send_on(work: &Work) -> Result<usize> {
    let (mut sent, mut after) = (0, Id::nil());
    loop {
        let (last, misplaced) = work.read_whole(async move |tx: &mut Tx| look(tx, after).await).await?;
        for id in misplaced {
            match work.write(&Actor::system(), None, async move |tx: &mut Tx| send_one(tx, id).await).await {
                Ok(_) => sent += 1,
                // Somebody else had it in hand.
                Err(Error::Stale) => {}
                Err(error) => return Err(error),
            }
        }
        match last {
            Some(last) => after = last,
            None => return Ok(sent),
        }
    }
}

/// The last that was looked at, and those that should be with somebody else.
async fn look(tx: &mut Tx, after: FeedbackId) -> Result<(Option<FeedbackId>, Vec<FeedbackId>)> {
    let waiting = store::waiting(tx, &everywhere(), after, BATCH).await?;
    let users = access::keepers(tx).await?;
    let lost = waiting.iter().filter(|one| routing::send_to(&users, one) != one.sent_to);
    Ok((waiting.last().map(|one| one.id), lost.map(|one| one.id).collect()))
}

async fn send_one(tx: &mut Tx, id: FeedbackId) -> Result<Done<()>> {
    let one = store::find(tx, &everywhere(), id).await?.ok_or(Error::Stale)?;
    let permit = policy::permit(&Actor::system(), Action::AnswerFeedback, &one.subject())?;
    let (version, to) = (one.version, routing::send_to(&access::keepers(tx).await?, &one));
    let (one, event) = one.send(to).ok_or(Error::Stale)?;
    store::update(tx, &permit, &one, version).await?;
    Ok(Done::new((), event))
}
