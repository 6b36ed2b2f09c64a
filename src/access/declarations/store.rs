//! Rows of declarations. Numbers are sealed, and found by their keyed hashes alone.
use diesel::dsl::{count, count_star, max};

use super::model::{Declaration, DeclarationId, Kin, Numbers, Standing};
use crate::access::policy::{Permit, UserId};
use crate::crypto::Keyring;
use crate::db::prelude::*;
use crate::error::Result;
use crate::kernel::page::Page;

text_columns!(Kin);

/// The most declarations of one user that are shown, withdrawn ones among them.
const MOST_SHOWN: i64 = 200;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = declarations)]
struct DeclarationRow {
    id: DeclarationId,
    user_id: UserId,
    relation: Kin,
    numbers: Vec<u8>,
    declared_at: Time,
    withdrawn_at: Option<Time>,
}

fn place(id: DeclarationId) -> String {
    format!("declarations|{id}|numbers")
}

impl DeclarationRow {
    fn open(self, keys: &Keyring) -> Result<Declaration> {
        let Self { id, relation, numbers, declared_at, withdrawn_at, .. } = self;
        let numbers = serde_json::from_slice(&keys.nobody_key().open(&place(id), &numbers)?)?;
        Ok(Declaration { id, relation, numbers, declared_at, withdrawn_at })
    }
}

/// What this user declared, newest first: for nobody but them.
#[apply(both_databases)]
pub async fn list(tx: &mut Tx, keys: &Keyring, user: UserId) -> Result<Vec<Declaration>> {
    let all = declarations::table.filter(declarations::user_id.eq(user)).select(DeclarationRow::as_select());
    let rows: Vec<DeclarationRow> = all.order(declarations::id.desc()).limit(MOST_SHOWN).load(tx).await?;
    rows.into_iter().map(|row| row.open(keys)).collect()
}

/// One that this user declared: for nobody but them.
#[apply(both_databases)]
pub async fn find(tx: &mut Tx, keys: &Keyring, user: UserId, id: DeclarationId) -> Result<Option<Declaration>> {
    let one = declarations::table.find(id).filter(declarations::user_id.eq(user)).select(DeclarationRow::as_select());
    one.first::<DeclarationRow>(tx).await.optional()?.map(|row| row.open(keys)).transpose()
}

/// How many declarations of this user are in force, or were made since.
#[apply(both_databases)]
pub async fn count_counting(tx: &mut Tx, user: UserId, since: Time) -> Result<i64> {
    let counts = declarations::withdrawn_at.is_null().or(declarations::declared_at.gt(since));
    let theirs = declarations::user_id.eq(user).and(counts);
    Ok(declarations::table.filter(theirs).count().get_result(tx).await?)
}

/// How many, how many withdrawn, and the last of either.
type StandingRow = (UserId, i64, i64, Option<Time>, Option<Time>);

/// Who has declared anything, and when last; the newest users first.
#[apply(both_databases)]
pub async fn standings_unscoped(tx: &mut Tx, page: &Page) -> Result<Vec<Standing>> {
    let (made, withdrawn) = (max(declarations::declared_at), max(declarations::withdrawn_at));
    let of_users = declarations::table
        .group_by(declarations::user_id)
        .select((declarations::user_id, count_star(), count(declarations::withdrawn_at), made, withdrawn))
        .into_boxed::<Db>();
    let rows: Vec<StandingRow> = of_users
        .when(page.after.map(UserId::from), |list, after| list.filter(declarations::user_id.lt(after)))
        .order(declarations::user_id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    let standing = |(user_id, all, ended, declared_at, withdrawn_at)| {
        let in_force = i64::saturating_sub(all, ended);
        Standing { user_id, in_force, declared_at, withdrawn_at }
    };
    Ok(rows.into_iter().map(standing).collect())
}

/// The permit is for the user.
#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, keys: &Keyring, user: UserId, made: &Declaration) -> Result<()> {
    permit.covers(user)?;
    let Declaration { id, relation, declared_at, withdrawn_at, .. } = *made;
    let numbers = keys.nobody_key().seal(&place(id), &serde_json::to_vec(&made.numbers)?)?;
    let row = DeclarationRow { id, user_id: user, relation, numbers, declared_at, withdrawn_at };
    diesel::insert_into(declarations::table).values(row).execute(tx).await?;
    for mark in marks(keys, &made.numbers) {
        let row = (declaration_marks::declaration_id.eq(id), declaration_marks::mark.eq(mark));
        diesel::insert_into(declaration_marks::table).values(row).execute(tx).await?;
    }
    Ok(())
}

/// The permit is for the user.
#[apply(both_databases)]
pub async fn withdraw(tx: &mut Tx, permit: &Permit, user: UserId, one: &Declaration) -> Result<()> {
    permit.covers(user)?;
    let set = declarations::withdrawn_at.eq(one.withdrawn_at);
    diesel::update(declarations::table.find(one.id)).set(set).execute(tx).await?;
    Ok(())
}

fn marks(keys: &Keyring, numbers: &Numbers) -> Vec<Vec<u8>> {
    let cnic = numbers.cnic.as_ref().map(|cnic| keys.mark_of_cnic(cnic).bytes);
    let mobile = numbers.mobile.as_ref().map(|mobile| keys.mark_of_mobile(mobile).bytes);
    let account = numbers.iban.as_ref().map(|iban| keys.mark_of_account(iban));
    [cnic, mobile, account].into_iter().flatten().collect()
}
