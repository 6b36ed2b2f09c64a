//! What the database knows of itself: which keys it was sealed with, and what it is called. Each is set once.
use super::Tx;
use crate::db::prelude::*;

const KEYS: &str = "keys";
const NAME: &str = "database";

/// Whether any keys have sealed the database.
#[apply(both_databases)]
pub async fn is_settled(tx: &mut Tx) -> crate::error::Result<bool> {
    Ok(meta::table.find(KEYS).count().get_result::<i64>(tx).await? > 0)
}

/// The fingerprint of the keys the database was sealed with: `ours` if it had none.
pub async fn settle(tx: &mut Tx, ours: &str) -> crate::error::Result<String> {
    once(tx, KEYS, ours).await
}

/// What the database is called, wherever it is moved: `new` if it had no name.
pub async fn name(tx: &mut Tx, new: &str) -> crate::error::Result<String> {
    once(tx, NAME, new).await
}

#[apply(both_databases)]
async fn once(tx: &mut Tx, name: &str, value: &str) -> crate::error::Result<String> {
    let row = (meta::name.eq(name), meta::value.eq(value));
    diesel::insert_into(meta::table).values(row).on_conflict_do_nothing().execute(tx).await?;
    Ok(meta::table.find(name).select(meta::value).first(tx).await?)
}
