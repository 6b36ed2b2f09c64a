//! Payees and their accounts. The newest account holds; those before it stay.
use std::collections::BTreeMap;

use super::super::model::ClaimId;
use super::super::payee::{AccountId, KeptAccount, Payee, PayeeId};
use super::super::words::{MarkWord, Method, PayeeClass};
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::victims::VictimId;

text_columns!(MarkWord, Method, PayeeClass);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = claim_payees)]
struct PayeeRow {
    id: PayeeId,
    claim_id: ClaimId,
    class: PayeeClass,
    is_minor: bool,
    share_bp: Option<i32>,
    person: Vec<u8>,
    added_at: Time,
    added_by: UserId,
    version: i64,
    continues: Option<PayeeId>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = claim_accounts)]
struct AccountRow {
    id: AccountId,
    payee_id: PayeeId,
    method: Method,
    account: Vec<u8>,
    usable_from: Time,
    recorded_at: Time,
    recorded_by: UserId,
}

/// An account with whom it belongs to, both sealed under the victim's key.
#[derive(Queryable)]
pub struct SealedAccount {
    pub id: AccountId,
    pub account: Vec<u8>,
    pub payee_id: PayeeId,
    pub person: Vec<u8>,
    pub victim_id: VictimId,
}

/// What a blind index of a payee says.
pub type Marks = Vec<(MarkWord, Vec<u8>)>;

/// The payees that are meant, in the order in which they were added, each with the account that holds.
macro_rules! with_accounts {
    ($tx:ident, $these:expr) => {{
        let rows: Vec<PayeeRow> = $these.select(PayeeRow::as_select()).order(claim_payees::id).load($tx).await?;
        let accounts = claim_accounts::table.filter(claim_accounts::payee_id.eq_any($these.select(claim_payees::id)));
        let accounts = accounts.select(AccountRow::as_select()).order(claim_accounts::id);
        joined(rows, accounts.load($tx).await?)
    }};
}

/// The payees of a claim that the caller has found, in the order in which they were added.
#[apply(both_databases)]
pub async fn payees(tx: &mut Tx, claim: ClaimId) -> Result<Vec<Payee>> {
    let these = || claim_payees::table.filter(claim_payees::claim_id.eq(claim).and(claim_payees::removed_at.is_null()));
    with_accounts!(tx, these())
}

/// Everybody who is or was a payee of these claims, which the caller has found.
#[apply(both_databases)]
pub async fn payees_ever(tx: &mut Tx, claims: &[ClaimId]) -> Result<Vec<Payee>> {
    let these = || claim_payees::table.filter(claim_payees::claim_id.eq_any(claims.to_vec()));
    with_accounts!(tx, these())
}

fn joined(rows: Vec<PayeeRow>, accounts: Vec<AccountRow>) -> Result<Vec<Payee>> {
    // Oldest first, so that the newest stays.
    let mut newest: BTreeMap<PayeeId, AccountRow> = accounts.into_iter().map(|row| (row.payee_id, row)).collect();
    let payee = |row: PayeeRow| {
        let account = newest.remove(&row.id).ok_or(Error::Corrupt("payee without account"))?;
        row.with(account)
    };
    rows.into_iter().map(payee).collect()
}

/// The claim of a payee who was not removed.
#[apply(both_databases)]
pub async fn claim_of_payee(tx: &mut Tx, scope: &Scope, id: PayeeId) -> Result<Option<ClaimId>> {
    let payee = claim_payees::table.filter(claim_payees::id.eq(id).and(claim_payees::removed_at.is_null()));
    let claim = claims::table.filter(claims::id.eq_any(payee.select(claim_payees::claim_id)));
    let found = claim.select(claims::id).into_boxed::<Db>();
    Ok(within!(found, claims::district, scope.area()).first(tx).await.optional()?)
}

/// One payee, removed or not, with the account that holds.
#[apply(both_databases)]
pub async fn find_payee(tx: &mut Tx, scope: &Scope, id: PayeeId) -> Result<Option<Payee>> {
    let here = claims::table.select(claims::id).into_boxed::<Db>();
    let row = claim_payees::table
        .filter(claim_payees::id.eq(id))
        .filter(claim_payees::claim_id.eq_any(within!(here, claims::district, scope.area())))
        .select(PayeeRow::as_select());
    let Some(row) = row.first::<PayeeRow>(tx).await.optional()? else { return Ok(None) };
    let account = claim_accounts::table.filter(claim_accounts::payee_id.eq(id)).select(AccountRow::as_select());
    row.with(account.order(claim_accounts::id.desc()).first(tx).await?).map(Some)
}

/// What is sealed of these accounts and of those they belong to, whether or not they hold still. The caller has found
/// what is paid by them.
#[apply(both_databases)]
pub async fn accounts(tx: &mut Tx, ids: &[AccountId]) -> Result<Vec<SealedAccount>> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(1000) {
        let these = claim_accounts::table
            .inner_join(claim_payees::table.on(claim_payees::id.eq(claim_accounts::payee_id)))
            .inner_join(claims::table.on(claims::id.eq(claim_payees::claim_id)))
            .filter(claim_accounts::id.eq_any(ids.to_vec()));
        let columns =
            (claim_accounts::id, claim_accounts::account, claim_payees::id, claim_payees::person, claims::victim_id);
        found.extend(these.select(columns).load::<SealedAccount>(tx).await?);
    }
    Ok(found)
}

/// The payee of the first of these claims, which took each other's place, who holds the card with this mark.
#[apply(both_databases)]
pub async fn first_with_card(tx: &mut Tx, claims: &[ClaimId], mark: &[u8]) -> Result<Option<PayeeId>> {
    let marked = claim_payee_marks::table
        .filter(claim_payee_marks::kind.eq(MarkWord::Cnic))
        .filter(claim_payee_marks::mark.eq(mark.to_vec()))
        .select(claim_payee_marks::payee_id);
    let theirs = claim_payees::table.filter(claim_payees::claim_id.eq_any(claims.to_vec()));
    let oldest = theirs.filter(claim_payees::id.eq_any(marked)).order(claim_payees::id);
    let oldest = oldest.select((claim_payees::id, claim_payees::continues));
    let found: Option<(PayeeId, Option<PayeeId>)> = oldest.first(tx).await.optional()?;
    Ok(found.map(|(id, continues)| continues.unwrap_or(id)))
}

/// Without an account, which comes after. The permit is for the claim.
#[apply(both_databases)]
pub async fn insert_payee(tx: &mut Tx, permit: &Permit, payee: &Payee) -> Result<()> {
    permit.covers(payee.claim_id)?;
    let row = PayeeRow {
        id: payee.id,
        claim_id: payee.claim_id,
        class: payee.class,
        is_minor: payee.is_minor,
        share_bp: payee.share_bp.map(i32::try_from).transpose().map_err(|_| Error::Corrupt("share"))?,
        person: payee.sealed_person.clone(),
        added_at: payee.added_at,
        added_by: payee.added_by,
        version: payee.version,
        continues: payee.continues,
    };
    diesel::insert_into(claim_payees::table).values(row).execute(tx).await?;
    Ok(())
}

/// Adds the account that holds from now on. The permit is for the claim.
#[apply(both_databases)]
pub async fn insert_account(tx: &mut Tx, permit: &Permit, payee: &Payee, marks: Marks) -> Result<()> {
    permit.covers(payee.claim_id)?;
    let KeptAccount { id, method, usable_from, recorded_at, recorded_by, .. } = payee.account;
    let account = payee.account.sealed.clone();
    let row = AccountRow { id, payee_id: payee.id, method, account, usable_from, recorded_at, recorded_by };
    diesel::insert_into(claim_accounts::table).values(row).execute(tx).await?;
    for (kind, mark) in marks {
        let row = (
            claim_payee_marks::payee_id.eq(payee.id),
            claim_payee_marks::account_id.eq(id),
            claim_payee_marks::kind.eq(kind),
            claim_payee_marks::mark.eq(mark),
        );
        diesel::insert_into(claim_payee_marks::table).values(row).on_conflict_do_nothing().execute(tx).await?;
    }
    diesel::update(claim_payees::table.find(payee.id)).set(claim_payees::version.eq(payee.version)).execute(tx).await?;
    Ok(())
}

/// The payee is paid nothing any more. The permit is for the claim.
#[apply(both_databases)]
pub async fn remove_payee(tx: &mut Tx, permit: &Permit, payee: &Payee, (by, at): (UserId, Time)) -> Result<()> {
    permit.covers(payee.claim_id)?;
    let set =
        (claim_payees::removed_at.eq(at), claim_payees::removed_by.eq(by), claim_payees::version.eq(payee.version + 1));
    diesel::update(claim_payees::table.find(payee.id)).set(set).execute(tx).await?;
    Ok(())
}

impl PayeeRow {
    fn with(self, account: AccountRow) -> Result<Payee> {
        let Self { id, claim_id, class, is_minor, person, added_at, added_by, version, continues, .. } = self;
        let share_bp = self.share_bp.map(u32::try_from).transpose().map_err(|_| Error::Corrupt("share"))?;
        let AccountRow { id: account_id, method, account: sealed, usable_from, recorded_at, recorded_by, .. } = account;
        let account = KeptAccount { id: account_id, method, sealed, usable_from, recorded_at, recorded_by };
        Ok(Payee {
            id,
            claim_id,
            class,
            is_minor,
            share_bp,
            sealed_person: person,
            added_at,
            added_by,
            version,
            continues,
            account,
        })
    }
}
