//! Handing over: who lost consent meanwhile is dropped, the file is made once, and every disclosure stands under its
//! case. What was handed over stays as it was.
use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::line::{Line, LineState, LineWord, OffReason};
use super::model::{Batch, BatchId, BatchView, FileView};
use super::service::{self, place_of_file};
use super::sheet::{self, Entry};
use super::state::{BatchMove, Format};
use super::store;
use crate::access::policy::{self, Action, Actor, Permit, Scope};
use crate::cases::{self, Case, CaseId};
use crate::crypto::Keyring;
use crate::error::{Code, Error, Result};
use crate::kernel::time::Time;
use crate::victims::{self, ConsentId, VictimId};
use crate::work::{Done, Event, Key, Tx, Work, Written};

pub async fn hand_over(work: &Work, actor: &Actor, key: Option<Key>, at: (BatchId, i64)) -> Result<Written<BatchView>> {
    let (asking, keys, now) = (actor.clone(), work.keys(), work.now());
    work.write(actor, key, async move |tx: &mut Tx| {
        let (batch, permit) = service::hold(tx, &asking, Action::BuildVictimBatch, (at.0, Some(at.1))).await?;
        let (batch, handed) = batch.make(BatchMove::HandOver, asking.user, now)?;
        let scope = policy::scope(&asking, Action::ReadVictimBatch);
        let listed = store::in_states(tx, &scope, batch.id, &[LineWord::Listed]).await?;
        let standing = Standing::of(tx, &asking, &listed, now).await?;
        let (given, mut events) = part(tx, (&batch, &permit), (listed, &standing), now).await?;
        if given.is_empty() {
            return Err(Code::BatchEmpty.into());
        }
        let eyes = policy::scope(&asking, Action::ReadVictim);
        let entries = open(tx, (&keys, &eyes), &given).await?;
        let mut handed = handed.announced().with("persons", given.len());
        for format in Format::ALL {
            let content = sheet::write(*format, &batch, &entries, now)?;
            let file = keep(tx, (&batch, &permit), &keys, (*format, &content), now).await?;
            handed = handed.with(format.word(), file.sha256);
        }
        events.extend(given.iter().map(|line| line.event("victim_batch.disclosed", &batch)));
        store::update(tx, &permit, &batch, at.1).await?;
        Ok(Done::new(service::told(tx, batch).await?, handed).and_all(events))
    })
    .await
}

/// What holds for the persons of a list at the moment of its hand-over.
struct Standing {
    /// Held: none of them is withdrawn before this unit of work ends.
    consents: BTreeSet<ConsentId>,
    protected: BTreeSet<VictimId>,
    cases: BTreeMap<CaseId, Case>,
}

impl Standing {
    async fn of(tx: &mut Tx, actor: &Actor, listed: &[Line], now: Time) -> Result<Self> {
        let consents: Vec<_> = listed.iter().filter_map(|line| line.consent_id).collect();
        let victims: Vec<_> = listed.iter().map(|line| line.victim_id).collect();
        let cases: Vec<_> = listed.iter().map(|line| line.case_id).collect();
        let consents = victims::hold_live(tx, &consents, now).await?;
        let protected = victims::protected_among(tx, &victims).await?.into_iter().collect();
        let cases = cases::find_all(tx, &policy::scope(actor, Action::ReadCase), &cases).await?;
        Ok(Self { consents, protected, cases: cases.into_iter().map(|case| (case.id, case)).collect() })
    }

    /// What keeps somebody from being handed over.
    fn against(&self, line: &Line) -> Option<OffReason> {
        let case = self.cases.get(&line.case_id).filter(|case| case.district == line.district);
        match case {
            _ if self.protected.contains(&line.victim_id) => Some(OffReason::Protected),
            _ if !line.consent_id.is_some_and(|id| self.consents.contains(&id)) => Some(OffReason::ConsentEnded),
            None => Some(OffReason::CaseTransferred),
            Some(case) if case.is_closed() => Some(OffReason::CaseClosed),
            Some(_) => None,
        }
    }
}

/// Parts the lines: those against whom nothing stands are handed over, the others dropped. A line that was dropped while
/// we waited is neither.
async fn part(
    tx: &mut Tx,
    (batch, permit): (&Batch, &Permit),
    (listed, standing): (Vec<Line>, &Standing),
    now: Time,
) -> Result<(Vec<Line>, Vec<Event>)> {
    let (mut given, mut events) = (Vec::new(), Vec::new());
    for line in listed {
        let dropped = standing.against(&line).map(|reason| LineState::Dropped { reason });
        let line = line.turned(dropped.unwrap_or(LineState::HandedOver), now);
        match (store::change(tx, permit, &line, LineWord::Listed).await?, dropped) {
            (true, None) => given.push(line),
            (true, Some(_)) => events.push(line.event("victim_batch.dropped", batch)),
            (false, _) => {}
        }
    }
    Ok((given, events))
}

/// What is shared of these persons. The caller has shown that it may be.
pub(super) async fn open(tx: &mut Tx, (keys, eyes): (&Keyring, &Scope), lines: &[Line]) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for line in lines {
        let key = victims::person_key(tx, keys, eyes, line.victim_id).await?;
        let reference = line.reference.clone().ok_or(Error::Corrupt("victim batch line"))?;
        entries.push(Entry { reference, person: line.open_person(&key)? });
    }
    Ok(entries)
}

async fn keep(
    tx: &mut Tx,
    (batch, permit): (&Batch, &Permit),
    keys: &Keyring,
    (format, content): (Format, &[u8]),
    at: Time,
) -> Result<FileView> {
    let sha256 = HEXLOWER.encode(&Sha256::digest(content));
    let bytes = i64::try_from(content.len()).map_err(|_| Error::Corrupt("victim batch file"))?;
    let file = FileView { format, sha256, bytes };
    let sealed = keys.seal_file(&place_of_file(batch.id, format), content)?;
    store::insert_file(tx, permit, (batch.id, at), &file, &sealed).await?;
    Ok(file)
}
