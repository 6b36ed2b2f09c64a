//! A police officer killed on duty, and the family who speaks for him.
use crate::kit::*;

on_both_databases! {
    async fn next_of_kin_consent_for_an_officer_killed_on_duty(app: App) {
        let file = app.file().await;
        let organisation = file.partner.organisation.unwrap();
        let mut body = victim_body(&file.incident);
        body["category"] = json!("police");
        body["sex"] = json!("male");
        body["harms"][0]["harm"] = json!("dead");
        let fallen = app.post(&file.officer, "/victims", body).await.expect(201);
        assert_eq!(fallen.text("category"), "police");
        let widow = json!({ "relation": "spouse", "person": { "name": "Bibi Gul", "mobile": "0345-1234567" } });
        app.post(&file.officer, &format!("{}/relations", fallen.location()), widow).await.expect(201);

        let police = app.get(&file.officer, "/victims?category=police").await.expect(200).json;
        assert_eq!(police["items"].as_array().unwrap().len(), 1);
        let needs = json!([{ "domain": "medical", "urgency": "within_two_weeks" }]);
        let body = json!({ "victim_id": fallen.id(), "incident_id": file.incident, "needs": needs });
        let case = app.post(&file.officer, "/cases", body).await.expect(201);
        let need = &case.json["needs"][0]["id"];

        let consents = format!("{}/consents", fallen.location());
        let consent = |by: &str| {
            let body = json!({ "purpose": "referral", "recipient_id": organisation, "fields": ["name"], "given_by": by });
            app.post(&file.officer, &consents, body)
        };
        consent("guardian").await.fault("/given_by", "not_a_child");
        consent("next_of_kin").await.expect(201);
        let body = json!({ "service_id": file.service, "need_ids": [need], "fields": ["name"] });
        let referral = app.post(&file.officer, &format!("{}/referrals", case.location()), body).key("refer").await;
        let seen = app.get(&file.partner, &referral.expect(201).location()).await.expect(200).json;
        assert_eq!(seen["person"], json!({ "name": "Zarmina Gul" }));
    }
}
