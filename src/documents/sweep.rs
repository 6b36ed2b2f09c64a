//! Files whose row never came, because the process ended in between. It refuses to touch a file of today: its row may be
//! on its way.
use super::model::DocumentId;
use super::service::shelf::Shelf;
use super::store;
use crate::error::Result;
use crate::work::{Tx, Work};

const HOURS: i64 = 24;
/// Asked of the database at a time.
const BATCH: usize = 500;

/// Removes such files; how many.
pub async fn sweep(work: &Work, shelf: &Shelf) -> Result<usize> {
    let before = work.now().plus_hours(-HOURS);
    let old = shelf.vault().list(before).await?;
    let mut swept = 0;
    for ids in old.chunks(BATCH) {
        let asked = ids.to_vec();
        let known = work.read(async move |tx: &mut Tx| store::known_among(tx, &asked).await).await?;
        let lost: Vec<DocumentId> = ids.iter().filter(|id| !known.contains(id)).copied().collect();
        for id in lost {
            shelf.vault().remove(id).await?;
            swept += 1;
        }
    }
    Ok(swept)
}
