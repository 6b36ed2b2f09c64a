//! Use cases of exports: made once, kept, and read again. Whoever makes or reads one leaves a record.
use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::model::{Export, ExportId, NewExport, expect_few};
use super::sheets::{self, Beside};
use super::store::{self, Filter, Held, PaymentLine};
use super::words::{ExportFormat, ExportKind};
use crate::access::policy::{self, Action, Actor, Scope, Subject};
use crate::claims;
use crate::crypto::Keyring;
use crate::error::{Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::page::{Page, Paged};
use crate::kernel::sheet::{Sheet, Value, csv, xlsx};
use crate::work::{Done, Key, Tx, Work, Written};

/// A row that an export holds.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct ExportedRow {
    /// Of the payment, the finding or the entry.
    pub id: Id<()>,
}

/// Makes the file of what the maker sees, and keeps it with the ids of its rows.
pub async fn make(work: &Work, actor: &Actor, key: Option<Key>, new: NewExport) -> Result<Written<Export>> {
    new.check()?;
    let (asking, keys, now, id) = (actor.clone(), work.keys(), work.now(), ExportId::new());
    work.write(actor, key, async move |tx: &mut Tx| {
        let permit = policy::permit(&asking, Action::MakeExport, &Subject::of(id.uuid()))?;
        let (held, sheet) = match new.kind {
            ExportKind::Payments => payments(tx, &keys, &asking, (id, &new)).await?,
            ExportKind::Findings => findings(tx, &asking, (id, &new)).await?,
            ExportKind::LedgerEntries => entries(tx, &asking, (id, &new)).await?,
        };
        let written = match new.format {
            ExportFormat::Csv => csv::write(&sheet).ok(),
            ExportFormat::Xlsx => xlsx::write(&sheet).ok(),
        };
        let file = written.ok_or(Error::Corrupt("export"))?;
        let count = |length: usize| i64::try_from(length).map_err(|_| Error::Corrupt("export"));
        let export = Export {
            id,
            kind: new.kind,
            format: new.format,
            filter: new.filter.clone(),
            rows: count(held.rows.len())?,
            bytes: count(file.len())?,
            sha256: HEXLOWER.encode(&Sha256::digest(&file)),
            made_at: now,
            made_by: asking.user,
        };
        store::insert(tx, &permit, &export, &held, &keys.seal_file(&place(id), &file)?).await?;
        let made = export.event("export.made");
        Ok(Done::new(export, made))
    })
    .await
}

fn place(id: ExportId) -> String {
    format!("exports|{id}")
}

async fn payments(tx: &mut Tx, keys: &Keyring, actor: &Actor, (id, new): (ExportId, &NewExport)) -> Made {
    let lines = store::payments(tx, &policy::scope(actor, Action::ReadPayment), &new.filter).await?;
    expect_few(lines.len())?;
    let beside = beside(tx, keys, &lines).await?;
    let rows = lines.iter().map(|(payment, ..)| payment.id).collect();
    let districts = lines.iter().map(|(payment, ..)| payment.district).collect();
    Ok((Held { rows, districts }, sheets::payments(id, &lines, &beside)))
}

async fn findings(tx: &mut Tx, actor: &Actor, (id, new): (ExportId, &NewExport)) -> Made {
    let lines = store::findings(tx, &policy::scope(actor, Action::ReadFinding), &new.filter).await?;
    expect_few(lines.len())?;
    let rows: Vec<_> = lines.iter().map(|(finding, ..)| finding.id).collect();
    let replies = store::replies(tx, &rows).await?;
    let districts = lines.iter().map(|(finding, ..)| finding.district).collect();
    Ok((Held { rows, districts }, sheets::findings(id, &lines, &replies)))
}

async fn entries(tx: &mut Tx, actor: &Actor, (id, new): (ExportId, &NewExport)) -> Made {
    let lines = store::entries(tx, &policy::scope(actor, Action::ReadLedger), &new.filter).await?;
    expect_few(lines.len())?;
    let rows = lines.iter().map(|(entry, ..)| entry.id).collect();
    Ok((Held { rows, districts: BTreeSet::new() }, sheets::entries(id, &lines)))
}

/// What an export holds, and its table.
type Made = Result<(Held, Sheet)>;

/// Who worked on these payments, and the last figures of the accounts they go to. Of whoever is protected not even those:
/// a file is read by others than its maker.
async fn beside(tx: &mut Tx, keys: &Keyring, lines: &[PaymentLine]) -> Result<Beside> {
    let mut beside = Beside::default();
    let once = |ids: BTreeSet<Id<()>>| ids.into_iter().collect::<Vec<_>>();
    let claims = once(lines.iter().map(|(_, rest, _)| rest.0).collect());
    for (claim, user, part) in store::parts(tx, &claims).await? {
        beside.parts.entry((claim, part)).or_default().push(user);
    }
    let batches = once(lines.iter().filter_map(|(_, _, batch)| batch.as_ref().map(|batch| batch.id)).collect());
    for (batch, user) in store::approvers(tx, &batches).await? {
        beside.approvers.entry(batch).or_default().push(user);
    }
    let strangers = policy::scope(&Actor::system(), Action::ReadVictim).on_word_of(Id::nil());
    let accounts: Vec<_> = lines.iter().map(|(payment, ..)| payment.account_id).collect();
    let opened = claims::accounts(tx, (keys, &strangers), &accounts).await?;
    let masked: BTreeMap<_, _> = opened.iter().map(|(id, to)| (*id, to.masked())).collect();
    for (payment, ..) in lines {
        let account = match masked.get(&payment.account_id) {
            Some(Some(masked)) => Value::text(masked),
            Some(None) => Value::Nothing,
            None => Value::Withheld,
        };
        beside.accounts.insert(payment.id, account);
    }
    Ok(beside)
}

async fn get(tx: &mut Tx, scope: &Scope, id: ExportId) -> Result<Export> {
    store::find(tx, scope, id).await?.ok_or(Error::NOT_FOUND)
}

/// The exports all of whose rows lie in one's own area, newest first.
pub async fn list(work: &Work, actor: &Actor, filter: Filter, page: Page) -> Result<Paged<Export>> {
    let scope = policy::scope(actor, Action::ReadExport);
    work.read(async move |tx: &mut Tx| {
        let rows = store::list(tx, &scope, &filter, &page).await?;
        Ok(Paged::cut(rows, &page, |export| export.id.uuid()))
    })
    .await
}

pub async fn view(work: &Work, actor: &Actor, id: ExportId) -> Result<Export> {
    let scope = policy::scope(actor, Action::ReadExport);
    work.view(actor, async move |tx: &mut Tx| {
        let export = get(tx, &scope, id).await?;
        let viewed = export.event("export.viewed");
        Ok(Done::new(export, viewed))
    })
    .await
}

/// The rows that left the system with it, newest first.
pub async fn rows(work: &Work, actor: &Actor, id: ExportId, page: Page) -> Result<Paged<ExportedRow>> {
    let scope = policy::scope(actor, Action::ReadExport);
    work.view_whole(actor, async move |tx: &mut Tx| {
        let export = get(tx, &scope, id).await?;
        let rows = Paged::cut(store::rows(tx, id, &page).await?, &page, |row| row.uuid());
        Ok(Done::new(rows.map(|id| ExportedRow { id }), export.event("export.viewed")))
    })
    .await
}

/// The file as it was made.
pub async fn file(work: &Work, actor: &Actor, id: ExportId) -> Result<(Export, Vec<u8>)> {
    let (scope, keys) = (policy::scope(actor, Action::ReadExport), work.keys());
    work.view_whole(actor, async move |tx: &mut Tx| {
        let export = get(tx, &scope, id).await?;
        let content = keys.open_file(&place(id), &store::content(tx, id).await?)?;
        let downloaded = export.event("export.downloaded");
        Ok(Done::new((export, content), downloaded))
    })
    .await
}
