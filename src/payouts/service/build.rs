//! Putting a batch together: every planned payment of an instrument and a method, in one's own districts, that may go.
use super::{permit, told};
use crate::access::policy::{self, Action, Actor, Scope};
use crate::db::Isolation;
use crate::error::{Code, Error, Refers, Result};
use crate::kernel::page::{Page, Paged};
use crate::payouts::model::batch::{Batch, BatchId, BatchView, MOST_PAYMENTS, NewBatch};
use crate::payouts::store::{self, Picked};
use crate::work::{Done, Key, Tx, Work, Written};

pub use crate::payouts::store::BatchFilter;

/// Builds a draft. Payments whose bank details were changed less than 72 hours ago stay planned, and are counted.
pub async fn build(work: &Work, actor: &Actor, key: Option<Key>, mut new: NewBatch) -> Result<Written<BatchView>> {
    new.check()?;
    for district in &new.districts {
        let subject = policy::Subject::default().in_district(*district);
        policy::permit(actor, Action::BuildBatch, &subject).in_area("/districts")?;
    }
    let (asking, now, id) = (actor.clone(), work.now(), BatchId::new());
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadPayment);
        let NewBatch { instrument_id, method, districts, leave_out, only_funded } = new.clone();
        let picked = Picked { instrument_id, method, districts, leave_out, only_funded, now };
        let waiting = weigh(tx, &scope, &picked).await?;
        let districts = store::picked_districts(tx, &scope, &picked).await?;
        let draft = Batch::build(id, &new, districts, (asking.user, now));
        let permit = permit(&asking, Action::BuildBatch, &draft)?;
        store::insert(tx, &permit, &draft).await?;
        store::take(tx, &permit, &scope, id, &picked).await?;
        let batch = draft.filled(&store::content(tx, id).await?)?;
        store::update(tx, &permit, &batch, batch.version).await?;
        let built = batch.event("payment_batch.built").with("waiting", waiting);
        Ok(Done::new(told(tx, batch).await?, built))
    })
    .await
}

/// Refuses a batch of nothing and one that is too long; says how many payments have to wait.
async fn weigh(tx: &mut Tx, scope: &Scope, picked: &Picked) -> Result<i64> {
    match store::count(tx, scope, picked).await? {
        (0, _) => Err(Code::BatchEmpty.into()),
        (ready, _) if ready > MOST_PAYMENTS => {
            Err(Error::invalid("/districts", "too_many", "more than 100,000 payments; name fewer districts"))
        }
        (_, waiting) => Ok(waiting),
    }
}

pub async fn view(work: &Work, actor: &Actor, id: BatchId) -> Result<BatchView> {
    let scope = policy::scope(actor, Action::ReadPayment);
    work.read_whole(async move |tx: &mut Tx| {
        let batch = super::get(tx, &scope, id).await?;
        told(tx, batch).await
    })
    .await
}

/// The batches of one's own area, newest first, without their districts.
pub async fn list(work: &Work, actor: &Actor, filter: BatchFilter, page: Page) -> Result<Paged<Batch>> {
    let scope = policy::scope(actor, Action::ReadPayment);
    work.read(async move |tx: &mut Tx| {
        let rows = store::list(tx, &scope, &filter, &page).await?;
        Ok(Paged::cut(rows, &page, |batch| batch.id.uuid()))
    })
    .await
}
