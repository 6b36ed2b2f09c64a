//! What the database knows of itself: which keys it was sealed with. It is set once.
use super::Tx;
use crate::db::prelude::*;

const KEYS: &str = "keys";

/// Whether any keys have sealed the database.
#[apply(both_databases)]
pub async fn is_settled(tx: &mut Tx) -> crate::error::Result<bool> {
    Ok(meta::table.find(KEYS).count().get_result::<i64>(tx).await? > 0)
}

/// The fingerprint of the keys the database was sealed with: `ours` if it had none.
#[apply(both_databases)]
pub async fn settle(tx: &mut Tx, ours: &str) -> crate::error::Result<String> {
    let row = (meta::name.eq(KEYS), meta::value.eq(ours));
    diesel::insert_into(meta::table).values(row).on_conflict_do_nothing().execute(tx).await?;
    Ok(meta::table.find(KEYS).select(meta::value).first(tx).await?)
}
