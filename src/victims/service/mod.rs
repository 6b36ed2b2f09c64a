//! Use cases of victims. Whoever reads an identity leaves a record of having read it.
pub mod circumstances;
pub mod consents;
pub mod contact;
pub mod protection;
pub mod recognitions;
pub mod relations;
pub mod sharing;

use super::model::{HarmOf, Identity, Victim, VictimFacts, VictimId};
use super::store::{self, Filter, VictimListed};
use crate::access::policy::{self, Action, Actor, Permit, Scope};
use crate::crypto::{Keyring, Mark};
use crate::directory;
use crate::error::{Code, Error, Fault, Refers, Result};
use crate::incidents::{self, IncidentId};
use crate::kernel::cnic::Cnic;
use crate::kernel::ids::Id;
use crate::kernel::page::{Page, Paged};
use crate::kernel::phone::Mobile;
use crate::kernel::places::Pcode;
use crate::kernel::time::Date;
use crate::work::{Done, Event, Key, Tx, Work, Written};

/// For the slices that hang something on a victim, inside their own unit of work. Under the pseudonym alone, if the
/// person is hidden from whoever looks.
pub async fn get(tx: &mut Tx, keys: &Keyring, scope: &Scope, id: VictimId) -> Result<Victim> {
    store::find(tx, scope, id).await?.ok_or(Error::NOT_FOUND)?.open(keys)
}

/// What makes a victim.
#[derive(Debug, Clone)]
pub struct NewVictim {
    pub facts: VictimFacts,
    pub identity: Identity,
    /// One to ten.
    pub harms: Vec<HarmOf>,
    /// The district that keeps the file; that of the first incident, if left out.
    pub district: Option<Pcode>,
}

pub async fn register(work: &Work, actor: &Actor, key: Option<Key>, new: NewVictim) -> Result<Written<Victim>> {
    check_harms(&new.harms)?;
    let (asking, keys, now, id) = (actor.clone(), work.keys(), work.now(), VictimId::new());
    work.write(actor, key, async move |tx: &mut Tx| {
        let district = find_district(tx, &asking, &new, now.local_date()).await?;
        check_home(tx, &new.facts, now.local_date()).await?;
        let facts = (new.facts.clone(), new.identity.clone());
        let (victim, registered) = Victim::register(id, facts, new.harms.clone(), district, (asking.user, now))?;
        let permit = permit(&asking, Action::RegisterVictim, &victim).in_area("/district")?;
        refuse_double(tx, &keys, &asking, &victim).await?;
        store::insert(tx, &permit, &keys, &victim).await?;
        Ok(Done::new(victim, registered))
    })
    .await
}

fn check_harms(harms: &[HarmOf]) -> Result<()> {
    let mut once = harms.to_vec();
    once.sort_unstable();
    once.dedup();
    if (1..=10).contains(&harms.len()) && once.len() == harms.len() {
        return Ok(());
    }
    Err(Error::invalid("/harms", "duplicate", "name one to ten harms, each once"))
}

/// Every incident must be there and not rejected; the first says where the file is kept, unless the request does.
async fn find_district(tx: &mut Tx, actor: &Actor, new: &NewVictim, today: Date) -> Result<Pcode> {
    let scope = policy::scope(actor, Action::ReadIncident);
    let mut first = None;
    for (at, harm) in new.harms.iter().enumerate() {
        let pointer = format!("/harms/{at}/incident_id");
        let incident = find_incident(tx, &scope, harm.incident_id, &pointer).await?;
        first = first.or(Some(incident.facts.district));
    }
    let district = new.district.or(first).ok_or(Error::Corrupt("harms"))?;
    directory::check_district(tx, district, today, "/district").await.map(|()| district)
}

async fn find_incident(tx: &mut Tx, scope: &Scope, id: IncidentId, pointer: &str) -> Result<incidents::Incident> {
    let incident = incidents::get(tx, scope, id).await.refers(pointer)?;
    match incident.state {
        incidents::IncidentState::Rejected { .. } => Err(Code::IncidentRejected.into()),
        _ => Ok(incident),
    }
}

async fn check_home(tx: &mut Tx, facts: &VictimFacts, today: Date) -> Result<()> {
    match facts.home_district {
        Some(home) => directory::check_district(tx, home, today, "/home_district").await,
        None => Ok(()),
    }
}

/// Within the actor's sight, one CNIC is one person. Beyond it nothing is told: that would be a leak. So a protected
/// person may be registered twice by somebody who is not named.
async fn refuse_double(tx: &mut Tx, keys: &Keyring, actor: &Actor, victim: &Victim) -> Result<()> {
    let Some(cnic) = &victim.identity.cnic else { return Ok(()) };
    let scope = policy::scope(actor, Action::ReadVictim);
    let bearers = store::find_by_mark(tx, &scope, &keys.mark_of_cnic(cnic)).await?;
    if bearers.iter().any(|bearer| *bearer != victim.id) {
        let told = "a victim whom you can see bears this number";
        return Err(Error::conflict_at("/identity/cnic", Code::AlreadyExists, told));
    }
    Ok(())
}

/// Leave to act upon a victim through any of the districts that keep a file.
fn permit(actor: &Actor, action: Action, victim: &Victim) -> Result<Permit> {
    let mut refused = Error::NOT_FOUND;
    for subject in victim.subjects() {
        match policy::permit(actor, action, &subject) {
            Ok(permit) => return Ok(permit),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

pub async fn view(work: &Work, actor: &Actor, id: VictimId) -> Result<Victim> {
    let (scope, keys) = (policy::scope(actor, Action::ReadVictim), work.keys());
    work.view(actor, async move |tx: &mut Tx| {
        let victim = get(tx, &keys, &scope, id).await?;
        let viewed = victim.event("victim.viewed");
        Ok(Done::new(victim, viewed))
    })
    .await
}

/// A list names nobody, so it leaves no record.
pub async fn list(work: &Work, actor: &Actor, filter: Filter, page: Page) -> Result<Paged<VictimListed>> {
    let scope = policy::scope(actor, Action::ReadVictim);
    work.read(async move |tx: &mut Tx| {
        let rows = store::list(tx, &scope, &filter, &page).await?;
        Ok(Paged::cut(rows, &page, |victim| victim.id.uuid()))
    })
    .await
}

/// What a person is looked for by.
#[derive(Debug, Clone)]
pub enum SearchFor {
    Cnic(Cnic),
    Mobile(Mobile),
}

/// The victims of a CNIC or a mobile number, at most fifty. Each one shown leaves a record, and so does a search
/// without an answer.
pub async fn search(work: &Work, actor: &Actor, wanted: SearchFor) -> Result<Vec<Victim>> {
    let (scope, keys) = (policy::scope(actor, Action::ReadVictim), work.keys());
    let mark: Mark = match &wanted {
        SearchFor::Cnic(cnic) => keys.mark_of_cnic(cnic),
        SearchFor::Mobile(mobile) => keys.mark_of_mobile(mobile),
    };
    let searched = Event::new("victim.searched", Id::<()>::nil()).with("by", mark.kind.word());
    work.view(actor, async move |tx: &mut Tx| {
        let mut found = Vec::new();
        for id in store::find_by_mark(tx, &scope, &mark).await? {
            found.push(get(tx, &keys, &scope, id).await?);
        }
        let seen: Vec<_> = found.iter().map(|victim| victim.event("victim.viewed")).collect();
        Ok(Done::new(found, searched.clone()).and_all(seen))
    })
    .await
}

/// Changes what is known of a victim; `change` makes the new facts from the old.
pub async fn change(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (VictimId, i64),
    change: impl Fn(VictimFacts, Identity) -> (VictimFacts, Identity) + Send + 'static,
) -> Result<Written<Victim>> {
    let (asking, keys, now) = (actor.clone(), work.keys(), work.now());
    work.write(actor, key, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadVictim);
        let victim = get(tx, &keys, &scope, id).await?;
        let permit = permit(&asking, Action::ChangeVictim, &victim)?;
        victim.expect_known()?;
        Error::stale_unless(victim.version == version)?;
        let (facts, identity) = change(victim.facts.clone(), victim.identity.clone());
        check_home(tx, &facts, now.local_date()).await?;
        let is_same_card = identity.cnic == victim.identity.cnic;
        let (victim, changed) = victim.change(facts, identity, now)?;
        // Two districts may have come to keep the same person; that must not stop either from keeping them well.
        if !is_same_card {
            refuse_double(tx, &keys, &asking, &victim).await?;
        }
        store::update(tx, &permit, &keys, (&victim, version)).await?;
        let victim = get(tx, &keys, &scope, id).await?;
        Ok(Done::new(victim, changed))
    })
    .await
}

/// Records that one more incident, or the same in another way, harmed a victim.
pub async fn add_harm(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, harm): (VictimId, HarmOf),
) -> Result<Written<Victim>> {
    let (asking, keys) = (actor.clone(), work.keys());
    work.write(actor, key, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadVictim);
        let victim = get(tx, &keys, &scope, id).await.refers("/victim_id")?;
        victim.expect_known()?;
        let permit = permit(&asking, Action::ChangeVictim, &victim)?;
        find_incident(tx, &policy::scope(&asking, Action::ReadIncident), harm.incident_id, "/incident_id").await?;
        if victim.harms.contains(&harm) {
            return Err(Error::Invalid(vec![Fault::new("/harm", "already_exists", "this harm is on file")]));
        }
        store::insert_harm(tx, &permit, id, harm).await.map_err(|error| match error {
            error if error.is_duplicate() => Error::invalid("/harm", "already_exists", "this harm is on file"),
            error => error,
        })?;
        let victim = get(tx, &keys, &scope, id).await?;
        let harmed = victim.event("victim.harm_added").with("harm", harm.harm.word());
        Ok(Done::new(victim, harmed.with("incident", harm.incident_id.to_string())))
    })
    .await
}
