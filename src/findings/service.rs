//! Use cases of findings: putting them into the register, answering, settling and upholding them.
use std::collections::BTreeSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Finding, FindingId, FindingMove, Found};
use super::outliers::{next_quarter, outliers, quarter};
use super::search::search;
use super::store::{self, Filter, Reply};
use super::terms::{FindingTerms, OutlierTerms};
use super::words::{FindingKind, FoundHow};
use crate::access::UserId;
use crate::access::policy::{self, Action, Actor};
use crate::claims::{self, ClaimId};
use crate::crypto::Keyring;
use crate::error::{Code, Error, Result};
use crate::kernel::money::Paisa;
use crate::kernel::page::{Page, Paged};
use crate::kernel::text::Prose;
use crate::kernel::time::Time;
use crate::payouts::model::call::CallId;
use crate::payouts::model::payment::PaymentId;
use crate::work::{Done, Event, Key, Tx, Work, Written};

/// A finding with what was replied to it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FindingView {
    #[serde(flatten)]
    pub finding: Finding,
    /// In order. They are about claims, and name nobody.
    pub replies: Vec<Reply>,
}

/// Looks at these claims, at most a hundred, and puts into the register what is not in it yet.
pub async fn look(
    tx: &mut Tx,
    ids: &[ClaimId],
    next_tier: Option<Paisa>,
    (how, at): (FoundHow, Time),
) -> Result<Vec<Event>> {
    let sight = store::sight(tx, ids, next_tier).await?;
    register(tx, search(&sight, FindingTerms::get()?, at), (how, at)).await
}

/// A bank says something else of a payment than what was sent or is booked. The money is gone, so that it stops nothing.
pub async fn dispute(tx: &mut Tx, event: &Event, at: Time) -> Result<Vec<Event>> {
    let why = event.fact("why").and_then(|why| why.parse().ok());
    let (why, row) = why.zip(event.fact("row")).ok_or(Error::Corrupt("bank result"))?;
    let Some(kind) = FindingKind::of_bank(why) else { return Ok(Vec::new()) };
    let payment: PaymentId = event.subject();
    let claim = store::claim_of(tx, payment).await?.ok_or(Error::Corrupt("payment"))?;
    let found = Found::on(kind, claim, &format!("{payment}|{row}"));
    register(tx, BTreeSet::from([found]), (FoundHow::Bank, at)).await
}

/// A payee says something else of a payment than the bank. The money is gone, so that it stops nothing but the receipt.
pub async fn deny(tx: &mut Tx, event: &Event, at: Time) -> Result<Vec<Event>> {
    let call = event.fact("call").and_then(|id| id.parse().ok()).ok_or(Error::Corrupt("payment call"))?;
    let claim = store::claim_of(tx, event.subject()).await?.ok_or(Error::Corrupt("payment"))?;
    register(tx, BTreeSet::from([denied(claim, call)]), (FoundHow::Call, at)).await
}

/// What keeps a payment from being confirmed: its payee has denied the receipt, and the auditor has not settled that.
pub async fn denial(tx: &mut Tx, payment: PaymentId) -> Result<Option<FindingId>> {
    let claim = store::claim_of(tx, payment).await?.ok_or(Error::Corrupt("payment"))?;
    let calls = store::calls_about(tx, payment).await?;
    store::unsettled(tx, calls.into_iter().map(|call| denied(claim, call).cause).collect()).await
}

fn denied(claim: ClaimId, call: CallId) -> Found {
    Found::on(FindingKind::ReceiptDenied, claim, &call.to_string())
}

/// Compares districts, and those who work on claims, over the quarter of yesterday: what was approved on its last day counts.
pub async fn compare(tx: &mut Tx, at: Time) -> Result<Vec<Event>> {
    let from = quarter(at.local_date().plus_days(-1));
    let everywhere = policy::scope(&Actor::system(), Action::ReadClaim);
    let tallies = store::tallies(tx, &everywhere, (from.begins(), next_quarter(from).begins())).await?;
    let far = outliers(&tallies, from, OutlierTerms::get()?);
    let mut events = Vec::new();
    for (number, far) in numbered(tx, far.into_iter().map(|one| (one.cause(), one)).collect()).await? {
        let finding = Finding::far((FindingId::new(), number), &far, (FoundHow::Night, at));
        events.push(record(tx, &finding, &far.cause()).await?);
    }
    Ok(events)
}

pub(super) async fn register(tx: &mut Tx, found: BTreeSet<Found>, (how, at): (FoundHow, Time)) -> Result<Vec<Event>> {
    let everywhere = policy::scope(&Actor::system(), Action::ReadClaim);
    let mut events = Vec::new();
    for (number, found) in numbered(tx, found.into_iter().map(|one| (one.cause.clone(), one)).collect()).await? {
        let claim = claims::find(tx, &everywhere, found.claim).await?;
        let finding = Finding::new((FindingId::new(), number), &found, &claim, (how, at));
        events.push(record(tx, &finding, &found.cause).await?);
    }
    Ok(events)
}

async fn record(tx: &mut Tx, finding: &Finding, cause: &str) -> Result<Event> {
    let permit = policy::permit(&Actor::system(), Action::RecordFinding, &finding.subject())?;
    store::record(tx, &permit, finding, cause).await?;
    Ok(finding.event("finding.recorded"))
}

/// What is not in the register yet by its cause, each with the number that it gets.
async fn numbered<T>(tx: &mut Tx, found: Vec<(String, T)>) -> Result<Vec<(i64, T)>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    // The register is held before it is read: somebody else may be searching.
    store::reserve(tx, 0).await?;
    let mut known = store::known(tx, found.iter().map(|(cause, _)| cause.clone()).collect()).await?;
    let new: Vec<_> = found.into_iter().filter(|(cause, _)| known.insert(cause.clone())).collect();
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let count = i64::try_from(new.len()).map_err(|_| Error::Corrupt("findings"))?;
    let first = store::reserve(tx, count).await?;
    Ok((first..).zip(new.into_iter().map(|(_, one)| one)).collect())
}

async fn get(tx: &mut Tx, actor: &Actor, id: FindingId) -> Result<Finding> {
    let scope = policy::scope(actor, Action::ReadFinding);
    store::find(tx, (&scope, settles(actor)), id).await?.ok_or(Error::NOT_FOUND)
}

/// Refuses whoever is paid by a claim of this finding, as far as another finding knows, or has a relation who is; and to
/// settle it, whoever had a part in one.
async fn expect_outsider(tx: &mut Tx, finding: &Finding, (user, action): (UserId, Action)) -> Result<()> {
    let everywhere = policy::scope(&Actor::system(), Action::ReadClaim);
    for claim in finding.claim_id.into_iter().chain(finding.other_claim_id) {
        if action == Action::SettleFinding {
            claims::expect_no_part(tx, &everywhere, claim, user).await?;
        }
        if store::is_about(tx, claim, user).await? {
            return Err(Code::SecondPerson.into());
        }
    }
    Ok(())
}

/// Whether they are told of findings about those who work with Umeed.
fn settles(actor: &Actor) -> bool {
    policy::may(actor, Action::SettleFinding)
}

/// The findings of one's own area, newest first.
pub async fn list(work: &Work, actor: &Actor, filter: Filter, page: Page) -> Result<Paged<Finding>> {
    let (scope, settles) = (policy::scope(actor, Action::ReadFinding), settles(actor));
    work.read(async move |tx: &mut Tx| {
        let rows = store::list(tx, (&scope, settles), &filter, &page).await?;
        Ok(Paged::cut(rows, &page, |finding| finding.id.uuid()))
    })
    .await
}

async fn told(tx: &mut Tx, keys: &Arc<Keyring>, finding: Finding) -> Result<FindingView> {
    let replies = store::replies(tx, &keys.nobody_key(), finding.id).await?;
    Ok(FindingView { finding, replies })
}

/// One finding with its replies, so that reading it leaves a record.
pub async fn view(work: &Work, actor: &Actor, id: FindingId) -> Result<FindingView> {
    let (asking, keys) = (actor.clone(), work.keys());
    work.view_whole(actor, async move |tx: &mut Tx| {
        let finding = get(tx, &asking, id).await?;
        let viewed = finding.event("finding.viewed");
        Ok(Done::new(told(tx, &keys, finding).await?, viewed))
    })
    .await
}

/// Answers, settles or upholds it, with the words that say why.
pub async fn make(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (FindingId, i64),
    (action, step, text): (Action, FindingMove, Prose<2000>),
) -> Result<Written<FindingView>> {
    let (asking, keys, now) = (actor.clone(), work.keys(), work.now());
    work.write(actor, key, async move |tx: &mut Tx| {
        let finding = get(tx, &asking, id).await?;
        let permit = policy::permit(&asking, action, &finding.subject())?;
        Error::stale_unless(finding.version == version)?;
        expect_outsider(tx, &finding, (asking.user, action)).await?;
        let (finding, moved) = finding.make(step)?;
        store::update(tx, &permit, &finding, version).await?;
        let by = (&finding, asking.user, now);
        store::insert_reply(tx, &permit, &keys.nobody_key(), by, text.as_str()).await?;
        Ok(Done::new(told(tx, &keys, finding).await?, moved))
    })
    .await
}
