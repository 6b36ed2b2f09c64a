//! Use cases of cases.
pub mod banners;
pub mod closure;
pub mod contacts;
pub mod handing;
pub mod notes;
pub mod open;

use super::closing::PhaseReason;
use super::model::{Case, CaseId, CaseMove, Phase};
use super::store::{self, Filter};
use crate::access::policy::{self, Action, Actor, Permit, Role, Scope, UserId};
use crate::access::{self, User};
use crate::db::Isolation;
use crate::directory::Urgency;
use crate::error::{Error, Refers, Result};
use crate::kernel::page::{Page, Paged};
use crate::kernel::places::Pcode;
use crate::kernel::time::Time;
use crate::victims;
use crate::work::{Done, Key, Tx, Work, Written};

pub use store::not_closed;

/// For the slices that hang something on a case, inside their own unit of work.
pub async fn get(tx: &mut Tx, scope: &Scope, id: CaseId) -> Result<Case> {
    store::find(tx, scope, id).await?.ok_or(Error::NOT_FOUND)
}

/// Something under the case is about to change: until this unit of work ends, nothing else changes the case or what is
/// counted under it. Gives the case as it is now, which may be other than it was found. The permit is for the case.
pub async fn lock(tx: &mut Tx, permit: &Permit, id: CaseId, at: Time) -> Result<Case> {
    store::lock(tx, permit, id, at).await
}

/// The same for whoever acts. Leave is asked again of the case as it is once it is held: it may have gone to another
/// district since it was found.
pub async fn hold(tx: &mut Tx, actor: &Actor, action: Action, (id, at): (CaseId, Time)) -> Result<(Case, Permit)> {
    let found = get(tx, &policy::scope(actor, Action::ReadCase), id).await?;
    let permit = policy::permit(actor, action, &found.subject())?;
    let case = store::lock(tx, &permit, id, at).await?;
    let permit = policy::permit(actor, action, &case.subject())?;
    Ok((case, permit))
}

/// Something under the case changed; `urgency` is now that of its most urgent open need. The permit is for the case.
pub async fn changed(tx: &mut Tx, permit: &Permit, id: CaseId, urgency: Option<Urgency>, at: Time) -> Result<()> {
    store::touch(tx, permit, id, urgency, at).await
}

/// A case by itself names nobody: who it is about stands in its victim.
pub async fn view(work: &Work, actor: &Actor, id: CaseId) -> Result<Case> {
    let scope = policy::scope(actor, Action::ReadCase);
    work.read(async move |tx: &mut Tx| get(tx, &scope, id).await).await
}

pub async fn list(work: &Work, actor: &Actor, filter: Filter, page: Page) -> Result<Paged<Case>> {
    let (scope, now) = (policy::scope(actor, Action::ReadCase), work.now());
    if filter.without_contact_days.is_some_and(|days| !(1..=3650).contains(&days)) {
        return Err(Error::invalid("without_contact_days", "out_of_range", "expected 1 to 3650 days"));
    }
    work.read(async move |tx: &mut Tx| {
        let rows = store::list(tx, &scope, &filter, &page, now).await?;
        Ok(Paged::cut(rows, &page, |case| case.id.uuid()))
    })
    .await
}

pub async fn enter_phase(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (CaseId, i64),
    (phase, reason): (Phase, PhaseReason),
) -> Result<Written<Case>> {
    let (asking, now) = (actor.clone(), work.now());
    // Serializable, since the row is written whole and its urgency follows the needs.
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let case = get(tx, &policy::scope(&asking, Action::ReadCase), id).await?;
        let permit = policy::permit(&asking, Action::ChangeCase, &case.subject())?;
        case.expect_open()?;
        Error::stale_unless(case.version == version)?;
        let (case, entered) = case.enter((phase, reason), now);
        store::update(tx, &permit, &case, version).await?;
        Ok(Done::new(case, entered))
    })
    .await
}

/// Assigns, holds, resumes, closes or reopens.
///
/// Serializable, since the listeners of a close look at rows that another write may be adding.
pub async fn make(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (CaseId, i64),
    wanted: CaseMove,
) -> Result<Written<Case>> {
    let (asking, now) = (actor.clone(), work.now());
    let action = match wanted {
        CaseMove::Assign { .. } => Action::AssignCase,
        CaseMove::Close(_) | CaseMove::Reopen(_) => Action::EndCase,
        CaseMove::Hold { .. } | CaseMove::Resume => Action::ChangeCase,
    };
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let case = get(tx, &policy::scope(&asking, Action::ReadCase), id).await?;
        let permit = policy::permit(&asking, action, &case.subject())?;
        Error::stale_unless(case.version == version)?;
        let from = case.district;
        let (case, moved) = case.make(wanted, asking.user, now)?;
        match wanted {
            CaseMove::Assign { officer } => check_officer(tx, officer, from, "/officer_id").await?,
            // Sight of the victim may have left with another case.
            CaseMove::Reopen(_) => victims::follow_case(tx, case.victim_id, None, from).await?,
            CaseMove::Close(closing) => closing.check(now.local_date())?,
            _ => {}
        }
        store::update(tx, &permit, &case, version).await?;
        Ok(Done::new(case, moved))
    })
    .await
}

/// Whether a user is an officer or supervisor who may sign in and keeps files in the district.
pub fn may_keep(user: &User, district: Pcode) -> bool {
    is_keeper(user) && policy::covers(&user.area, district)
}

/// Whether a user is an officer or supervisor who may sign in.
pub fn is_keeper(user: &User) -> bool {
    matches!(user.role, Role::Officer | Role::Supervisor) && user.disabled_at.is_none()
}

/// Refuses, at `pointer`, anybody who may not keep files in the district.
pub async fn check_officer(tx: &mut Tx, officer: UserId, district: Pcode, pointer: &str) -> Result<()> {
    let unfit = || Error::invalid(pointer, "not_an_officer", "no officer of this district has that id");
    let user = access::get_user(tx, officer).await.refers(pointer)?;
    if may_keep(&user, district) { Ok(()) } else { Err(unfit()) }
}
