//! Use cases of organisations.
use crate::access::OrganisationId;
use crate::access::policy::{self, Action, Actor, Subject};
use crate::directory::model::{Organisation, OrganisationFacts};
use crate::directory::store::organisations as store;
use crate::error::{Error, Result};
use crate::kernel::page::{Page, Paged};
use crate::work::{Done, Key, Tx, Work, Written};

pub use store::OrganisationFilter as Filter;

/// An organisation by id, for other slices inside their own unit of work.
pub async fn get(tx: &mut Tx, id: OrganisationId) -> Result<Organisation> {
    store::find_unscoped(tx, id).await?.ok_or(Error::NOT_FOUND)
}

/// Refuses to refer to an organisation that is not there.
pub(super) async fn check(tx: &mut Tx, id: OrganisationId) -> Result<()> {
    let found = store::find_unscoped(tx, id).await?;
    found.map(drop).ok_or_else(|| Error::unknown_reference("/organisation_id"))
}

pub async fn view(work: &Work, id: OrganisationId) -> Result<Organisation> {
    work.read(async move |tx: &mut Tx| get(tx, id).await).await
}

pub async fn list(work: &Work, filter: Filter, page: Page) -> Result<Paged<Organisation>> {
    work.read(async move |tx: &mut Tx| {
        let rows = store::list_unscoped(tx, &filter, &page).await?;
        Ok(Paged::cut(rows, &page, |organisation| organisation.id.uuid()))
    })
    .await
}

pub async fn add(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    facts: OrganisationFacts,
) -> Result<Written<Organisation>> {
    let (organisation, added) = Organisation::add(OrganisationId::new(), facts, work.now())?;
    let permit = policy::permit(actor, Action::ManageDirectory, &organisation.subject())?;
    work.write(actor, key, async move |tx: &mut Tx| {
        store::insert(tx, &permit, &organisation).await.map_err(super::taken)?;
        Ok(Done::new(organisation.clone(), added.clone()))
    })
    .await
}

/// Changes what is known of an organisation; `change` makes the new facts from the old.
pub async fn change(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (OrganisationId, i64),
    change: impl Fn(OrganisationFacts) -> OrganisationFacts + Send + 'static,
) -> Result<Written<Organisation>> {
    let permit = policy::permit(actor, Action::ManageDirectory, &Subject::of(id.uuid()))?;
    work.write(actor, key, async move |tx: &mut Tx| {
        let organisation = get(tx, id).await?;
        Error::stale_unless(organisation.version == version)?;
        let facts = change(organisation.facts.clone());
        let (organisation, changed) = organisation.change(facts)?;
        store::update(tx, &permit, &organisation, version).await?;
        Ok(Done::new(organisation, changed))
    })
    .await
}
