//! The use case of the workload. Officers are shown who keep cases in the reader's area, or could.
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::model::{Load, OfficerLoad, Question, Workload};
use super::store;
use crate::access::policy::{self, Action, Actor, Scope, UserId};
use crate::access::{self, User};
use crate::cases;
use crate::error::Result;
use crate::work::{Tx, Work};

/// How much each officer of the actor's area keeps.
pub async fn workload(work: &Work, actor: &Actor, question: Question) -> Result<Workload> {
    let (scope, now, days) = (policy::scope(actor, Action::ReadCase), work.now(), question.silent_days()?);
    work.read_whole(async move |tx: &mut Tx| {
        let mut loads = store::loads(tx, &scope, question.district, (now, now.plus_days(-days))).await?;
        let unassigned = loads.remove(&None).unwrap_or_default();
        let officers = officers(&scope, access::keepers(tx).await?, &loads);
        Ok(Workload { without_contact_days: days, unassigned, officers })
    })
    .await
}

fn officers(scope: &Scope, keepers: Vec<User>, loads: &BTreeMap<Option<UserId>, Load>) -> Vec<OfficerLoad> {
    let row = |user: User| {
        let load = loads.get(&Some(user.id)).copied();
        let is_active = cases::is_keeper(&user);
        let is_shown = load.is_some() || (is_active && user.area.overlaps(scope.area()));
        let (officer_id, name, load) = (user.id, user.name, load.unwrap_or_default());
        is_shown.then_some(OfficerLoad { officer_id, name, is_active, load })
    };
    let mut officers: Vec<_> = keepers.into_iter().filter_map(row).collect();
    officers.sort_by_key(|officer| (Reverse(officer.load.open + officer.load.on_hold), officer.officer_id));
    officers
}
