//! Drawing a sample of what was paid, for whoever asks the payees or goes through the papers.
use crate::access::policy::{self, Action, Actor};
use crate::crypto;
use crate::error::{Error, Result};
use crate::payouts::model::sample::{NewSample, Sample, SampleId, Seed, Urn};
use crate::payouts::store;
use crate::work::{Done, Event, Key, Tx, Work, Written};

/// Ids that are read at a time.
const PAGE: i64 = 10_000;

/// Draws a sample of the payments that went out in one's own area. Seed and population stand on the trail, so that nobody
/// draws until they like what they see without its being known.
pub async fn draw(work: &Work, actor: &Actor, key: Option<Key>, new: NewSample) -> Result<Written<Sample>> {
    new.check()?;
    let (asking, id) = (actor.clone(), SampleId::new());
    let seed = match &new.seed {
        Some(seed) => seed.clone(),
        None => Seed::new(crypto::random()?),
    };
    work.write(actor, key, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::DrawSample);
        let (mut urn, mut after) = (Urn::new(seed.clone(), new.size), None);
        loop {
            let ids = store::released(tx, &scope, &new, (after, PAGE)).await?;
            for id in &ids {
                urn.put(*id);
            }
            let Some(last) = ids.last().copied() else { break };
            after = Some(last);
        }
        let (population, drawn) = urn.draw();
        let mut found = store::find_payments(tx, &scope, &drawn).await?;
        let items: Vec<_> = drawn.iter().filter_map(|id| found.remove(id)).collect();
        if items.len() != drawn.len() {
            return Err(Error::Corrupt("sample"));
        }
        let event = Event::new("payment.sample_drawn", id)
            .with("seed", seed.to_string())
            .with("is_repeated", new.seed.is_some())
            .with("from", new.from.to_string())
            .with("to", new.to.to_string())
            .with("size", items.len())
            .with("population", population);
        Ok(Done::new(Sample { id, seed: seed.clone(), population, items }, event))
    })
    .await
}
