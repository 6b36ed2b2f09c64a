//! The file again, for whoever passes it on. It refuses to tell anybody anew of whom the recipient may no longer be told.
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::hand_over;
use super::line::{Line, LineWord};
use super::model::{Batch, BatchId};
use super::service::{self, place_of_file};
use super::sheet;
use super::state::Format;
use super::store;
use crate::access::policy::{self, Action, Actor};
use crate::error::{Code, Error, Result};
use crate::kernel::time::Time;
use crate::victims::{self, VictimId};
use crate::work::{Done, Tx, Work};

/// A file as it is given out.
pub struct Handed {
    pub batch: BatchId,
    pub format: Format,
    pub content: Vec<u8>,
}

/// The file as it was handed over, as long as everybody in it may still be told of; else the same without the others.
/// Every download leaves a record, and one under the case of everybody in it.
pub async fn file(work: &Work, actor: &Actor, id: BatchId, format: Format) -> Result<Handed> {
    let (scope, keys, now) = (policy::scope(actor, Action::ReadVictimBatch), work.keys(), work.now());
    let eyes = policy::scope(actor, Action::ReadVictim);
    work.view_whole(actor, async move |tx: &mut Tx| {
        let batch = service::get(tx, &scope, id).await?;
        let given_at = batch.state.given().ok_or(Error::NOT_FOUND)?.handed_over_at;
        let given = store::in_states(tx, &scope, id, &[LineWord::HandedOver, LineWord::Answered]).await?;
        let count = given.len();
        let given = still_told(tx, &batch, given, now).await?;
        let content = if given.len() == count {
            let sealed = store::find_file(tx, id, format).await?.ok_or(Error::NOT_FOUND)?;
            keys.open_file(&place_of_file(id, format), &sealed)?
        } else {
            let entries = hand_over::open(tx, (&keys, &eyes), &given).await?;
            sheet::write(format, &batch, &entries, given_at)?
        };
        let seen: Vec<_> = given.iter().map(|line| line.event("victim_batch.line_downloaded", &batch)).collect();
        let told = batch.event("victim_batch.downloaded").with("format", format.word());
        let told = told.with("sha256", HEXLOWER.encode(&Sha256::digest(&content)));
        let told = told.with("persons", given.len()).with("left_out", count - given.len());
        Ok(Done::new(Handed { batch: id, format, content }, told).and_all(seen))
    })
    .await
}

/// Those whom a live consent still lets the recipient know, and who have not come under protection.
async fn still_told(tx: &mut Tx, batch: &Batch, given: Vec<Line>, now: Time) -> Result<Vec<Line>> {
    let victims: Vec<VictimId> = given.iter().map(|line| line.victim_id).collect();
    let consents = victims::consents_for(tx, (batch.recipient_id, &batch.fields), &victims, now).await?;
    let protected = victims::protected_among(tx, &victims).await?;
    let is_told = |line: &Line| consents.contains_key(&line.victim_id) && !protected.contains(&line.victim_id);
    let told: Vec<_> = given.into_iter().filter(is_told).collect();
    if told.is_empty() { Err(Code::BatchEmpty.into()) } else { Ok(told) }
}
