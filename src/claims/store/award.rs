//! Votes and awards. The database takes no change of either.
use super::super::award::{Award, AwardId, AwardPayee, Snapshot, SnapshotPayee, Vote};
use super::super::model::{Claim, ClaimId};
use super::super::payee::{AccountId, PayeeId};
use super::super::words::Method;
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::cases::CaseId;
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::money::Paisa;
use crate::kernel::places::Pcode;
use crate::tariffs::{InstrumentId, LineId};
use crate::victims::VictimId;

#[derive(Insertable)]
#[diesel(table_name = claim_votes)]
struct VoteRow<'a> {
    claim_id: ClaimId,
    digest: &'a str,
    seat: i32,
    approver_id: UserId,
    prepared_by: UserId,
    submitted_by: UserId,
    verified_by: UserId,
    registered_by: UserId,
    voted_at: Time,
}

#[derive(Queryable)]
struct AwardRow {
    id: AwardId,
    claim_id: ClaimId,
    case_id: CaseId,
    victim_id: VictimId,
    district: Pcode,
    instrument_id: InstrumentId,
    instrument_code: String,
    line_id: LineId,
    amount_paisa: i64,
    digest: String,
    made_at: Time,
    reverses: Option<AwardId>,
}

#[derive(Insertable)]
#[diesel(table_name = award_payees)]
struct PartRow {
    award_id: AwardId,
    payee_id: PayeeId,
    place: i32,
    share_bp: i32,
    amount_paisa: i64,
    account_id: AccountId,
}

/// The approvals of a digest, in their order. The caller has found the claim.
#[apply(both_databases)]
pub async fn votes(tx: &mut Tx, claim: ClaimId, digest: &str) -> Result<Vec<Vote>> {
    let these = claim_votes::table.filter(claim_votes::claim_id.eq(claim).and(claim_votes::digest.eq(digest)));
    let rows = these.select((claim_votes::approver_id, claim_votes::voted_at)).order(claim_votes::seat);
    let rows: Vec<(UserId, Time)> = rows.load(tx).await?;
    Ok(rows.into_iter().map(|(approver_id, voted_at)| Vote { approver_id, voted_at }).collect())
}

/// Adds an approval in the seat after those that are taken. The permit is for the claim.
#[apply(both_databases)]
pub async fn insert_vote(
    tx: &mut Tx,
    permit: &Permit,
    claim: &Claim,
    (digest, taken): (&str, usize),
    vote: Vote,
) -> Result<()> {
    permit.covers(claim.id)?;
    let verified = claim.state.verified().ok_or(Error::Corrupt("vote"))?;
    let row = VoteRow {
        claim_id: claim.id,
        digest,
        seat: i32::try_from(taken + 1).map_err(|_| Error::Corrupt("vote"))?,
        approver_id: vote.approver_id,
        prepared_by: claim.prepared_by,
        submitted_by: verified.submitted.submitted_by,
        verified_by: verified.verified_by,
        registered_by: claim.registered_by,
        voted_at: vote.voted_at,
    };
    diesel::insert_into(claim_votes::table).values(row).execute(tx).await?;
    Ok(())
}

/// The permit is for the claim.
#[apply(both_databases)]
pub async fn insert_award(
    tx: &mut Tx,
    permit: &Permit,
    id: AwardId,
    (snapshot, digest): (&Snapshot, &str),
    (made_at, reverses): (Time, Option<AwardId>),
) -> Result<()> {
    permit.covers(snapshot.claim_id)?;
    let row = (
        awards::id.eq(id),
        awards::claim_id.eq(snapshot.claim_id),
        awards::line_id.eq(snapshot.line_id),
        awards::amount_paisa.eq(snapshot.amount_paisa.get()),
        awards::digest.eq(digest),
        awards::approvals.eq(i32::from(snapshot.approvers)),
        awards::snapshot.eq(snapshot.text()?),
        awards::made_at.eq(made_at),
        awards::reverses.eq(reverses),
    );
    diesel::insert_into(awards::table).values(row).execute(tx).await?;
    let part = |(place, payee): (i32, &SnapshotPayee)| -> Result<PartRow> {
        let SnapshotPayee { payee_id, share_bp, amount_paisa, account_id, .. } = *payee;
        let share_bp = i32::try_from(share_bp).map_err(|_| Error::Corrupt("share"))?;
        let amount_paisa = amount_paisa.get();
        Ok(PartRow { award_id: id, payee_id, place, share_bp, amount_paisa, account_id })
    };
    let parts: Vec<PartRow> = (1..).zip(&snapshot.payees).map(part).collect::<Result<_>>()?;
    diesel::insert_into(award_payees::table).values(parts).execute(tx).await?;
    Ok(())
}

/// An award with who is paid, by the account that holds now.
#[apply(both_databases)]
pub async fn award(tx: &mut Tx, scope: &Scope, id: AwardId) -> Result<Option<Award>> {
    let on_claim = claims::table.on(claims::id.eq(awards::claim_id));
    let on_instrument = tariff_instruments::table.on(tariff_instruments::id.eq(claims::instrument_id));
    let columns = (
        awards::id,
        awards::claim_id,
        claims::case_id,
        claims::victim_id,
        claims::district,
        claims::instrument_id,
        tariff_instruments::code,
        awards::line_id,
        awards::amount_paisa,
        awards::digest,
        awards::made_at,
        awards::reverses,
    );
    let found = awards::table.inner_join(on_claim).inner_join(on_instrument).filter(awards::id.eq(id));
    let found = within!(found.select(columns).into_boxed::<Db>(), claims::district, scope.area());
    let Some(row) = found.first::<AwardRow>(tx).await.optional()? else { return Ok(None) };
    let on_payee = claim_payees::table.on(claim_payees::id.eq(award_payees::payee_id));
    let parts = award_payees::table.inner_join(on_payee);
    let parts = parts.filter(award_payees::award_id.eq(id).and(award_payees::amount_paisa.gt(0)));
    let columns = (award_payees::payee_id, claim_payees::continues, award_payees::amount_paisa);
    let parts: Vec<(PayeeId, Option<PayeeId>, i64)> = parts.select(columns).order(award_payees::place).load(tx).await?;
    let mut payees = Vec::new();
    for (payee_id, continues, amount) in parts {
        let newest = claim_accounts::table.filter(claim_accounts::payee_id.eq(payee_id));
        let newest = newest.select((claim_accounts::method, claim_accounts::id, claim_accounts::usable_from));
        let (method, account_id, usable_from): (Method, AccountId, Time) =
            newest.order(claim_accounts::id.desc()).first(tx).await?;
        let (first_id, amount_paisa) = (continues.unwrap_or(payee_id), Paisa::new(amount));
        payees.push(AwardPayee { payee_id, first_id, amount_paisa, method, account_id, usable_from });
    }
    Ok(Some(row.with(payees)))
}

/// The award of a claim that the caller has found: the newest, whose place none has taken.
#[apply(both_databases)]
pub async fn award_of_claim(tx: &mut Tx, claim: ClaimId) -> Result<Option<AwardId>> {
    let newest = awards::table.filter(awards::claim_id.eq(claim)).select(awards::id).order(awards::id.desc());
    Ok(newest.first(tx).await.optional()?)
}

/// Whether another award has taken the place of this one.
#[apply(both_databases)]
pub async fn is_reversed(tx: &mut Tx, _: &Scope, id: AwardId) -> Result<bool> {
    let other = awards::table.filter(awards::reverses.eq(id)).select(awards::id);
    Ok(other.first::<AwardId>(tx).await.optional()?.is_some())
}

/// What an award that the caller has found holds.
#[apply(both_databases)]
pub async fn snapshot(tx: &mut Tx, id: AwardId) -> Result<Snapshot> {
    let text: String = awards::table.find(id).select(awards::snapshot).first(tx).await?;
    Ok(serde_json::from_str(&text)?)
}

impl AwardRow {
    fn with(self, payees: Vec<AwardPayee>) -> Award {
        let Self { id, claim_id, case_id, victim_id, district, instrument_id, instrument_code, line_id, .. } = self;
        Award {
            id,
            claim_id,
            case_id,
            victim_id,
            district,
            instrument_id,
            instrument_code,
            line_id,
            amount_paisa: Paisa::new(self.amount_paisa),
            payees,
            digest: self.digest,
            made_at: self.made_at,
            reverses: self.reverses,
        }
    }
}
