//! What stands in the way of closing a case. Only its banners are known here: whoever keeps something else under a case
//! tells of it as a listener.
use futures_util::future::LocalBoxFuture;

use super::super::closing::{ASKED, CLOSING, Closure};
use super::super::model::CaseId;
use super::get;
use crate::access::policy::{self, Action, Actor};
use crate::error::{Error, Fault, Result};
use crate::work::{Cause, Event, Tx, Work};

/// What is open under a case, of all slices at one moment.
pub async fn view(work: &Work, actor: &Actor, id: CaseId) -> Result<Closure> {
    let scope = policy::scope(actor, Action::ReadCase);
    let asking = async move |tx: &mut Tx| Ok(get(tx, &scope, id).await?.event(ASKED));
    work.foresee(actor, asking).await.map(Closure::of)
}

/// Tells of the banners that are still up.
pub fn listen<'a>(tx: &'a mut Tx, cause: &'a Cause<'a>) -> LocalBoxFuture<'a, Result<Vec<Event>>> {
    Box::pin(async move {
        if CLOSING.contains(&cause.event.action()) {
            veto(tx, cause.event.subject()).await?;
        }
        Ok(Vec::new())
    })
}

async fn veto(tx: &mut Tx, id: CaseId) -> Result<()> {
    let case = get(tx, &policy::scope(&Actor::system(), Action::ReadCase), id).await?;
    let up = case.banners.iter().map(|banner| {
        Fault::new(format!("/cases/{id}/banners/{banner}"), "banner_up", "a banner is up; clear it with a reason")
    });
    Error::not_ready_unless_none(up.collect())
}
