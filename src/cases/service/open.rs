//! Opening a case: one victim, one incident that harmed them, one number.
use super::super::model::{Case, CaseId, CaseState, Phase};
use super::super::store;
use super::check_officer;
use crate::access::policy::{self, Action, Actor, Permit, UserId};
use crate::directory::{self, Urgency};
use crate::error::{Code, Error, Refers, Result};
use crate::incidents::{self, IncidentId, IncidentState};
use crate::kernel::numbers::CaseNumber;
use crate::kernel::places::{Pcode, Province};
use crate::kernel::time::Time;
use crate::victims::{self, VictimId};
use crate::work::{Event, Tx};

/// What makes a case.
#[derive(Debug, Clone)]
pub struct NewCase {
    pub victim_id: VictimId,
    pub incident_id: IncidentId,
    /// The district that keeps it; that of the incident, if left out.
    pub district: Option<Pcode>,
    pub phase: Phase,
    /// The asking officer, if left out; a supervisor's case waits for assignment.
    pub officer_id: Option<UserId>,
    /// Of the most urgent of its first needs.
    pub urgency: Option<Urgency>,
}

/// A case just opened, with leave to hang its first needs on it.
pub struct Opened {
    pub case: Case,
    pub permit: Permit,
    pub event: Event,
}

/// Opens a case inside the caller's unit of work, so that its first needs are part of the same effect.
pub async fn open_in(tx: &mut Tx, actor: &Actor, (id, new): (CaseId, &NewCase), at: Time) -> Result<Opened> {
    let incident = incidents::get(tx, &policy::scope(actor, Action::ReadIncident), new.incident_id).await;
    let incident = incident.refers("/incident_id")?;
    if matches!(incident.state, IncidentState::Rejected { .. }) {
        return Err(Code::IncidentRejected.into());
    }
    let scope = policy::scope(actor, Action::ReadVictim);
    let harmed = victims::is_harmed_by(tx, &scope, new.victim_id, incident.id).await;
    if !harmed.refers("/victim_id")? {
        return Err(Error::invalid("/incident_id", "not_harmed", "this incident did not harm this victim"));
    }
    let district = new.district.unwrap_or(incident.facts.district);
    directory::check_district(tx, district, at.local_date(), "/district").await?;
    let subject = policy::Subject::of(id.uuid()).in_district(district);
    let permit = policy::permit(actor, Action::OpenCase, &subject).in_area("/district")?;
    if let Some(officer) = new.officer_id {
        if officer != actor.user && !policy::may(actor, Action::AssignCase) {
            return Err(Error::Forbidden { action: Action::AssignCase.word(), subject: Some(id.uuid()) });
        }
        check_officer(tx, officer, district, "/officer_id").await?;
    }
    victims::follow_case(tx, new.victim_id, None, district).await?;
    let case = Case {
        id,
        number: next_number(tx, district, at).await?,
        victim_id: new.victim_id,
        incident_id: incident.id,
        district,
        phase: new.phase,
        officer_id: new.officer_id.or(actor.is_officer().then_some(actor.user)),
        urgency: new.urgency,
        state: CaseState::Open,
        opened_at: at,
        opened_by: actor.user,
        last_contact_at: None,
        banners: Vec::new(),
        changed_at: at,
        version: 1,
    };
    let event = case.event("case.opened").with("number", case.number.to_string()).announced();
    let event = event.with("phase", case.phase.word()).with("occurred_on", incident.facts.occurred_on.to_string());
    let event = match case.officer_id {
        Some(officer) => event.with("officer", officer.to_string()),
        None => event,
    };
    store::insert(tx, &permit, &case).await.map_err(|error| match error {
        error if error.is_duplicate() => Code::AlreadyExists.into(),
        error => error,
    })?;
    Ok(Opened { case, permit, event })
}

/// Numbers run without a gap in each province and year.
async fn next_number(tx: &mut Tx, district: Pcode, at: Time) -> Result<CaseNumber> {
    let province = Province::from_pcode_prefix(district.as_str()).ok_or(Error::Corrupt("district"))?;
    let year = u16::try_from(at.local_date().year()).map_err(|_| Error::Corrupt("year"))?;
    let serial = store::count_up(tx, &format!("case-{province}-{year}")).await?;
    let serial = u32::try_from(serial).map_err(|_| Error::Corrupt("case serial"))?;
    CaseNumber::new(province, year, serial).ok_or(Error::Corrupt("case serial"))
}
