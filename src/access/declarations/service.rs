//! Use cases of declarations. Everybody declares for themselves; nobody does it, or reads it, for another.
use super::model::{COUNTS_FOR_DAYS, Declaration, DeclarationId, NewDeclaration, Standing};
use super::store;
use crate::access::policy::{self, Action, Actor, Permit, Subject};
use crate::error::{Error, Result};
use crate::kernel::page::{Page, Paged};
use crate::work::{Done, Event, Key, Tx, Work, Written};

/// Leave to declare for oneself.
fn permit(actor: &Actor) -> Result<Permit> {
    policy::permit(actor, Action::Declare, &Subject::of(actor.user.uuid()))
}

pub async fn make(work: &Work, actor: &Actor, key: Option<Key>, new: NewDeclaration) -> Result<Written<Declaration>> {
    let (permit, keys, user) = (permit(actor)?, work.keys(), actor.user);
    let (id, now) = (DeclarationId::new(), work.now());
    work.write(actor, key, async move |tx: &mut Tx| {
        let counting = store::count_counting(tx, user, now.plus_days(-COUNTS_FOR_DAYS)).await?;
        let counting = usize::try_from(counting).map_err(|_| Error::Corrupt("declarations"))?;
        let (made, event) = Declaration::make(id, new.clone(), counting, now)?;
        store::insert(tx, &permit, &keys, user, &made).await?;
        Ok(Done::new(made, event))
    })
    .await
}

/// Withdraws one's own. One that was withdrawn before is not there any more.
pub async fn withdraw(work: &Work, actor: &Actor, key: Option<Key>, id: DeclarationId) -> Result<Written<()>> {
    let (permit, keys, user, now) = (permit(actor)?, work.keys(), actor.user, work.now());
    work.write(actor, key, async move |tx: &mut Tx| {
        let found = store::find(tx, &keys, user, id).await?.ok_or(Error::NOT_FOUND)?;
        let (withdrawn, event) = found.withdraw(now)?;
        store::withdraw(tx, &permit, user, &withdrawn).await?;
        Ok(Done::new((), event))
    })
    .await
}

/// One's own, newest first. It tells of relations too, so it leaves a record.
pub async fn list(work: &Work, actor: &Actor) -> Result<Vec<Declaration>> {
    let (keys, user) = (work.keys(), actor.user);
    work.view(actor, async move |tx: &mut Tx| {
        Ok(Done::new(store::list(tx, &keys, user).await?, Event::new("declarations.viewed", user)))
    })
    .await
}

/// Who has declared anything, and when last.
pub async fn standings(work: &Work, page: Page) -> Result<Paged<Standing>> {
    work.read(async move |tx: &mut Tx| {
        let rows = store::standings_unscoped(tx, &page).await?;
        Ok(Paged::cut(rows, &page, |one| one.user_id.uuid()))
    })
    .await
}
