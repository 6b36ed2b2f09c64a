//! The id of the last change of the directory, by which whoever keeps a part of it in memory knows that it is still true.
use crate::access::policy::Permit;
use crate::db::prelude::*;
use crate::directory::model::{ChangeId, District};
use crate::error::Result;

const LAST: &str = "directory-change";

#[apply(both_databases)]
pub async fn last_unscoped(tx: &mut Tx) -> Result<Option<ChangeId>> {
    let last: Option<String> = meta::table.find(LAST).select(meta::value).first(tx).await.optional()?;
    last.as_deref().map(super::text).transpose()
}

#[apply(both_databases)]
pub async fn set_last(tx: &mut Tx, permit: &Permit, change: ChangeId) -> Result<()> {
    permit.covers(Id::<District>::nil())?;
    let row = (meta::name.eq(LAST), meta::value.eq(change.to_string()));
    let later = diesel::insert_into(meta::table).values(row).on_conflict(meta::name).do_update();
    later.set(meta::value.eq(change.to_string())).execute(tx).await?;
    Ok(())
}
