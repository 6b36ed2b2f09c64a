//! Group commit for records of reads and refusals: whoever gets the turn flushes the records of all who wait.
//! No answer leaves before its record is safe.
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::{Either, select};
use tokio::sync::{Mutex as Turn, oneshot};

use super::{Tx, trail};
use crate::db::Database;
use crate::error::{Error, Result};

type Waiting = (Vec<trail::Record>, oneshot::Sender<()>);

#[derive(Clone)]
pub struct Reads {
    database: Database,
    waiting: Arc<Mutex<Vec<Waiting>>>,
    turn: Arc<Turn<()>>,
}

impl Reads {
    pub fn new(database: Database) -> Self {
        Self { database, waiting: Arc::default(), turn: Arc::default() }
    }

    /// The same line of those who wait, for a thread with connections of its own.
    pub fn apart(&self, database: Database) -> Self {
        Self { database, ..self.clone() }
    }

    /// Returns when `records` are on disk.
    pub async fn append(&self, records: Vec<trail::Record>) -> Result<()> {
        let (safe, mut is_safe) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push((records, safe));
        let my_turn = std::pin::pin!(self.turn.clone().lock_owned());
        let safe = match select(&mut is_safe, my_turn).await {
            Either::Left((safe, _)) => safe,
            Either::Right((turn, _)) => {
                let shared = self.clone();
                // On a task of its own, so that the others do not lose their flush when this reader goes away.
                tokio::task::spawn_local(async move { shared.flush().await.map(|()| drop(turn)) });
                is_safe.await
            }
        };
        safe.map_err(|_| Error::Unavailable("the trail could not be written".into()))
    }

    async fn flush(&self) -> Result<()> {
        let waiting = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        let (records, safe): (Vec<_>, Vec<_>) = waiting.into_iter().unzip();
        let records = records.concat();
        let job = async move |tx: &mut Tx| trail::append(tx, &records).await;
        self.database.append(job).await?;
        for safe in safe {
            _ = safe.send(());
        }
        Ok(())
    }
}
