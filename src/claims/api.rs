//! Claims over HTTP.
use actix_web::http::Method;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use super::award::AwardView;
use super::evidence::{NewEvidence, NewWaiver};
use super::model::{Claim, ClaimId};
use super::payee::{Account, NewPayee, PayeeId, PayeeView};
use super::service::preparing::NewClaim;
use super::service::{self, ClaimView, awarding, deciding, evidence, payees, preparing};
use super::state::ClaimMove;
use super::store::Filter;
use super::terms::ClaimTerms;
use super::words::{RejectReason, ReturnReason, WithdrawReason};
use crate::access::policy::{Action, Actor};
use crate::cases::CaseId;
use crate::error::Result;
use crate::http::{
    Allow, Command, Created, Found, IfMatch, KeyedCommand, Listed, Listing, Moved, Nothing, Place, Plain, Resource,
    Routes,
};
use crate::kernel::text::Line;
use crate::tariffs::Choice;
use crate::work::Work;

impl Resource for ClaimView {
    /// Other claims and the protection of the person change what is told.
    fn is_told_by_version(&self) -> bool {
        false
    }
    fn version(&self) -> i64 {
        self.claim.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/claims/{}", self.claim.id))
    }
}

impl Resource for PayeeView {
    fn is_told_by_version(&self) -> bool {
        false
    }
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        None
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReturnBody {
    reason: ReturnReason,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RejectBody {
    reason: RejectReason,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WithdrawBody {
    reason: WithdrawReason,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ApproveBody {
    /// That of `GET /claims/{id}/award`: what you saw is what you approve.
    #[schemars(length(equal = 64))]
    digest: Line<64>,
}

pub fn routes(routes: Routes) -> Routes {
    let (read, prepare) = (Allow::May(Action::ReadClaim), Allow::May(Action::PrepareClaim));
    let (verify, decide) = (Allow::May(Action::VerifyClaim), Allow::May(Action::DecideClaim));
    let (waive, back) = (Allow::May(Action::WaiveEvidence), Allow::May(Action::ReturnClaim));
    routes
        .on(Method::GET, "/cases/{id}/tariffs", prepare, "What the State pays for the harms of a victim", claimable)
        .on(Method::POST, "/cases/{id}/claims", prepare, "Prepare a claim", add)
        .on(Method::GET, "/cases/{id}/claims", prepare, "The claims of a case, newest first", of_case)
        .on(Method::GET, "/claims", read, "Claims of one's area, newest first", list)
        .on(Method::GET, "/claims/{id}", read, "One claim with its papers; recorded", view)
        .on(Method::PATCH, "/claims/{id}", prepare, "Move it to another harm, instrument or line", change)
        .on(Method::POST, "/claims/{id}/evidence", prepare, "Attach a paper", attach)
        .on(Method::POST, "/claims/{id}/waive", waive, "Do without a paper, as a second person", set_aside)
        .on(Method::GET, "/claims/{id}/payees", read, "Who is paid, and how; recorded", list_payees)
        .on(Method::POST, "/claims/{id}/payees", prepare, "Add somebody who is to be paid", add_payee)
        .on(Method::POST, "/payees/{id}/remove", prepare, "Take a payee off", remove_payee)
        .on(Method::POST, "/payees/{id}/account", prepare, "Pay somebody by another account, after a wait", move_payee)
        .on(Method::GET, "/claims/{id}/award", read, "What would be awarded, or was, with its digest; recorded", award)
        .on(Method::POST, "/claims/{id}/submit", prepare, "Ask for a decision", submit)
        .on(Method::POST, "/claims/{id}/verify", verify, "Find it right, as a second person", verify_claim)
        .on(Method::POST, "/claims/{id}/return", back, "Send it back, as a second person", send_back)
        .on(Method::POST, "/claims/{id}/approve", decide, "Approve what was shown, as a third person", approve)
        .on(Method::POST, "/claims/{id}/reject", decide, "Reject it, with the victim's right of appeal", reject)
        .on(Method::POST, "/claims/{id}/withdraw", prepare, "Give it up", withdraw)
}

async fn claimable(
    work: Data<Work>,
    actor: Actor,
    case: Place<CaseId>,
    listing: Listing<Nothing>,
) -> Result<Listed<Choice>> {
    preparing::claimable(&work, &actor, case.0, listing.page).await.map(Listed)
}

async fn add(work: Data<Work>, case: Place<CaseId>, command: KeyedCommand<NewClaim>) -> Result<Created<ClaimView>> {
    let Command { actor, key, body } = command.0;
    preparing::prepare(&work, &actor, key, case.0, body).await.map(Created)
}

async fn of_case(
    work: Data<Work>,
    actor: Actor,
    case: Place<CaseId>,
    listing: Listing<Nothing>,
) -> Result<Listed<Claim>> {
    service::list_of_case(&work, &actor, case.0, listing.page).await.map(Listed)
}

async fn list(work: Data<Work>, actor: Actor, listing: Listing<Filter>) -> Result<Listed<Claim>> {
    service::list(&work, &actor, listing.filter, listing.page).await.map(Listed)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<ClaimId>) -> Result<Found<ClaimView>> {
    service::view(&work, &actor, id.0).await.map(Found)
}

async fn list_payees(work: Data<Work>, actor: Actor, id: Place<ClaimId>) -> Result<Plain<Vec<PayeeView>>> {
    payees::list(&work, &actor, id.0).await.map(Plain)
}

async fn add_payee(
    work: Data<Work>,
    terms: Data<ClaimTerms>,
    id: Place<ClaimId>,
    command: KeyedCommand<NewPayee>,
) -> Result<Created<PayeeView>> {
    let Command { actor, key, body } = command.0;
    payees::add(&work, (&actor, &terms), key, id.0, body).await.map(Created)
}

async fn remove_payee(
    work: Data<Work>,
    id: Place<PayeeId>,
    read: IfMatch,
    command: KeyedCommand<Nothing>,
) -> Result<Moved<PayeeView>> {
    let Command { actor, key, .. } = command.0;
    payees::remove(&work, &actor, key, (id.0, read.0)).await.map(Moved)
}

async fn move_payee(
    work: Data<Work>,
    terms: Data<ClaimTerms>,
    id: Place<PayeeId>,
    read: IfMatch,
    command: KeyedCommand<Account>,
) -> Result<Moved<PayeeView>> {
    let Command { actor, key, body } = command.0;
    payees::change_account(&work, (&actor, &terms), key, (id.0, read.0), body).await.map(Moved)
}

async fn award(
    work: Data<Work>,
    terms: Data<ClaimTerms>,
    actor: Actor,
    id: Place<ClaimId>,
) -> Result<Plain<AwardView>> {
    awarding::view(&work, (&actor, &terms), id.0).await.map(Plain)
}

/// What a preparer or a second person does to the papers or the ground of a claim.
macro_rules! changes {
    ($($name:ident($type:ty) => $change:path;)+) => {$(
        async fn $name(
            work: Data<Work>,
            id: Place<ClaimId>,
            read: IfMatch,
            command: KeyedCommand<$type>,
        ) -> Result<Moved<ClaimView>> {
            let Command { actor, key, body } = command.0;
            $change(&work, &actor, key, (id.0, read.0), body).await.map(Moved)
        }
    )+};
}

changes! {
    change(NewClaim) => preparing::change;
    attach(NewEvidence) => evidence::attach;
    set_aside(NewWaiver) => evidence::waive;
}

/// One move of a claim: the body, what it takes, and where it leads.
macro_rules! moves {
    ($($name:ident($body:ident: $type:ty) => $action:expr, $step:expr;)+) => {$(
        async fn $name(
            work: Data<Work>,
    terms: Data<ClaimTerms>,
            id: Place<ClaimId>,
            read: IfMatch,
            command: KeyedCommand<$type>,
        ) -> Result<Moved<ClaimView>> {
            let Command { actor, key, body: $body } = command.0;
            deciding::make(&work, (&actor, &terms), key, (id.0, read.0), ($action, $step)).await.map(Moved)
        }
    )+};
}

moves! {
    submit(_body: Nothing) => Action::PrepareClaim, ClaimMove::Submit;
    verify_claim(_body: Nothing) => Action::VerifyClaim, ClaimMove::Verify;
    send_back(body: ReturnBody) => Action::ReturnClaim, ClaimMove::Return(body.reason);
    reject(body: RejectBody) => Action::DecideClaim, ClaimMove::Reject(body.reason);
    withdraw(body: WithdrawBody) => Action::PrepareClaim, ClaimMove::Withdraw(body.reason);
}

async fn approve(
    work: Data<Work>,
    terms: Data<ClaimTerms>,
    id: Place<ClaimId>,
    read: IfMatch,
    command: KeyedCommand<ApproveBody>,
) -> Result<Moved<ClaimView>> {
    let Command { actor, key, body } = command.0;
    let digest = body.digest.into_string();
    deciding::approve(&work, (&actor, &terms), key, (id.0, read.0), digest).await.map(Moved)
}
