//! Taking in what a bank answered: a verdict for every row, and nothing twice. Either the whole file is taken or nothing
//! of it; a row that does not fit keeps no other out.
use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::hold;
use super::paid_up::{self, paid_up};
use crate::access::UserId;
use crate::access::policy::{self, Action, Actor, Permit};
use crate::claims::{self, AccountId};
use crate::crypto::Keyring;
use crate::db::Isolation;
use crate::error::{Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::time::Time;
use crate::ledger::{self, Reason, Tie, Transfer, TransferId};
use crate::payouts::model::batch::{Batch, BatchId};
use crate::payouts::model::desk::Desk;
use crate::payouts::model::payment::PaymentId;
use crate::payouts::model::reference::PaymentReference;
use crate::payouts::model::verdict::{Expected, RowVerdict, Taken};
use crate::payouts::model::words::{Effect, Misfit, VerdictWord};
use crate::payouts::results::{ResultRow, Results, RowFault};
use crate::payouts::store::{self, Bulk, ResultFile, ResultFileId};
use crate::work::{Done, Event, Key, Tx, Work, Written};

/// The most verdicts that are told row by row; of longer files only those of rows that had no effect, up to as many.
const MOST_TOLD: usize = 10_000;
/// The most rows of one file that say something else of a payment, each another thing, and are told one by one: a file with
/// more is another one.
const MOST_DISPUTES: usize = 1000;

/// What became of a file: how many rows of each verdict, and the rows themselves.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Imported {
    /// What the file says it is, such as `pain.002.001.12` or `csv`.
    pub message: String,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// How many rows had each verdict.
    pub counts: BTreeMap<String, usize>,
    /// Payments of the batch that the bank has not accounted for.
    pub waiting: i64,
    /// One for each row, in their order; of more than 10,000, those that had no effect, and at most 10,000.
    pub rows: Vec<RowVerdict>,
}

impl Imported {
    /// Rows that say something else than what was sent, or that nobody can read.
    fn unfit(&self) -> usize {
        let unfit = [VerdictWord::Mismatch, VerdictWord::Unknown, VerdictWord::Unreadable];
        unfit.iter().filter_map(|verdict| self.counts.get(verdict.word())).sum()
    }
}

/// A file as it came.
pub struct File {
    pub content: Vec<u8>,
    pub results: Results,
}

pub async fn import(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, file): (BatchId, File),
) -> Result<Written<Imported>> {
    let (asking, keys, now) = (actor.clone(), work.keys(), work.now());
    let sha256 = HEXLOWER.encode(&Sha256::digest(&file.content));
    let new = ResultFileId::new();
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let who = (asking.user, now);
        let (batch, permit) = hold(tx, &asking, Action::ReconcilePayment, (id, None)).await?;
        // Refuses a batch that was not released, before anything is looked at.
        batch.clone().settle(batch.payments)?;
        let mut desk = desk(tx, &keys, &batch, &file.results.rows).await?;
        let (named, mut alike) = (&file.results.rows, Vec::new());
        for verdict in &file.results.verdicts {
            alike.extend(desk.all_alike(verdict, named.len() + alike.len())?.into_iter().map(Ok));
        }
        let (rows, taken) = desk.weigh(named.iter().chain(&alike));
        let imported = imported(&file.results, &sha256, (&desk, rows));
        let told = batch.event("payment_batch.results_imported").with("sha256", sha256.clone());
        // Whoever audits looks for files that said what does not fit.
        let told = told.with("rows", named.len() + alike.len()).with("taken", taken.len());
        let told = told.with("unfit", imported.unfit()).with("waiting", desk.waiting());
        let disputes: Vec<_> = desk.disputes.iter().take(MOST_DISPUTES).map(disputed).collect();
        // What says nothing new is not kept, nor the same disputes once more.
        let is_new = !taken.is_empty()
            || (imported.unfit() > 0 || !disputes.is_empty()) && !store::is_kept(tx, id, &imported.sha256).await?;
        if !is_new {
            return Ok(Done::new(imported, told).and_all(disputes));
        }
        let kept = keep(tx, (&batch, &permit), &keys, (new, &file.content, &imported), who).await?;
        let paid_up = settle(tx, (&batch, &permit), (&kept, &taken), desk.waiting(), who).await?;
        Ok(Done::new(imported, told).and_all(paid_up.into_iter().chain(disputes)))
    })
    .await
}

/// Keeps a file, sealed, and what was answered to it.
async fn keep(
    tx: &mut Tx,
    (batch, permit): (&Batch, &Permit),
    keys: &Keyring,
    (id, content, imported): (ResultFileId, &[u8], &Imported),
    (imported_by, imported_at): (UserId, Time),
) -> Result<ResultFile> {
    let broken = || Error::Corrupt("payment results");
    let bytes = i64::try_from(content.len()).map_err(|_| broken())?;
    let (sha256, message) = (imported.sha256.clone(), imported.message.clone());
    let file = ResultFile { id, batch_id: batch.id, sha256, message, bytes, imported_at, imported_by };
    let sealed = keys.seal_file(&format!("payment_result_files|{id}"), content)?;
    let verdicts = serde_json::to_string(imported).map_err(|_| broken())?;
    store::insert_result_file(tx, permit, &file, (&sealed, &verdicts)).await?;
    Ok(file)
}

/// Books what was taken, if anything was; what to tell of awards that are paid up by it.
async fn settle(
    tx: &mut Tx,
    (batch, permit): (&Batch, &Permit),
    (file, taken): (&ResultFile, &[Taken]),
    waiting: i64,
    who: (UserId, Time),
) -> Result<Vec<Event>> {
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    record(tx, (batch, permit), (file, taken), who).await?;
    let paid = taken.iter().filter(|one| one.is_whole && one.effect == Effect::Paid);
    let paid: Vec<_> = paid.map(|one| one.payment_id).collect();
    let paid_up = paid_up(tx, batch.instrument_id, &paid).await?;
    let paid_up = paid_up::told(tx, batch.instrument_id, &paid_up, who).await?;
    store::update(tx, permit, &batch.clone().settle(waiting)?, batch.version).await?;
    Ok(paid_up)
}

/// The payments that the file may speak of, with the accounts that they were sent to.
async fn desk(tx: &mut Tx, keys: &Keyring, batch: &Batch, rows: &[Result<ResultRow, RowFault>]) -> Result<Desk> {
    let references = rows.iter().flatten().filter_map(|row| row.end_to_end_id.as_str().parse().ok());
    let references: Vec<PaymentReference> = references.collect();
    let found = store::expected(tx, batch.id, &references).await?;
    let sent_to = numbers(tx, keys, found.iter().map(|(.., account)| *account).collect()).await?;
    let payment = |(reference, payment, account)| {
        let account = sent_to.get(&account).cloned();
        (reference, Expected { account, ..payment })
    };
    let payments = found.into_iter().map(payment).collect();
    let known = store::known(tx, batch.id).await?;
    Ok(Desk { batch: batch.id, payments, known, said: BTreeSet::new(), disputes: BTreeMap::new() })
}

/// What banks call these accounts. Of whom they are is in memory a thousand at a time.
async fn numbers(tx: &mut Tx, keys: &Keyring, accounts: BTreeSet<AccountId>) -> Result<BTreeMap<AccountId, String>> {
    let everybody = policy::scope(&Actor::system(), Action::ReadVictim);
    let (accounts, mut numbers) = (Vec::from_iter(accounts), BTreeMap::new());
    for accounts in accounts.chunks(store::BATCH) {
        let opened = claims::accounts(tx, (keys, &everybody), accounts).await?;
        numbers.extend(opened.iter().filter_map(|(id, paid)| Some((*id, paid.number()?.to_owned()))));
    }
    Ok(numbers)
}

/// It stays out of the case's timeline, as what is found by it does.
fn disputed(((payment, fingerprint), why): (&(PaymentId, String), &Misfit)) -> Event {
    Event::new("payment.disputed", *payment).with("why", why.word()).with("row", fingerprint.clone())
}

fn imported(results: &Results, sha256: &str, (desk, mut rows): (&Desk, Vec<RowVerdict>)) -> Imported {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for row in &rows {
        *counts.entry(row.verdict.word().to_owned()).or_default() += 1;
    }
    if rows.len() > MOST_TOLD {
        let had_effect = [VerdictWord::Paid, VerdictWord::PartlyPaid, VerdictWord::Returned, VerdictWord::Failed];
        rows.retain(|row| !had_effect.contains(&row.verdict));
        rows.truncate(MOST_TOLD);
    }
    let (message, sha256) = (results.message.clone(), sha256.to_owned());
    Imported { message, sha256, counts, waiting: desk.waiting(), rows }
}

/// Books what was taken, and writes it to the payments: those that end alike together.
async fn record(
    tx: &mut Tx,
    (batch, permit): (&Batch, &Permit),
    (file, taken): (&ResultFile, &[Taken]),
    who: (UserId, Time),
) -> Result<()> {
    let mut booked = Vec::with_capacity(taken.len());
    for one in taken {
        let reason = match one.effect {
            Effect::Paid | Effect::PartlyPaid => Reason::Settle,
            Effect::Returned | Effect::Failed => Reason::ComeBack,
        };
        let tie = Tie { payment_id: Some(one.payment_id.cast()), ..Tie::batch(batch.id) };
        let transfer = Transfer::new(TransferId::new(), one.fund_id, (reason, one.amount), tie, who);
        booked.push(transfer.ok_or(Error::Corrupt("bank result"))?);
    }
    ledger::post(tx, &booked).await?;
    let kept: Vec<_> = taken.iter().zip(&booked).map(|(one, transfer)| (Id::new(), one, transfer.id)).collect();
    store::insert_results(tx, permit, file, &kept).await?;
    // Parts first, in the order of the file: what ends a payment counts with what was paid of it before.
    for one in taken.iter().filter(|one| !one.is_whole) {
        part(tx, one, who).await?;
    }
    let on = who.1.local_date();
    let mut alike: BTreeMap<Bulk, Vec<_>> = BTreeMap::new();
    for one in taken.iter().filter(|one| one.is_whole) {
        let reason = one.reason.clone().filter(|_| matches!(one.effect, Effect::Returned | Effect::Failed));
        alike.entry(Bulk { effect: one.effect, reason }).or_default().push(one.payment_id);
    }
    for (bulk, ids) in alike {
        store::settle(tx, permit, batch.id, &bulk, (&ids, on)).await?;
    }
    Ok(())
}

/// A payment that the bank has paid in part stays in its hands.
async fn part(tx: &mut Tx, taken: &Taken, (_, at): (UserId, Time)) -> Result<()> {
    let everywhere = policy::scope(&Actor::system(), Action::ReadPayment);
    let payment = store::find_payment(tx, &everywhere, taken.payment_id).await?.ok_or(Error::Corrupt("payment"))?;
    let umeed = policy::permit(&Actor::system(), Action::PostLedger, &payment.subject())?;
    let version = payment.version;
    let payment = payment.take(taken.effect, taken.amount, at.local_date())?;
    store::update_payment(tx, &umeed, &payment, version).await
}
