//! The desk at which a bank's answer is held against the payments it may speak of, row by row. It counts nothing twice, and no
//! row that says something else is lost: it is a dispute.
use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::batch::BatchId;
use super::fingerprint::Fingerprint;
use super::payment::PaymentId;
use super::reference::PaymentReference;
use super::verdict::{Expected, RowVerdict, Taken, verdict_of};
use super::words::{Misfit, PaymentWord, VerdictWord};
use crate::error::{Error, Result as Outcome};
use crate::payouts::results::{Amount, Currency, ResultRow, ResultStatus, RowFault, Verdict};

/// The payments that the rows of one file may speak of, and what was said of them before.
pub struct Desk {
    pub batch: BatchId,
    pub payments: BTreeMap<PaymentReference, Expected>,
    /// Fingerprints of rows that were taken from earlier files and not undone.
    pub known: BTreeSet<(PaymentId, String)>,
    /// Fingerprints of the rows of this file.
    pub said: BTreeSet<(PaymentId, String)>,
    /// Rows that say something else of a payment than what was sent or is booked, by a fingerprint that is that of the same row
    /// in whatever file. They change nothing, and whoever audits is to know of them.
    pub disputes: BTreeMap<(PaymentId, String), Misfit>,
}

impl Desk {
    /// Weighs the rows of a file and counts them, in whatever order it tells them: what it says was paid and came back as a whole
    /// came back, and a part that came back is what was left once the other part was paid. The verdicts are in the file's order.
    pub fn weigh<'a>(
        &mut self,
        rows: impl Iterator<Item = &'a Result<ResultRow, RowFault>>,
    ) -> (Vec<RowVerdict>, Vec<Taken>) {
        let mut rows: Vec<_> = rows.collect();
        let paid = rows.iter().filter_map(|row| row.as_ref().ok()).filter(|row| row.status == ResultStatus::Paid);
        let paid: BTreeSet<_> = paid.filter(|row| self.is_whole(row)).map(|row| row.end_to_end_id.as_str()).collect();
        rows.sort_by_cached_key(|row| match row {
            Ok(row) if row.status != ResultStatus::Returned => 1,
            Ok(row) if paid.contains(row.end_to_end_id.as_str()) && self.is_whole(row) => 0,
            _ => 2,
        });
        let (mut told, mut all) = (Vec::with_capacity(rows.len()), Vec::new());
        for row in rows {
            let (verdict, taken) = row.as_ref().map_or_else(|fault| (fault.into(), None), |row| self.take(row));
            told.push(verdict);
            all.extend(taken);
        }
        told.sort_by_key(|verdict| verdict.at_row);
        (told, all)
    }

    /// Whether a row speaks of all that the bank has not accounted for of its payment.
    fn is_whole(&self, row: &ResultRow) -> bool {
        let payment = row.end_to_end_id.as_str().parse().ok().and_then(|reference| self.payments.get(&reference));
        payment.is_some_and(|payment| row.amount.is_none_or(|amount| amount.paisa == payment.outstanding()))
    }

    fn take(&mut self, row: &ResultRow) -> (RowVerdict, Option<Taken>) {
        let (told, why, taken) = self.hold(row);
        let payment = told.reference.as_ref().and_then(|reference| self.payments.get(reference));
        if let Some((payment, why)) = payment.zip(why.filter(|why| why.is_disputed())) {
            let amount = row.amount.map(|amount| (amount.paisa.get(), amount.currency.as_str().to_owned()));
            let said = format!("{} {amount:?} {why}", Fingerprint::of(row, payment.amount).text());
            self.disputes.insert((payment.id, HEXLOWER.encode(&Sha256::digest(said))), why);
        }
        (told, taken)
    }

    /// Holds a row against its payment.
    fn hold(&mut self, row: &ResultRow) -> (RowVerdict, Option<Misfit>, Option<Taken>) {
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
            let (account, entry, transaction) = Default::default();
            Ok(ResultRow { at_row, end_to_end_id, status, amount, account, reason, entry, transaction })
        };
        waiting.enumerate().map(row).collect()
    }

    /// Payments of the batch that the bank has not accounted for.
    pub fn waiting(&self) -> i64 {
        let own = self.payments.values().filter(|payment| payment.batch_id == Some(self.batch));
        i64::try_from(own.filter(|payment| payment.state == PaymentWord::Released).count()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::Id;
    use crate::kernel::money::Paisa;
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
        Desk { batch, payments, known: BTreeSet::new(), said: BTreeSet::new(), disputes: BTreeMap::new() }
    }

    fn row(byte: u8, status: ResultStatus, amount: Option<(&str, &str)>) -> ResultRow {
        let amount = amount.map(|(digits, currency)| Amount::read(digits, currency).unwrap());
        let end_to_end_id = reference(byte).as_str().parse().unwrap();
        let reason = ReasonCode::of("AC04");
        let (account, entry, transaction) = Default::default();
        ResultRow { at_row: 1, end_to_end_id, status, amount, account, reason, entry, transaction }
    }

    fn take(desk: &mut Desk, row: &ResultRow) -> (VerdictWord, String, i64) {
        let (told, taken) = desk.take(row);
        (told.verdict, told.why.unwrap_or_default(), taken.map_or(0, |taken| taken.amount.get()))
    }

    /// The verdicts on halves of a payment, by the references of entry and transaction that they tell.
    fn halves(booked: &[(&str, &str)]) -> Vec<VerdictWord> {
        let (mut desk, given) = (desk(), |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty()));
        let half = row(1, ResultStatus::Paid, Some(("5", "PKR")));
        let row = |(entry, transaction): &(&str, &str)| ResultRow {
            entry: given(entry),
            transaction: given(transaction),
            ..half.clone()
        };
        booked.iter().map(|one| desk.take(&row(one)).0.verdict).collect()
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
        let words = |entries: &[&str]| halves(&entries.iter().map(|entry| (*entry, "")).collect::<Vec<_>>());
        let (part, whole, twice) = (VerdictWord::PartlyPaid, VerdictWord::Paid, VerdictWord::Duplicate);
        assert_eq!(words(&["A1", "A1", "A2", "A2"]), [part, twice, whole, twice]);
        // Who tells no reference may mean either.
        assert_eq!(words(&["A1", "", "A2", ""]), [part, twice, whole, twice]);
        assert_eq!(words(&["", "A1", "A2"]), [part, twice, twice]);
        // A third booking of what was paid is not the same one again, and does not pass for it.
        assert_eq!(words(&["A1", "A2", "A3"]), [part, whole, VerdictWord::Mismatch]);
    }

    #[test]
    fn a_booking_told_by_either_of_its_references_is_one_and_a_reference_that_differs_is_another() {
        let (part, whole, twice) = (VerdictWord::PartlyPaid, VerdictWord::Paid, VerdictWord::Duplicate);
        // A notice tells the transaction, a statement the entry, or both.
        assert_eq!(halves(&[("", "T1"), ("E1", "T1"), ("E1", "")]), [part, twice, twice]);
        assert_eq!(halves(&[("E1", ""), ("E1", "T1"), ("", "T1")]), [part, twice, twice]);
        assert_eq!(halves(&[("E1", "T1"), ("", "T1"), ("E1", ""), ("", "")]), [part, twice, twice, twice]);
        // Two transactions of one entry; two entries.
        assert_eq!(halves(&[("E1", "T1"), ("E1", "T2"), ("E1", "T2")]), [part, whole, twice]);
        assert_eq!(halves(&[("E1", "T1"), ("E2", "")]), [part, whole]);
        assert_eq!(halves(&[("E1", "T1"), ("E2", "T2"), ("E3", "T3")]), [part, whole, VerdictWord::Mismatch]);
    }

    #[test]
    fn another_text_beside_a_payment_makes_it_no_other_and_another_reason_of_a_return_does() {
        for (status, verdict) in
            [(ResultStatus::Paid, VerdictWord::Duplicate), (ResultStatus::Returned, VerdictWord::Mismatch)]
        {
            let mut desk = desk();
            let first = row(1, status, Some(("10", "PKR")));
            take(&mut desk, &first);
            desk.said.clear();
            assert_eq!(take(&mut desk, &ResultRow { reason: ReasonCode::of("Paid with thanks"), ..first }).0, verdict);
        }
    }

    #[test]
    fn it_does_not_matter_in_which_order_a_file_tells_what_was_paid_and_what_came_back() {
        let words = |amounts: [Option<(&str, &str)>; 2]| {
            let [paid, back] = [(ResultStatus::Paid, amounts[0]), (ResultStatus::Returned, amounts[1])];
            let both = |first: usize, other: usize| {
                let mut desk = desk();
                let rows = [(first, paid), (other, back)];
                let rows = rows.map(|(at_row, (status, amount))| Ok(ResultRow { at_row, ..row(1, status, amount) }));
                let rows = if first < other {
                    rows
                } else {
                    let [one, two] = rows;
                    [two, one]
                };
                let told = desk.weigh(rows.iter()).0.into_iter();
                let told: Vec<_> = told.map(|one| (one.verdict, one.why.unwrap_or_default())).collect();
                (told, desk.disputes.into_values().collect::<Vec<_>>())
            };
            let (told, disputes) = both(1, 2);
            let (mut turned, same) = both(2, 1);
            turned.reverse();
            assert_eq!((&turned, &same), (&told, &disputes));
            (told.into_iter().map(|(verdict, _)| verdict).collect::<Vec<_>>(), disputes)
        };
        let (part, back, unfit) = (VerdictWord::PartlyPaid, VerdictWord::Returned, VerdictWord::Mismatch);
        let (ten, four, six) = (Some(("10", "PKR")), Some(("4", "PKR")), Some(("6", "PKR")));
        assert_eq!(words([ten, ten]), (vec![unfit, back], vec![Misfit::EndedOtherwise]));
        assert_eq!(words([ten, None]), (vec![unfit, back], vec![Misfit::EndedOtherwise]));
        assert_eq!(words([four, six]), (vec![part, back], vec![]));
        assert_eq!(words([four, None]), (vec![part, back], vec![]));
        assert_eq!(words([four, ten]), (vec![part, unfit], vec![Misfit::AmountTooMuch]));
        assert_eq!(words([ten, four]), (vec![VerdictWord::Paid, unfit], vec![Misfit::ReturnedAfterPaid]));
    }

    #[test]
    fn what_comes_back_after_it_was_paid_waits_for_a_second_person() {
        for amount in [Some(("10", "PKR")), Some(("3", "PKR")), None] {
            let mut desk = desk();
            take(&mut desk, &row(1, ResultStatus::Paid, Some(("10", "PKR"))));
            let told = take(&mut desk, &row(1, ResultStatus::Returned, amount));
            assert_eq!(told, (VerdictWord::Mismatch, "returned_after_paid".into(), 0));
            assert_eq!(desk.disputes.values().collect::<Vec<_>>(), [&Misfit::ReturnedAfterPaid]);
        }
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
        let why: BTreeSet<_> = desk.disputes.values().copied().collect();
        assert_eq!(why, BTreeSet::from([Misfit::AmountTooMuch, Misfit::Currency, Misfit::Account]));
        let first = desk.disputes.clone();
        assert_eq!(first.len(), 3);
        take(&mut desk, &row(1, ResultStatus::Paid, more));
        assert_eq!(desk.disputes, first);
        take(&mut desk, &row(1, ResultStatus::Paid, Some(("10.02", "PKR"))));
        assert_eq!(desk.disputes.len(), 4);
    }
}
