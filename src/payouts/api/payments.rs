//! Single payments over HTTP. They name nobody.
use actix_web::http::Method as Verb;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::policy::{Action, Actor};
use crate::error::Result;
use crate::http::{
    Allow, Command, Created, Found, IfMatch, KeyedCommand, Listed, Listing, Moved, Nothing, Performed, Place, Plain,
    Resource, Routes,
};
use crate::payouts::model::call::{CallView, NewCall};
use crate::payouts::model::payment::{Payment, PaymentId};
use crate::payouts::model::sample::{NewSample, Sample, SampleId, SampleView};
use crate::payouts::model::words::{CancelReason, ConfirmedHow, UndoReason};
use crate::payouts::service::calls::{self, CallSheet};
use crate::payouts::service::chain::{self, PaymentChain};
use crate::payouts::service::payments::{self as service, PaymentFilter};
use crate::payouts::service::sample as samples;
use crate::work::Work;

impl Resource for Payment {
    fn version(&self) -> i64 {
        self.version
    }
    fn path(&self) -> Option<String> {
        Some(format!("/payments/{}", self.id))
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CancelBody {
    reason: CancelReason,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ConfirmBody {
    how: ConfirmedHow,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UndoBody {
    reason: UndoReason,
}

pub fn routes(routes: Routes) -> Routes {
    let (read, build) = (Allow::May(Action::ReadPayment), Allow::May(Action::BuildBatch));
    let (sampling, samples) = (Allow::May(Action::DrawSample), Allow::May(Action::ReadSample));
    let calling = Allow::May(Action::CallPayee);
    let (reconcile, confirm) = (Allow::May(Action::ReconcilePayment), Allow::May(Action::ConfirmPayment));
    routes
        .on(Verb::GET, "/payments", read, "Payments, newest first", list)
        .on(Verb::POST, "/payments/samples", sampling, "Draw a sample of what was paid, by a seed that is kept", draw)
        .on(Verb::GET, "/payments/samples", samples, "Samples that were drawn, newest first", drawn)
        .on(Verb::GET, "/payments/samples/{id}", samples, "One sample, its payments and what the payees say", sample)
        .on(Verb::GET, "/payments/{id}", read, "One payment", view)
        .on(Verb::GET, "/payments/{id}/call", calling, "Whether to call the payee, and what to heed; recorded", sheet)
        .on(Verb::POST, "/payments/{id}/calls", calling, "Write down what the payee said to a call", call)
        .on(
            Verb::GET,
            "/payments/{id}/chain",
            read,
            "From the attack to the receipt: who did what, when; recorded",
            chain,
        )
        .on(Verb::POST, "/payments/{id}/cancel", build, "Give up a planned payment", give_up)
        .on(Verb::POST, "/payments/{id}/plan-again", build, "Plan what was given up again, as a second person", anew)
        .on(Verb::POST, "/payments/{id}/reissue", reconcile, "Send what came back again, as a new payment", reissue)
        .on(Verb::POST, "/payments/{id}/undo", reconcile, "Take back what the bank said, as a second person", take_back)
        .on(Verb::POST, "/payments/{id}/confirm", confirm, "Record that the payee says the money is there", receipt)
}

async fn list(work: Data<Work>, actor: Actor, listing: Listing<PaymentFilter>) -> Result<Listed<Payment>> {
    service::list(&work, &actor, listing.filter, listing.page).await.map(Listed)
}

async fn draw(work: Data<Work>, command: KeyedCommand<NewSample>) -> Result<Performed<SampleView>> {
    let Command { actor, key, body } = command.0;
    samples::draw(&work, &actor, key, body).await.map(Performed)
}

async fn drawn(work: Data<Work>, actor: Actor, listing: Listing<Nothing>) -> Result<Listed<Sample>> {
    samples::list(&work, &actor, listing.page).await.map(Listed)
}

async fn sample(work: Data<Work>, actor: Actor, id: Place<SampleId>) -> Result<Plain<SampleView>> {
    samples::view(&work, &actor, id.0).await.map(Plain)
}

async fn sheet(work: Data<Work>, actor: Actor, id: Place<PaymentId>) -> Result<Plain<CallSheet>> {
    calls::prepare(&work, &actor, id.0).await.map(Plain)
}

async fn call(work: Data<Work>, id: Place<PaymentId>, command: KeyedCommand<NewCall>) -> Result<Performed<CallView>> {
    let Command { actor, key, body } = command.0;
    calls::record(&work, &actor, key, (id.0, body)).await.map(Performed)
}

async fn chain(work: Data<Work>, actor: Actor, id: Place<PaymentId>) -> Result<Plain<PaymentChain>> {
    chain::view(&work, &actor, id.0).await.map(Plain)
}

async fn view(work: Data<Work>, actor: Actor, id: Place<PaymentId>) -> Result<Found<Payment>> {
    service::view(&work, &actor, id.0).await.map(Found)
}

async fn give_up(
    work: Data<Work>,
    id: Place<PaymentId>,
    read: IfMatch,
    command: KeyedCommand<CancelBody>,
) -> Result<Moved<Payment>> {
    let Command { actor, key, body } = command.0;
    service::cancel(&work, &actor, key, (id.0, read.0), body.reason).await.map(Moved)
}

async fn anew(
    work: Data<Work>,
    id: Place<PaymentId>,
    read: IfMatch,
    command: KeyedCommand<Nothing>,
) -> Result<Created<Payment>> {
    let Command { actor, key, .. } = command.0;
    service::plan_again(&work, &actor, key, (id.0, read.0)).await.map(Created)
}

async fn reissue(
    work: Data<Work>,
    id: Place<PaymentId>,
    read: IfMatch,
    command: KeyedCommand<Nothing>,
) -> Result<Created<Payment>> {
    let Command { actor, key, .. } = command.0;
    service::reissue(&work, &actor, key, (id.0, read.0)).await.map(Created)
}

async fn take_back(
    work: Data<Work>,
    id: Place<PaymentId>,
    read: IfMatch,
    command: KeyedCommand<UndoBody>,
) -> Result<Moved<Payment>> {
    let Command { actor, key, body } = command.0;
    service::undo(&work, &actor, key, (id.0, read.0), body.reason).await.map(Moved)
}

async fn receipt(
    work: Data<Work>,
    id: Place<PaymentId>,
    read: IfMatch,
    command: KeyedCommand<ConfirmBody>,
) -> Result<Moved<Payment>> {
    let Command { actor, key, body } = command.0;
    service::confirm(&work, &actor, key, (id.0, read.0), body.how).await.map(Moved)
}
