//! What the directory has to choose from around a district. The directory is read far more often than it is changed, so
//! this is kept in memory under the id of the last change, which stands in the database: whoever finds
//! another one there reads anew.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::future::LocalBoxFuture;

use super::programmes::{self, ProgrammeMark};
use super::rules::{Books, books_in_force};
use super::services::{Candidate, candidates};
use crate::access::policy::{self, Action, Actor};
use crate::directory::model::{ChangeId, District, Domain, ProgrammeId};
use crate::directory::store::change as store;
use crate::error::{Error, Result};
use crate::kernel::cache::Cache;
use crate::kernel::places::Pcode;
use crate::kernel::time::Date;
use crate::work::{Cause, Event, Tx};

/// Services for needs of one domain, and the programmes that they or their rules name, with the rules of a day.
#[derive(Debug, Default)]
pub struct Shelf {
    pub services: Vec<Candidate>,
    pub programmes: Vec<ProgrammeMark>,
    pub books: Books,
}

/// Weighed by the number of services: some ten megabytes.
static KEPT: Cache<(ChangeId, Pcode, Domain, Date), Shelf> = Cache::new(50_000);

/// What there is around a district for each of these domains.
pub async fn around(
    tx: &mut Tx,
    district: Pcode,
    domains: BTreeSet<Domain>,
    day: Date,
) -> Result<BTreeMap<Domain, Arc<Shelf>>> {
    let change = store::last_unscoped(tx).await?.ok_or(Error::Corrupt("directory"))?;
    let mut shelves = BTreeMap::new();
    for domain in domains {
        let key = (change, district, domain, day);
        let shelf = if let Some(shelf) = KEPT.get(&key) {
            shelf
        } else {
            let services = candidates(tx, district, domain).await?;
            let shelf = fill(tx, services, day).await?;
            let weight = shelf.services.len() + shelf.programmes.len() + 1;
            KEPT.keep(key, shelf, weight)
        };
        shelves.insert(domain, shelf);
    }
    Ok(shelves)
}

async fn fill(tx: &mut Tx, services: Vec<Candidate>, day: Date) -> Result<Shelf> {
    let programmes = services.iter().filter_map(|service| service.programme_id).collect();
    let own = services.iter().map(|service| service.id).collect();
    let shelf = of(tx, programmes, day).await?;
    Ok(Shelf { books: shelf.books.and(books_in_force(tx, (Vec::new(), own), day).await?), services, ..shelf })
}

/// The same of programmes alone.
pub async fn of(tx: &mut Tx, programmes: BTreeSet<ProgrammeId>, day: Date) -> Result<Shelf> {
    let programmes: Vec<_> = programmes.into_iter().collect();
    let books = books_in_force(tx, (programmes.clone(), Vec::new()), day).await?;
    let marks = programmes::marks(tx, programmes.clone(), books.routes()).await?;
    let others = marks.iter().map(|mark| mark.id).filter(|id| !programmes.contains(id)).collect();
    let books = books.and(books_in_force(tx, (others, Vec::new()), day).await?);
    Ok(Shelf { services: Vec::new(), programmes: marks, books })
}

/// Notes in the transaction of every change that there was one.
pub fn listen<'a>(tx: &'a mut Tx, cause: &'a Cause<'a>) -> LocalBoxFuture<'a, Result<Vec<Event>>> {
    Box::pin(async move {
        let noun = cause.event.action().split_once('.').map(|(noun, _)| noun);
        if let Some("directory" | "organisation" | "programme" | "service" | "rules") = noun {
            let permit = policy::permit(&Actor::system(), Action::ManageDirectory, &District::subject())?;
            store::set_last(tx, &permit, ChangeId::new()).await?;
        }
        Ok(Vec::new())
    })
}
