//! Who is on a list, and who is not and why.
use super::{Desk, FIELDS};
use crate::kit::*;

on_both_databases! {
    async fn everybody_who_cannot_be_on_the_list_is_told_with_the_reason(app: App) {
        let desk = Desk::new(&app).await;
        let (listed, _) = desk.victim("Zarmina Gul", 1).await;
        desk.consent(&listed, &["name", "cnic", "mobile", "address"]).await;
        let (narrow, _) = desk.victim("Palwasha", 2).await;
        desk.consent(&narrow, &["name"]).await;
        let (withdrawn, _) = desk.victim("Spogmai", 3).await;
        let consent = desk.consent(&withdrawn, &FIELDS).await;
        app.make(&desk.officer, &format!("{consent}/withdraw"), 1, json!({})).await.expect(200);
        let unsure = app.incident(&desk.officer, "PK508").await.id();
        let (unverified, _) = desk.victim_of(&unsure, "Gulalai", 4).await;
        desk.consent(&unverified, &FIELDS).await;
        let mut body = victim_body(&desk.incident);
        body["identity_state"] = json!("none_yet");
        let paperless = app.post(&desk.officer, "/victims", body).await.expect(201);
        let case = json!({ "victim_id": paperless.id(), "incident_id": desk.incident });
        app.post(&desk.officer, "/cases", case).await.expect(201);
        desk.consent(&paperless.location(), &FIELDS).await;
        let (closed, case) = desk.victim("Sher Khan", 5).await;
        desk.consent(&closed, &FIELDS).await;
        app.make(&desk.officer, &format!("/cases/{case}/close"), 1, json!({ "outcome": "died" })).await.expect(200);

        let batch = desk.build().await;
        assert_eq!((&batch.json["counts"]["listed"], &batch.json["counts"]["left_out"]), (&json!(1), &json!(4)));
        assert_eq!(batch.json["districts"], json!(["PK508"]));
        let lines = desk.lines(&batch.location(), "").await;
        let of = |victim: &str| {
            let id = victim.rsplit('/').next().unwrap();
            lines.iter().find(|line| line["victim_id"] == id)
        };
        let person = json!({ "name": "Zarmina Gul", "cnic": "17301-0000001-2", "mobiles": ["+923001234567"] });
        assert_eq!((&of(&listed).unwrap()["state"], &of(&listed).unwrap()["person"]), (&json!("listed"), &person));
        for (victim, reason) in [
            (&narrow, "consent_missing"), (&withdrawn, "consent_missing"), (&unverified, "incident_not_verified"),
            (&paperless.location(), "identity_not_known"),
        ] {
            let line = of(victim).unwrap();
            assert_eq!((&line["state"], &line["reason"]), (&json!("left_out"), &json!(reason)));
            assert!(line["person"].is_null() && line["reference"].is_null() && line["consent_id"].is_null());
        }
        assert!(of(&closed).is_none(), "a closed case is not looked at");
        let again = desk.build().await;
        let twice = desk.lines(&again.location(), "reason=listed_already").await;
        assert_eq!((again.json["counts"]["listed"].as_i64(), twice.len()), (Some(0), 1));
        assert_eq!(app.count("trail WHERE action = 'victim_batch.line_viewed'").await, 1);
    }

    async fn the_rules_of_the_programme_decide_who_is_on_its_list(app: App) {
        let desk = Desk::new(&app).await;
        desk.rule("female").await;
        let mut places = Vec::new();
        for (serial, sex) in (1..).zip(["female", "male", "unknown"]) {
            let mut body = victim_body(&desk.incident);
            body["sex"] = json!(sex);
            body["identity"]["cnic"] = json!(format!("17301-{serial:07}-2"));
            let victim = app.post(&desk.officer, "/victims", body).await.expect(201);
            let case = json!({ "victim_id": victim.id(), "incident_id": desk.incident });
            app.post(&desk.officer, "/cases", case).await.expect(201);
            desk.consent(&victim.location(), &FIELDS).await;
            places.push(victim.id());
        }
        let place = desk.build().await.location();
        let lines = desk.lines(&place, "").await;
        let reason = |at: usize| {
            let line = lines.iter().find(|line| line["victim_id"] == places[at]).unwrap();
            (line["state"].clone(), line["reason"].clone())
        };
        assert_eq!(reason(0), (json!("listed"), Value::Null));
        assert_eq!(reason(1), (json!("left_out"), json!("not_eligible")));
        assert_eq!(reason(2), (json!("left_out"), json!("eligibility_unknown")));
        assert_eq!(desk.lines(&place, "reason=not_eligible").await.len(), 1);
        let told = "trail WHERE case_id IS NOT NULL AND action =";
        assert_eq!(app.count(&format!("{told} 'victim_batch.left_out'")).await, 2, "their circumstances were read");
        assert_eq!(app.count(&format!("{told} 'victim_batch.listed'")).await, 1);
    }

    async fn nobody_else_builds_or_reviews_a_list(app: App) {
        let desk = Desk::new(&app).await;
        desk.victims(&["Zarmina Gul"]).await;
        let place = desk.build().await.location();
        desk.make(&desk.builder, &place, "submit", 1).await.expect(200);
        let mut strangers = vec![desk.officer.clone()];
        for role in [Role::Partner, Role::Assessor, Role::Approver, Role::Payer, Role::Auditor, Role::Administrator] {
            strangers.push(app.actor(role, "PK").await);
        }
        for stranger in &strangers {
            let body = json!({ "programme_id": desk.programme, "fields": FIELDS });
            desk.build_as(stranger, body).await.problem(403, "forbidden");
            for verb in ["review", "return", "submit", "cancel", "hand-over"] {
                desk.make(stranger, &place, verb, 2).await.problem(403, "forbidden");
            }
            for path in ["/victim-batches".to_owned(), format!("{place}/lines"), format!("{place}/file?format=json")] {
                app.get(stranger, &path).await.problem(403, "forbidden");
            }
        }
        assert_eq!(app.get(&desk.second, &place).await.text("state"), "submitted");
    }

    async fn a_list_is_for_who_is_in_charge_of_every_district_in_it(app: App) {
        let desk = Desk::new(&app).await;
        desk.victims(&["Zarmina Gul"]).await;
        let place = desk.build().await.location();
        let elsewhere = app.actor(Role::Supervisor, "PK-SD").await;
        let narrow = app.actor(Role::Supervisor, "PK508").await;
        let other = app.actor(Role::Supervisor, "PK510").await;
        app.get(&narrow, &place).await.expect(200);
        for stranger in [&elsewhere, &other] {
            for path in ["", "/lines", "/file?format=csv"] {
                app.get(stranger, &format!("{place}{path}")).await.problem(404, "not_found");
            }
            desk.make(stranger, &place, "submit", 1).await.problem(404, "not_found");
            assert_eq!(app.get(stranger, "/victim-batches").await.expect(200).json["items"], json!([]));
            let body = json!({ "programme_id": desk.programme, "fields": FIELDS, "districts": ["PK508"] });
            desk.build_as(stranger, body).await.fault("/districts", "outside_area");
        }
        for stranger in [&desk.officer, &app.actor(Role::Partner, "PK").await, &app.actor(Role::Administrator, "PK").await] {
            app.get(stranger, &place).await.problem(403, "forbidden");
        }
        let list = app.get(&desk.second, "/victim-batches?state=draft").await.expect(200).json;
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        assert_eq!(app.get(&desk.second, "/victim-batches?state=answered").await.json["items"], json!([]));
    }

    async fn what_cannot_be_meant_is_refused_where_it_stands(app: App) {
        let desk = Desk::new(&app).await;
        let good = json!({ "programme_id": desk.programme, "fields": FIELDS });
        desk.build_as(&desk.builder, good.clone()).await.problem(409, "batch_empty");
        app.post(&desk.builder, "/victim-batches", good.clone()).await.problem(400, "idempotency_key_required");
        desk.victims(&["Zarmina Gul"]).await;
        for (field, value, pointer, code) in [
            ("fields", json!([]), "/fields", "out_of_range"),
            ("fields", json!(["name", "name"]), "/fields", "repeated"),
            ("fields", json!(["name", "need_detail"]), "/fields", "not_shared"),
            ("fields", json!(["shoe_size"]), "/fields/0", "unknown_value"),
            ("programme_id", json!(desk.incident), "/programme_id", "unknown_reference"),
            ("districts", json!(["PK701"]), "/districts", "outside_area"),
        ] {
            let mut body = good.clone();
            body[field] = value;
            desk.build_as(&desk.builder, body).await.fault(pointer, code);
        }
        assert_eq!(app.count("victim_batches").await, 0);
    }
}
