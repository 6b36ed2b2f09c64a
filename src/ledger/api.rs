//! Funds and the books over HTTP. Nobody books by hand.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::book::Transfer;
use super::model::{Accounts, FundId, FundView, NewAllotment, NewFund};
use super::service;
use super::store::{FundFilter, TransferFilter};
use super::year::FiscalYear;
use crate::access::policy::{Action, Actor};
use crate::error::Result;
use crate::http::{Allow, Command, Created, Found, KeyedCommand, Listed, Listing, Performed, Place, Resource, Routes};
use crate::kernel::time::Date;
use crate::tariffs::InstrumentId;
use crate::work::Work;

impl Resource for FundView {
    /// A fund itself never changes; what is booked on it does.
    fn is_told_by_version(&self) -> bool {
        false
    }
    fn version(&self) -> i64 {
        1
    }
    fn path(&self) -> Option<String> {
        Some(format!("/funds/{}", self.fund.id))
    }
}

/// What balances may be narrowed to.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct BalancesAsked {
    /// The end of this day in Pakistan.
    at: Date,
    fund_id: Option<FundId>,
    instrument_id: Option<InstrumentId>,
    fiscal_year: Option<FiscalYear>,
}

pub fn routes(routes: Routes) -> Routes {
    let (manage, funds) = (Allow::May(Action::ManageFunds), Allow::May(Action::ReadFund));
    let read = Allow::May(Action::ReadLedger);
    routes
        .on(Method::POST, "/funds", manage, "Open the fund of an instrument for a fiscal year", open)
        .on(Method::GET, "/funds", funds, "Funds and how much of each is where, newest first", list)
        .on(Method::GET, "/funds/{id}", funds, "One fund and how much of it is where", view)
        .on(Method::POST, "/funds/{id}/allotments", manage, "Enter an order that allots or surrenders money", allot)
        .on(Method::GET, "/ledger/accounts", read, "The accounts of each fund, as they are now", accounts)
        .on(Method::GET, "/ledger/balances", read, "How much of each fund was where at the end of a day", balances)
        .on(Method::GET, "/ledger/entries", read, "What was booked, newest first: a debit and a credit each", entries)
}

async fn open(work: Data<Work>, command: KeyedCommand<NewFund>) -> Result<Created<FundView>> {
    let Command { actor, key, body } = command.0;
    service::open(&work, &actor, key, body).await.map(Created)
}

async fn list(work: Data<Work>, actor: Actor, listing: Listing<FundFilter>) -> Result<Listed<FundView>> {
    service::funds(&work, &actor, (listing.filter, listing.page)).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<FundId>) -> Result<Found<FundView>> {
    service::view(&work, &actor, id.0).await.map(Found)
}

async fn allot(
    work: Data<Work>,
    id: Place<FundId>,
    command: KeyedCommand<NewAllotment>,
) -> Result<Performed<FundView>> {
    let Command { actor, key, body } = command.0;
    service::allot(&work, &actor, key, (id.0, body)).await.map(Performed)
}

async fn accounts(work: Data<Work>, actor: Actor, listing: Listing<FundFilter>) -> Result<Listed<Accounts>> {
    service::accounts(&work, &actor, (listing.filter, listing.page)).await.map(Listed)
}

async fn balances(work: Data<Work>, actor: Actor, listing: Listing<BalancesAsked>) -> Result<Listed<FundView>> {
    let BalancesAsked { at, fund_id, instrument_id, fiscal_year } = listing.filter;
    let filter = FundFilter { fund_id, instrument_id, fiscal_year };
    service::balances(&work, &actor, (filter, listing.page), at).await.map(Listed)
}

async fn entries(work: Data<Work>, actor: Actor, listing: Listing<TransferFilter>) -> Result<Listed<Transfer>> {
    service::entries(&work, &actor, listing.filter, listing.page).await.map(Listed)
}
