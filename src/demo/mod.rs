//! Demonstration data for a database that is thrown away. Everybody in it is invented; it refuses to be real.
//!
//! It goes through the same use cases as an officer's work, so every rule holds for it and every step is on the trail.
mod data;
mod referring;
mod staff;

use std::sync::atomic::{AtomicI64, Ordering};

use crate::App;
use crate::access::policy::Actor;
use crate::directory::model::{OrganisationFacts, ServiceFacts, ServiceStatus};
use crate::directory::service::{organisations, services};
use crate::directory::{OrganisationId, Service};
use crate::error::Result;
use crate::incidents::figures::{self, Casualties, Counts, Measure, NewFigure, NewIncidentFigure};
use crate::incidents::model::IncidentFacts;
use crate::incidents::{Incident, service as incidents};
use crate::kernel::page::Page;
use crate::kernel::places::Province;

use data::{Attack, Printed, broken};
pub use staff::SignIn;
use staff::Staff;

/// The clock of a demonstration: how many microseconds it is off the system's.
pub struct Past<'a>(pub &'a AtomicI64);

impl Past<'_> {
    /// Turns the clock to so many days ago.
    fn days_ago(&self, days: i64) {
        self.0.store(days * -86_400_000_000, Ordering::Relaxed);
    }
}

/// Fills the database with three weeks of work, which ends now, and says how to sign in.
pub async fn fill(app: &App, past: &Past<'_>) -> Result<Vec<SignIn>> {
    past.days_ago(20);
    let people = data::people()?;
    let services = add_organisations(app, people.organisations).await?;
    let first = services.first().ok_or_else(broken)?.facts.organisation_id;
    let mut staff = Staff::add(app, first).await?;
    record_figures(app, staff.supervisor()).await?;
    let mut attacks = Vec::new();
    for attack in data::attacks(people.incidents)? {
        attacks.push(report(app, &staff, attack).await?);
    }
    let mut files = Vec::new();
    for person in people.victims {
        let incident = attacks.get(person.incident).ok_or_else(broken)?;
        files.push(referring::open(app, &staff, incident, person).await?);
    }
    referring::refer(app, &mut staff, past, &all_services(app).await?, files).await?;
    past.days_ago(0);
    Ok(staff.sign_ins)
}

/// The invented organisations; the real ones came with the directory.
async fn add_organisations(app: &App, all: Vec<data::Organisation>) -> Result<Vec<Service>> {
    let (work, system) = (&app.work, Actor::system());
    let mut added = Vec::new();
    for organisation in all {
        let facts = OrganisationFacts {
            code: Some(organisation.code),
            name: organisation.name,
            name_ur: organisation.name_ur,
            kind: organisation.kind,
            email: Some(organisation.email),
            phone: None,
            website: None,
            is_active: true,
        };
        let id = organisations::add(work, &system, None, facts).await?.answer.id;
        for service in organisation.services {
            added.push(services::add(work, &system, None, service_facts(id, service)).await?.answer);
        }
    }
    Ok(added)
}

fn service_facts(organisation_id: OrganisationId, service: data::Service) -> ServiceFacts {
    ServiceFacts {
        code: Some(service.code),
        organisation_id,
        programme_id: None,
        name: service.name,
        name_ur: None,
        domain: service.domain,
        areas: service.areas,
        urgencies: service.urgencies,
        description: service.description,
        eligibility: service.eligibility,
        required_documents: service.required_documents,
        contact: None,
        status: ServiceStatus::Active,
        capacity: None,
    }
}

/// Everything one can refer to.
async fn all_services(app: &App) -> Result<Vec<Service>> {
    let page = Page { limit: Page::MAX_LIMIT, after: None };
    Ok(services::list(&app.work, services::Filter::default(), page).await?.items)
}

async fn record_figures(app: &App, by: &Actor) -> Result<()> {
    for printed in data::casualties()? {
        figures::record(&app.work, by, None, printed.figure()?).await?;
    }
    Ok(())
}

impl Printed {
    fn figure(self) -> Result<NewFigure> {
        let counts = Counts::each(|measure| match measure {
            Measure::Incidents => self.incidents,
            Measure::Killed => self.killed,
            Measure::Injured => self.injured,
            Measure::CiviliansKilled => self.civilians_killed,
            Measure::LawEnforcementKilled => self.law_enforcement_killed,
            Measure::SuicideAttacks => self.suicide_attacks,
            Measure::CiviliansInjured | Measure::LawEnforcementInjured => None,
        });
        let Self { source, period_start, period_end, area, note, .. } = self;
        Ok(NewFigure { source, period_start, period_end, area: area.parse().map_err(|_| broken())?, counts, note })
    }
}

/// Reports an attack with what was said of it, and has all but the newest verified.
async fn report(app: &App, staff: &Staff, attack: Attack) -> Result<Incident> {
    let province = Province::from_pcode_prefix(attack.district_pcode.as_str()).ok_or_else(broken)?;
    let (officer, as_of, source) = (staff.officer(province)?, attack.occurred_on, attack.source.clone());
    let casualties =
        Casualties { killed: attack.killed_reported, injured: attack.injured_reported, ..Casualties::default() };
    let facts = IncidentFacts {
        occurred_on: attack.occurred_on,
        district: attack.district_pcode,
        place: attack.place,
        attack_type: attack.attack_type,
        target_type: attack.target_type,
        weapon_type: attack.weapon_type,
        is_suicide: attack.suicide,
        summary: attack.summary.or(attack.note),
        source: attack.source,
    };
    let incident = incidents::report(&app.work, officer, None, facts).await?.answer;
    if casualties != Casualties::default() {
        let figure = NewIncidentFigure { source, as_of, casualties, note: None };
        figures::record_of_incident(&app.work, officer, None, incident.id, figure).await?;
    }
    if incident.facts.occurred_on.year() >= 2026 && incident.facts.is_suicide {
        return Ok(incident);
    }
    let at = (incident.id, incident.version);
    Ok(incidents::verify(&app.work, staff.supervisor(), None, at).await?.answer)
}
