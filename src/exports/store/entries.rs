//! Entries of the ledger as an export holds them. A ledger belongs to no district.
use super::super::model::ExportFilter;
use super::{fetch, on_days};
use crate::access::policy::Scope;
use crate::db::prelude::*;
use crate::error::Result;

/// One entry: its own columns, the instrument's code, the fund's fiscal year.
pub type EntryLine = (EntryPart, String, String);

#[derive(Queryable, Selectable)]
#[diesel(table_name = ledger_transfers)]
pub struct EntryPart {
    pub id: Id<()>,
    pub fund_id: Id<()>,
    pub reason: String,
    pub debit: String,
    pub credit: String,
    pub amount_paisa: i64,
    pub allotment_id: Option<Id<()>>,
    pub award_id: Option<Id<()>>,
    pub payment_id: Option<Id<()>>,
    pub batch_id: Option<Id<()>>,
    pub reverses: Option<Id<()>>,
    pub posted_at: Time,
    pub posted_by: Id<()>,
}

/// Newest first.
#[apply(both_databases)]
pub async fn entries(tx: &mut Tx, _: &Scope, filter: &ExportFilter) -> Result<Vec<EntryLine>> {
    let fund = funds::table.on(funds::id.eq(ledger_transfers::fund_id));
    let instrument = tariff_instruments::table.on(tariff_instruments::id.eq(funds::instrument_id));
    let all = ledger_transfers::table.inner_join(fund).inner_join(instrument);
    let all = all.select((EntryPart::as_select(), tariff_instruments::code, funds::fiscal_year)).into_boxed::<Db>();
    let all = on_days!(all, ledger_transfers::posted_at, filter)
        .when(filter.instrument_id, |list, id| list.filter(funds::instrument_id.eq(id)));
    Ok(all.order(ledger_transfers::id.desc()).limit(fetch()).load(tx).await?)
}
