//! Deleting what has outlived its term. It leaves no record, since nobody did anything; so it refuses to hand back more
//! than a count, and serves jobs alone.
use super::{Tx, Work, reply};
use crate::db::Isolation;
use crate::error::Result;
use crate::kernel::time::Time;

impl Work {
    /// Deletes in one transaction what nobody may need any more, and says how much it was. It may run again, and at the
    /// same time elsewhere.
    pub async fn forget<F>(&self, forgetting: F) -> Result<usize>
    where
        F: AsyncFn(&mut Tx) -> Result<usize> + Send + 'static,
    {
        self.database.write(Isolation::ReadCommitted, forgetting).await
    }

    /// Forgets about `most` of the answers that were given under an idempotency key before `before`.
    pub async fn forget_replies(&self, before: Time, most: u16) -> Result<usize> {
        self.forget(async move |tx: &mut Tx| reply::forget_unscoped(tx, before, most.into()).await).await
    }
}
