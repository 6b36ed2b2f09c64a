//! Cases that go from hand to hand inside another slice's unit of work: to another district that has taken them, or from
//! an officer who leaves. Nothing is given away here that its caller has not been allowed to give.
use super::super::model::{Case, CaseId, CaseMove};
use super::super::store;
use super::check_officer;
use crate::access::policy::{self, Action, Actor, Permit, Scope, Subject, UserId};
use crate::error::{Error, Result};
use crate::kernel::places::Pcode;
use crate::kernel::time::Time;
use crate::victims;
use crate::work::{Event, Tx};

/// Those of `ids` that there are, oldest first.
pub async fn find_all(tx: &mut Tx, scope: &Scope, ids: &[CaseId]) -> Result<Vec<Case>> {
    store::find_all(tx, scope, ids).await
}

/// The oldest cases after the one named that an officer keeps and that are not closed, held until this unit of work ends;
/// and whether these were the last.
pub async fn lock_kept_by(
    tx: &mut Tx,
    scope: &Scope,
    from: (UserId, Option<CaseId>),
    most: i64,
) -> Result<(Vec<Case>, bool)> {
    store::lock_kept_by(tx, scope, from, most).await
}

/// The case goes to a district that has taken it, and to an officer there if one is named. Sight of the victim goes with
/// it, unless another case of theirs stays behind. Whoever takes a case has no say where it was until then.
pub async fn transfer(
    tx: &mut Tx,
    taker: &Actor,
    case: Case,
    (to, officer): (Pcode, Option<UserId>),
    at: Time,
) -> Result<(Case, Vec<Event>)> {
    let permit = policy::permit(&Actor::system(), Action::FollowCase, &Subject::of(case.id.uuid()))?;
    let (from, version) = (case.district, case.version);
    let (mut case, transferred) = case.transfer(to, at)?;
    let mut events = vec![transferred];
    if let Some(officer) = officer {
        check_officer(tx, officer, to, "/officer_id").await?;
        let (assigned, event) = case.make(CaseMove::Assign { officer }, taker.user, at)?;
        events.push(event);
        case = assigned;
    }
    let stays = store::has_other_case(tx, &case, from).await?;
    victims::follow_case(tx, case.victim_id, (!stays).then_some(from), to).await?;
    store::update(tx, &permit, &case, version).await?;
    Ok((case, events))
}

/// The case that an event says went to another district, and leave for what belongs to it to go with it. Whoever transfers
/// a case may have no say where it goes.
pub fn transferred(event: &Event) -> Result<(Permit, CaseId, Pcode)> {
    let case: CaseId = event.subject();
    let district = event.fact("district").and_then(|code| code.parse().ok()).ok_or(Error::Corrupt("transfer"))?;
    let permit = policy::permit(&Actor::system(), Action::FollowCase, &Subject::of(case.uuid()))?;
    Ok((permit, case, district))
}

/// Gives a case that the caller holds to an officer whom the caller has found fit to keep it.
pub async fn assign(tx: &mut Tx, actor: &Actor, case: Case, officer: UserId, at: Time) -> Result<(Case, Event)> {
    let permit = policy::permit(actor, Action::AssignCase, &case.subject())?;
    let version = case.version;
    let (case, assigned) = case.make(CaseMove::Assign { officer }, actor.user, at)?;
    store::update(tx, &permit, &case, version).await?;
    Ok((case, assigned))
}
