//! A child whom nobody knew when she was brought in.
use crate::kit::*;

on_both_databases! {
    async fn a_child_nobody_knew_is_named_later_and_her_guardian_consents(app: App) {
        let file = app.file().await;
        let body = json!({
            "category": "civilian", "identity_state": "unidentified", "is_child": true,
            "identity": { "description": "Red dress, ward 4" },
            "harms": [{ "incident_id": file.incident, "harm": "injured" }],
        });
        let child = app.post(&file.officer, "/victims", body).await.expect(201);
        assert_eq!(child.json["warnings"], json!(["child_without_guardian"]));
        assert_eq!(child.text("sex"), "unknown");
        let needs = json!([{ "domain": "medical", "urgency": "within_24_hours" }]);
        let body = json!({ "victim_id": child.id(), "incident_id": file.incident, "needs": needs });
        let case = app.post(&file.officer, "/cases", body).await.expect(201);

        let named = json!({ "identity": { "name": "Palwasha", "name_ur": "پلوشہ", "birth_date": "2019-05-04" } });
        app.patch(&file.officer, &child.location(), named.clone()).if_match(1).await.fault(
            "/identity_state",
            "contradiction",
        );
        let mut named = named;
        named["identity_state"] = json!("none_yet");
        named["sex"] = json!("female");
        let child = app.patch(&file.officer, &child.location(), named).if_match(1).await.expect(200);
        assert_eq!((child.json["birth_year"].as_i64(), child.json["is_child"].as_bool()), (Some(2019), Some(true)));
        let place = format!("/victims/{}", child.id());

        let consents = format!("{place}/consents");
        let consent = |by: &str| {
            let (to, fields) = (file.partner.organisation, ["name", "guardian"]);
            let body = json!({ "purpose": "referral", "recipient_id": to, "fields": fields, "given_by": by });
            app.post(&file.officer, &consents, body)
        };
        consent("self").await.fault("/given_by", "child");
        let aunt = json!({
            "relation": "other_relative", "is_guardian": true,
            "person": { "name": "Spogmai", "mobile": "03451234567" },
        });
        app.post(&file.officer, &format!("{place}/relations"), aunt).await.expect(201);
        assert_eq!(app.get(&file.officer, &place).await.expect(200).json["warnings"], json!([]));
        consent("guardian").await.expect(201);

        let body = json!({
            "service_id": file.service, "need_ids": [case.json["needs"][0]["id"]], "fields": ["name", "guardian"],
        });
        let referral = app.post(&file.officer, &format!("{}/referrals", case.location()), body).key("refer").await;
        let seen = app.get(&file.partner, &referral.expect(201).location()).await.expect(200).json;
        assert_eq!(seen["person"]["name"], "Palwasha");
        assert_eq!(seen["person"]["guardians"][0]["name"], "Spogmai");
        assert!(seen["person"].get("birth_year").is_none());
    }
}
