//! What follows for batches from what happens elsewhere: nobody stays on a list whose consent ended, who came under
//! protection, or whose file went to another district. What was handed over cannot be taken back; it is told.
use futures_util::future::LocalBoxFuture;

use super::line::{Line, LineState, LineWord, OffReason};
use super::store;
use crate::access::policy::{self, Action, Actor, Scope, Subject};
use crate::error::{Error, Result};
use crate::kernel::time::Time;
use crate::work::{Cause, Event, Tx};

pub fn listen<'a>(tx: &'a mut Tx, cause: &'a Cause<'a>) -> LocalBoxFuture<'a, Result<Vec<Event>>> {
    Box::pin(async move {
        let event = cause.event;
        // A consent reaches into every district that keeps a file on the victim, its end too.
        let everywhere = policy::scope(&Actor::system(), Action::ReadCase);
        let (lines, reason) = match event.action() {
            "consent.withdrawn" => {
                (store::told_on_consent(tx, &everywhere, event.subject()).await?, OffReason::ConsentEnded)
            }
            "victim.protected" => {
                (store::told_of_victim(tx, &everywhere, event.subject()).await?, OffReason::Protected)
            }
            "case.transferred" => {
                (store::told_of_case(tx, &everywhere, event.subject()).await?, OffReason::CaseTransferred)
            }
            _ => return Ok(Vec::new()),
        };
        drop_or_tell(tx, &everywhere, (lines, reason), cause.at).await
    })
}

async fn drop_or_tell(
    tx: &mut Tx,
    everywhere: &Scope,
    (lines, reason): (Vec<Line>, OffReason),
    at: Time,
) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for found in lines {
        let batch = store::find(tx, everywhere, found.batch_id).await?.ok_or(Error::Corrupt("victim batch"))?;
        let case = Subject::of(found.case_id.uuid());
        let permit = policy::permit(&Actor::system(), Action::FollowCase, &case)?;
        let id = found.id;
        let line = found.turned(LineState::Dropped { reason }, at);
        if store::change(tx, &permit, &line, LineWord::Listed).await? {
            events.push(line.event("victim_batch.dropped", &batch));
            continue;
        }
        // It was handed over before, or while we waited. That the case moved is nothing to the recipient.
        let now = store::find_line(tx, everywhere, id).await?;
        if let Some(line) = now.filter(|line| line.state.is_given())
            && reason != OffReason::CaseTransferred
        {
            let late = line.event("victim_batch.recall_due", &batch).with("reason", reason.word());
            events.push(late.announced());
        }
    }
    Ok(events)
}
