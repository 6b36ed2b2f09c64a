//! Use cases of programmes.
use super::{districts, organisations, taken};
use crate::access::policy::{self, Action, Actor, Subject};
use crate::directory::eligibility::OTHER_AID;
use crate::directory::model::{Programme, ProgrammeFacts, ProgrammeId, ServiceStatus};
use crate::directory::store::programmes as store;
use crate::error::{Error, Fault, Result};
use crate::kernel::page::{Page, Paged};
use crate::work::{Done, Key, Tx, Work, Written};

pub use store::{ProgrammeFilter as Filter, ProgrammeMark};

/// A programme by id, for other slices inside their own unit of work.
pub async fn get(tx: &mut Tx, id: ProgrammeId) -> Result<Programme> {
    store::find_unscoped(tx, id).await?.ok_or(Error::NOT_FOUND)
}

/// Which of these codes are programmes, for other slices inside their own unit of work.
pub async fn known(tx: &mut Tx, codes: Vec<String>) -> Result<Vec<String>> {
    if codes.is_empty() { Ok(codes) } else { store::codes_unscoped(tx, codes).await }
}

/// Refuses codes of aid that are neither a programme's nor a word for other aid, each at its place in the list that
/// `pointer` names.
pub async fn check_aid(tx: &mut Tx, codes: &[String], pointer: &str) -> Result<()> {
    let known = known(tx, codes.to_vec()).await?;
    let is_known = |code: &String| known.contains(code) || OTHER_AID.contains(&code.as_str());
    let unknown = codes.iter().enumerate().filter(|(_, code)| !is_known(code));
    let fault =
        |(at, _)| Fault::new(format!("{pointer}/{at}"), "unknown_reference", "there is no programme of this code");
    let faults: Vec<_> = unknown.map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// A programme that takes people, for other slices inside their own unit of work; `pointer` is where it was named.
pub async fn get_running(tx: &mut Tx, id: ProgrammeId, pointer: &str) -> Result<Programme> {
    let programme = get(tx, id).await?;
    let is_running = programme.facts.status == ServiceStatus::Active;
    if is_running { Ok(programme) } else { Err(Error::invalid(pointer, "not_active", "this programme takes nobody")) }
}

/// The programmes of these ids and codes, for other slices inside their own unit of work.
pub async fn marks(tx: &mut Tx, ids: Vec<ProgrammeId>, codes: Vec<String>) -> Result<Vec<ProgrammeMark>> {
    if ids.is_empty() && codes.is_empty() { Ok(Vec::new()) } else { store::marks_unscoped(tx, ids, codes).await }
}

/// A page of programmes, newest first, for other slices inside their own unit of work.
pub async fn page(tx: &mut Tx, page: &Page) -> Result<Paged<Programme>> {
    let rows = store::list_unscoped(tx, &Filter::default(), page).await?;
    Ok(Paged::cut(rows, page, |programme| programme.id.uuid()))
}

/// Refuses to refer to a programme that is not there.
pub(super) async fn check(tx: &mut Tx, id: ProgrammeId) -> Result<()> {
    let found = store::find_unscoped(tx, id).await?;
    found.map(drop).ok_or_else(|| Error::unknown_reference("/programme_id"))
}

pub async fn view(work: &Work, id: ProgrammeId) -> Result<Programme> {
    work.read(async move |tx: &mut Tx| get(tx, id).await).await
}

pub async fn list(work: &Work, filter: Filter, page: Page) -> Result<Paged<Programme>> {
    work.read(async move |tx: &mut Tx| {
        let rows = store::list_unscoped(tx, &filter, &page).await?;
        Ok(Paged::cut(rows, &page, |programme| programme.id.uuid()))
    })
    .await
}

pub async fn add(work: &Work, actor: &Actor, key: Option<Key>, facts: ProgrammeFacts) -> Result<Written<Programme>> {
    let (programme, added) = Programme::add(ProgrammeId::new(), facts, work.now())?;
    let permit = policy::permit(actor, Action::ManageDirectory, &programme.subject())?;
    work.write(actor, key, async move |tx: &mut Tx| {
        check_references(tx, &programme).await?;
        store::insert(tx, &permit, &programme).await.map_err(taken)?;
        Ok(Done::new(programme.clone(), added.clone()))
    })
    .await
}

/// Changes what is known of a programme; `change` makes the new facts from the old.
pub async fn change(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (ProgrammeId, i64),
    change: impl Fn(ProgrammeFacts) -> ProgrammeFacts + Send + 'static,
) -> Result<Written<Programme>> {
    let permit = policy::permit(actor, Action::ManageDirectory, &Subject::of(id.uuid()))?;
    let now = work.now();
    work.write(actor, key, async move |tx: &mut Tx| {
        let programme = get(tx, id).await?;
        Error::stale_unless(programme.version == version)?;
        let facts = change(programme.facts.clone());
        let (programme, changed) = programme.change(facts, now)?;
        check_references(tx, &programme).await?;
        store::update(tx, &permit, &programme, version).await?;
        Ok(Done::new(programme, changed))
    })
    .await
}

async fn check_references(tx: &mut Tx, programme: &Programme) -> Result<()> {
    organisations::check(tx, programme.facts.organisation_id).await?;
    districts::check_areas(tx, &programme.facts.areas).await
}
