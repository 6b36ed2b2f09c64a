//! Rows of protections and of the users named. What the columns say together must be a state; else the row is refused.
use super::super::model::{LiftReason, Lifted, Protection, ProtectionReason, ProtectionState, VictimId};
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::places::Area;
use crate::kernel::words::words;

words! {
    pub enum ProtectionWord {
        Unprotected = "unprotected",
        Protected = "protected",
    }
}
text_columns!(LiftReason, ProtectionReason, ProtectionWord);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = protections, primary_key(victim_id), treat_none_as_null = true)]
struct ProtectionRow {
    victim_id: VictimId,
    state: ProtectionWord,
    reason: ProtectionReason,
    until: Option<Time>,
    placed_at: Time,
    placed_by: UserId,
    lifted_at: Option<Time>,
    lifted_by: Option<UserId>,
    lift_reason: Option<LiftReason>,
    version: i64,
}

impl ProtectionRow {
    /// Nothing for one that never was: it has no row.
    fn of(protection: &Protection) -> Option<Self> {
        let (victim_id, version) = (protection.victim_id, protection.version);
        match &protection.state {
            ProtectionState::Protected { reason, until, placed_at, placed_by, .. } => Some(Self {
                victim_id,
                state: ProtectionWord::Protected,
                reason: *reason,
                until: *until,
                placed_at: *placed_at,
                placed_by: *placed_by,
                lifted_at: None,
                lifted_by: None,
                lift_reason: None,
                version,
            }),
            ProtectionState::Unprotected { lifted } => lifted.as_ref().map(|lifted| Self {
                victim_id,
                state: ProtectionWord::Unprotected,
                reason: lifted.reason,
                until: lifted.until,
                placed_at: lifted.placed_at,
                placed_by: lifted.placed_by,
                lifted_at: Some(lifted.lifted_at),
                lifted_by: lifted.lifted_by,
                lift_reason: Some(lifted.lift_reason),
                version,
            }),
        }
    }

    fn protection(self, readers: Vec<UserId>, pseudonym: String) -> Result<Protection> {
        let Self { victim_id, reason, until, placed_at, placed_by, lifted_by, version, .. } = self;
        let state = match (self.state, self.lifted_at.zip(self.lift_reason)) {
            (ProtectionWord::Protected, None) => {
                ProtectionState::Protected { reason, until, placed_at, placed_by, readers }
            }
            (ProtectionWord::Unprotected, Some((lifted_at, lift_reason))) => {
                let lifted = Lifted { reason, until, placed_at, placed_by, lifted_at, lifted_by, lift_reason };
                ProtectionState::Unprotected { lifted: Some(lifted) }
            }
            _ => return Err(Error::Corrupt("protection")),
        };
        Ok(Protection { victim_id, pseudonym, state, version })
    }
}

/// The protection of a victim whom the caller has found; one that never was, if it has no row.
#[apply(both_databases)]
pub async fn get_protection(tx: &mut Tx, victim: VictimId, pseudonym: String) -> Result<Protection> {
    let row = protections::table.find(victim).select(ProtectionRow::as_select());
    let readers = protection_readers::table.filter(protection_readers::victim_id.eq(victim));
    let readers = readers.select(protection_readers::user_id).order(protection_readers::user_id);
    let (row, readers) = together!(tx => row.load::<ProtectionRow>(tx), readers.load::<UserId>(tx))?;
    match row.into_iter().next() {
        Some(row) => row.protection(readers, pseudonym),
        None => Ok(Protection::none(victim, pseudonym)),
    }
}

/// Writes over the protection, if it is still at `version`, and names its readers anew.
#[apply(both_databases)]
pub async fn keep_protection(tx: &mut Tx, permit: &Permit, protection: &Protection, version: i64) -> Result<()> {
    let victim = protection.victim_id;
    permit.covers(victim)?;
    let row = ProtectionRow::of(protection).ok_or(Error::Corrupt("protection"))?;
    let written = if version == 0 {
        diesel::insert_into(protections::table).values(row).on_conflict_do_nothing().execute(tx).await?
    } else {
        let old = protections::table.find(victim).filter(protections::version.eq(version));
        diesel::update(old).set(row).execute(tx).await?
    };
    Error::stale_unless(written == 1)?;
    let named = protection_readers::table.filter(protection_readers::victim_id.eq(victim));
    diesel::delete(named).execute(tx).await?;
    let name = |user: &UserId| (protection_readers::victim_id.eq(victim), protection_readers::user_id.eq(*user));
    let readers: Vec<_> = protection.readers().iter().map(name).collect();
    diesel::insert_into(protection_readers::table).values(readers).execute(tx).await?;
    Ok(())
}

/// At most `most` protected victims whose term is over.
#[apply(both_databases)]
pub async fn past_term(tx: &mut Tx, scope: &Scope, now: Time, most: i64) -> Result<Vec<VictimId>> {
    let over = protections::table.filter(protections::state.eq(ProtectionWord::Protected));
    let over = over.filter(protections::until.le(now)).select(protections::victim_id);
    let over = victims::table.filter(victims::id.eq_any(over)).select(victims::id).into_boxed::<Db>();
    Ok(visible!(over, scope).order(victims::id).limit(most).load(tx).await?)
}

/// Those of `victims` who are protected, whoever looks: it tells only that they are.
#[apply(both_databases)]
pub async fn protected_among(tx: &mut Tx, victims: &[VictimId]) -> Result<Vec<VictimId>> {
    let protected = protections::table.filter(protections::state.eq(ProtectionWord::Protected));
    let these = protected.filter(protections::victim_id.eq_any(victims.to_vec()));
    Ok(these.select(protections::victim_id).load(tx).await?)
}

/// Those of `victims` who are protected, and hidden from whoever looks.
#[apply(both_databases)]
pub async fn hidden_among(tx: &mut Tx, scope: &Scope, victims: &[VictimId]) -> Result<Vec<VictimId>> {
    let Some(reader) = scope.reader() else { return Ok(Vec::new()) };
    let shields = shield!(reader).filter(protections::victim_id.eq_any(victims.to_vec()));
    let shields = shields.select((protections::victim_id, protection_readers::user_id.nullable()));
    let shields: Vec<(VictimId, Option<UserId>)> = shields.load(tx).await?;
    Ok(shields.into_iter().filter(|(_, named)| named.is_none()).map(|(victim, _)| victim).collect())
}
