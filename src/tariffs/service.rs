//! Use cases of tariffs. Nothing is deleted: an instrument becomes historic, a line is superseded.
use super::choose::Tariff;
use super::line::{LineFacts, LineId, TariffLine};
use super::model::{Clocks, Excluder, Instrument, InstrumentFacts, InstrumentId};
use super::store::{self, Filter, LineFilter};
use crate::access::policy::{self, Action, Actor};
use crate::directory::{self, Coverage};
use crate::error::{Code, Error, Fault, Result};
use crate::kernel::page::{Page, Paged};
use crate::kernel::places::Province;
use crate::work::{Done, Key, Tx, Work, Written};

/// The instruments of the federation and of a province, with their lines, for other slices inside their own unit of work.
pub async fn of_province(tx: &mut Tx, province: Province) -> Result<Vec<Tariff>> {
    store::of_places_unscoped(tx, &[Coverage::Country, Coverage::Province(province)]).await
}

/// A line and its instrument, for other slices inside their own unit of work.
pub async fn with_line(tx: &mut Tx, id: LineId) -> Result<(Instrument, TariffLine)> {
    let line = store::line_unscoped(tx, id).await?.ok_or(Error::NOT_FOUND)?;
    Ok((get(tx, line.instrument_id).await?, line))
}

/// Instruments by their ids, for other slices inside their own unit of work.
pub async fn of_ids(tx: &mut Tx, ids: Vec<InstrumentId>) -> Result<Vec<Instrument>> {
    if ids.is_empty() { Ok(Vec::new()) } else { store::of_ids_unscoped(tx, ids).await }
}

async fn get(tx: &mut Tx, id: InstrumentId) -> Result<Instrument> {
    store::find_unscoped(tx, id).await?.ok_or(Error::NOT_FOUND)
}

/// The terms that an instrument gives the State, for the slices that keep them inside their own unit of work.
pub async fn clocks(tx: &mut Tx, id: InstrumentId) -> Result<Clocks> {
    Ok(get(tx, id).await?.facts.clocks)
}

pub async fn view(work: &Work, id: InstrumentId) -> Result<Instrument> {
    work.read(async move |tx: &mut Tx| get(tx, id).await).await
}

pub async fn list(work: &Work, filter: Filter, page: Page) -> Result<Paged<Instrument>> {
    work.read(async move |tx: &mut Tx| {
        let rows = store::list_unscoped(tx, &filter, &page).await?;
        Ok(Paged::cut(rows, &page, |instrument| instrument.id.uuid()))
    })
    .await
}

/// The lines of an instrument, those that are superseded too.
pub async fn lines(work: &Work, id: InstrumentId, (filter, page): (LineFilter, Page)) -> Result<Paged<TariffLine>> {
    work.read_whole(async move |tx: &mut Tx| {
        get(tx, id).await?;
        let rows = store::lines_unscoped(tx, id, &filter, &page).await?;
        Ok(Paged::cut(rows, &page, |line| line.id.uuid()))
    })
    .await
}

pub async fn add(work: &Work, actor: &Actor, key: Option<Key>, facts: InstrumentFacts) -> Result<Written<Instrument>> {
    let (instrument, added) = Instrument::add(InstrumentId::new(), facts, work.now())?;
    let permit = policy::permit(actor, Action::ManageTariffs, &instrument.subject())?;
    work.write(actor, key, async move |tx: &mut Tx| {
        check_excluders(tx, &instrument.facts.excluded_by).await?;
        store::insert(tx, &permit, &instrument).await.map_err(unfit)?;
        Ok(Done::new(instrument.clone(), added.clone()))
    })
    .await
}

/// Changes what is known of an instrument; `change` makes the new facts from the old.
pub async fn change(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (InstrumentId, i64),
    change: impl Fn(InstrumentFacts) -> InstrumentFacts + Send + 'static,
) -> Result<Written<Instrument>> {
    let asking = actor.clone();
    work.write(actor, key, async move |tx: &mut Tx| {
        let instrument = get(tx, id).await?;
        let permit = policy::permit(&asking, Action::ManageTariffs, &instrument.subject())?;
        Error::stale_unless(instrument.version == version)?;
        let facts = change(instrument.facts.clone());
        let (instrument, changed) = instrument.change(facts)?;
        check_excluders(tx, &instrument.facts.excluded_by).await?;
        store::update(tx, &permit, &instrument, version).await.map_err(unfit)?;
        Ok(Done::new(instrument, changed))
    })
    .await
}

/// Refuses codes that are neither an instrument's nor a programme's, each at its place.
async fn check_excluders(tx: &mut Tx, excluders: &[Excluder]) -> Result<()> {
    let codes: Vec<_> = excluders.iter().map(|one| one.code.as_str().to_owned()).collect();
    let mut known = directory::known_programmes(tx, codes.clone()).await?;
    known.extend(store::codes_unscoped(tx, codes.clone()).await?);
    let unknown = codes.iter().enumerate().filter(|(_, code)| !known.contains(code));
    let why = "there is no instrument or programme of this code";
    let fault = |(at, _)| Fault::new(format!("/excluded_by/{at}/code"), "unknown_reference", why);
    let faults: Vec<_> = unknown.map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// A code is taken, or there is no such incident: whoever keeps tariffs has no sight of incidents.
fn unfit(error: Error) -> Error {
    if error.is_duplicate() {
        Code::AlreadyExists.into()
    } else if error.is_unknown_reference() {
        Error::unknown_reference("/incident_id")
    } else {
        error
    }
}

/// Adds a line, which takes the place of the newest of its harm.
pub async fn supersede(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, facts): (InstrumentId, LineFacts),
) -> Result<Written<TariffLine>> {
    let (asking, now, line) = (actor.clone(), work.now(), LineId::new());
    work.write(actor, key, async move |tx: &mut Tx| {
        let instrument = get(tx, id).await?;
        let permit = policy::permit(&asking, Action::ManageTariffs, &instrument.subject())?;
        facts.check()?;
        facts.check_after(store::newest_unscoped(tx, id, facts.harm).await?.as_ref())?;
        let (line, recorded) = TariffLine::record(line, &instrument, facts.clone(), (asking.user, now))?;
        let taken = |error: Error| if error.is_duplicate() { Error::Stale } else { error };
        store::insert_lines(tx, &permit, std::slice::from_ref(&line)).await.map_err(taken)?;
        Ok(Done::new(line, recorded))
    })
    .await
}
