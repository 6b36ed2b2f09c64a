//! What is read of a batch by those who work on it: its files, and who is paid what. Every such read is recorded.
use data_encoding::HEXLOWER;
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::get;
use super::import::Imported;
use super::release::place_of_file;
use crate::access::policy::{self, Action, Actor};
use crate::claims::{self, OtherClaim, Paid};
use crate::error::{Error, Result};
use crate::kernel::names::PersonName;
use crate::kernel::page::{Page, Paged};
use crate::payouts::model::batch::BatchId;
use crate::payouts::model::payment::Payment;
use crate::payouts::model::words::FileFormat;
use crate::payouts::store::{self, PaymentFilter};
use crate::work::{Done, Tx, Work};

pub use crate::payouts::store::{ResultFile, ResultFileId};

/// A payment as its approver sees it: who is paid, and an account that can be recognised and not used.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PaymentView {
    #[serde(flatten)]
    pub payment: Payment,
    /// Not told if the victim is hidden from whoever looks.
    pub payee_name: Option<PersonName>,
    pub account_title: Option<PersonName>,
    pub account: Option<String>,
    /// Every claim of the victim, wherever it is, the one that is paid among them: two governments may pay for one death.
    pub claims: Vec<OtherClaim>,
}

/// The file as it was made at the release.
pub async fn file(work: &Work, actor: &Actor, id: BatchId, format: FileFormat) -> Result<Vec<u8>> {
    let (scope, keys) = (policy::scope(actor, Action::ReadPayment), work.keys());
    work.view_whole(actor, async move |tx: &mut Tx| {
        let batch = get(tx, &scope, id).await?;
        let sealed = store::find_file(tx, id, format).await?.ok_or(Error::NOT_FOUND)?;
        let content = keys.open_file(&place_of_file(id, format), &sealed)?;
        let told = batch.event("payment_batch.downloaded").with("format", format.word());
        let told = told.with("sha256", HEXLOWER.encode(&Sha256::digest(&content)));
        Ok(Done::new(content, told))
    })
    .await
}

/// The files that a bank answered a batch with, as far as they said anything new, newest first.
pub async fn results(work: &Work, actor: &Actor, id: BatchId, page: Page) -> Result<Paged<ResultFile>> {
    let scope = policy::scope(actor, Action::ReadPayment);
    work.read_whole(async move |tx: &mut Tx| {
        get(tx, &scope, id).await?;
        Ok(Paged::cut(store::list_result_files(tx, id, &page).await?, &page, |file| file.id.uuid()))
    })
    .await
}

/// What was answered when one of them was taken in. It names nobody.
pub async fn verdicts(work: &Work, actor: &Actor, id: ResultFileId) -> Result<Imported> {
    let scope = policy::scope(actor, Action::ReadPayment);
    work.read_whole(async move |tx: &mut Tx| {
        let (batch, verdicts) = store::find_verdicts(tx, id).await?.ok_or(Error::NOT_FOUND)?;
        get(tx, &scope, batch).await?;
        serde_json::from_str(&verdicts).map_err(|_| Error::Corrupt("payment results"))
    })
    .await
}

/// The payments of a batch with whom they pay. Every person shown leaves a record under their case.
pub async fn payments(work: &Work, actor: &Actor, id: BatchId, page: Page) -> Result<Paged<PaymentView>> {
    let (scope, keys) = (policy::scope(actor, Action::ReadPayment), work.keys());
    let eyes = policy::scope(&Actor::system(), Action::ReadVictim).on_word_of(actor.user);
    work.view_whole(actor, async move |tx: &mut Tx| {
        let batch = get(tx, &scope, id).await?;
        let filter = PaymentFilter { batch_id: Some(id), ..PaymentFilter::default() };
        // All of them, wherever their cases are by now: what is approved is the whole batch.
        let everywhere = policy::scope(&Actor::system(), Action::ReadPayment);
        let rows = store::list_payments(tx, &everywhere, &filter, &page).await?;
        let Paged { items, next } = Paged::cut(rows, &page, |payment| payment.id.uuid());
        let accounts: Vec<_> = items.iter().map(|payment| payment.account_id).collect();
        let opened = claims::accounts(tx, (&keys, &eyes), &accounts).await?;
        let victims: Vec<_> = items.iter().map(|payment| payment.victim_id).collect();
        let claimed = claims::of_victims(tx, &everywhere, &victims).await?;
        let (mut views, mut seen) = (Vec::new(), Vec::new());
        for payment in items {
            let to = opened.get(&payment.account_id);
            seen.push(payment.event("payment.viewed").masked(to.is_none()));
            views.push(PaymentView {
                payee_name: to.map(|to| to.name().clone()),
                account_title: to.and_then(|to| to.account.title.clone()),
                account: to.and_then(Paid::masked),
                claims: claimed.get(&payment.victim_id).cloned().unwrap_or_default(),
                payment,
            });
        }
        Ok(Done::new(Paged { items: views, next }, batch.event("payment_batch.payments_viewed")).and_all(seen))
    })
    .await
}
