//! Lists of verified victims: who is on one, who agrees, what leaves the house, what comes back.
mod answers;
mod building;
mod handing_over;
mod moves;

use umeed::access::OrganisationId;

use crate::kit::*;

/// Two supervisors of one province, an officer, and a programme whose organisation is to be told.
pub struct Desk {
    pub app: App,
    pub builder: Actor,
    pub second: Actor,
    pub officer: Actor,
    pub recipient: OrganisationId,
    pub programme: String,
    pub incident: String,
}

const FIELDS: [&str; 3] = ["name", "cnic", "mobile"];

impl Desk {
    pub async fn new(app: &App) -> Self {
        let builder = app.actor(Role::Supervisor, "PK-KP").await;
        let second = app.actor(Role::Supervisor, "PK-KP").await;
        let officer = app.actor(Role::Officer, "PK508").await;
        let administrator = app.actor(Role::Administrator, "PK").await;
        let recipient = app.organisation("A fund").await;
        let programme = json!({
            "code": "a-fund-grants", "organisation_id": recipient, "name": "Grants", "domain": "financial",
            "areas": ["PK"], "urgencies": ["within_two_weeks"], "description": "Grants.", "eligibility": "Victims.",
            "application": "By list.", "source": "A test", "source_date": "2026-01-21", "confidence": "high",
            "status": "active",
        });
        let programme = app.post(&administrator, "/programmes", programme).await.expect(201).id();
        let incident = app.incident(&officer, "PK508").await;
        app.make(&builder, &format!("{}/verify", incident.location()), 1, json!({})).await.expect(200);
        Self { app: app.clone(), builder, second, officer, recipient, programme, incident: incident.id() }
    }

    /// A victim with an open case, known by their card; the place of the victim, and the id of the case.
    pub async fn victim(&self, name: &str, serial: u32) -> (String, String) {
        self.victim_of(&self.incident, name, serial).await
    }

    pub async fn victim_of(&self, incident: &str, name: &str, serial: u32) -> (String, String) {
        let mut body = victim_body(incident);
        body["identity"]["name"] = json!(name);
        body["identity"]["cnic"] = json!(format!("17301-{serial:07}-2"));
        let victim = self.app.post(&self.officer, "/victims", body).await.expect(201);
        let case = json!({ "victim_id": victim.id(), "incident_id": incident });
        let case = self.app.post(&self.officer, "/cases", case).await.expect(201);
        (victim.location(), case.id())
    }

    /// The victim consents, for verification, to what lists share; the place of the consent.
    pub async fn consent(&self, victim: &str, fields: &[&str]) -> String {
        let body = json!({
            "purpose": "verification", "recipient_id": self.recipient, "fields": fields, "given_by": "self",
        });
        self.app.post(&self.officer, &format!("{victim}/consents"), body).await.expect(201).location()
    }

    /// As many victims with consent; their places and those of their consents.
    pub async fn victims(&self, names: &[&str]) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for (serial, name) in (1..).zip(names) {
            let (victim, _) = self.victim(name, serial).await;
            let consent = self.consent(&victim, &FIELDS).await;
            all.push((victim, consent));
        }
        all
    }

    /// Who the programme takes, by sex, from now on.
    pub async fn rule(&self, sex: &str) {
        let administrator = self.app.actor(Role::Administrator, "PK").await;
        let rule = json!({
            "key": "sex", "kind": "requires", "when": { "fact": "sex", "is": sex }, "reason": "By sex.",
            "source": "A letter", "source_date": "2026-01-01", "confidence": "high",
        });
        let body = json!({ "supersedes": 0, "book": { "rules": [rule] } });
        self.app.post(&administrator, &format!("/programmes/{}/rules", self.programme), body).await.expect(201);
    }

    pub fn build_as(&self, who: &Actor, body: Value) -> Ask {
        self.app.post(who, "/victim-batches", body).key(&uuid::Uuid::now_v7().to_string())
    }

    pub async fn build(&self) -> Answer {
        let body = json!({ "programme_id": self.programme, "fields": FIELDS });
        self.build_as(&self.builder, body).await.expect(201)
    }

    pub fn make(&self, who: &Actor, place: &str, verb: &str, version: i64) -> Ask {
        let body = if verb == "return" { json!({ "reason": "incomplete" }) } else { json!({}) };
        self.app.make(who, &format!("{place}/{verb}"), version, body)
    }

    /// A batch of everybody there is, agreed to by the second supervisor: at version 3.
    pub async fn reviewed(&self) -> String {
        let place = self.build().await.location();
        self.make(&self.builder, &place, "submit", 1).await.expect(200);
        self.make(&self.second, &place, "review", 2).await.expect(200);
        place
    }

    /// The same, handed over: at version 4.
    pub async fn handed_over(&self) -> String {
        let place = self.reviewed().await;
        self.make(&self.builder, &place, "hand-over", 3).await.expect(200);
        place
    }

    pub async fn lines(&self, place: &str, query: &str) -> Vec<Value> {
        let listed = self.app.get(&self.second, &format!("{place}/lines?limit=200&{query}")).await.expect(200).json;
        listed["items"].as_array().unwrap().clone()
    }

    /// The reference of the line of this name.
    pub async fn reference(&self, place: &str, name: &str) -> String {
        let lines = self.lines(place, "").await;
        let line = lines.iter().find(|line| line["person"]["name"] == name).unwrap();
        line["reference"].as_str().unwrap().to_owned()
    }
}
