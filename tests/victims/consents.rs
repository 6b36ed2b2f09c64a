//! What a consent must say, and its end.
use crate::kit::*;

on_both_databases! {
    async fn a_consent_that_could_not_be_is_refused(app: App) {
        let file = app.file().await;
        let good = json!({
            "purpose": "referral", "recipient_id": file.partner.organisation, "fields": ["name"], "given_by": "self",
        });
        for (field, value, pointer, code) in [
            ("fields", json!([]), "/fields", "duplicate"),
            ("fields", json!(["name", "name"]), "/fields", "duplicate"),
            ("fields", json!(["shoe_size"]), "/fields/0", "unknown_value"),
            ("given_at", json!("2199-01-01T00:00:00Z"), "/given_at", "in_the_future"),
            ("expires_at", json!("2020-01-01T00:00:00Z"), "/expires_at", "in_the_past"),
            ("given_by", json!("guardian"), "/given_by", "not_a_child"),
            ("given_by", json!("next_of_kin"), "/given_by", "not_gone"),
            ("recipient_id", json!(file.victim), "/recipient_id", "unknown_reference"),
        ] {
            let mut body = good.clone();
            body[field] = value;
            app.post(&file.officer, &file.of_victim("/consents"), body).await.fault(pointer, code);
        }
        assert_eq!(app.count("consents").await, 0);
    }

    async fn a_consent_is_withdrawn_once(app: App) {
        let file = app.file().await;
        let consent = file.consent(&app, &["name"]).await;
        let withdraw = format!("{}/withdraw", consent.location());
        app.make(&file.officer, &withdraw, 7, json!({})).await.problem(412, "stale");
        let withdrawn = app.make(&file.officer, &withdraw, 1, json!({})).await.expect(200);
        assert!(withdrawn.json["withdrawn_at"].is_string());
        let again = app.make(&file.officer, &withdraw, 2, json!({})).await.problem(409, "illegal_move");
        assert_eq!(again.json["allowed"], json!([]));
    }

    async fn a_relation_is_to_a_victim_or_to_somebody_else(app: App) {
        let file = app.file().await;
        let person = json!({ "name": "Spogmai" });
        for (body, pointer, code) in [
            (json!({ "relation": "spouse" }), "/person", "one_of"),
            (json!({ "relation": "spouse", "other_victim_id": file.need }), "/other_victim_id", "unknown_reference"),
            (json!({ "relation": "spouse", "other_victim_id": file.victim }), "/other_victim_id", "contradiction"),
            (json!({ "relation": "parent", "is_guardian": true, "person": person }), "/is_guardian", "contradiction"),
        ] {
            app.post(&file.officer, &file.of_victim("/relations"), body).await.fault(pointer, code);
        }
        let body = json!({ "relation": "parent", "person": person });
        app.post(&file.officer, &file.of_victim("/relations"), body).await.expect(201);
        let list = app.get(&file.officer, &file.of_victim("/relations")).await.expect(200).json;
        assert_eq!(list[0]["person"]["name"], "Spogmai");
        assert_eq!(app.count("trail WHERE action = 'victim.relations_viewed'").await, 1);
    }

    async fn who_was_a_child_when_registered_consents_for_themselves_once_grown_up(app: App) {
        let file = app.file().await;
        let mut body = victim_body(&file.incident);
        body["birth_year"] = Value::Null;
        let birthday = app.now().plus_days(-18 * 365).date();
        body["identity"]["birth_date"] = json!(birthday);
        let child = app.post(&file.officer, "/victims", body).await.expect(201);
        assert_eq!(child.json["is_child"], true);
        let consents = format!("{}/consents", child.location());
        let body = |by: &str, at: Value| {
            let (to, fields) = (file.partner.organisation, ["name"]);
            json!({ "purpose": "referral", "recipient_id": to, "fields": fields, "given_by": by, "given_at": at })
        };
        let before = json!(app.now());
        app.post(&file.officer, &consents, body("self", Value::Null)).await.fault("/given_by", "child");
        app.pass_days(10);
        let officer = app.again(&file.officer).await;
        app.post(&officer, &consents, body("guardian", Value::Null)).await.fault("/given_by", "not_a_child");
        app.post(&officer, &consents, body("self", before.clone())).await.fault("/given_by", "child");
        app.post(&officer, &consents, body("guardian", before)).await.expect(201);
        app.post(&officer, &consents, body("self", Value::Null)).await.expect(201);
    }
}
