//! What happens when nobody does a task in time: its supervisors get it too, once. Nobody loses it by that.
use super::model::Task;
use super::state::TaskMove;
use super::store;
use crate::access::policy::{self, Action, Actor};
use crate::error::{Error, Result};
use crate::kernel::time::Time;
use crate::work::{Done, Tx, Work};

/// Tasks that one transaction escalates.
const BATCH: i64 = 200;

/// Escalates what is overdue by as long as its kind allows, and says how many tasks it was. It may run in several places
/// at once.
pub async fn escalate(work: &Work) -> Result<usize> {
    let mut escalated = 0;
    loop {
        let now = work.now();
        let late = work.read(async move |tx: &mut Tx| late(tx, now, 1).await).await?;
        if late.is_empty() {
            return Ok(escalated);
        }
        match work.write(&Actor::system(), None, async move |tx: &mut Tx| escalate_some(tx, now).await).await {
            Ok(written) => escalated += written.answer,
            // All of them were done or escalated meanwhile.
            Err(Error::Stale) => return Ok(escalated),
            Err(error) => return Err(error),
        }
    }
}

async fn late(tx: &mut Tx, now: Time, most: i64) -> Result<Vec<Task>> {
    store::unescalated(tx, &policy::scope(&Actor::system(), Action::ReadTask), now, most).await
}

async fn escalate_some(tx: &mut Tx, now: Time) -> Result<Done<usize>> {
    let umeed = Actor::system();
    let mut events = Vec::new();
    for task in late(tx, now, BATCH).await? {
        let permit = policy::permit(&umeed, Action::ChangeTask, &task.subject())?;
        let version = task.version;
        let (task, escalated) = task.make(TaskMove::Escalate, umeed.user, now)?;
        match store::update(tx, &permit, &task, version).await {
            Ok(()) => events.push(escalated),
            // Somebody else had it in hand.
            Err(Error::Stale) => {}
            Err(error) => return Err(error),
        }
    }
    let (count, mut events) = (events.len(), events.into_iter());
    let first = events.next().ok_or(Error::Stale)?;
    Ok(Done::new(count, first).and_all(events))
}
