//! Payments as an export holds them, with what each rests on and who had a part in it.
use super::super::model::ExportFilter;
use super::{BATCH, fetch, on_days};
use crate::access::policy::Scope;
use crate::claims::AccountId;
use crate::db::prelude::*;
use crate::error::Result;
use crate::kernel::places::Pcode;
use crate::kernel::text::Line;

/// One payment, what it rests on, and its batch.
pub type PaymentLine = (PaymentPart, RestPart, Option<BatchPart>);
/// Claim, attack, number of the case, code of the instrument; of the tariff line its id, harm, amount and first day.
pub type RestPart = (Id<()>, Id<()>, String, String, Id<()>, String, i64, Date);

#[derive(Queryable, Selectable)]
#[diesel(table_name = payments)]
pub struct PaymentPart {
    pub id: Id<()>,
    pub award_id: Id<()>,
    pub case_id: Id<()>,
    pub district: Pcode,
    pub payee_id: Id<()>,
    pub account_id: AccountId,
    pub instalment: i64,
    pub reference: String,
    pub method: String,
    pub amount_paisa: i64,
    pub usable_from: Time,
    pub planned_at: Time,
    pub fund_id: Option<Id<()>>,
    pub reissue_of: Option<Id<()>>,
    pub state: String,
    pub batch_id: Option<Id<()>>,
    pub released_at: Option<Time>,
    pub paid_paisa: i64,
    pub returned_paisa: i64,
    pub settled_on: Option<Date>,
    pub bank_reason: Option<String>,
    pub ended_at: Option<Time>,
    pub ended_by: Option<Id<()>>,
    pub cancel_reason: Option<String>,
    pub confirmed_at: Option<Time>,
    pub confirmed_by: Option<Id<()>>,
    pub confirmed_how: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = payment_batches)]
pub struct BatchPart {
    pub id: Id<()>,
    pub built_by: Id<()>,
    pub submitted_by: Option<Id<()>>,
    pub approved_at: Option<Time>,
    pub released_by: Option<Id<()>>,
}

/// Newest first.
#[apply(both_databases)]
pub async fn payments(tx: &mut Tx, scope: &Scope, filter: &ExportFilter) -> Result<Vec<PaymentLine>> {
    let award = awards::table.on(awards::id.eq(payments::award_id));
    let claim = claims::table.on(claims::id.eq(awards::claim_id));
    let case = cases::table.on(cases::id.eq(payments::case_id));
    let line = tariff_lines::table.on(tariff_lines::id.eq(awards::line_id));
    let instrument = tariff_instruments::table.on(tariff_instruments::id.eq(payments::instrument_id));
    let batch = payment_batches::table.on(payments::batch_id.eq(payment_batches::id.nullable()));
    let all = payments::table.inner_join(award).inner_join(claim).inner_join(case).inner_join(line);
    let all = all.inner_join(instrument).left_join(batch);
    let tariff = (tariff_lines::id, tariff_lines::harm, tariff_lines::amount_paisa, tariff_lines::valid_from);
    let rest = (claims::id, claims::incident_id, cases::number, tariff_instruments::code);
    let rest = (rest.0, rest.1, rest.2, rest.3, tariff.0, tariff.1, tariff.2, tariff.3);
    let all = all.select((PaymentPart::as_select(), rest, Option::<BatchPart>::as_select())).into_boxed::<Db>();
    let state = filter.state.as_ref().map(Line::as_str);
    let all = on_days!(within!(all, payments::district, scope.area()), payments::planned_at, filter)
        .when(filter.instrument_id, |list, id| list.filter(payments::instrument_id.eq(id)))
        .when(filter.district, |list, district| list.filter(payments::district.eq(district)))
        .when(state, |list, state| list.filter(payments::state.eq(state)));
    Ok(all.order(payments::id.desc()).limit(fetch()).load(tx).await?)
}

/// Who had which part in these claims, which the caller has found.
#[apply(both_databases)]
pub async fn parts(tx: &mut Tx, claims: &[Id<()>]) -> Result<Vec<(Id<()>, Id<()>, String)>> {
    let mut all = Vec::new();
    for claims in claims.chunks(BATCH) {
        let these = claim_parts::table.filter(claim_parts::claim_id.eq_any(claims.to_vec()));
        let columns = (claim_parts::claim_id, claim_parts::user_id, claim_parts::part);
        let order = (claim_parts::taken_at, claim_parts::user_id);
        all.extend(these.select(columns).order(order).load::<(Id<()>, Id<()>, String)>(tx).await?);
    }
    Ok(all)
}

/// Who approved these batches, which the caller has found, as they are.
#[apply(both_databases)]
pub async fn approvers(tx: &mut Tx, batches: &[Id<()>]) -> Result<Vec<(Id<()>, Id<()>)>> {
    let mut all = Vec::new();
    for batches in batches.chunks(BATCH) {
        let same = payment_batches::digest.eq(payment_batch_votes::digest);
        let batch = payment_batches::table.on(payment_batches::id.eq(payment_batch_votes::batch_id).and(same));
        let votes = payment_batch_votes::table.inner_join(batch);
        let votes = votes.filter(payment_batch_votes::batch_id.eq_any(batches.to_vec()));
        let columns = (payment_batch_votes::batch_id, payment_batch_votes::voter_id);
        let order = (payment_batch_votes::voted_at, payment_batch_votes::voter_id);
        all.extend(votes.select(columns).order(order).load::<(Id<()>, Id<()>)>(tx).await?);
    }
    Ok(all)
}
