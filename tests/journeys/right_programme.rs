//! Who is matched to which programme, and why.
use crate::kit::*;

/// A victim in Lahore with a case there, and everybody who works on it.
struct Story {
    officer: Actor,
    victim: String,
    case: String,
}

impl Story {
    async fn begin(app: &App, victim: Value, needs: &[&str]) -> Self {
        let officer = app.actor(Role::Officer, "PK617").await;
        let incident = app.incident(&officer, "PK617").await.id();
        let mut body = victim_body(&incident);
        body["home_district"] = json!("PK617");
        for (name, value) in victim.as_object().unwrap() {
            body[name] = value.clone();
        }
        let victim = app.post(&officer, "/victims", body).await.expect(201).id();
        let needs: Vec<_> =
            needs.iter().map(|domain| json!({ "domain": domain, "urgency": "within_two_weeks" })).collect();
        let body = json!({ "victim_id": victim, "incident_id": incident, "needs": needs });
        let case = app.post(&officer, "/cases", body).await.expect(201).id();
        Self { officer, victim, case }
    }

    /// Records these circumstances in the place of those before.
    async fn tell(&self, app: &App, circumstances: Value) {
        let place = format!("/victims/{}/circumstances", self.victim);
        let version = app.get(&self.officer, &place).await.expect(200).version();
        let mut body = json!({ "told_by": "self", "told_on": "2026-11-01" });
        body.as_object_mut().unwrap().extend(circumstances.as_object().unwrap().clone());
        app.ask(&self.officer, Method::PUT, &place).json(&body).if_match(version).await.expect(200);
    }

    /// What programmes answer, by code: verdict, and the keys of the rules that decided.
    async fn answers(&self, app: &App, on: &str) -> Value {
        let path = format!("/cases/{}/eligibility?limit=200&on={on}", self.case);
        let told = app.get(&self.officer, &path).await.expect(200).json;
        let mut answers = json!({});
        for one in told["items"].as_array().unwrap() {
            answers[one["code"].as_str().unwrap()] = one["eligibility"].clone();
        }
        answers
    }

    async fn matches(&self, app: &App, domain: &str) -> Value {
        let told = app.get(&self.officer, &format!("/cases/{}/matches", self.case)).await.expect(200).json;
        let needs = told["needs"].as_array().unwrap();
        needs.iter().find(|need| need["domain"] == domain).unwrap()["matches"].clone()
    }
}

fn keys(eligibility: &Value) -> Vec<&str> {
    eligibility["rules"].as_array().unwrap().iter().map(|rule| rule["key"].as_str().unwrap()).collect()
}

fn of<'a>(matches: &'a Value, code: &str) -> &'a Value {
    let all = matches.as_array().unwrap();
    all.iter().find(|one| one["programme"]["code"] == code).unwrap_or_else(|| panic!("{code} is not in {matches}"))
}

const TODAY: &str = "2026-11-21";

on_both_databases! {
    async fn a_widow_with_three_children_is_shown_bisp_zakat_school_fees_and_counselling(app: App) {
        let story = Story::begin(&app, json!({}), &["financial", "education", "psychosocial"]).await;
        let admin = app.actor(Role::Administrator, "PK").await;
        let mut body = service_body(app.organisation("Listeners").await);
        body["domain"] = json!("psychosocial");
        body["name"] = json!("Trauma counselling");
        let counselling = app.post(&admin, "/services", body).await.expect(201).id();

        let unknown = story.matches(&app, "financial").await;
        for code in ["bisp-benazir-kafaalat", "zakat-guzara-allowance"] {
            assert_eq!(of(&unknown, code)["eligibility"]["verdict"], "unknown", "{code}: nothing was told yet");
        }
        let missing = of(&unknown, "bisp-benazir-kafaalat")["eligibility"]["missing_facts"].to_string();
        assert!(missing.contains("pmt_score") && missing.contains("marital_status"), "{missing}");

        let mut told = json!({
            "religion": "muslim", "marital_status": "widowed", "household_income_paisa": 2_000_000,
            "government_servant": false, "spouse_of_government_servant": false, "family_of_government_servant": false,
            "pmt": { "score": "24.5", "source": "SMS from 8171", "reported_on": "2026-10-30" },
            "income_taxpayer": false, "car_owner": false, "travelled_abroad": false,
            "aid": { "received": [], "is_complete": true }, "other_zakat_recipient_in_house": false,
            "student": true, "in_public_institution": true, "admitted_on_merit": true,
            "papers_held": ["cnic"], "papers_missing": ["death_cert"],
        });
        story.tell(&app, told.clone()).await;
        let financial = story.matches(&app, "financial").await;
        let bisp = of(&financial, "bisp-benazir-kafaalat");
        assert_eq!(bisp["eligibility"]["verdict"], "eligible");
        assert_eq!(financial[0], *bisp, "the eligible one comes first");
        let papers = bisp["eligibility"]["papers"].as_array().unwrap();
        let state = |paper: &str| papers.iter().find(|one| one["paper"] == paper).unwrap()["state"].clone();
        assert_eq!([state("cnic"), state("death_cert"), state("household_list")], ["held", "missing", "not_known"]);
        let zakat = of(&financial, "zakat-guzara-allowance");
        assert_eq!((zakat["eligibility"]["verdict"].as_str(), keys(&zakat["eligibility"])), (Some("unknown"), vec!["istehqaq"]));
        let school = story.matches(&app, "education").await;
        assert_eq!(of(&school, "pbm-ifa-education")["eligibility"]["verdict"], "eligible");
        let listening = story.matches(&app, "psychosocial").await;
        let listening = listening.as_array().unwrap().iter().find(|one| one["service_id"] == counselling).unwrap().clone();
        assert_eq!(listening["eligibility"]["has_rules"], false, "nobody has written down for whom it is");
        let everybody = json!({ "supersedes": 0, "book": { "rules": [] } });
        app.post(&admin, &format!("/services/{counselling}/rules"), everybody).await.expect(201);
        assert_eq!(story.matches(&app, "psychosocial").await[0]["service_id"], counselling);

        told["zakat_certified"] = json!(true);
        story.tell(&app, told.clone()).await;
        assert_eq!(story.answers(&app, TODAY).await["zakat-guzara-allowance"]["verdict"], "eligible");
        told["aid"]["received"] = json!(["bisp-benazir-kafaalat"]);
        story.tell(&app, told).await;
        let answers = story.answers(&app, TODAY).await;
        for code in ["zakat-guzara-allowance", "pbm-ifa-education"] {
            assert_eq!((&answers[code]["verdict"], keys(&answers[code])), (&json!("not_eligible"), vec!["other_aid"]), "{code}");
        }
    }

    async fn a_christian_victim_in_lahore_is_shown_another_way_than_zakat(app: App) {
        let story = Story::begin(&app, json!({ "birth_year": 1985 }), &["medical", "financial"]).await;
        story.tell(&app, json!({
            "religion": "christian", "household_income_paisa": 3_000_000, "government_servant": false,
            "family_of_government_servant": false, "aid": { "received": [], "is_complete": true },
            "government_hospital_recommends": true,
        })).await;
        let medical = story.matches(&app, "medical").await;
        assert_eq!(of(&medical, "pbm-ifa-medical")["eligibility"]["verdict"], "eligible");
        let zakat = &of(&medical, "zakat-health-care")["eligibility"];
        assert_eq!((&zakat["verdict"], keys(zakat)), (&json!("not_eligible"), vec!["muslim"]));
        assert!(zakat["rules"][0]["reason_ur"].is_string() && zakat["rules"][0]["source"].is_string());
        let routes: Vec<_> =
            zakat["routes"].as_array().unwrap().iter().map(|one| (one["code"].as_str().unwrap(), one["verdict"].as_str().unwrap())).collect();
        // The fund of Khyber Pakhtunkhwa is for non-Muslims, but not of Lahore.
        assert_eq!(routes, [("pbm-ifa-medical", "eligible"), ("kp-minorities-endowment-fund", "not_eligible")]);
        assert_eq!(of(&story.matches(&app, "financial").await, "bisp-benazir-kafaalat")["eligibility"]["verdict"], "unknown");
    }

    async fn an_injured_man_in_punjab_has_the_card_in_a_government_hospital_until_the_end_of_june_2025(app: App) {
        let story = Story::begin(&app, json!({ "sex": "male" }), &["medical"]).await;
        story.tell(&app, json!({ "hospital_kind": "government", "inpatient": true })).await;
        let card = |answers: &Value| answers["punjab-sehat-card"].clone();
        assert_eq!(card(&story.answers(&app, "2025-06-30").await)["verdict"], "eligible");
        let after = card(&story.answers(&app, "2025-07-01").await);
        assert_eq!((&after["verdict"], keys(&after)), (&json!("not_eligible"), vec!["hospital"]));
        let routes = after["routes"].to_string();
        assert!(routes.contains("pbm-ifa-medical") && routes.contains("punjab-bait-ul-maal-medical"), "{routes}");
        story.tell(&app, json!({ "hospital_kind": "private_empanelled", "inpatient": true })).await;
        let medical = story.matches(&app, "medical").await;
        let card = of(&medical, "punjab-sehat-card");
        assert_eq!(card["eligibility"]["verdict"], "eligible");
        let papers = card["eligibility"]["papers"].as_array().unwrap();
        assert_eq!(papers.iter().map(|one| one["paper"].as_str().unwrap()).collect::<Vec<_>>(), ["cnic"], "he is no child");
    }

    async fn a_policeman_s_family_is_told_that_pakistan_bait_ul_mal_does_not_take_it(app: App) {
        let widow = json!({ "birth_year": 1992 });
        let story = Story::begin(&app, widow, &["education", "financial"]).await;
        story.tell(&app, json!({
            "marital_status": "widowed", "government_servant": false, "family_of_government_servant": true,
            "spouse_of_government_servant": false, "household_income_paisa": 2_500_000,
            "student": true, "in_public_institution": true, "admitted_on_merit": true,
            "aid": { "received": [], "is_complete": true }, "papers_held": ["cnic"],
            "pmt": { "standing": "below", "source": "Letter of BISP", "reported_on": "2026-10-30" },
            "income_taxpayer": false, "car_owner": false, "travelled_abroad": false,
        })).await;
        let answers = story.answers(&app, TODAY).await;
        for code in ["pbm-ifa-education", "pbm-ifa-medical"] {
            assert_eq!((&answers[code]["verdict"], keys(&answers[code])), (&json!("not_eligible"), vec!["government_servant"]));
        }
        assert_eq!(answers["bisp-benazir-kafaalat"]["verdict"], "eligible", "the widow of one is not the spouse of one");
        let school = story.matches(&app, "education").await;
        assert_eq!(school.as_array().unwrap().last().unwrap()["programme"]["code"], "pbm-ifa-education", "it is told, last");

        let policeman = json!({ "category": "police", "sex": "male", "identity": { "name": "Constable Khan" } });
        let story = Story::begin(&app, policeman, &["medical"]).await;
        let answers = story.answers(&app, TODAY).await;
        assert_eq!(keys(&answers["pbm-ifa-medical"]), ["government_servant"], "known without being told");
    }
}
