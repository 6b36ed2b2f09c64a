//! Drawing a sample of what was paid, for whoever asks the payees or goes through the papers, and reading it again.
use crate::access::policy::{self, Action, Actor, Scope, Subject};
use crate::crypto;
use crate::error::{Error, Result};
use crate::kernel::page::{Page, Paged};
use crate::payouts::model::payment::PaymentId;
use crate::payouts::model::sample::{NewSample, Sample, SampleId, SampleView, Seed, Urn};
use crate::payouts::store;
use crate::work::{Done, Event, Key, Tx, Work, Written};

/// Ids that are read at a time.
const PAGE: i64 = 10_000;

/// Draws a sample of the payments that went out in one's own area. Seed and population stand on the trail, so that nobody
/// draws until they like what they see without its being known; and nobody brings a seed that was not drawn here.
pub async fn draw(work: &Work, actor: &Actor, key: Option<Key>, new: NewSample) -> Result<Written<SampleView>> {
    new.check()?;
    let (asking, now, id) = (actor.clone(), work.now(), SampleId::new());
    let seed = match &new.seed {
        Some(seed) => seed.clone(),
        None => Seed::new(crypto::random()?),
    };
    // Chosen before the unit of work: on SQLite everybody who writes waits for it.
    let (scope, ask, from) = (policy::scope(actor, Action::ReadPayment), new.clone(), seed.clone());
    let (population, drawn) = work.read_whole(async move |tx: &mut Tx| choose(tx, &scope, &ask, &from).await).await?;
    work.write(actor, key, async move |tx: &mut Tx| {
        let permit = policy::permit(&asking, Action::DrawSample, &Subject::of(id.uuid()))?;
        let count = |length: usize| i64::try_from(length).map_err(|_| Error::Corrupt("sample"));
        let sample = Sample {
            id,
            from: new.from,
            to: new.to,
            instrument_id: new.instrument_id,
            seed: seed.clone(),
            population: count(population)?,
            size: count(drawn.len())?,
            drawn_at: now,
            drawn_by: asking.user,
        };
        store::insert_sample(tx, &permit, &sample, &drawn).await?;
        let event = Event::new("payment.sample_drawn", id)
            .with("seed", seed.to_string())
            .with("is_repeated", new.seed.is_some())
            .with("from", new.from.to_string())
            .with("to", new.to.to_string())
            .with("size", drawn.len())
            .with("population", population);
        let payments = store::sampled(tx, &policy::scope(&asking, Action::ReadPayment), id).await?;
        Ok(Done::new(SampleView::new(sample, payments, &store::calls(tx, id).await?), event))
    })
    .await
}

/// How many payments there are to draw from, and those that are drawn. Refuses a seed that no sample was drawn with.
async fn choose(tx: &mut Tx, scope: &Scope, new: &NewSample, seed: &Seed) -> Result<(usize, Vec<PaymentId>)> {
    if new.seed.is_some() && !store::is_seed_kept(tx, new, seed).await? {
        return Err(Error::unknown_reference("/seed"));
    }
    let (mut urn, mut after) = (Urn::new(seed.clone(), new.size), None);
    loop {
        let ids = store::released(tx, scope, new, (after, PAGE)).await?;
        let Some(last) = ids.last().copied() else { break };
        for id in ids {
            urn.put(id);
        }
        after = Some(last);
    }
    Ok(urn.draw())
}

/// The samples that drew a payment of one's own area, or that one drew oneself, newest first.
pub async fn list(work: &Work, actor: &Actor, page: Page) -> Result<Paged<Sample>> {
    let scope = policy::scope(actor, Action::ReadSample);
    work.read(async move |tx: &mut Tx| {
        let rows = store::list_samples(tx, &scope, &page).await?;
        Ok(Paged::cut(rows, &page, |sample| sample.id.uuid()))
    })
    .await
}

/// A sample with those of its payments that are in one's own area and not one's own work, and what their payees say.
pub async fn view(work: &Work, actor: &Actor, id: SampleId) -> Result<SampleView> {
    let scope = policy::scope(actor, Action::ReadSample);
    work.read_whole(async move |tx: &mut Tx| {
        let sample = store::find_sample(tx, &scope, id).await?.ok_or(Error::NOT_FOUND)?;
        let payments = store::sampled(tx, &scope, id).await?;
        Ok(SampleView::new(sample, payments, &store::calls(tx, id).await?))
    })
    .await
}
