//! What may be said of a victim, and what is refused.
use crate::kit::*;

on_both_databases! {
    async fn every_bad_identity_is_refused_where_it_stands(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let incident = app.incident(&officer, "PK508").await.id();
        let long = "a".repeat(10_000);
        for (field, value, pointer, code) in [
            ("name", json!("Zar\u{7}mina"), "/identity/name", "control_character"),
            ("name", json!(long), "/identity/name", "too_long"),
            ("name", json!("   "), "/identity/name", "empty"),
            ("name", json!("Zar\u{202e}mina"), "/identity/name", "bidi_control"),
            ("name", json!("Zarmina 2"), "/identity/name", "invalid_name"),
            ("cnic", json!("1730112345"), "/identity/cnic", "invalid_cnic"),
            ("cnic", json!("0730112345672"), "/identity/cnic", "invalid_cnic"),
            ("mobiles", json!(["12345"]), "/identity/mobiles/0", "invalid_mobile"),
            ("birth_date", json!("1990-02-30"), "/identity/birth_date", "invalid_date"),
            ("address", json!(long), "/identity/address", "too_long"),
        ] {
            let mut body = victim_body(&incident);
            body["identity"][field] = value;
            app.post(&officer, "/victims", body).await.fault(pointer, code);
        }
        let mut body = victim_body(&incident);
        body["birth_year"] = Value::Null;
        body["identity"]["birth_date"] = json!("2199-01-01");
        app.post(&officer, "/victims", body).await.fault("/identity/birth_date", "in_the_future");
        assert_eq!(app.count("victims").await, 0);
    }

    async fn what_contradicts_itself_is_refused(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let incident = app.incident(&officer, "PK508").await.id();
        let harm = json!({ "incident_id": incident, "harm": "injured" });
        for (field, value, pointer, code) in [
            ("identity_state", json!("unidentified"), "/identity_state", "contradiction"),
            ("identity", json!({}), "/identity/name", "missing"),
            ("birth_year", json!(1899), "/birth_year", "out_of_range"),
            ("birth_year", json!(2199), "/birth_year", "out_of_range"),
            ("home_district", json!("PK599"), "/home_district", "unknown_district"),
            ("district", json!("PK599"), "/district", "unknown_district"),
            ("harms", json!([harm, harm]), "/harms", "duplicate"),
            ("harms", json!([]), "/harms", "duplicate"),
            ("category", json!("tourist"), "/category", "unknown_value"),
        ] {
            let mut body = victim_body(&incident);
            body[field] = value;
            app.post(&officer, "/victims", body).await.fault(pointer, code);
        }
        let mut body = victim_body(&incident);
        body["harms"][0]["incident_id"] = json!("01890a5d-ac96-774b-bcce-b302099a8057");
        app.post(&officer, "/victims", body).await.fault("/harms/0/incident_id", "unknown_reference");
        let mut body = victim_body(&incident);
        body["nickname"] = json!("x");
        app.post(&officer, "/victims", body).await.problem(422, "invalid");
        assert_eq!(app.count("victims").await, 0);
    }

    async fn a_rejected_incident_harms_nobody(app: App) {
        let supervisor = app.actor(Role::Supervisor, "PK508").await;
        let incident = app.incident(&supervisor, "PK508").await;
        app.make(&supervisor, &format!("{}/reject", incident.location()), 1, json!({ "reason": "duplicate" })).await;
        let state = app.get(&supervisor, &incident.location()).await.text("state");
        assert_eq!(state, "rejected");
        let body = victim_body(&incident.id());
        app.post(&supervisor, "/victims", body).await.problem(409, "incident_rejected");
    }

    async fn one_cnic_is_one_person_as_far_as_the_officer_sees(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let elsewhere = app.actor(Role::Officer, "PK510").await;
        let incident = app.incident(&officer, "PK508").await.id();
        let mut body = victim_body(&incident);
        body["identity"]["cnic"] = json!("17301-1234567-2");
        app.post(&officer, "/victims", body.clone()).await.expect(201);
        body["identity"]["cnic"] = json!("1730112345672");
        let refused = app.post(&officer, "/victims", body.clone()).await.problem(409, "already_exists");
        assert_eq!(refused.json["errors"][0]["pointer"], "/identity/cnic");
        body["district"] = json!("PK510");
        app.post(&elsewhere, "/victims", body).await.expect(201);
    }

    async fn a_cnic_that_suggests_another_sex_is_a_warning_and_no_error(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let incident = app.incident(&officer, "PK508").await.id();
        let mut body = victim_body(&incident);
        body["identity"]["cnic"] = json!("17301-1234567-1");
        let victim = app.post(&officer, "/victims", body).await.expect(201);
        assert_eq!(victim.json["warnings"], json!(["cnic_suggests_another_sex"]));
        let change = json!({ "sex": "transgender" });
        let changed = app.patch(&officer, &victim.location(), change).if_match(1).await.expect(200);
        assert_eq!(changed.json["warnings"], json!([]));
    }

    async fn a_change_needs_the_version_and_null_takes_back(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let incident = app.incident(&officer, "PK508").await.id();
        let mut body = victim_body(&incident);
        body["home_district"] = json!("PK510");
        let place = app.post(&officer, "/victims", body).await.expect(201).location();
        let change = json!({ "home_district": null, "birth_year": null });
        app.patch(&officer, &place, change.clone()).await.problem(428, "precondition_required");
        app.patch(&officer, &place, change.clone()).if_match(2).await.problem(412, "stale");
        let changed = app.patch(&officer, &place, change).if_match(1).await.expect(200);
        assert_eq!(changed.version(), 2);
        assert!(changed.json["home_district"].is_null() && changed.json["birth_year"].is_null());
        assert_eq!(changed.json["identity"]["name"], "Zarmina Gul");
        app.patch(&officer, &place, json!({ "category": "police" })).if_match(1).await.problem(412, "stale");
    }

    async fn a_file_is_kept_in_the_area_of_who_opens_it(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let elsewhere = app.actor(Role::Officer, "PK510").await;
        let incident = app.incident(&elsewhere, "PK510").await.id();
        let mut body = victim_body(&incident);
        app.post(&officer, "/victims", body.clone()).await.fault("/district", "outside_area");
        body["district"] = json!("PK508");
        let victim = app.post(&officer, "/victims", body).await.expect(201).id();
        let mut body = json!({ "victim_id": victim, "incident_id": incident });
        app.post(&officer, "/cases", body.clone()).await.fault("/district", "outside_area");
        body["district"] = json!("PK508");
        app.post(&officer, "/cases", body).await.expect(201);
        let own = app.incident(&officer, "PK508").await.location();
        let moved = json!({ "district": "PK510" });
        app.patch(&officer, &own, moved).if_match(1).await.fault("/district", "outside_area");
    }

    async fn a_change_of_other_things_keeps_the_birth_year(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let incident = app.incident(&officer, "PK508").await.id();
        let place = app.post(&officer, "/victims", victim_body(&incident)).await.expect(201).location();
        let mut identity = victim_body(&incident)["identity"].clone();
        identity["address"] = json!("House 8");
        for (version, change) in [(1, json!({ "category": "police" })), (2, json!({ "identity": identity }))] {
            let changed = app.patch(&officer, &place, change).if_match(version).await.expect(200);
            assert_eq!((&changed.json["birth_year"], &changed.json["is_child"]), (&json!(1990), &json!(false)));
        }
        identity["birth_date"] = json!("2015-06-01");
        let born = app.patch(&officer, &place, json!({ "identity": identity })).if_match(3).await.expect(200);
        assert_eq!((&born.json["birth_year"], &born.json["is_child"]), (&json!(2015), &json!(true)));
    }
}
