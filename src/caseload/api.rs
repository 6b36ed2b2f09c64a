//! Transfers and moved caseloads over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{ReturnReason, TransferId, TransferMove, TransferReason, TransferView};
use super::service::moving::{self, Leaving, MovedCaseload};
use super::service::transfers;
use super::store::Filter;
use crate::access::UserId;
use crate::access::policy::{Action, Actor};
use crate::cases::CaseId;
use crate::error::{Code, Result};
use crate::http::{
    Allow, Command, Created, Found, IfMatch, KeyedCommand, Listed, Listing, Moved, Nothing, Performed, Place, Resource,
    Routes,
};
use crate::kernel::places::Pcode;
use crate::work::Work;

impl Resource for TransferView {
    /// What is told of the case changes without the offer.
    fn is_told_by_version(&self) -> bool {
        false
    }
    fn version(&self) -> i64 {
        self.transfer.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/transfers/{}", self.transfer.id))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TransferBody {
    /// Where somebody else than you keeps cases.
    district: Pcode,
    reason: TransferReason,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AcceptBody {
    /// Who shall keep the case in its new district; nobody yet, if left out.
    #[serde(default)]
    officer_id: Option<UserId>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReturnBody {
    reason: ReturnReason,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MoveBody {
    /// Who leaves; may be disabled already.
    from_officer_id: UserId,
    /// Who takes over. Each case goes to whoever of them has got least and may keep files in its district.
    #[schemars(length(min = 1, max = 50))]
    to_officer_ids: Vec<UserId>,
}

pub fn routes(routes: Routes) -> Routes {
    let (read, offer) = (Allow::May(Action::ReadTransfer), Allow::May(Action::TransferCase));
    let answer = Allow::May(Action::AnswerTransfer);
    let assign = Allow::May(Action::AssignCase);
    routes
        .on(Method::POST, "/cases/{id}/transfer", offer, "Offer a case to another district", make_offer)
        .on(Method::GET, "/transfers", read, "Transfers sent or received, newest first", list)
        .on(Method::GET, "/transfers/{id}", read, "One transfer, with what is needed to decide on it", view)
        .on(Method::POST, "/transfers/{id}/accept", answer, "Take a case that was offered", accept)
        .on(Method::POST, "/transfers/{id}/return", answer, "Leave a case where it is, with a reason", send_back)
        .on(Method::POST, "/transfers/{id}/withdraw", offer, "Take an offer back", withdraw)
        .on(Method::POST, "/caseload/move", assign, "Move every case of an officer who leaves", move_all)
}

async fn make_offer(
    work: Data<Work>,
    id: Place<CaseId>,
    read: IfMatch,
    command: Command<TransferBody>,
) -> Result<Created<TransferView>> {
    let Command { actor, key, body: TransferBody { district, reason } } = command;
    transfers::offer(&work, &actor, key, (id.0, read.0), (district, reason)).await.map(Created)
}

async fn list(work: Data<Work>, actor: Actor, listing: Listing<Filter>) -> Result<Listed<TransferView>> {
    transfers::list(&work, &actor, listing.filter, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<TransferId>) -> Result<Found<TransferView>> {
    transfers::view(&work, &actor, id.0).await.map(Found)
}

async fn accept(
    work: Data<Work>,
    id: Place<TransferId>,
    read: IfMatch,
    command: Command<AcceptBody>,
) -> Result<Moved<TransferView>> {
    let Command { actor, key, body } = command;
    transfers::accept(&work, &actor, key, (id.0, read.0), body.officer_id).await.map(Moved)
}

async fn send_back(
    work: Data<Work>,
    id: Place<TransferId>,
    read: IfMatch,
    command: Command<ReturnBody>,
) -> Result<Moved<TransferView>> {
    let Command { actor, key, body } = command;
    transfers::end(&work, &actor, key, (id.0, read.0), TransferMove::Return(body.reason)).await.map(Moved)
}

async fn withdraw(
    work: Data<Work>,
    id: Place<TransferId>,
    read: IfMatch,
    command: Command<Nothing>,
) -> Result<Moved<TransferView>> {
    let Command { actor, key, .. } = command;
    transfers::end(&work, &actor, key, (id.0, read.0), TransferMove::Withdraw).await.map(Moved)
}

async fn move_all(work: Data<Work>, command: KeyedCommand<MoveBody>) -> Result<Performed<MovedCaseload>> {
    let Command { actor, key, body: MoveBody { from_officer_id, to_officer_ids } } = command.0;
    let key = key.ok_or(Code::KeyRequired)?;
    let leaving = Leaving { from: from_officer_id, to: to_officer_ids };
    moving::move_all(&work, &actor, &key, leaving).await.map(Performed)
}
