//! A woman who lost husband and son to one attack.
use crate::kit::*;

fn dead(incident: &str, sex: &str, born: i32, name: &str) -> Value {
    json!({
        "category": "civilian", "identity_state": "known", "sex": sex, "birth_year": born, "identity": { "name": name },
        "harms": [{ "incident_id": incident, "harm": "dead" }],
    })
}

on_both_databases! {
    async fn a_widow_is_helped_from_her_first_visit_until_her_case_is_closed(app: App) {
        let (officer, supervisor) = (app.actor(Role::Officer, "PK508").await, app.actor(Role::Supervisor, "PK-KP").await);
        let (admin, partner) = (app.actor(Role::Administrator, "PK").await, app.actor(Role::Partner, "PK").await);
        let organisation = partner.organisation.unwrap();
        let service = app.post(&admin, "/services", service_body(organisation)).await.expect(201).id();
        let incident = app.incident(&officer, "PK508").await.id();

        let husband = app.post(&officer, "/victims", dead(&incident, "male", 1980, "Sher Khan")).await.expect(201).id();
        let son = app.post(&officer, "/victims", dead(&incident, "male", 2012, "Gul Khan")).await.expect(201).id();
        let mut body = victim_body(&incident);
        body["harms"] = json!([
            { "incident_id": incident, "harm": "bereaved" }, { "incident_id": incident, "harm": "injured" },
        ]);
        let widow = app.post(&officer, "/victims", body).await.expect(201);
        assert_eq!(widow.json["harms"].as_array().unwrap().len(), 2);
        let relations = format!("{}/relations", widow.location());
        for (kind, other) in [("spouse", &husband), ("child", &son)] {
            let body = json!({ "relation": kind, "other_victim_id": other });
            app.post(&officer, &relations, body).await.expect(201);
        }
        let related = app.get(&officer, &relations).await.expect(200).json;
        assert_eq!(related.as_array().unwrap().len(), 2);
        let of_incident = app.get(&officer, &format!("/incidents/{incident}/victims")).await.expect(200).json;
        assert_eq!(of_incident["items"].as_array().unwrap().len(), 3);

        let body = json!({
            "victim_id": widow.id(), "incident_id": incident,
            "needs": [
                { "domain": "medical", "urgency": "within_24_hours", "detail": "Burns on both hands" },
                { "domain": "financial", "urgency": "within_two_weeks" },
            ],
        });
        let case = app.post(&officer, "/cases", body).key("case").await.expect(201);
        assert_eq!((case.text("urgency"), case.text("officer_id")), ("within_24_hours".into(), officer.id.to_string()));
        let place = case.location();
        let needs: Vec<_> = [0, 1].map(|at| case.json["needs"][at]["id"].as_str().unwrap().to_owned()).into();

        let ask = json!({
            "service_id": service, "need_ids": [needs[0]], "fields": ["name", "mobile", "need_detail", "message"],
            "message": "Please call in the evening",
        });
        let refer = |key: &str| app.post(&officer, &format!("{place}/referrals"), ask.clone()).key(key);
        refer("refer").await.problem(409, "consent_missing");
        let consent = json!({
            "purpose": "referral", "recipient_id": organisation, "given_by": "self",
            "fields": ["name", "mobile", "need_detail", "message"],
        });
        app.post(&officer, &format!("{}/consents", widow.location()), consent).await.expect(201);
        let referral = refer("refer").await.expect(201).location();

        let seen = app.get(&partner, &referral).await.expect(200);
        assert_eq!(seen.json["person"], json!({ "name": "Zarmina Gul", "mobiles": ["+923001234567"] }));
        assert_eq!(seen.json["needs"][0]["detail"], "Burns on both hands");
        app.make(&partner, &format!("{referral}/accept"), 1, json!({})).await.expect(200);
        app.make(&partner, &format!("{referral}/start"), 2, json!({})).await.expect(200);
        let informed = json!({ "how": "in_person", "on": app.now().local_date() });
        let close = json!({ "outcome": "needs_met", "victim_informed": informed });
        let version = app.get(&officer, &place).await.version();
        app.make(&officer, &format!("{place}/close"), version, close.clone()).await.problem(409, "case_not_ready");
        app.make(&partner, &format!("{referral}/complete"), 3, json!({ "outcome": "helped" })).await.expect(200);

        let need = format!("/needs/{}", needs[0]);
        assert_eq!(app.get(&officer, &need).await.text("state"), "identified", "help is the officer's to judge");
        app.make(&partner, &format!("{need}/meet"), 1, json!({})).await.problem(403, "forbidden");
        app.make(&officer, &format!("{need}/start"), 1, json!({})).await.expect(200);
        app.make(&officer, &format!("{need}/meet"), 2, json!({})).await.expect(200);
        assert_eq!(app.get(&officer, &place).await.text("urgency"), "within_two_weeks");
        let other = format!("/needs/{}", needs[1]);
        app.make(&officer, &format!("{other}/start"), 1, json!({})).await.expect(200);
        let unmet = json!({ "reason": "no_service_available" });
        app.make(&officer, &format!("{other}/leave-unmet"), 2, unmet).await.expect(200);
        let case = app.get(&supervisor, &place).await;
        assert_eq!(case.json["urgency"], Value::Null);
        let closed = app.make(&supervisor, &format!("{place}/close"), case.version(), close).await.expect(200);
        assert_eq!((closed.text("state"), closed.text("outcome")), ("closed".into(), "needs_met".into()));

        let timeline = app.get(&officer, &format!("{place}/timeline?limit=200")).await.expect(200);
        let entries = timeline.json["items"].as_array().unwrap();
        let told: Vec<_> = entries.iter().rev().map(|entry| entry["action"].as_str().unwrap()).collect();
        let mut rest = told.iter();
        for step in [
            "case.opened", "need.identified", "referral.requested", "referral.accepted", "referral.started",
            "referral.completed", "need.started", "need.met", "need.started", "need.left_unmet", "case.closed",
        ] {
            assert!(rest.any(|action| *action == step), "{step} is missing or out of order in {told:?}");
        }
        assert!(!timeline.body().contains("Zarmina") && !timeline.body().contains("Burns"), "a timeline names nobody");
    }
}
