//! Use cases of transfers. The case stays with its sender until somebody else, on the other side, has taken it.
use super::super::model::{CaseBrief, Transfer, TransferId, TransferMove, TransferReason, TransferState, TransferView};
use super::super::store::{self, Filter};
use crate::access;
use crate::access::policy::{self, Action, Actor, Permit, Scope, UserId};
use crate::cases::{self, Case, CaseId};
use crate::db::Isolation;
use crate::directory;
use crate::error::{Code, Error, Result};
use crate::kernel::page::{Page, Paged};
use crate::kernel::places::Pcode;
use crate::needs;
use crate::victims;
use crate::work::{Done, Key, Tx, Work, Written};

/// Offers a case to another district.
pub async fn offer(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (case, version): (CaseId, i64),
    (to, reason): (Pcode, TransferReason),
) -> Result<Written<TransferView>> {
    let (asking, keys, now, id) = (actor.clone(), work.keys(), work.now(), TransferId::new());
    work.write(actor, key, async move |tx: &mut Tx| {
        // Held, so that it is not closed meanwhile.
        let (case, permit) = cases::hold(tx, &asking, Action::TransferCase, (case, now)).await?;
        Error::stale_unless(case.version == version)?;
        // Else the case could be taken from those who may know whom it is about.
        let seen = policy::scope(&asking, Action::ReadVictim);
        if victims::person_key(tx, &keys, &seen, case.victim_id).await?.is_blind() {
            return Err(Code::PersonProtected.into());
        }
        let (transfer, offered) = Transfer::offer(id, &case, (to, reason), asking.user, now)?;
        directory::check_district(tx, to, now.local_date(), "/district").await?;
        check_officers(tx, to, asking.user).await?;
        store::insert(tx, &permit, &transfer).await.map_err(|error| match error {
            error if error.is_duplicate() => Code::AlreadyExists.into(),
            error => error,
        })?;
        Ok(Done::new(told(tx, &asking, transfer).await?, offered))
    })
    .await
}

/// Refuses a district where nobody but the one who offers keeps cases: the offer would wait for ever.
async fn check_officers(tx: &mut Tx, district: Pcode, offering: UserId) -> Result<()> {
    let keepers = access::keepers(tx).await?;
    if keepers.iter().any(|user| user.id != offering && cases::may_keep(user, district)) {
        return Ok(());
    }
    Err(Error::invalid("/district", "no_officers", "no officer or supervisor of this district could take the case"))
}

/// Takes a case that was offered, and gives it to an officer if one is named.
pub async fn accept(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (TransferId, i64),
    officer: Option<UserId>,
) -> Result<Written<TransferView>> {
    let (asking, now) = (actor.clone(), work.now());
    // Serializable, since the case is written whole and its urgency follows the needs.
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let (transfer, permit) = answerable(tx, &asking, (id, version)).await?;
        let (transfer, accepted) = transfer.make(TransferMove::Accept, asking.user, now)?;
        store::update(tx, &permit, &transfer, version).await?;
        let case = cases::get(tx, &everywhere(), transfer.case_id).await?;
        let to = (transfer.to_district, officer);
        let (_, moved) = cases::transfer(tx, &asking, case, to, now).await?;
        Ok(Done::new(told(tx, &asking, transfer).await?, accepted).and_all(moved))
    })
    .await
}

/// Answers an offer without taking the case, or takes the offer back.
pub async fn end(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (id, version): (TransferId, i64),
    step: TransferMove,
) -> Result<Written<TransferView>> {
    let (asking, now) = (actor.clone(), work.now());
    work.write(actor, key, async move |tx: &mut Tx| {
        let (transfer, permit) = match step {
            TransferMove::Withdraw => withdrawable(tx, &asking, (id, version)).await?,
            TransferMove::Accept | TransferMove::Return(_) => answerable(tx, &asking, (id, version)).await?,
        };
        let (transfer, ended) = transfer.make(step, asking.user, now)?;
        store::update(tx, &permit, &transfer, version).await?;
        Ok(Done::new(told(tx, &asking, transfer).await?, ended))
    })
    .await
}

/// The offer, with leave to answer it: for a supervisor of the district it goes to who is not the one who offered.
async fn answerable(tx: &mut Tx, actor: &Actor, at: (TransferId, i64)) -> Result<(Transfer, Permit)> {
    let transfer = get(tx, actor, at.0).await?;
    transfer.expect_other(actor.user)?;
    let permit =
        seen(policy::permit(actor, Action::AnswerTransfer, &transfer.received()), Action::AnswerTransfer, at.0)?;
    Error::stale_unless(transfer.version == at.1)?;
    Ok((transfer, permit))
}

/// The offer, with leave to take it back: for a supervisor of the district it came from.
async fn withdrawable(tx: &mut Tx, actor: &Actor, at: (TransferId, i64)) -> Result<(Transfer, Permit)> {
    let transfer = get(tx, actor, at.0).await?;
    let permit = seen(policy::permit(actor, Action::TransferCase, &transfer.sent()), Action::TransferCase, at.0)?;
    Error::stale_unless(transfer.version == at.1)?;
    Ok((transfer, permit))
}

/// Whoever stands at the other end sees the offer: to them it is forbidden, not absent.
fn seen(leave: Result<Permit>, action: Action, id: TransferId) -> Result<Permit> {
    leave.map_err(|error| match error {
        Error::Client(Code::NotFound) => Error::Forbidden { action: action.word(), subject: Some(id.uuid()) },
        error => error,
    })
}

async fn get(tx: &mut Tx, actor: &Actor, id: TransferId) -> Result<Transfer> {
    store::find(tx, &policy::scope(actor, Action::ReadTransfer), id).await?.ok_or(Error::NOT_FOUND)
}

pub async fn view(work: &Work, actor: &Actor, id: TransferId) -> Result<TransferView> {
    let asking = actor.clone();
    work.read_whole(async move |tx: &mut Tx| {
        let transfer = get(tx, &asking, id).await?;
        told(tx, &asking, transfer).await
    })
    .await
}

/// Offers that left the reader's area or came to it, newest first.
pub async fn list(work: &Work, actor: &Actor, filter: Filter, page: Page) -> Result<Paged<TransferView>> {
    let (asking, scope) = (actor.clone(), policy::scope(actor, Action::ReadTransfer));
    work.read_whole(async move |tx: &mut Tx| {
        let rows = store::list(tx, &scope, &filter, &page).await?;
        let Paged { items, next } = Paged::cut(rows, &page, |transfer| transfer.id.uuid());
        Ok(Paged { items: told_all(tx, &asking, items).await?, next })
    })
    .await
}

async fn told(tx: &mut Tx, actor: &Actor, transfer: Transfer) -> Result<TransferView> {
    told_all(tx, actor, vec![transfer]).await?.pop().ok_or(Error::Corrupt("transfer"))
}

/// The transfers with as much of their cases as the reader needs: those who decide have no sight of a case before.
async fn told_all(tx: &mut Tx, actor: &Actor, transfers: Vec<Transfer>) -> Result<Vec<TransferView>> {
    let ids: Vec<_> = transfers.iter().map(|transfer| transfer.case_id).collect();
    let cases = cases::find_all(tx, &everywhere(), &ids).await?;
    let domains = needs::open_domains(tx, &everywhere(), &ids).await?;
    let view = |transfer: Transfer| {
        let case = cases.iter().find(|case| case.id == transfer.case_id).ok_or(Error::Corrupt("transfer"))?;
        let is_open = transfer.state == TransferState::Offered;
        let may_know = is_open || policy::covers(&actor.area, case.district);
        let of_case = domains.get(&case.id).cloned().unwrap_or_default();
        let about = may_know.then(|| brief(case, of_case));
        Ok(TransferView { transfer, case_number: case.number, about })
    };
    transfers.into_iter().map(view).collect()
}

fn brief(case: &Case, domains: std::collections::BTreeSet<directory::Domain>) -> CaseBrief {
    CaseBrief { phase: case.phase, urgency: case.urgency, domains }
}

/// The offer itself is what opens the case as far as it is told.
fn everywhere() -> Scope {
    policy::scope(&Actor::system(), Action::ReadCase)
}
