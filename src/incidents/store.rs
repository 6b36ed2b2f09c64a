//! Rows and queries of incidents. A row in a state that cannot be is an error.
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{AttackType, Incident, IncidentFacts, IncidentId, IncidentState, TargetType, WeaponType};
use crate::access::UserId;
use crate::access::policy::{Permit, Scope};
use crate::db::prelude::*;
use crate::error::{Error, Result};
use crate::kernel::page::Page;
use crate::kernel::places::Pcode;
use crate::kernel::words::words;

text_columns!(AttackType, TargetType, WeaponType, StateWord);

words! {
    /// Where an incident stands.
    pub enum StateWord {
        Reported = "reported",
        Verified = "verified",
        Rejected = "rejected",
    }
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = incidents, treat_none_as_null = true, treat_none_as_default_value = false)]
struct IncidentRow {
    id: IncidentId,
    occurred_on: Date,
    district: Pcode,
    place: String,
    attack_type: AttackType,
    target_type: TargetType,
    weapon_type: WeaponType,
    is_suicide: bool,
    summary: Option<String>,
    source: String,
    state: StateWord,
    reported_at: Time,
    reported_by: UserId,
    decided_at: Option<Time>,
    decided_by: Option<UserId>,
    reason: Option<String>,
    version: i64,
}

/// What a list of incidents may be narrowed to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    pub state: Option<StateWord>,
    pub district: Option<Pcode>,
    /// Occurred on this day or later.
    pub from: Option<Date>,
    /// Occurred on this day or earlier.
    pub to: Option<Date>,
}

/// Incidents belong to districts; nobody sees them through an organisation.
#[apply(both_databases)]
pub async fn find(tx: &mut Tx, scope: &Scope, id: IncidentId) -> Result<Option<Incident>> {
    let found = incidents::table.find(id).select(IncidentRow::as_select()).into_boxed::<Db>();
    let row = within!(found, incidents::district, scope.area()).first(tx).await.optional()?;
    row.map(Incident::try_from).transpose()
}

#[apply(both_databases)]
pub async fn list(tx: &mut Tx, scope: &Scope, filter: &Filter, page: &Page) -> Result<Vec<Incident>> {
    let all = incidents::table.select(IncidentRow::as_select()).into_boxed::<Db>();
    let rows: Vec<IncidentRow> = within!(all, incidents::district, scope.area())
        .when(filter.state, |list, state| list.filter(incidents::state.eq(state)))
        .when(filter.district, |list, district| list.filter(incidents::district.eq(district)))
        .when(filter.from, |list, from| list.filter(incidents::occurred_on.ge(from)))
        .when(filter.to, |list, to| list.filter(incidents::occurred_on.le(to)))
        .when(page.after.map(IncidentId::from), |list, after| list.filter(incidents::id.lt(after)))
        .order(incidents::id.desc())
        .limit(page.fetch())
        .load(tx)
        .await?;
    rows.into_iter().map(Incident::try_from).collect()
}

/// Which of these incidents were confirmed as acts of terrorism.
#[apply(both_databases)]
pub async fn verified_among(tx: &mut Tx, scope: &Scope, ids: &[IncidentId]) -> Result<Vec<IncidentId>> {
    let verified = incidents::table.filter(incidents::state.eq(StateWord::Verified));
    let these = verified.filter(incidents::id.eq_any(ids.to_vec())).select(incidents::id).into_boxed::<Db>();
    Ok(within!(these, incidents::district, scope.area()).load(tx).await?)
}

#[apply(both_databases)]
pub async fn insert(tx: &mut Tx, permit: &Permit, incident: &Incident) -> Result<()> {
    permit.covers(incident.id)?;
    diesel::insert_into(incidents::table).values(IncidentRow::from(incident)).execute(tx).await?;
    Ok(())
}

/// Writes over the row, if it is still at `version`.
#[apply(both_databases)]
pub async fn update(tx: &mut Tx, permit: &Permit, incident: &Incident, version: i64) -> Result<()> {
    permit.covers(incident.id)?;
    let row = incidents::table.find(incident.id).filter(incidents::version.eq(version));
    Error::stale_unless(diesel::update(row).set(IncidentRow::from(incident)).execute(tx).await? == 1)
}

impl From<&Incident> for IncidentRow {
    fn from(incident: &Incident) -> Self {
        let facts = &incident.facts;
        let (state, decided_at, decided_by, reason) = match &incident.state {
            IncidentState::Reported => (StateWord::Reported, None, None, None),
            IncidentState::Verified { decided_at, decided_by } => {
                (StateWord::Verified, Some(*decided_at), Some(*decided_by), None)
            }
            IncidentState::Rejected { decided_at, decided_by, reason } => {
                (StateWord::Rejected, Some(*decided_at), Some(*decided_by), Some(reason.as_str().to_owned()))
            }
        };
        Self {
            id: incident.id,
            occurred_on: facts.occurred_on,
            district: facts.district,
            place: facts.place.as_str().to_owned(),
            attack_type: facts.attack_type,
            target_type: facts.target_type,
            weapon_type: facts.weapon_type,
            is_suicide: facts.is_suicide,
            summary: facts.summary.as_ref().map(|summary| summary.as_str().to_owned()),
            source: facts.source.as_str().to_owned(),
            state,
            reported_at: incident.reported_at,
            reported_by: incident.reported_by,
            decided_at,
            decided_by,
            reason,
            version: incident.version,
        }
    }
}

impl TryFrom<IncidentRow> for Incident {
    type Error = Error;

    fn try_from(row: IncidentRow) -> Result<Self> {
        let corrupt = |_| Error::Corrupt("incident");
        let state = match (row.state, row.decided_at, row.decided_by, row.reason) {
            (StateWord::Reported, None, None, None) => IncidentState::Reported,
            (StateWord::Verified, Some(decided_at), Some(decided_by), None) => {
                IncidentState::Verified { decided_at, decided_by }
            }
            (StateWord::Rejected, Some(decided_at), Some(decided_by), Some(reason)) => {
                IncidentState::Rejected { decided_at, decided_by, reason: reason.parse().map_err(corrupt)? }
            }
            _ => return Err(Error::Corrupt("incident")),
        };
        let facts = IncidentFacts {
            occurred_on: row.occurred_on,
            district: row.district,
            place: row.place.parse().map_err(corrupt)?,
            attack_type: row.attack_type,
            target_type: row.target_type,
            weapon_type: row.weapon_type,
            is_suicide: row.is_suicide,
            summary: row.summary.map(|summary| summary.parse()).transpose().map_err(corrupt)?,
            source: row.source.parse().map_err(corrupt)?,
        };
        let (id, reported_at, reported_by, version) = (row.id, row.reported_at, row.reported_by, row.version);
        Ok(Self { id, facts, state, reported_at, reported_by, version })
    }
}
