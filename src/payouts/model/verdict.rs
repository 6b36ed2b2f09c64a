//! What one row of a bank's answer says of a payment, held against what was sent: currency, account and amount. A row that
//! does not fit changes nothing, and is told why.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::batch::BatchId;
use super::payment::PaymentId;
use super::reference::PaymentReference;
use super::words::{Effect, Misfit, PaymentWord, VerdictWord};
use crate::kernel::money::Paisa;
use crate::ledger::FundId;
use crate::payouts::results::{Currency, ResultRow, ResultStatus, RowFault};

/// A payment, as far as a bank's answer is held against it.
#[derive(Debug, Clone)]
pub struct Expected {
    pub id: PaymentId,
    pub batch_id: Option<BatchId>,
    pub state: PaymentWord,
    pub amount: Paisa,
    pub paid: Paisa,
    pub returned: Paisa,
    pub fund_id: Option<FundId>,
    /// Where the money was sent, as the bank would name it; nothing for what is paid without an account.
    pub account: Option<String>,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RowVerdict {
    /// From 1, in the order of the file.
    pub at_row: usize,
    /// If it is one of ours.
    pub reference: Option<PaymentReference>,
    pub verdict: VerdictWord,
    /// What does not fit, or the column or element that cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(default)]
    pub why: Option<String>,
}

impl From<&RowFault> for RowVerdict {
    fn from(fault: &RowFault) -> Self {
        let reference = fault.end_to_end_id.as_ref().and_then(|reference| reference.as_str().parse().ok());
        let why = Some(format!("{}: {}", fault.field, fault.invalid.code));
        Self { at_row: fault.at_row, reference, verdict: VerdictWord::Unreadable, why }
    }
}

/// What a row does to a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub payment_id: PaymentId,
    pub fund_id: FundId,
    pub at_row: usize,
    pub effect: Effect,
    pub amount: Paisa,
    /// Whether the bank has accounted for all of the payment now.
    pub is_whole: bool,
    pub reason: Option<String>,
    /// Of what the row says; the same row again is known by it.
    pub fingerprint: String,
}

impl Misfit {
    /// Whether it says something else of the payment, and not only too little, or in the wrong place.
    pub(super) const fn is_disputed(self) -> bool {
        !matches!(self, Self::OtherBatch | Self::AmountMissing)
    }
}

pub(super) const fn verdict_of(effect: Effect) -> VerdictWord {
    match effect {
        Effect::Paid => VerdictWord::Paid,
        Effect::PartlyPaid => VerdictWord::PartlyPaid,
        Effect::Returned => VerdictWord::Returned,
        Effect::Failed => VerdictWord::Failed,
    }
}

/// Whether a bank means the account that was sent to: it may name it by its IBAN, or by the number within.
fn is_named(told: &str, sent: &str) -> bool {
    told == sent || (told.len() >= 10 && sent.ends_with(told))
}

impl Expected {
    pub(super) fn outstanding(&self) -> Paisa {
        let left = self.amount.checked_sub(self.paid).and_then(|left| left.checked_sub(self.returned));
        left.unwrap_or_default()
    }

    /// What the row would do, or what does not fit; nothing if the bank has not decided.
    pub(super) fn fits(&self, row: &ResultRow, batch: BatchId) -> Result<Option<(Effect, Paisa)>, Misfit> {
        if self.batch_id != Some(batch) {
            return Err(Misfit::OtherBatch);
        }
        if matches!(self.state, PaymentWord::Planned | PaymentWord::Batched | PaymentWord::Cancelled) {
            return Err(Misfit::NotReleased);
        }
        if row.amount.is_some_and(|amount| amount.currency != Currency::PKR) {
            return Err(Misfit::Currency);
        }
        if let (Some(told), Some(sent)) = (&row.account, &self.account)
            && !is_named(told.as_str(), sent)
        {
            return Err(Misfit::Account);
        }
        let said = row.amount.map(|amount| amount.paisa);
        // Before anything was counted: a row that comes again says the same as it did then.
        let whole = self.amount.checked_sub(self.paid).unwrap_or_default();
        match row.status {
            ResultStatus::Accepted | ResultStatus::Pending => Ok(None),
            ResultStatus::Paid => Ok(Some((Effect::Paid, said.ok_or(Misfit::AmountMissing)?))),
            ResultStatus::Rejected => Ok(Some((Effect::Failed, said.unwrap_or(whole)))),
            ResultStatus::Returned => Ok(Some((Effect::Returned, said.unwrap_or(whole)))),
        }
    }

    /// Counts what was said: what it was taken as, how much of it, and whether all of the payment is accounted for now.
    pub(super) fn count(&mut self, effect: Effect, said: Paisa) -> Result<(Effect, Paisa, bool), Misfit> {
        match self.state {
            PaymentWord::Released => {}
            PaymentWord::Paid if effect == Effect::Returned => return Err(Misfit::ReturnedAfterPaid),
            _ => return Err(Misfit::EndedOtherwise),
        }
        let left = self.outstanding();
        if said <= Paisa::ZERO {
            return Err(Misfit::AmountTooLittle);
        }
        if said > left {
            return Err(Misfit::AmountTooMuch);
        }
        let is_whole = said == left;
        match effect {
            Effect::Returned | Effect::Failed if !is_whole => return Err(Misfit::AmountTooLittle),
            Effect::Returned => (self.state, self.returned) = (PaymentWord::Returned, said),
            Effect::Failed => (self.state, self.returned) = (PaymentWord::Failed, said),
            Effect::Paid | Effect::PartlyPaid => {
                self.paid = self.paid.checked_add(said).ok_or(Misfit::AmountTooMuch)?;
                self.state = if is_whole { PaymentWord::Paid } else { PaymentWord::Released };
            }
        }
        let effect = if effect == Effect::Paid && !is_whole { Effect::PartlyPaid } else { effect };
        Ok((effect, said, is_whole))
    }
}
