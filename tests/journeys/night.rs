//! A man who says at night that he would rather be dead.
use umeed::tasks::escalate;

use crate::kit::*;
use crate::tasks::{tasks, the};

on_both_databases! {
    async fn a_positive_ninth_item_at_night_is_on_the_case_before_anybody_has_read_the_result(app: App) {
        let file = app.file().await;
        let (officer, case) = (&file.officer, file.of_case(""));
        let four = json!({ "q1": 1, "q2": 2, "q3": 3, "q4": 2 });
        let first = json!({ "instrument": "phq-4", "language": "ur", "mode": "telephone", "answers": four });
        let first = app.post(officer, &file.of_case("/screenings"), first).await.expect(201);
        assert_eq!(first.json["scores"][2]["is_positive"], true, "PHQ-2 asks for PHQ-9");
        assert!(first.json["proposals"][0]["referrals"].to_string().contains("PHQ-9"));

        let mut answers: serde_json::Map<_, _> = (1..=8).map(|at| (format!("q{at}"), json!(1))).collect();
        answers.insert("q6".into(), json!("refused"));
        answers.insert("q9".into(), json!(1));
        let nine = json!({ "instrument": "phq-9", "language": "ur", "mode": "telephone", "answers": answers });
        let night = app.post(officer, &file.of_case("/screenings"), nine).key("night").await.expect(201);
        let total = &night.json["scores"][0];
        assert_eq!((&total["value"], &total["missing"]), (&Value::Null, &json!(1)), "nobody guesses what he did not say");
        assert_eq!(night.json["proposals"][0]["urgency"], "within_24_hours");
        let seen = app.get(&file.supervisor, &case).await.expect(200);
        assert_eq!(seen.json["banners"], json!(["suicide_risk"]));

        let day = tasks(&app, officer, "for=me&due=today").await;
        assert_eq!((&day[0]["kind"], &day[0]["is_overdue"]), (&json!("risk"), &json!(true)));
        assert_eq!((&day[0]["urgent"], &day[0]["subject_id"]), (&json!(true), &night.json["id"]));
        assert_eq!(tasks(&app, &file.supervisor, "for=me&due=today").await, Vec::<Value>::new(), "there is an hour yet");
        let proposal = &night.json["proposals"][0];
        let need = json!({ "domain": proposal["domain"], "urgency": proposal["urgency"], "detail": proposal["referrals"][0] });
        app.post(officer, &file.of_case("/needs"), need).await.expect(201);
        assert_eq!(app.get(officer, &case).await.text("urgency"), "within_24_hours");
        let timeline = app.get(officer, &file.of_case("/timeline")).await.expect(200);
        let told = timeline.json["items"].as_array().unwrap().iter().map(|one| one["action"].clone());
        let told: Vec<_> = told.filter(|action| action != "task.made").collect();
        let wanted = ["need.identified", "case.banner_raised", "screening.risk_raised", "screening.recorded"];
        assert_eq!(told[..4], wanted.map(Value::from));

        app.pass_minutes(8 * 60);
        assert_eq!(escalate(app.work()).await.unwrap(), 1);
        let (officer, supervisor) = (app.again(officer).await, app.again(&file.supervisor).await);
        for who in [&officer, &supervisor] {
            assert_eq!(tasks(&app, who, "for=me&due=today").await[0]["kind"], "risk", "it stands first in the morning");
        }
        let clear = json!({ "reason": "safety_plan_agreed" });
        let version = app.get(&supervisor, &case).await.version();
        let cleared = app.make(&supervisor, &file.of_case("/banners/suicide_risk/clear"), version, clear).await;
        assert_eq!(cleared.expect(200).json["banners"], json!([]));
        assert_eq!(tasks(&app, &supervisor, "for=me&due=today").await, Vec::<Value>::new());
        assert_eq!(the(&app, &officer, "risk").await["state"], "done");
    }
}
