//! Files of victims, with everybody who works on one.
use serde_json::{Value, json};
use umeed::access::OrganisationId;
use umeed::access::policy::Role;
use uuid::Uuid;

use super::actors::{Actor, Bearer};
use super::app::App;
use super::ask::{Answer, Ask};

/// What an officer sends to register somebody injured.
pub fn victim_body(incident: &str) -> Value {
    json!({
        "category": "civilian", "identity_state": "known", "sex": "female", "birth_year": 1990,
        "identity": { "name": "Zarmina Gul", "mobiles": ["03001234567"], "address": "House 7, Street 3" },
        "harms": [{ "incident_id": incident, "harm": "injured" }],
    })
}

/// What an administrator sends to list a medical service for all of Pakistan.
pub fn service_body(organisation: OrganisationId) -> Value {
    json!({
        "organisation_id": organisation, "name": "A ward", "domain": "medical", "areas": ["PK"],
        "urgencies": ["within_24_hours", "within_72_hours", "within_two_weeks"], "description": "Treatment.",
        "eligibility": "Everybody.", "status": "active",
    })
}

/// A victim of an incident in PK508, injured, with an open case and one medical need, and a partner whose service takes
/// it. Nobody has consented to anything.
#[derive(Clone)]
pub struct File {
    pub officer: Actor,
    pub supervisor: Actor,
    pub administrator: Actor,
    pub partner: Actor,
    pub service: String,
    pub incident: String,
    pub victim: String,
    pub case: String,
    pub need: String,
}

impl App {
    pub async fn file(&self) -> File {
        let officer = self.actor(Role::Officer, "PK508").await;
        let supervisor = self.actor(Role::Supervisor, "PK-KP").await;
        let administrator = self.actor(Role::Administrator, "PK").await;
        let partner = self.actor(Role::Partner, "PK").await;
        let service = service_body(partner.organisation.unwrap());
        let service = self.post(&administrator, "/services", service).await.expect(201).id();
        let incident = self.incident(&officer, "PK508").await.id();
        let victim = self.post(&officer, "/victims", victim_body(&incident)).await.expect(201).id();
        let body = json!({
            "victim_id": victim, "incident_id": incident,
            "needs": [{ "domain": "medical", "urgency": "within_72_hours", "detail": "Needs insulin" }],
        });
        let case = self.post(&officer, "/cases", body).await.expect(201);
        let need = case.json["needs"][0]["id"].as_str().unwrap().to_owned();
        File { officer, supervisor, administrator, partner, service, incident, victim, case: case.id(), need }
    }

    /// A move, under a key of its own, from this version on.
    pub fn make(&self, who: &(impl Bearer + ?Sized), path: &str, version: i64, body: Value) -> Ask {
        self.post(who, path, body).key(&Uuid::now_v7().to_string()).if_match(version)
    }
}

impl File {
    pub fn of_case(&self, rest: &str) -> String {
        format!("/cases/{}{rest}", self.case)
    }

    pub fn of_need(&self, rest: &str) -> String {
        format!("/needs/{}{rest}", self.need)
    }

    pub fn of_victim(&self, rest: &str) -> String {
        format!("/victims/{}{rest}", self.victim)
    }

    /// The victim consents to sharing these fields with the partner.
    pub async fn consent(&self, app: &App, fields: &[&str]) -> Answer {
        self.consent_to(app, self.partner.organisation.unwrap(), fields).await
    }

    pub async fn consent_to(&self, app: &App, recipient: OrganisationId, fields: &[&str]) -> Answer {
        let body = json!({ "purpose": "referral", "recipient_id": recipient, "fields": fields, "given_by": "self" });
        app.post(&self.officer, &self.of_victim("/consents"), body).await.expect(201)
    }

    /// Asks the partner to meet the need, sharing these fields.
    pub fn refer(&self, app: &App, fields: &[&str]) -> Ask {
        let body = json!({ "service_id": self.service, "need_ids": [self.need], "fields": fields });
        self.refer_as(app, body)
    }

    /// The case goes to another district, where somebody takes it.
    pub async fn hand_over(&self, app: &App, district: &str) {
        let taker = app.actor(Role::Supervisor, district).await;
        let offer = self.offer(app, district).await.expect(201).location();
        app.make(&taker, &format!("{offer}/accept"), 1, json!({})).await.expect(200);
    }

    /// The supervisor offers the case, as it is now, to another district.
    pub async fn offer(&self, app: &App, district: &str) -> Answer {
        let version = app.get(&self.supervisor, &self.of_case("")).await.version();
        let body = json!({ "district": district, "reason": "victim_moved" });
        app.make(&self.supervisor, &self.of_case("/transfer"), version, body).await
    }

    /// The same for one more medical need, which nobody was asked to meet yet.
    pub async fn refer_anew(&self, app: &App, fields: &[&str]) -> Answer {
        let body = json!({ "domain": "medical", "urgency": "within_72_hours" });
        let need = app.post(&self.officer, &self.of_case("/needs"), body).await.expect(201).id();
        let body = json!({ "service_id": self.service, "need_ids": [need], "fields": fields });
        self.refer_as(app, body).await
    }

    pub fn refer_as(&self, app: &App, body: Value) -> Ask {
        app.post(&self.officer, &self.of_case("/referrals"), body).key(&Uuid::now_v7().to_string())
    }
}
