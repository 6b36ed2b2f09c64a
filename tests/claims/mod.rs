//! Claims: who prepares, verifies and approves one, who is paid, and what an approval is of.
mod awards;
mod clocks;
mod evidence;
mod payees;
mod preparing;

use uuid::Uuid;

use crate::kit::*;

/// Everybody who works on the claims of one province, a verified incident in it, and one case.
pub struct Desk {
    pub app: App,
    pub administrator: Actor,
    pub officer: Actor,
    pub supervisor: Actor,
    pub assessor: Actor,
    pub approver: Actor,
    pub incident: String,
    pub district: String,
}

/// A valid account of Standard Chartered, with this name on it.
pub fn account(title: &str) -> Value {
    json!({ "method": "ibft", "iban": "PK36SCBL0000001123456702", "title": title })
}

pub fn cheque() -> Value {
    json!({ "method": "cheque" })
}

/// Somebody to be paid by cheque.
pub fn payee(class: &str, name: &str) -> Value {
    json!({ "class": class, "person": { "name": name }, "account": cheque() })
}

pub fn fir(district: &str) -> Value {
    let province = if district.starts_with("PK6") {
        "PK-PB"
    } else if district.starts_with("PK7") {
        "PK-SD"
    } else {
        "PK-KP"
    };
    json!({
        "kind": "fir",
        "reference": {
            "province": province, "district": district, "police_station": "Civil Lines", "year": 2026, "serial": 412,
        },
    })
}

pub fn certificate(kind: &str) -> Value {
    json!({ "kind": kind, "reference": { "number": "C-77", "issued_by": "The office", "issued_on": "2026-05-01" } })
}

impl Desk {
    /// In this province and district, for an attack of 1 March 2026.
    pub async fn new(app: &App, province: &str, district: &str) -> Self {
        let supervisor = app.actor(Role::Supervisor, province).await;
        let incident = app.incident(&supervisor, district).await;
        app.make(&supervisor, &format!("{}/verify", incident.location()), 1, json!({})).await.expect(200);
        Self {
            app: app.clone(),
            administrator: app.actor(Role::Administrator, "PK").await,
            officer: app.actor(Role::Officer, district).await,
            supervisor,
            assessor: app.actor(Role::Assessor, province).await,
            approver: app.actor(Role::Approver, province).await,
            incident: incident.id(),
            district: district.to_owned(),
        }
    }

    /// A victim with this harm, registered by the officer, with an open case.
    pub async fn case(&self, harm: &str) -> String {
        self.case_of(&self.officer, harm, "civilian").await
    }

    pub async fn case_of(&self, registrar: &Actor, harm: &str, category: &str) -> String {
        let mut body = victim_body(&self.incident);
        body["harms"][0]["harm"] = json!(harm);
        body["category"] = json!(category);
        let victim = self.app.post(registrar, "/victims", body).await.expect(201).id();
        let case = json!({ "victim_id": victim, "incident_id": self.incident });
        self.app.post(&self.officer, "/cases", case).await.expect(201).id()
    }

    pub async fn instrument(&self, code: &str) -> String {
        crate::tariffs::instrument(&self.app, &self.administrator, code).await["id"].as_str().unwrap().to_owned()
    }

    pub fn keyed(&self, who: &Actor, path: &str, body: Value) -> Ask {
        self.app.post(who, path, body).key(&Uuid::now_v7().to_string())
    }

    pub async fn prepare(&self, case: &str, code: &str, harm: &str) -> Answer {
        let body = self.body(code, harm).await;
        self.keyed(&self.officer, &format!("/cases/{case}/claims"), body).await
    }

    pub async fn body(&self, code: &str, harm: &str) -> Value {
        let instrument = crate::tariffs::instrument(&self.app, &self.administrator, code).await;
        json!({ "instrument_id": instrument["id"], "harm": harm, "none_of": instrument["exclusions"] })
    }

    /// What the officer does to a claim, as it is now.
    pub async fn does(&self, who: &Actor, claim: &str, verb: &str, body: Value) -> Answer {
        let version = self.app.get(who, claim).await.expect(200).version();
        self.app.make(who, &format!("{claim}/{verb}"), version, body).await
    }

    pub async fn add(&self, claim: &str, payee: Value) -> Answer {
        self.keyed(&self.officer, &format!("{claim}/payees"), payee).await
    }

    /// Attaches whatever is missing.
    pub async fn attach_all(&self, claim: &str) {
        let missing = self.app.get(&self.officer, claim).await.expect(200).json["missing"].clone();
        for kind in missing.as_array().unwrap() {
            let kind = kind.as_str().unwrap();
            let body = if kind == "fir" { fir(&self.district) } else { certificate(kind) };
            self.does(&self.officer, claim, "evidence", body).await.expect(200);
        }
    }

    /// A claim for a death by Punjab's Act with its widow as payee, registered by somebody else, and verified.
    pub async fn verified(&self) -> String {
        let registrar = self.app.actor(Role::Supervisor, "PK-PB").await;
        let case = self.case_of(&registrar, "dead", "civilian").await;
        self.verified_of(&case, "punjab-cvt-act-2016", payee("spouse", "Zahra Bibi")).await
    }

    /// A claim of this case for a death by this instrument with one payee, verified.
    pub async fn verified_of(&self, case: &str, code: &str, payee: Value) -> String {
        let claim = self.prepare(case, code, "death").await.expect(201).location();
        self.add(&claim, payee).await.expect(201);
        self.attach_all(&claim).await;
        self.does(&self.officer, &claim, "submit", json!({})).await.expect(200);
        self.does(&self.assessor, &claim, "verify", json!({})).await.expect(200);
        claim
    }

    /// An award with the one approval that it needs, written behind the back of the claims.
    pub async fn award_unseen(&self, award: Uuid, claim: &Answer, paisa: i64) {
        let id = |text: &str| self.app.database.id(text.parse().unwrap());
        let (new, at) = (id(&award.to_string()), if self.app.is_sqlite() { "0" } else { "now()" });
        let (claim, line) = (id(&claim.text("id")), id(&claim.text("line_id")));
        let [one, two, three, four, five] = std::array::from_fn(|_| self.app.database.id(Uuid::now_v7()));
        let vote = format!("{claim}, '{award}', 1, {one}, {two}, {three}, {four}, {five}, {at}");
        let columns =
            "claim_id, digest, seat, approver_id, prepared_by, submitted_by, verified_by, registered_by, voted_at";
        self.app.sql(&format!("INSERT INTO claim_votes ({columns}) VALUES ({vote})")).await.unwrap();
        let values = format!("{new}, {claim}, {line}, {paisa}, '{award}', 1, '', {at}, NULL");
        let columns = "id, claim_id, line_id, amount_paisa, digest, approvals, snapshot, made_at, reverses";
        self.app.sql(&format!("INSERT INTO awards ({columns}) VALUES ({values})")).await.unwrap();
    }

    pub async fn digest(&self, who: &Actor, claim: &str) -> String {
        self.app.get(who, &format!("{claim}/award")).await.expect(200).text("digest")
    }

    pub async fn approve(&self, who: &Actor, claim: &str) -> Answer {
        let digest = self.digest(who, claim).await;
        self.does(who, claim, "approve", json!({ "digest": digest })).await
    }
}
