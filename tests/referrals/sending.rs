//! What must be there before a referral is sent.
use crate::kit::*;

on_both_databases! {
    async fn nothing_is_sent_without_a_consent_that_covers_it(app: App) {
        let file = app.file().await;
        let stranger = app.organisation("Another").await;
        file.refer(&app, &["name"]).await.problem(409, "consent_missing");
        file.consent_to(&app, stranger, &["name"]).await;
        file.refer(&app, &["name"]).await.problem(409, "consent_missing");
        file.consent(&app, &["name"]).await;
        file.refer(&app, &["name", "cnic"]).await.problem(409, "consent_missing");
        file.refer(&app, &["name"]).await.expect(201);
        assert_eq!(app.count("referrals").await, 1);
    }

    async fn an_expired_consent_sends_nothing_and_hides_the_person(app: App) {
        let mut file = app.file().await;
        let expires_at = app.now().plus_hours(24);
        let body = json!({
            "purpose": "referral", "recipient_id": file.partner.organisation, "fields": ["name"], "given_by": "self",
            "expires_at": expires_at,
        });
        app.post(&file.officer, &file.of_victim("/consents"), body).await.expect(201);
        let referral = file.refer(&app, &["name"]).await.expect(201).location();
        assert_eq!(app.get(&file.partner, &referral).await.json["person"]["name"], "Zarmina Gul");
        app.pass_minutes(24 * 60 + 1);
        (file.officer, file.partner) = (app.again(&file.officer).await, app.again(&file.partner).await);
        file.refer_anew(&app, &["name"]).await.problem(409, "consent_missing");
        assert!(app.get(&file.partner, &referral).await.expect(200).json["person"].is_null());
    }

    async fn a_referral_needs_a_key_a_fitting_service_and_open_needs_of_the_case(app: App) {
        let file = app.file().await;
        file.consent(&app, &["name"]).await;
        let good = json!({ "service_id": file.service, "need_ids": [file.need], "fields": ["name"] });
        app.post(&file.officer, &file.of_case("/referrals"), good.clone()).await.problem(400, "idempotency_key_required");
        for (field, value, pointer, code) in [
            ("need_ids", json!([]), "/need_ids", "out_of_range"),
            ("need_ids", json!([file.need, file.need]), "/need_ids", "repeated"),
            ("fields", json!(["name", "name"]), "/fields", "repeated"),
            ("message", json!("Come soon"), "/message", "not_shared"),
            ("service_id", json!(file.case), "/service_id", "unknown_reference"),
        ] {
            let mut body = good.clone();
            body[field] = value;
            file.refer_as(&app, body).await.fault(pointer, code);
        }
        let body = json!({ "domain": "legal", "urgency": "within_two_weeks" });
        let legal = app.post(&file.officer, &file.of_case("/needs"), body).await.expect(201).id();
        let ask = |need: &str| json!({ "service_id": file.service, "need_ids": [need], "fields": ["name"] });
        file.refer_as(&app, ask(&legal)).await.problem(409, "service_unfit");
        let other = app.post(&file.officer, "/victims", victim_body(&file.incident)).await.expect(201).id();
        let body = json!({
            "victim_id": other, "incident_id": file.incident,
            "needs": [{ "domain": "medical", "urgency": "within_24_hours" }],
        });
        let case = app.post(&file.officer, "/cases", body).await.expect(201);
        let foreign = case.json["needs"][0]["id"].as_str().unwrap();
        file.refer_as(&app, ask(foreign)).await.problem(409, "need_ended");
        app.make(&file.officer, &file.of_need("/decline"), 1, json!({})).await.expect(200);
        file.refer_as(&app, good).await.problem(409, "need_ended");
        assert_eq!(app.count("referrals").await, 0);
    }

    async fn a_service_that_is_closed_or_elsewhere_takes_nobody(app: App) {
        let file = app.file().await;
        file.consent(&app, &["name"]).await;
        let place = format!("/services/{}", file.service);
        app.patch(&file.administrator, &place, json!({ "areas": ["PK-SD"] })).if_match(1).await.expect(200);
        file.refer(&app, &["name"]).await.problem(409, "service_unfit");
        let change = json!({ "areas": ["PK508"], "urgencies": ["within_two_weeks"] });
        app.patch(&file.administrator, &place, change).if_match(2).await.expect(200);
        file.refer(&app, &["name"]).await.problem(409, "service_unfit");
    }

    async fn an_organisation_that_is_not_active_is_asked_for_nothing(app: App) {
        let file = app.file().await;
        file.consent(&app, &["name"]).await;
        let place = format!("/organisations/{}", file.partner.organisation.unwrap());
        app.patch(&file.administrator, &place, json!({ "is_active": false })).if_match(1).await.expect(200);
        file.refer(&app, &["name"]).await.problem(409, "service_unfit");
        app.patch(&file.administrator, &place, json!({ "is_active": true })).if_match(2).await.expect(200);
        file.refer(&app, &["name"]).await.expect(201);
    }

    async fn a_service_is_not_asked_again_for_a_need_while_it_has_not_ended(app: App) {
        let file = app.file().await;
        file.consent(&app, &["name"]).await;
        let first = file.refer(&app, &["name"]).await.expect(201);
        let refused = file.refer(&app, &["name"]).await.problem(409, "referral_open");
        assert_eq!(refused.json["conflicts_with"], first.id());
        let body = json!({ "domain": "medical", "urgency": "within_24_hours" });
        let other = app.post(&file.officer, &file.of_case("/needs"), body).await.expect(201).id();
        let ask = |needs: &[&str]| {
            file.refer_as(&app, json!({ "service_id": file.service, "need_ids": needs, "fields": ["name"] }))
        };
        ask(&[&other, &file.need]).await.problem(409, "referral_open");
        ask(&[&other]).await.expect(201);
        let body = service_body(file.partner.organisation.unwrap());
        let ward = app.post(&file.administrator, "/services", body).await.expect(201).id();
        let elsewhere = json!({ "service_id": ward, "need_ids": [file.need], "fields": ["name"] });
        file.refer_as(&app, elsewhere).await.expect(201);
        let reason = json!({ "reason": "no_capacity" });
        app.make(&file.partner, &format!("{}/decline", first.location()), 1, reason).await.expect(200);
        file.refer(&app, &["name"]).await.expect(201);
    }

    async fn of_two_who_ask_at_once_for_the_same_one_is_told_of_the_other(app: App) {
        let file = app.file().await;
        file.consent(&app, &["name"]).await;
        let ask = async || file.refer(&app, &["name"]).await;
        let (one, two) = futures_util::join!(ask(), ask());
        let mut both = [one.status, two.status];
        both.sort_unstable();
        assert_eq!(both, [201, 409]);
    }
}
