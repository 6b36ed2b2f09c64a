//! Rows of consents. They name nobody.
use super::super::model::{Consent, ConsentId, GivenBy, Purpose, SharedField, VictimId};
use crate::access::UserId;
use crate::access::policy::{OrganisationId, Permit, Scope};
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::page::Page;
use crate::kernel::places::Area;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = consents, treat_none_as_null = true)]
struct ConsentRow {
    id: ConsentId,
    victim_id: VictimId,
    purpose: Purpose,
    recipient_id: OrganisationId,
    fields: Words<SharedField>,
    given_by: GivenBy,
    given_at: Time,
    expires_at: Option<Time>,
    withdrawn_at: Option<Time>,
    withdrawn_by: Option<UserId>,
    recorded_by: UserId,
    version: i64,
}

impl From<&Consent> for ConsentRow {
    fn from(consent: &Consent) -> Self {
        let Consent { id, victim_id, purpose, recipient_id, given_by, given_at, expires_at, .. } = *consent;
        let Consent { withdrawn_at, withdrawn_by, recorded_by, version, .. } = *consent;
        let fields = Words(consent.fields.clone());
        Self {
            id,
            victim_id,
            purpose,
            recipient_id,
            fields,
            given_by,
            given_at,
            expires_at,
            withdrawn_at,
            withdrawn_by,
            recorded_by,
            version,
        }
    }
}

impl From<ConsentRow> for Consent {
    fn from(row: ConsentRow) -> Self {
        let ConsentRow { id, victim_id, purpose, recipient_id, given_by, given_at, expires_at, .. } = row;
        let ConsentRow { withdrawn_at, withdrawn_by, recorded_by, version, .. } = row;
        let fields = row.fields.0;
        Self {
            id,
            victim_id,
            purpose,
            recipient_id,
            fields,
            given_by,
            given_at,
            expires_at,
            withdrawn_at,
            withdrawn_by,
            recorded_by,
            version,
        }
    }
}

/// A consent of a victim whom the scope lets see.
#[apply(both_databases)]
pub async fn find_consent(tx: &mut Tx, scope: &Scope, id: ConsentId) -> Result<Option<Consent>> {
    let found = consents::table.inner_join(victims::table).filter(consents::id.eq(id)).select(ConsentRow::as_select());
    let row: Option<ConsentRow> = visible!(found.into_boxed::<Db>(), scope).first(tx).await.optional()?;
    Ok(row.map(Consent::from))
}

/// The consents of a victim whom the caller has found, newest first.
#[apply(both_databases)]
pub async fn list_consents(tx: &mut Tx, victim: VictimId, page: &Page) -> Result<Vec<Consent>> {
    let all = consents::table.filter(consents::victim_id.eq(victim)).select(ConsentRow::as_select());
    let rows: Vec<ConsentRow> = all
        .into_boxed::<Db>()
        .when(page.after.map(ConsentId::from), |list, after| list.filter(consents::id.lt(after)))
        .order(consents::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    Ok(rows.into_iter().map(Consent::from).collect())
}

/// The newest consents of a victim to one recipient for referrals that are not withdrawn, newest first. Until this unit
/// of work ends, none of them is withdrawn.
#[apply(both_databases)]
pub async fn hold_live_consents(tx: &mut Tx, victim: VictimId, recipient: OrganisationId) -> Result<Vec<Consent>> {
    let all = consents::table.filter(consents::victim_id.eq(victim).and(consents::recipient_id.eq(recipient)));
    let live = all.filter(consents::purpose.eq(Purpose::Referral).and(consents::withdrawn_at.is_null()));
    let newest = live.select(ConsentRow::as_select()).order(consents::id.desc()).limit(50);
    let rows: Vec<ConsentRow> = locked!(newest).load(tx).await?;
    Ok(rows.into_iter().map(Consent::from).collect())
}

/// The consents of these victims to one recipient, for a list of verified victims, that are not withdrawn.
#[apply(both_databases)]
pub async fn consents_to(tx: &mut Tx, recipient: OrganisationId, of: &[VictimId]) -> Result<Vec<Consent>> {
    let all = consents::table.filter(consents::recipient_id.eq(recipient).and(consents::withdrawn_at.is_null()));
    let fit = all.filter(consents::purpose.eq(Purpose::Verification));
    let these = fit.filter(consents::victim_id.eq_any(of.to_vec())).select(ConsentRow::as_select());
    let rows: Vec<ConsentRow> = these.order(consents::id).load(tx).await?;
    Ok(rows.into_iter().map(Consent::from).collect())
}

/// These consents as they are now. Until this unit of work ends, none of them is withdrawn.
#[apply(both_databases)]
pub async fn hold_consents(tx: &mut Tx, ids: &[ConsentId]) -> Result<Vec<Consent>> {
    let these = consents::table.filter(consents::id.eq_any(ids.to_vec()));
    let rows: Vec<ConsentRow> = locked!(these.select(ConsentRow::as_select()).order(consents::id)).load(tx).await?;
    Ok(rows.into_iter().map(Consent::from).collect())
}

#[apply(both_databases)]
pub async fn insert_consent(tx: &mut Tx, permit: &Permit, consent: &Consent) -> Result<()> {
    permit.covers(consent.victim_id)?;
    diesel::insert_into(consents::table).values(ConsentRow::from(consent)).execute(tx).await?;
    Ok(())
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update_consent(tx: &mut Tx, permit: &Permit, consent: &Consent, version: i64) -> Result<()> {
    permit.covers(consent.victim_id)?;
    let row = consents::table.find(consent.id).filter(consents::version.eq(version));
    Error::stale_unless(diesel::update(row).set(ConsentRow::from(consent)).execute(tx).await? == 1)
}
