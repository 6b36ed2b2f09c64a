//! What follows for payments from what happens elsewhere: an award plans its payments, and a payee's new account takes the
//! place of the old one in whatever has not gone out. What was approved with the old account is approved no more.
use futures_util::future::LocalBoxFuture;

use super::model::payment::Payment;
use super::service::plan::plan;
use super::store;
use crate::access::policy::{self, Action, Actor};
use crate::cases;
use crate::claims::{self, AwardPayee, PayeeId};
use crate::error::{Error, Result};
use crate::work::{Cause, Event, Tx};

pub fn listen<'a>(tx: &'a mut Tx, cause: &'a Cause<'a>) -> LocalBoxFuture<'a, Result<Vec<Event>>> {
    Box::pin(async move {
        match cause.event.action() {
            "award.made" => {
                let everywhere = policy::scope(&Actor::system(), Action::ReadClaim);
                let award = claims::award(tx, &everywhere, cause.event.subject()).await?;
                plan(tx, &award, (cause.actor.user, cause.at)).await
            }
            "payee.account_changed" => {
                let payee = cause.event.fact("payee").and_then(|id| id.parse().ok());
                redirect(tx, payee.ok_or(Error::Corrupt("payee"))?).await
            }
            "case.transferred" => follow(tx, cause.event).await,
            _ => Ok(Vec::new()),
        }
    })
}

/// Who answers for a case confirms its receipts. A batch keeps the districts it was built of.
async fn follow(tx: &mut Tx, event: &Event) -> Result<Vec<Event>> {
    let (permit, case, district) = cases::transferred(event)?;
    store::follow_case(tx, &permit, case, district).await.map(|()| Vec::new())
}

async fn redirect(tx: &mut Tx, payee: PayeeId) -> Result<Vec<Event>> {
    let everywhere = policy::scope(&Actor::system(), Action::ReadPayment);
    let mut events = Vec::new();
    for payment in store::not_gone(tx, &everywhere, payee).await? {
        let to = now_paid_to(tx, &payment).await?;
        let permit = policy::permit(&Actor::system(), Action::PostLedger, &payment.subject())?;
        let version = payment.version;
        let (payment, redirected) = payment.redirect(&to)?;
        store::update_payment(tx, &permit, &payment, version).await?;
        events.push(redirected);
    }
    Ok(events)
}

/// How the payee of a payment is paid now, by the account that holds.
pub(super) async fn now_paid_to(tx: &mut Tx, payment: &Payment) -> Result<AwardPayee> {
    let everywhere = policy::scope(&Actor::system(), Action::ReadClaim);
    let award = claims::award(tx, &everywhere, payment.award_id).await?;
    let payee = award.payees.into_iter().find(|one| one.payee_id == payment.payee_id);
    payee.ok_or(Error::Corrupt("award"))
}
