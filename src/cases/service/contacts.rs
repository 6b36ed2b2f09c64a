//! Use cases of contact with the victim. What an officer writes down is no contact: that somebody was reached is said.
use super::super::model::{CaseId, Contact, ContactId, ContactMode};
use super::super::store;
use super::hold;
use crate::access::policy::{self, Action, Actor, Permit};
use crate::error::{Error, Result};
use crate::incidents;
use crate::kernel::time::Time;
use crate::work::{Done, Key, Tx, Work, Written};

/// An attempt to reach somebody. `at` is now, if left out.
pub struct NewContact {
    pub mode: ContactMode,
    pub reached: bool,
    pub at: Option<Time>,
}

pub async fn record(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (case, new): (CaseId, NewContact),
) -> Result<Written<Contact>> {
    let (asking, now, id) = (actor.clone(), work.now(), ContactId::new());
    let NewContact { mode, reached, at } = new;
    let at = at.unwrap_or(now);
    if at > now {
        return Err(Error::invalid("/at", "in_the_future", "this has not happened yet"));
    }
    let contact = Contact { id, case_id: case, mode, reached, at, recorded_by: actor.user };
    work.write(actor, key, async move |tx: &mut Tx| {
        let (case, permit) = hold(tx, &asking, Action::ChangeCase, (contact.case_id, now)).await?;
        let scope = policy::scope(&asking, Action::ReadIncident);
        if contact.at.local_date() < incidents::get(tx, &scope, case.incident_id).await?.facts.occurred_on {
            return Err(Error::invalid("/at", "before_incident", "the incident was later"));
        }
        if contact.reached {
            store::contacted(tx, &permit, case.id, contact.at).await?;
        }
        Ok(Done::new(contact.clone(), contact.event()))
    })
    .await
}

/// Somebody was reached, as a slice that hangs something on the case learned. The permit is for the case.
pub async fn contacted(tx: &mut Tx, permit: &Permit, case: CaseId, at: Time) -> Result<()> {
    store::contacted(tx, permit, case, at).await
}
