//! Where documents are kept, and the turns in which they are looked into: that takes processor and memory, and neither
//! the threads that answer requests nor all of the memory are there for it.
use std::sync::Arc;

use tokio::sync::Semaphore;
use uuid::Uuid;

use super::super::vault::{Place, Vault};
use crate::error::{Error, Result};

/// One image of 50 million pixels may take half a gibibyte while it is decoded and turned.
const TURNS: usize = 1;

/// Clones are the same shelf.
#[derive(Clone)]
pub struct Shelf {
    vault: Vault,
    turns: Arc<Semaphore>,
}

impl Shelf {
    /// The files of this database.
    pub fn open(place: &Place, database: Uuid) -> Result<Self> {
        Ok(Self { vault: Vault::open(place, database)?, turns: Arc::new(Semaphore::new(TURNS)) })
    }

    pub(in super::super) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Does heavy work when its turn comes.
    pub(in super::super) async fn in_turn<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| Error::Panicked)?;
        // The turn goes with the job: a caller that goes away does not let another one start.
        let job = move || {
            let done = job();
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(job).await.map_err(|_| Error::Panicked)?
    }
}
