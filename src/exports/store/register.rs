//! Exports that were made, and the rows that each holds. They are added and never changed.
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::super::model::{Export, ExportId};
use super::super::words::{ExportFormat, ExportKind};
use super::BATCH;
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::db::prelude::*;
use crate::error::Result;
use crate::kernel::page::Page;
use crate::kernel::places::Pcode;

text_columns!(ExportFormat, ExportKind);

#[derive(Queryable, Selectable)]
#[diesel(table_name = exports)]
struct ExportRow {
    id: ExportId,
    kind: ExportKind,
    format: ExportFormat,
    filter: String,
    rows: i64,
    bytes: i64,
    sha256: String,
    made_at: Time,
    made_by: UserId,
}

/// What a list of exports may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub kind: Option<ExportKind>,
    pub made_by: Option<UserId>,
    /// A payment, a finding or an entry that it holds.
    pub row_id: Option<Id<()>>,
}

/// What an export holds.
#[derive(Debug, Default)]
pub struct Held {
    pub rows: Vec<Id<()>>,
    pub districts: BTreeSet<Pcode>,
}

/// Exports all of whose rows lie in the area.
macro_rules! whole {
    ($query:expr, $scope:expr) => {
        wholly_within!($query, exports::id, export_districts.export_id, $scope.area())
    };
}

#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, export: &Export, held: &Held, sealed: &[u8]) -> Result<()> {
    permit.covers(export.id)?;
    let row = (
        exports::id.eq(export.id),
        exports::kind.eq(export.kind),
        exports::format.eq(export.format),
        exports::filter.eq(serde_json::to_string(&export.filter)?),
        exports::rows.eq(export.rows),
        exports::bytes.eq(export.bytes),
        exports::sha256.eq(&export.sha256),
        exports::content.eq(sealed),
        exports::made_at.eq(export.made_at),
        exports::made_by.eq(export.made_by),
    );
    diesel::insert_into(exports::table).values(row).execute(tx).await?;
    let row = |id: &Id<()>| (export_rows::export_id.eq(export.id), export_rows::row_id.eq(*id));
    for rows in held.rows.chunks(BATCH) {
        let rows: Vec<_> = rows.iter().map(row).collect();
        diesel::insert_into(export_rows::table).values(rows).execute(tx).await?;
    }
    let row = |code: &Pcode| (export_districts::export_id.eq(export.id), export_districts::district.eq(*code));
    let rows: Vec<_> = held.districts.iter().map(row).collect();
    diesel::insert_into(export_districts::table).values(rows).execute(tx).await?;
    Ok(())
}

#[apply(both_databases)]
pub async fn find(tx: &mut Tx, scope: &Scope, id: ExportId) -> Result<Option<Export>> {
    let found = exports::table.find(id).select(ExportRow::as_select()).into_boxed::<Db>();
    let row = whole!(found, scope).first::<ExportRow>(tx).await.optional()?;
    row.map(ExportRow::export).transpose()
}

/// The exports that `scope` and `filter` let through, newest first.
#[apply(both_databases)]
pub async fn list(tx: &mut Tx, scope: &Scope, filter: &Filter, page: &Page) -> Result<Vec<Export>> {
    let all = exports::table.select(ExportRow::as_select()).into_boxed::<Db>();
    let with = |row: Id<()>| export_rows::table.filter(export_rows::row_id.eq(row)).select(export_rows::export_id);
    let rows: Vec<ExportRow> = whole!(all, scope)
        .when(filter.kind, |list, kind| list.filter(exports::kind.eq(kind)))
        .when(filter.made_by, |list, user| list.filter(exports::made_by.eq(user)))
        .when(filter.row_id, |list, row| list.filter(exports::id.eq_any(with(row))))
        .when(page.after.map(ExportId::from), |list, after| list.filter(exports::id.lt(after)))
        .order(exports::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(ExportRow::export).collect()
}

/// The rows of an export that the caller has found, newest first.
#[apply(both_databases)]
pub async fn rows(tx: &mut Tx, id: ExportId, page: &Page) -> Result<Vec<Id<()>>> {
    let all = export_rows::table.filter(export_rows::export_id.eq(id)).select(export_rows::row_id).into_boxed::<Db>();
    let all = all.when(page.after.map(Id::<()>::from), |list, after| list.filter(export_rows::row_id.lt(after)));
    Ok(all.order(export_rows::row_id.desc()).limit(page.fetch()).load(tx).await?)
}

/// The file of an export that the caller has found, as it was sealed.
#[apply(both_databases)]
pub async fn content(tx: &mut Tx, id: ExportId) -> Result<Vec<u8>> {
    Ok(exports::table.find(id).select(exports::content).first(tx).await?)
}

impl ExportRow {
    fn export(self) -> Result<Export> {
        let Self { id, kind, format, filter, rows, bytes, sha256, made_at, made_by } = self;
        let filter = serde_json::from_str(&filter)?;
        Ok(Export { id, kind, format, filter, rows, bytes, sha256, made_at, made_by })
    }
}
