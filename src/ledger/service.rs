//! Use cases of the ledger. Only other slices book, in their own unit of work; people open funds, allot, and read.
use std::collections::BTreeMap;

use super::book::{AccountKind, Book, Reason, Shortfall, Tie, Transfer, TransferId};
use super::model::{Accounts, Allotment, AllotmentId, Balances, Fund, FundId, FundView, NewAllotment, NewFund};
use super::store::{self, FundFilter, TransferFilter};
use super::year::FiscalYear;
use crate::access::policy::{self, Action, Actor, Scope, Subject};
use crate::db::Isolation;
use crate::error::{Code, Error, Result};
use crate::kernel::ids::Id;
use crate::kernel::money::Paisa;
use crate::kernel::page::{Page, Paged};
use crate::kernel::time::Date;
use crate::tariffs::InstrumentId;
use crate::work::{Done, Key, Tx, Work, Written};

/// Opens a fund with nothing in it. An instrument has one a fiscal year: 409.
pub async fn open(work: &Work, actor: &Actor, key: Option<Key>, new: NewFund) -> Result<Written<FundView>> {
    let (asking, now, id) = (actor.clone(), work.now(), FundId::new());
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let fund = Fund::open(id, new, (asking.user, now));
        let permit = policy::permit(&asking, Action::ManageFunds, &Subject::of(id.uuid()))?;
        store::insert_fund(tx, &permit, &fund).await.map_err(|error| match error {
            error if error.is_unknown_reference() => Error::unknown_reference("/instrument_id"),
            error if error.is_duplicate() => Error::conflict_at(
                "/fiscal_year",
                Code::AlreadyExists,
                "this instrument has a fund of this fiscal year",
            ),
            error => error,
        })?;
        let view = FundView { fund, balances: Balances::from(&Book::default()) };
        Ok(Done::new(view, fund.event()))
    })
    .await
}

/// Gives a fund money, or takes back what nobody has spoken for.
pub async fn allot(
    work: &Work,
    actor: &Actor,
    key: Option<Key>,
    (fund, new): (FundId, NewAllotment),
) -> Result<Written<FundView>> {
    let (asking, now) = (actor.clone(), work.now());
    new.check(now.local_date())?;
    let (allotment, transfer) = (AllotmentId::new(), TransferId::new());
    work.write_at(Isolation::Serializable, actor, key, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadFund);
        let fund = store::find_fund(tx, &scope, fund).await?.ok_or(Error::NOT_FOUND)?;
        let permit = policy::permit(&asking, Action::ManageFunds, &Subject::of(fund.id.uuid()))?;
        let allotment = Allotment::new(allotment, fund.id, new.clone(), (asking.user, now));
        store::insert_allotment(tx, &permit, &allotment).await.map_err(|error| match error {
            error if error.is_duplicate() => {
                Error::conflict_at("/order_number", Code::AlreadyExists, "this order was entered for this fund")
            }
            error => error,
        })?;
        let amount = (allotment.kind.reason(), allotment.amount_paisa);
        let booked = Transfer::new(transfer, fund.id, amount, Tie::allotment(allotment.id), (asking.user, now));
        let book = post_on(tx, fund.id, &[&booked.ok_or(Error::Corrupt("allotment"))?]).await?;
        Ok(Done::new(FundView { fund, balances: Balances::from(&book) }, allotment.event()))
    })
    .await
}

/// Books transfers, in the caller's unit of work, which is serializable. Refuses all of them if one would take from an
/// account what it does not hold: 409 `fund_exhausted` if that is the money nobody has spoken for.
pub async fn post(tx: &mut Tx, transfers: &[Transfer]) -> Result<()> {
    let mut by_fund: BTreeMap<FundId, Vec<&Transfer>> = BTreeMap::new();
    for transfer in transfers {
        by_fund.entry(transfer.fund_id).or_default().push(transfer);
    }
    // Funds are held in the order of their ids, so that two who book wait for each other and never in a ring.
    for (fund, transfers) in by_fund {
        post_on(tx, fund, &transfers).await?;
    }
    Ok(())
}

async fn post_on(tx: &mut Tx, fund: FundId, transfers: &[&Transfer]) -> Result<Book> {
    let permit = policy::permit(&Actor::system(), Action::PostLedger, &Subject::of(fund.uuid()))?;
    let before = store::hold(tx, &permit, fund).await?;
    let after = before.post(transfers.iter().copied()).map_err(|Shortfall(account)| match account {
        AccountKind::Available => Error::from(Code::FundExhausted),
        _ => Error::Corrupt("ledger"),
    })?;
    store::post(tx, &permit, fund, (&before, &after), transfers).await?;
    Ok(after)
}

fn everything() -> Scope {
    policy::scope(&Actor::system(), Action::ReadLedger)
}

/// The fund that an instrument spends from in a fiscal year, for other slices inside their own unit of work.
pub async fn fund_for(tx: &mut Tx, instrument: InstrumentId, year: FiscalYear) -> Result<Option<FundId>> {
    store::find_for(tx, &everything(), instrument, year).await
}

/// What of a fund nobody has spoken for, for other slices inside their own unit of work.
pub async fn available(tx: &mut Tx, fund: FundId) -> Result<Paisa> {
    let book = store::books(tx, &[fund]).await?.remove(&fund).unwrap_or_default();
    Ok(book.balance(AccountKind::Available))
}

/// What was booked for a batch as a whole for one of these reasons and not undone, oldest first, for other slices inside
/// their own unit of work.
pub async fn postings_of_batch<Of>(tx: &mut Tx, batch: Id<Of>, reasons: &[Reason]) -> Result<Vec<Transfer>> {
    store::of_batch(tx, &everything(), batch.cast(), reasons).await
}

/// What was booked for these payments for one of these reasons and not undone, oldest first, for other slices inside
/// their own unit of work.
pub async fn postings_of<Of>(tx: &mut Tx, payments: &[Id<Of>], reasons: &[Reason]) -> Result<Vec<Transfer>> {
    let payments: Vec<Id<()>> = payments.iter().map(|id| id.cast()).collect();
    store::of_payments(tx, &everything(), &payments, reasons).await
}

/// Whatever was booked for a payment and for its batch as a whole, for other slices inside their own unit of work.
pub async fn entries_of<Of, By>(tx: &mut Tx, payment: Id<Of>, batch: Option<Id<By>>) -> Result<Vec<Transfer>> {
    store::entries_of(tx, &everything(), payment.cast(), batch.map(Id::cast)).await
}

pub async fn view(work: &Work, actor: &Actor, id: FundId) -> Result<FundView> {
    let scope = policy::scope(actor, Action::ReadFund);
    work.read_whole(async move |tx: &mut Tx| {
        let fund = store::find_fund(tx, &scope, id).await?.ok_or(Error::NOT_FOUND)?;
        let book = store::books(tx, &[id]).await?.remove(&id).unwrap_or_default();
        Ok(FundView { fund, balances: Balances::from(&book) })
    })
    .await
}

/// Funds, newest first, each with something made of it and of its accounts: as they are now, or were at the end of a day.
async fn page<T: Send + 'static>(
    work: &Work,
    scope: Scope,
    (filter, page): (FundFilter, Page),
    at: Option<Date>,
    of: fn(Fund, &Book) -> T,
) -> Result<Paged<T>> {
    work.read_whole(async move |tx: &mut Tx| {
        let rows = store::list_funds(tx, &scope, filter, &page).await?;
        let rows = Paged::cut(rows, &page, |fund| fund.id.uuid());
        let ids: Vec<FundId> = rows.items.iter().map(|fund| fund.id).collect();
        let books = match at {
            Some(day) => store::books_at(tx, &ids, day.plus_days(1).begins()).await?,
            None => store::books(tx, &ids).await?,
        };
        let empty = Book::default();
        Ok(rows.map(|fund| of(fund, books.get(&fund.id).unwrap_or(&empty))))
    })
    .await
}

pub async fn funds(work: &Work, actor: &Actor, asked: (FundFilter, Page)) -> Result<Paged<FundView>> {
    let scope = policy::scope(actor, Action::ReadFund);
    page(work, scope, asked, None, |fund, book| FundView { fund, balances: Balances::from(book) }).await
}

pub async fn accounts(work: &Work, actor: &Actor, asked: (FundFilter, Page)) -> Result<Paged<Accounts>> {
    page(work, policy::scope(actor, Action::ReadLedger), asked, None, Accounts::of).await
}

/// Balances at the end of a day in Pakistan.
pub async fn balances(work: &Work, actor: &Actor, asked: (FundFilter, Page), at: Date) -> Result<Paged<FundView>> {
    let scope = policy::scope(actor, Action::ReadLedger);
    let of = |fund, book: &Book| FundView { fund, balances: Balances::from(book) };
    page(work, scope, asked, Some(at), of).await
}

pub async fn entries(work: &Work, actor: &Actor, filter: TransferFilter, page: Page) -> Result<Paged<Transfer>> {
    let scope = policy::scope(actor, Action::ReadLedger);
    work.read(async move |tx: &mut Tx| {
        let rows = store::list(tx, &scope, filter, &page).await?;
        Ok(Paged::cut(rows, &page, |transfer| transfer.id.uuid()))
    })
    .await
}
