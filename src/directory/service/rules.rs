//! Use cases of rules. They are superseded, never changed, and whoever decides by them finds those of the day asked for.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{programmes, services};
use crate::access::policy::{self, Action, Actor};
use crate::directory::eligibility::RuleBook;
use crate::directory::model::{NewRules, ProgrammeId, RuleOwner, RuleSet, RuleSetId, ServiceId};
use crate::directory::store::rule_sets::{self as store, Known};
use crate::error::{Error, Result};
use crate::kernel::cache::Cache;
use crate::kernel::page::{Page, Paged};
use crate::kernel::time::Date;
use crate::work::{Done, Key, Tx, Work, Written};

/// Versions never change, so what one database told under an id, no other tells otherwise.
static READ: Cache<RuleSetId, RuleBook> = Cache::new(4096);

pub async fn view(work: &Work, id: RuleSetId) -> Result<RuleSet> {
    work.read(async move |tx: &mut Tx| store::find_unscoped(tx, id).await?.ok_or(Error::NOT_FOUND)).await
}

pub async fn list(work: &Work, owner: RuleOwner, page: Page) -> Result<Paged<RuleSet>> {
    work.read_whole(async move |tx: &mut Tx| {
        find_owner(tx, owner).await?;
        let rows = store::list_unscoped(tx, owner, &page).await?;
        Ok(Paged::cut(rows, &page, |set| set.id.uuid()))
    })
    .await
}

async fn find_owner(tx: &mut Tx, owner: RuleOwner) -> Result<()> {
    match owner {
        RuleOwner::Programme(id) => programmes::get(tx, id).await.map(drop),
        RuleOwner::Service(id) => services::find(tx, id).await?.map(drop).ok_or(Error::NOT_FOUND),
    }
}

/// Writes down a version that supersedes the newest one.
pub async fn record(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (owner, new): (RuleOwner, NewRules),
) -> Result<Written<RuleSet>> {
    let (supersedes, named) = (new.supersedes, new.book.codes());
    let (set, recorded) = RuleSet::record(RuleSetId::new(), owner, new, (actor.user, work.now()));
    let permit = policy::permit(actor, Action::ManageDirectory, &set.subject())?;
    work.write(actor, key, async move |tx: &mut Tx| {
        find_owner(tx, owner).await?;
        let known = programmes::known(tx, named.iter().cloned().collect()).await?;
        set.book.check("/book", |code| known.iter().any(|known| known == code))?;
        Error::stale_unless(store::newest_unscoped(tx, owner).await? == supersedes)?;
        let taken = |error: Error| if error.is_duplicate() { Error::Stale } else { error };
        store::insert(tx, &permit, &set).await.map_err(taken)?;
        Ok(Done::new(set.clone(), recorded.clone()))
    })
    .await
}

/// Rules by what they are of.
#[derive(Debug, Default)]
pub struct Books(BTreeMap<RuleOwner, Arc<RuleBook>>);

impl Books {
    /// Whether a service has rules of its own.
    pub fn has_own(&self, service: ServiceId) -> bool {
        self.0.contains_key(&RuleOwner::Service(service))
    }

    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// The codes of programmes that rules name as another way.
    pub fn routes(&self) -> Vec<String> {
        let codes: BTreeSet<_> = self.0.values().flat_map(|book| book.routes()).collect();
        codes.into_iter().map(str::to_owned).collect()
    }

    /// The rules for a service of a programme: the programme's first. Neither need have any.
    pub fn of(&self, programme: Option<ProgrammeId>, service: Option<ServiceId>) -> Vec<&RuleBook> {
        let owners = [programme.map(RuleOwner::Programme), service.map(RuleOwner::Service)];
        owners.into_iter().flatten().filter_map(|owner| self.0.get(&owner)).map(Arc::as_ref).collect()
    }
}

/// The rules of these programmes and services that are in force on a day.
pub async fn books_in_force(
    tx: &mut Tx,
    (programmes, services): (Vec<ProgrammeId>, Vec<ServiceId>),
    day: Date,
) -> Result<Books> {
    let mut newest: BTreeMap<RuleOwner, RuleSetId> = BTreeMap::new();
    let mut known = Vec::new();
    if !programmes.is_empty() {
        known = store::of_programmes_unscoped(tx, programmes, day).await?;
    }
    if !services.is_empty() {
        known.extend(store::of_services_unscoped(tx, services, day).await?);
    }
    // Oldest first, so that the newest stays.
    for Known { id, programme_id, service_id, .. } in known {
        let owner = programme_id.map(RuleOwner::Programme).or(service_id.map(RuleOwner::Service));
        newest.insert(owner.ok_or(Error::Corrupt("rules"))?, id);
    }
    // Held from here on: what is kept may be forgotten at any time.
    let kept = |id: &RuleSetId| READ.get(id).map(|book| (*id, book));
    let mut read: BTreeMap<_, _> = newest.values().filter_map(kept).collect();
    let unread: Vec<_> = newest.values().copied().filter(|id| !read.contains_key(id)).collect();
    if !unread.is_empty() {
        for (id, book) in store::books_unscoped(tx, unread).await? {
            read.insert(id, READ.keep(id, book, 1));
        }
    }
    let books = newest.into_iter().map(|(owner, id)| Some((owner, read.get(&id)?.clone())));
    books.collect::<Option<_>>().map(Books).ok_or(Error::Corrupt("rules"))
}
