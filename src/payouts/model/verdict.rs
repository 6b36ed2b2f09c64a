//! What one row of a bank's answer says of a payment, held against what was sent: reference, currency, account and amount.
//! A row that does not fit changes nothing, and is told why.
use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::batch::BatchId;
use super::fingerprint::Fingerprint;
use super::payment::PaymentId;
use super::reference::PaymentReference;
use super::words::{Effect, Misfit, PaymentWord, VerdictWord};
use crate::error::{Error, Result as Outcome};
use crate::kernel::money::Paisa;
use crate::ledger::FundId;
use crate::payouts::results::{Amount, Currency, ResultRow, ResultStatus, Verdict};

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

/// A row that says something else of one of our payments than what was sent or is booked. It changes nothing, and whoever
/// audits is to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    pub payment_id: PaymentId,
    pub why: Misfit,
    /// The same row again, in whatever file, is known by it.
    pub fingerprint: String,
}

/// The payments that the rows of one file may speak of, and what was said of them before.
pub struct Desk {
    pub batch: BatchId,
    pub payments: BTreeMap<PaymentReference, Expected>,
    /// Fingerprints of rows that were taken from earlier files and not undone.
    pub known: BTreeSet<(PaymentId, String)>,
    /// Fingerprints of the rows of this file.
    pub said: BTreeSet<(PaymentId, String)>,
    pub disputes: Vec<Dispute>,
}

impl Desk {
    /// Weighs a row and counts it.
    pub fn take(&mut self, row: &ResultRow) -> (RowVerdict, Option<Taken>) {
        let (told, why, taken) = self.weigh(row);
        let payment = told.reference.as_ref().and_then(|reference| self.payments.get(reference));
        if let Some((payment, why)) = payment.zip(why.filter(|why| why.is_disputed())) {
            let amount = row.amount.map(|amount| (amount.paisa.get(), amount.currency.as_str().to_owned()));
            let said = format!("{} {amount:?} {why}", Fingerprint::of(row, payment.amount).text());
            let fingerprint = HEXLOWER.encode(&Sha256::digest(said));
            self.disputes.push(Dispute { payment_id: payment.id, why, fingerprint });
        }
        (told, taken)
    }

    fn weigh(&mut self, row: &ResultRow) -> (RowVerdict, Option<Misfit>, Option<Taken>) {
        let reference = row.end_to_end_id.as_str().parse::<PaymentReference>().ok();
        let told = |verdict, why: Option<Misfit>| {
            let (at_row, said) = (row.at_row, why.map(|why| why.word().to_owned()));
            (RowVerdict { at_row, reference: reference.clone(), verdict, why: said }, why, None)
        };
        let Some(payment) = reference.as_ref().and_then(|reference| self.payments.get_mut(reference)) else {
            return told(VerdictWord::Unknown, None);
        };
        let fits = payment.fits(row, self.batch);
        let (effect, amount) = match fits {
            Ok(Some(effect)) => effect,
            Ok(None) => return told(VerdictWord::Pending, None),
            Err(why) => return told(VerdictWord::Mismatch, Some(why)),
        };
        let fingerprint = Fingerprint::of(row, amount);
        // Banks say in one file what they have said in another; that one file says it twice is something else.
        let was_said = fingerprint.is_among(&self.said, payment.id);
        self.said.insert((payment.id, fingerprint.text()));
        if fingerprint.is_among(&self.known, payment.id) {
            return told(VerdictWord::Duplicate, was_said.then_some(Misfit::ToldTwice));
        }
        match payment.count(effect, amount) {
            Ok((effect, amount, is_whole)) => {
                // A payment without a fund was never approved, and so never sent.
                let Some(fund_id) = payment.fund_id else {
                    return told(VerdictWord::Mismatch, Some(Misfit::NotReleased));
                };
                let reason = row.reason.as_ref().map(|reason| reason.as_str().to_owned());
                let (payment_id, at_row, fingerprint) = (payment.id, row.at_row, fingerprint.text());
                self.known.insert((payment_id, fingerprint.clone()));
                let taken = Taken { payment_id, fund_id, at_row, effect, amount, is_whole, reason, fingerprint };
                let (told, why, _) = told(verdict_of(effect), None);
                (told, why, Some(taken))
            }
            Err(why) => told(VerdictWord::Mismatch, Some(why)),
        }
    }

    /// What is said of a whole message or batch, as if it were said of each of its payments that wait. Refuses what is said of
    /// another one.
    pub fn all_alike(&self, said: &Verdict, before: usize) -> Outcome<Vec<ResultRow>> {
        if said.of.as_str() != self.batch.uuid().simple().to_string() {
            return Err(Error::invalid("", "other_batch", "the file answers another message than that of this batch"));
        }
        let own = self.payments.iter().filter(|(_, payment)| payment.batch_id == Some(self.batch));
        let waiting = own.filter(|(_, payment)| payment.state == PaymentWord::Released);
        let row = |(place, (reference, payment)): (usize, (&PaymentReference, &Expected))| {
            let end_to_end_id = reference.as_str().parse().map_err(|_| Error::Corrupt("payment reference"))?;
            let amount = Some(Amount { paisa: payment.outstanding(), currency: Currency::PKR });
            let (at_row, status, reason) = (before + place + 1, said.status, said.reason.clone());
            Ok(ResultRow { at_row, end_to_end_id, status, amount, account: None, reason, entry: None })
        };
        waiting.enumerate().map(row).collect()
    }

    /// Payments of the batch that the bank has not accounted for.
    pub fn waiting(&self) -> i64 {
        let own = self.payments.values().filter(|payment| payment.batch_id == Some(self.batch));
        i64::try_from(own.filter(|payment| payment.state == PaymentWord::Released).count()).unwrap_or(i64::MAX)
    }
}

impl Misfit {
    /// Whether it says something else of the payment, and not only too little, or in the wrong place.
    const fn is_disputed(self) -> bool {
        !matches!(self, Self::OtherBatch | Self::AmountMissing)
    }
}

const fn verdict_of(effect: Effect) -> VerdictWord {
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
    fn outstanding(&self) -> Paisa {
        let left = self.amount.checked_sub(self.paid).and_then(|left| left.checked_sub(self.returned));
        left.unwrap_or_default()
    }

    /// What the row would do, or what does not fit; nothing if the bank has not decided.
    fn fits(&self, row: &ResultRow, batch: BatchId) -> Result<Option<(Effect, Paisa)>, Misfit> {
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
    fn count(&mut self, effect: Effect, said: Paisa) -> Result<(Effect, Paisa, bool), Misfit> {
        if self.state != PaymentWord::Released {
            return Err(Misfit::EndedOtherwise);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::Id;
    use crate::payouts::results::{Amount, ReasonCode};

    fn reference(byte: u8) -> PaymentReference {
        PaymentReference::from_random([byte; 16])
    }

    /// A batch of two payments of Rs 10 that were released, and one of another batch.
    fn desk() -> Desk {
        let batch = Id::new();
        let payment = |batch_id| Expected {
            id: Id::new(),
            batch_id: Some(batch_id),
            state: PaymentWord::Released,
            amount: Paisa::new(1000),
            paid: Paisa::ZERO,
            returned: Paisa::ZERO,
            fund_id: Some(Id::new()),
            account: Some("PK36SCBL0000001123456702".to_owned()),
        };
        let payments = [(reference(1), batch), (reference(2), batch), (reference(3), Id::new())];
        let payments = payments.into_iter().map(|(reference, batch)| (reference, payment(batch))).collect();
        Desk { batch, payments, known: BTreeSet::new(), said: BTreeSet::new(), disputes: Vec::new() }
    }

    fn row(byte: u8, status: ResultStatus, amount: Option<(&str, &str)>) -> ResultRow {
        let amount = amount.map(|(digits, currency)| Amount::read(digits, currency).unwrap());
        let end_to_end_id = reference(byte).as_str().parse().unwrap();
        let reason = ReasonCode::of("AC04");
        ResultRow { at_row: 1, end_to_end_id, status, amount, account: None, reason, entry: None }
    }

    fn take(desk: &mut Desk, row: &ResultRow) -> (VerdictWord, String, i64) {
        let (told, taken) = desk.take(row);
        (told.verdict, told.why.unwrap_or_default(), taken.map_or(0, |taken| taken.amount.get()))
    }

    #[test]
    fn what_fits_is_counted_once_however_often_it_comes() {
        let mut desk = desk();
        let paid = row(1, ResultStatus::Paid, Some(("10.00", "PKR")));
        assert_eq!(take(&mut desk, &paid), (VerdictWord::Paid, String::new(), 1000));
        assert_eq!(take(&mut desk, &paid), (VerdictWord::Duplicate, "told_twice".into(), 0));
        let back = row(2, ResultStatus::Returned, None);
        assert_eq!(take(&mut desk, &back), (VerdictWord::Returned, String::new(), 1000));
        // Another file says it again.
        desk.said.clear();
        assert_eq!(take(&mut desk, &back), (VerdictWord::Duplicate, String::new(), 0));
        assert_eq!(desk.disputes.len(), 1);
        assert_eq!(desk.waiting(), 0);
    }

    #[test]
    fn a_payment_may_be_paid_in_parts_and_the_rest_may_come_back() {
        let mut desk = desk();
        assert_eq!(take(&mut desk, &row(1, ResultStatus::Paid, Some(("4", "PKR")))).0, VerdictWord::PartlyPaid);
        assert_eq!(take(&mut desk, &row(1, ResultStatus::Paid, Some(("6.01", "PKR")))).1, "amount_too_much");
        assert_eq!(
            take(&mut desk, &row(1, ResultStatus::Paid, Some(("6", "PKR")))),
            (VerdictWord::Paid, String::new(), 600)
        );
        assert_eq!(take(&mut desk, &row(2, ResultStatus::Paid, Some(("4", "PKR")))).0, VerdictWord::PartlyPaid);
        assert_eq!(take(&mut desk, &row(2, ResultStatus::Returned, Some(("5", "PKR")))).1, "amount_too_little");
        assert_eq!(take(&mut desk, &row(2, ResultStatus::Returned, Some(("6", "PKR")))).2, 600);
    }

    #[test]
    fn two_equal_halves_are_two_if_the_bank_says_so_and_the_same_one_is_never_two() {
        let half = |entry: &str| ResultRow {
            entry: Some(entry.to_owned()).filter(|entry| !entry.is_empty()),
            ..row(1, ResultStatus::Paid, Some(("5", "PKR")))
        };
        let words = |entries: &[&str]| {
            let mut desk = desk();
            entries.iter().map(|entry| desk.take(&half(entry)).0.verdict).collect::<Vec<_>>()
        };
        let (part, whole, twice) = (VerdictWord::PartlyPaid, VerdictWord::Paid, VerdictWord::Duplicate);
        assert_eq!(words(&["A1", "A1", "A2", "A2"]), [part, twice, whole, twice]);
        // Who tells no reference may mean either.
        assert_eq!(words(&["A1", "", "A2", ""]), [part, twice, whole, twice]);
        assert_eq!(words(&["", "A1", "A2"]), [part, twice, twice]);
        // A third booking of what was paid is not the same one again, and does not pass for it.
        assert_eq!(words(&["A1", "A2", "A3"]), [part, whole, VerdictWord::Mismatch]);
    }

    #[test]
    fn what_does_not_fit_changes_nothing_and_says_why() {
        let mut desk = desk();
        let mut elsewhere = row(1, ResultStatus::Paid, Some(("10", "PKR")));
        elsewhere.account = Some("PK36SCBL0000001123456703".parse().unwrap());
        for (row, verdict, why) in [
            (row(9, ResultStatus::Paid, Some(("10", "PKR"))), VerdictWord::Unknown, ""),
            (row(3, ResultStatus::Paid, Some(("10", "PKR"))), VerdictWord::Mismatch, "other_batch"),
            (row(1, ResultStatus::Paid, Some(("10.01", "PKR"))), VerdictWord::Mismatch, "amount_too_much"),
            (row(1, ResultStatus::Paid, Some(("0", "PKR"))), VerdictWord::Mismatch, "amount_too_little"),
            (row(1, ResultStatus::Paid, Some(("10", "USD"))), VerdictWord::Mismatch, "currency"),
            (row(1, ResultStatus::Paid, None), VerdictWord::Mismatch, "amount_missing"),
            (row(1, ResultStatus::Accepted, None), VerdictWord::Pending, ""),
            (elsewhere, VerdictWord::Mismatch, "account"),
        ] {
            assert_eq!(take(&mut desk, &row), (verdict, why.to_owned(), 0));
        }
        assert_eq!(desk.waiting(), 2);
        assert_eq!(take(&mut desk, &row(1, ResultStatus::Rejected, None)).0, VerdictWord::Failed);
        assert_eq!(take(&mut desk, &row(1, ResultStatus::Paid, Some(("10", "PKR")))).1, "ended_otherwise");
        desk.payments.get_mut(&reference(2)).unwrap().state = PaymentWord::Planned;
        assert_eq!(take(&mut desk, &row(2, ResultStatus::Paid, Some(("10", "PKR")))).1, "not_released");
    }

    #[test]
    fn what_a_bank_says_otherwise_is_disputed_and_the_same_row_is_known_again() {
        let mut desk = desk();
        let mut elsewhere = row(2, ResultStatus::Paid, Some(("10", "PKR")));
        elsewhere.account = Some("PK36SCBL0000001123456703".parse().unwrap());
        let (more, dollars) = (Some(("10.01", "PKR")), Some(("10", "USD")));
        for row in [
            row(9, ResultStatus::Paid, more),
            row(3, ResultStatus::Paid, more),
            row(1, ResultStatus::Paid, None),
            row(1, ResultStatus::Accepted, None),
            row(1, ResultStatus::Paid, more),
            row(1, ResultStatus::Paid, dollars),
            elsewhere,
        ] {
            take(&mut desk, &row);
        }
        let why: Vec<_> = desk.disputes.iter().map(|one| one.why).collect();
        assert_eq!(why, [Misfit::AmountTooMuch, Misfit::Currency, Misfit::Account]);
        let first = desk.disputes[0].clone();
        take(&mut desk, &row(1, ResultStatus::Paid, more));
        take(&mut desk, &row(1, ResultStatus::Paid, Some(("10.02", "PKR"))));
        assert_eq!(desk.disputes[3], first);
        assert_ne!(desk.disputes[4].fingerprint, first.fingerprint);
    }
}
