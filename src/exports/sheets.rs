//! What stands in the file of an export: a row for each payment, finding or entry, which begins with the export's own id and
//! the row's. It names nobody: payees by their ids, accounts by their last figures, those who worked on it as users.
use std::collections::BTreeMap;

use super::model::ExportId;
use super::store::{BatchPart, EntryLine, FindingLine, PaymentLine, PaymentPart, Replied};
use crate::kernel::ids::Id;
use crate::kernel::sheet::{Column, Sheet, Value};

/// What is told beside a payment.
#[derive(Default)]
pub struct Beside {
    /// By claim: who prepared, verified and decided it.
    pub parts: BTreeMap<(Id<()>, String), Vec<Id<()>>>,
    /// By batch.
    pub approvers: BTreeMap<Id<()>, Vec<Id<()>>>,
    /// By payment: the last figures of the account.
    pub accounts: BTreeMap<Id<()>, Value>,
}

fn told<T: ToString>(value: Option<T>) -> Value {
    value.map_or(Value::Nothing, |value| Value::Text(value.to_string()))
}

fn text(value: &impl ToString) -> Value {
    Value::Text(value.to_string())
}

fn several(ids: Option<&Vec<Id<()>>>) -> Value {
    let ids: Vec<String> = ids.into_iter().flatten().map(ToString::to_string).collect();
    told(Some(ids.join(" ")).filter(|ids| !ids.is_empty()))
}

fn sheet<const N: usize>(name: &'static str, titles: [&str; N], rows: Vec<[Value; N]>) -> Sheet {
    let columns = titles.into_iter().map(|title| Column::new(title, "")).collect();
    Sheet { name, columns, rows: rows.into_iter().map(Vec::from).collect() }
}

const PAYMENT: [&str; 46] = [
    "export_id",
    "payment_id",
    "reference",
    "state",
    "award_id",
    "claim_id",
    "case_id",
    "case_number",
    "incident_id",
    "district",
    "instrument",
    "tariff_line_id",
    "tariff_harm",
    "tariff_amount_paisa",
    "tariff_valid_from",
    "payee_id",
    "account",
    "method",
    "instalment",
    "fund_id",
    "batch_id",
    "reissue_of",
    "sanctioned_paisa",
    "released_paisa",
    "paid_paisa",
    "confirmed_paisa",
    "returned_paisa",
    "planned_at",
    "usable_from",
    "batch_approved_at",
    "released_at",
    "settled_on",
    "confirmed_at",
    "confirmed_how",
    "ended_at",
    "bank_reason",
    "cancel_reason",
    "prepared_by",
    "verified_by",
    "decided_by",
    "batch_built_by",
    "batch_submitted_by",
    "batch_approved_by",
    "batch_released_by",
    "confirmed_by",
    "ended_by",
];

/// Sanctioned, released, paid, confirmed and returned, as in the report of payouts: what was sent again is sanctioned by the
/// payment that sends it.
fn figures(payment: &PaymentPart) -> [i64; 5] {
    let is = |word: &str| payment.state == word;
    let standing = if is("reissued") { payment.paid_paisa } else { payment.amount_paisa };
    let sanctioned = if is("cancelled") { 0 } else { standing };
    let released = if payment.released_at.is_some() { standing } else { 0 };
    let confirmed = if payment.confirmed_at.is_some() { payment.paid_paisa } else { 0 };
    let returned = if is("reissued") { 0 } else { payment.returned_paisa };
    [sanctioned, released, payment.paid_paisa, confirmed, returned]
}

pub fn payments(export: ExportId, lines: &[PaymentLine], beside: &Beside) -> Sheet {
    let row = |(payment, rest, batch): &PaymentLine| {
        let (claim, incident, number, instrument, line, harm, amount, valid_from) = rest;
        let part = |part: &str| several(beside.parts.get(&(*claim, part.to_owned())));
        let in_batch = |of: fn(&BatchPart) -> Option<Id<()>>| told(batch.as_ref().and_then(of));
        let [sanctioned, released, paid, confirmed, returned] = figures(payment);
        [
            text(&export),
            text(&payment.id),
            text(&payment.reference),
            text(&payment.state),
            text(&payment.award_id),
            text(claim),
            text(&payment.case_id),
            text(number),
            text(incident),
            text(&payment.district),
            text(instrument),
            text(line),
            text(harm),
            Value::Whole(*amount),
            Value::Day(*valid_from),
            text(&payment.payee_id),
            beside.accounts.get(&payment.id).cloned().unwrap_or(Value::Nothing),
            text(&payment.method),
            Value::Whole(payment.instalment),
            told(payment.fund_id),
            told(payment.batch_id),
            told(payment.reissue_of),
            Value::Whole(sanctioned),
            Value::Whole(released),
            Value::Whole(paid),
            Value::Whole(confirmed),
            Value::Whole(returned),
            text(&payment.planned_at),
            text(&payment.usable_from),
            told(batch.as_ref().and_then(|batch| batch.approved_at)),
            told(payment.released_at),
            Value::maybe(payment.settled_on),
            told(payment.confirmed_at),
            told(payment.confirmed_how.as_ref()),
            told(payment.ended_at),
            told(payment.bank_reason.as_ref()),
            told(payment.cancel_reason.as_ref()),
            part("prepare"),
            part("verify"),
            part("decide"),
            in_batch(|batch| Some(batch.built_by)),
            in_batch(|batch| batch.submitted_by),
            several(batch.as_ref().and_then(|batch| beside.approvers.get(&batch.id))),
            in_batch(|batch| batch.released_by),
            told(payment.confirmed_by),
            told(payment.ended_by),
        ]
    };
    sheet("payments", PAYMENT, lines.iter().map(row).collect())
}

const FINDING: [&str; 18] = [
    "export_id",
    "finding_id",
    "number",
    "kind",
    "state",
    "claim_id",
    "other_claim_id",
    "case_number",
    "district",
    "instrument",
    "found_at",
    "found_how",
    "replies",
    "first_reply_at",
    "last_reply_at",
    "last_reply_by",
    "settled_or_upheld_at",
    "settled_or_upheld_by",
];

pub fn findings(export: ExportId, lines: &[FindingLine], replies: &[Replied]) -> Sheet {
    let mut said: BTreeMap<Id<()>, Vec<&Replied>> = BTreeMap::new();
    for reply in replies {
        said.entry(reply.0).or_default().push(reply);
    }
    let row = |(finding, number, instrument): &FindingLine| {
        let said = said.get(&finding.id).map(Vec::as_slice).unwrap_or_default();
        let (first, last) = (said.first(), said.last());
        let end = last.filter(|(.., state)| state == "settled" || state == "upheld");
        [
            text(&export),
            text(&finding.id),
            Value::Whole(finding.number),
            text(&finding.kind),
            text(&finding.state),
            told(finding.claim_id),
            told(Some(finding.other_id).filter(|id| *id != Id::nil())),
            text(number),
            text(&finding.district),
            text(instrument),
            text(&finding.found_at),
            text(&finding.found_how),
            Value::Whole(i64::try_from(said.len()).unwrap_or(i64::MAX)),
            told(first.map(|reply| reply.1)),
            told(last.map(|reply| reply.1)),
            told(last.map(|reply| reply.2)),
            told(end.map(|reply| reply.1)),
            told(end.map(|reply| reply.2)),
        ]
    };
    sheet("findings", FINDING, lines.iter().map(row).collect())
}

const ENTRY: [&str; 16] = [
    "export_id",
    "entry_id",
    "fund_id",
    "instrument",
    "fiscal_year",
    "reason",
    "debit",
    "credit",
    "amount_paisa",
    "allotment_id",
    "award_id",
    "payment_id",
    "batch_id",
    "reverses",
    "posted_at",
    "posted_by",
];

pub fn entries(export: ExportId, lines: &[EntryLine]) -> Sheet {
    let row = |(entry, instrument, year): &EntryLine| {
        [
            text(&export),
            text(&entry.id),
            text(&entry.fund_id),
            text(instrument),
            text(year),
            text(&entry.reason),
            text(&entry.debit),
            text(&entry.credit),
            Value::Whole(entry.amount_paisa),
            told(entry.allotment_id),
            told(entry.award_id),
            told(entry.payment_id),
            told(entry.batch_id),
            told(entry.reverses),
            text(&entry.posted_at),
            text(&entry.posted_by),
        ]
    };
    sheet("ledger-entries", ENTRY, lines.iter().map(row).collect())
}
