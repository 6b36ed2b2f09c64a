//! A partner sees what was shared with it, as long as it was.
use std::future::IntoFuture;

use crate::kit::*;

on_both_databases! {
    async fn a_partner_sees_the_shared_fields_and_no_other(app: App) {
        let file = app.file().await;
        file.consent(&app, &["name", "mobile", "need_detail"]).await;
        let referral = file.refer(&app, &["mobile"]).await.expect(201).location();
        let seen = app.get(&file.partner, &referral).await.expect(200);
        assert_eq!(seen.json["person"], json!({ "mobiles": ["+923001234567"] }));
        for hidden in ["Zarmina", "House 7", "insulin", &file.case, &file.victim, &file.need] {
            assert!(!seen.body().contains(hidden), "{hidden} in {seen:?}");
        }
        for path in [file.of_case(""), file.of_victim(""), file.of_need(""), file.of_case("/referrals")] {
            app.get(&file.partner, &path).await.problem(403, "forbidden");
        }
        let list = app.get(&file.partner, "/referrals").await.expect(200);
        assert!(list.json["items"][0].get("person").is_none() && !list.body().contains(&file.case));
        assert!(app.count("trail WHERE action = 'referral.viewed'").await >= 1);
    }

    async fn withdrawing_a_consent_withdraws_its_open_referrals(app: App) {
        let file = app.file().await;
        let consent = file.consent(&app, &["name"]).await;
        let asked = file.refer(&app, &["name"]).await.expect(201).location();
        let taken = file.refer_anew(&app, &["name"]).await.expect(201).location();
        let done = file.refer_anew(&app, &["name"]).await.expect(201).location();
        for place in [&taken, &done] {
            app.make(&file.partner, &format!("{place}/accept"), 1, json!({})).await.expect(200);
        }
        let helped = json!({ "outcome": "helped" });
        app.make(&file.partner, &format!("{done}/complete"), 2, helped).await.expect(200);
        app.make(&file.officer, &format!("{}/withdraw", consent.location()), 1, json!({})).await.expect(200);
        for place in [&asked, &taken] {
            let seen = app.get(&file.partner, place).await.expect(200);
            assert_eq!((seen.text("state"), seen.text("reason")), ("withdrawn".into(), "consent_withdrawn".into()));
            assert!(seen.json["person"].is_null());
        }
        let seen = app.get(&file.partner, &done).await.expect(200);
        assert!(seen.text("state") == "completed" && seen.json["person"].is_null());
        assert_eq!(app.count("trail WHERE action = 'referral.withdrawn'").await, 2);
    }

    async fn what_nobody_answers_is_overdue_and_expires(app: App) {
        let mut file = app.file().await;
        file.consent(&app, &["name"]).await;
        let lost = file.refer(&app, &["name"]).await.expect(201);
        let taken = file.refer_anew(&app, &["name"]).await.expect(201).location();
        app.make(&file.partner, &format!("{taken}/accept"), 1, json!({})).await.expect(200);
        assert_eq!(umeed::referrals::expire(app.work()).await.unwrap(), 0);
        app.pass_minutes(73 * 60);
        (file.officer, file.partner) = (app.again(&file.officer).await, app.again(&file.partner).await);
        let count = async |query: &str| {
            let listed = app.get(&file.officer, &format!("/referrals?{query}")).await.expect(200).json;
            listed["items"].as_array().unwrap().len()
        };
        assert_eq!((count("overdue=true").await, count("overdue=false").await), (2, 0));
        assert_eq!(umeed::referrals::expire(app.work()).await.unwrap(), 1);
        assert_eq!(umeed::referrals::expire(app.work()).await.unwrap(), 0);
        assert_eq!((count("state=expired").await, count("overdue=true").await), (1, 1));
        let seen = app.get(&file.partner, &lost.location()).await.expect(200);
        assert!(seen.text("state") == "expired" && seen.json["person"].is_null());
        let late = app.make(&file.partner, &format!("{}/accept", lost.location()), 2, json!({})).await;
        assert_eq!(late.problem(409, "illegal_move").json["allowed"], json!([]));
    }

    async fn a_recipient_cannot_ask_by_the_district_of_a_case(app: App) {
        let file = app.file().await;
        file.consent(&app, &["name"]).await;
        file.refer(&app, &["name"]).await.expect(201);
        for (who, query, found) in [
            (&file.officer, "district=PK508", 1),
            (&file.partner, "", 1),
            (&file.partner, "district=PK508", 0),
            (&file.partner, "district=PK510", 0),
        ] {
            let list = app.get(who, &format!("/referrals?{query}")).await.expect(200).json;
            assert_eq!(list["items"].as_array().unwrap().len(), found, "{query}");
        }
    }

    async fn a_consent_is_withdrawn_whatever_its_recipient_does_at_that_moment(app: App) {
        let file = app.file().await;
        for _ in 0..8 {
            let consent = file.consent(&app, &["name"]).await.location();
            let referral = file.refer_anew(&app, &["name"]).await.expect(201).location();
            let (withdraw, accept) = (format!("{consent}/withdraw"), format!("{referral}/accept"));
            let (withdrawn, answered) = futures_util::join!(
                app.make(&file.officer, &withdraw, 1, json!({})).into_future(),
                app.make(&file.partner, &accept, 1, json!({})).into_future(),
            );
            withdrawn.expect(200);
            assert!([200, 409, 412].contains(&answered.status), "{answered:?}");
            assert_eq!(app.get(&file.officer, &referral).await.text("state"), "withdrawn");
        }
    }
}
