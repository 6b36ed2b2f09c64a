//! Who sees a screening, what is kept of it in the clear, and the banner that an answer raises.
use super::phq_9;
use crate::kit::*;

on_both_databases! {
    async fn only_those_who_keep_the_case_record_and_read_its_screenings(app: App) {
        let file = app.file().await;
        let place = file.of_case("/screenings");
        let made = app.post(&file.officer, &place, phq_9(1, 0)).await.expect(201).location();
        for path in [&place, &made] {
            app.get(&file.supervisor, path).await.expect(200);
            app.get(&file.partner, path).await.problem(403, "forbidden");
            app.get(&file.administrator, path).await.problem(403, "forbidden");
        }
        let elsewhere = app.actor(Role::Officer, "PK510").await;
        for path in [&place, &made] {
            app.get(&elsewhere, path).await.problem(404, "not_found");
        }
        app.post(&elsewhere, &place, phq_9(1, 0)).await.problem(404, "not_found");
        app.post(&file.partner, &place, phq_9(1, 0)).await.problem(403, "forbidden");
        file.hand_over(&app, "PK510").await;
        app.get(&elsewhere, &made).await.expect(200);
        app.get(&file.officer, &made).await.problem(404, "not_found");
    }

    async fn answers_and_results_are_kept_sealed_and_are_not_on_the_trail(app: App) {
        let file = app.file().await;
        app.post(&file.officer, &file.of_case("/screenings"), phq_9(3, 3)).await.expect(201);
        let facts = app.rows("SELECT record FROM trail WHERE action LIKE 'screening%'").await.join("\n");
        assert!(facts.contains("phq-9") && !facts.contains("severe") && !facts.contains("score") && !facts.contains("answers"));
        let content = app.database.hex("content");
        let kept = app.rows(&format!("SELECT {content} FROM screenings")).await;
        assert!(!kept[0].contains(&data_encoding::HEXLOWER.encode(b"severe")));
    }

    async fn the_ninth_answer_raises_a_banner_that_lasts_until_it_is_cleared_with_a_reason(app: App) {
        let file = app.file().await;
        let (place, case) = (file.of_case("/screenings"), file.of_case(""));
        let banners = async || app.get(&file.officer, &case).await.json["banners"].clone();
        let clear = |who, version, reason: &str| {
            app.make(who, &file.of_case("/banners/suicide_risk/clear"), version, json!({ "reason": reason }))
        };
        clear(&file.officer, 1, "raised_in_error").await.problem(409, "illegal_move");
        let risk = app.post(&file.officer, &place, phq_9(0, 1)).await.expect(201);
        assert_eq!((banners().await, risk.json["banners"].clone()), (json!(["suicide_risk"]), json!(["suicide_risk"])));
        assert_eq!(risk.json["proposals"][0]["urgency"], "within_24_hours");
        let raised = app.rows("SELECT record FROM trail WHERE action = 'screening.risk_raised'").await;
        let record: Value = serde_json::from_str(&raised[0]).unwrap();
        assert_eq!((&record["subject"], &record["case"]), (&risk.json["id"], &json!(file.case)));
        assert_eq!(record["facts"], json!({ "district": "PK508" }));
        app.post(&file.officer, &place, phq_9(0, 2)).await.expect(201);
        assert_eq!(app.count("trail WHERE action = 'screening.risk_raised'").await, 2);
        assert_eq!(app.count("trail WHERE action = 'case.banner_raised'").await, 1, "it is up already");
        app.post(&file.officer, &place, phq_9(0, 0)).await.expect(201);
        assert_eq!(banners().await, json!(["suicide_risk"]), "a later answer does not clear it");
        app.make(&file.officer, &file.of_case("/hold"), 1, json!({ "reason": "victim_asked" })).await.expect(200);
        assert_eq!(banners().await, json!(["suicide_risk"]));
        clear(&file.officer, 2, "because").await.fault("/reason", "unknown_value");
        clear(&file.partner, 2, "seen_by_clinician").await.problem(403, "forbidden");
        clear(&file.officer, 1, "seen_by_clinician").await.problem(412, "stale");
        let cleared = clear(&file.supervisor, 2, "seen_by_clinician").await.expect(200);
        assert_eq!((cleared.version(), cleared.json["banners"].clone()), (3, json!([])));
        clear(&file.supervisor, 3, "seen_by_clinician").await.problem(409, "illegal_move");
        app.post(&file.officer, &place, phq_9(0, 1)).await.expect(201);
        assert_eq!(banners().await, json!(["suicide_risk"]), "also while the case rests");
    }
}
