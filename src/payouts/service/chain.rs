//! The whole of one payment, from the attack to the receipt: who did what, when, on which papers, under which line of the
//! tariff.
use schemars::JsonSchema;
use serde::Serialize;

use super::{get, told};
use crate::access::UserId;
use crate::access::policy::{self, Action, Actor};
use crate::cases::{self, CaseId};
use crate::claims::{self, Proof};
use crate::error::{Error, Result};
use crate::incidents::{self, Incident};
use crate::kernel::numbers::CaseNumber;
use crate::kernel::places::Pcode;
use crate::kernel::time::Time;
use crate::ledger::{self, Transfer};
use crate::payouts::model::batch::BatchView;
use crate::payouts::model::payment::{Payment, PaymentId};
use crate::payouts::store::{self, ResultView};
use crate::work::{Done, Tx, Work};

/// The case, as far as a payment is asked about.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChainCase {
    pub id: CaseId,
    pub number: CaseNumber,
    pub district: Pcode,
    pub opened_at: Time,
    pub opened_by: UserId,
}

/// Every link between an attack and a receipt. It names nobody; numbers of papers are for those who may know whose they are.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PaymentChain {
    pub incident: Incident,
    pub case: ChainCase,
    #[serde(flatten)]
    pub proof: Proof,
    pub payment: Payment,
    /// The payment that it was sent again as.
    pub reissued_as: Option<PaymentId>,
    /// Once it is in one.
    pub batch: Option<BatchView>,
    /// What banks said of it, and what of that was taken back; the oldest first, 200 at most.
    pub results: Vec<ResultView>,
    /// What was booked for it, or for its batch as a whole; the oldest first, 200 at most.
    pub entries: Vec<Transfer>,
}

pub async fn view(work: &Work, actor: &Actor, id: PaymentId) -> Result<PaymentChain> {
    let (asking, keys) = (actor.clone(), work.keys());
    work.view_whole(actor, async move |tx: &mut Tx| {
        let scope = policy::scope(&asking, Action::ReadPayment);
        let payment = store::find_payment(tx, &scope, id).await?.ok_or(Error::NOT_FOUND)?;
        let umeed = Actor::system();
        let proof = claims::proof(tx, &keys, &asking, payment.award_id).await?;
        let incident = policy::scope(&asking, Action::ReadIncident);
        let incident = incidents::get(tx, &incident, proof.claim.claim.incident_id).await?;
        let case = cases::get(tx, &policy::scope(&umeed, Action::ReadCase), payment.case_id).await?;
        let (id, number, district) = (case.id, case.number, case.district);
        let case = ChainCase { id, number, district, opened_at: case.opened_at, opened_by: case.opened_by };
        let batch_id = payment.state.batch();
        // Whoever sees one payment sees what it went out with, wherever the others are.
        let everywhere = policy::scope(&umeed, Action::ReadPayment);
        let batch = match batch_id {
            Some(id) => {
                let batch = get(tx, &everywhere, id).await?;
                Some(told(tx, batch).await?)
            }
            None => None,
        };
        let chain = PaymentChain {
            incident,
            case,
            proof,
            reissued_as: store::reissued_as(tx, payment.id).await?,
            results: store::results_of(tx, payment.id).await?,
            entries: ledger::entries_of(tx, payment.id, batch_id).await?,
            batch,
            payment,
        };
        let key = claims::key_of(tx, &keys, &asking, chain.payment.victim_id).await?;
        let viewed = chain.payment.event("payment.chain_viewed").masked(key.is_blind());
        Ok(Done::new(chain, viewed))
    })
    .await
}
