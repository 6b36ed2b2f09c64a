//! Releasing: the money goes to the bank's hands, and the files that tell the bank are made, once, in the same
//! transaction: a crash leaves both or neither.
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::moves::{by_fund, whole};
use super::{hold, told};
use crate::access::policy::{self, Action, Actor, Permit};
use crate::claims;
use crate::crypto::Keyring;
use crate::db::Isolation;
use crate::error::{Error, Result};
use crate::kernel::time::Time;
use crate::ledger::{self, Reason};
use crate::payouts::model::batch::{Batch, BatchId, BatchView, FileView};
use crate::payouts::model::words::FileFormat;
use crate::payouts::sheet::{self, Debtor, Line};
use crate::payouts::store;
use crate::work::{Done, Key, Tx, Work, Written};

/// Lets the money go.
pub async fn release(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    at: (BatchId, i64),
    debtor: Option<Debtor>,
) -> Result<Written<BatchView>> {
    let (asking, keys, now) = (actor.clone(), work.keys(), work.now());
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let (batch, permit) = hold(tx, &asking, Action::ReleaseBatch, (at.0, Some(at.1))).await?;
        let (batch, mut released) = batch.release(&store::votes(tx, at.0).await?, asking.user, now)?;
        let content = store::content(tx, batch.id).await?;
        batch.expect(&content)?;
        store::update(tx, &permit, &batch, at.1).await?;
        let mut sent = Vec::new();
        for (fund, sum) in by_fund(&content)? {
            let fund = fund.ok_or(Error::Corrupt("payment batch"))?;
            sent.push(whole(&batch, fund, (Reason::Send, sum), (asking.user, now))?);
        }
        ledger::post(tx, &sent).await?;
        store::release(tx, &permit, batch.id, now).await?;
        let lines = lines(tx, &keys, batch.id).await?;
        for format in sheet::formats(batch.method, debtor.is_some()) {
            let content = sheet::write(*format, &batch, (&lines, debtor.as_ref()), now)?;
            let file = keep(tx, (&batch, &permit), &keys, (*format, &content), now).await?;
            released = released.with(format.word(), file.sha256);
        }
        Ok(Done::new(told(tx, batch).await?, released.announced()))
    })
    .await
}

/// Who is paid what, opened for the file that pays them. The bank has to know even those who are protected.
async fn lines(tx: &mut Tx, keys: &Keyring, batch: BatchId) -> Result<Vec<Line>> {
    let everybody = policy::scope(&Actor::system(), Action::ReadVictim);
    let dues = store::dues(tx, batch).await?;
    let accounts: Vec<_> = dues.iter().map(|(.., account)| *account).collect();
    let opened = claims::accounts(tx, (keys, &everybody), &accounts).await?;
    let line = |(reference, amount, account)| {
        let to = opened.get(&account).cloned().ok_or(Error::Corrupt("payment"))?;
        Ok(Line { reference, amount, to })
    };
    dues.into_iter().map(line).collect()
}

/// The place that a file is sealed for.
pub(super) fn place_of_file(id: BatchId, format: FileFormat) -> String {
    format!("payment_batch_files|{id}|{format}")
}

async fn keep(
    tx: &mut Tx,
    (batch, permit): (&Batch, &Permit),
    keys: &Keyring,
    (format, content): (FileFormat, &[u8]),
    at: Time,
) -> Result<FileView> {
    let sha256 = HEXLOWER.encode(&Sha256::digest(content));
    let bytes = i64::try_from(content.len()).map_err(|_| Error::Corrupt("payment file"))?;
    let file = FileView { format, sha256, bytes };
    let sealed = keys.seal_file(&place_of_file(batch.id, format), content)?;
    store::insert_file(tx, permit, (batch.id, at), &file, &sealed).await?;
    Ok(file)
}
