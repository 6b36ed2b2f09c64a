//! A woman whose case is assessed, planned with her, worked through and closed.
use crate::kit::*;

on_both_databases! {
    async fn one_plan_leads_from_the_assessment_to_a_case_that_is_closed_and_told(app: App) {
        let file = app.file().await;
        let (officer, today) = (&file.officer, app.now().local_date());
        let items = app.get(officer, "/instruments/individual-assessment").await.expect(200).json["items"].clone();
        let yes = ["terrorism", "threats", "exposed_in_media"];
        let answers: serde_json::Map<_, _> = items.as_array().unwrap().iter().map(|item| {
            let key = item["key"].as_str().unwrap();
            (key.to_owned(), json!(i32::from(yes.contains(&key))))
        }).collect();
        let body = json!({ "instrument": "individual-assessment", "language": "ps", "mode": "through_interpreter", "answers": answers });
        let assessed = app.post(officer, &file.of_case("/screenings"), body).await.expect(201);
        let measures: Vec<_> = assessed.json["measures"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect();
        assert!(measures.contains(&"safety_of_home") && measures.contains(&"privacy"));
        let proposal = assessed.json["proposals"][0].clone();
        assert_eq!((&proposal["domain"], &proposal["urgency"]), (&json!("protection"), &json!("within_24_hours")));

        let need = json!({ "domain": proposal["domain"], "urgency": proposal["urgency"], "detail": proposal["referrals"][0] });
        let protection = app.post(officer, &file.of_case("/needs"), need).await.expect(201);
        let plan = file.of_case("/plan");
        let agreed = json!({ "victim": "agreed", "recorded": "through_interpreter", "on": today });
        let body = json!({ "review_on": today.plus_days(14), "agreement": agreed });
        app.post(officer, &plan, body).await.expect(201);
        let mut version = 1;
        for (need, text) in [(protection.id(), "Nobody comes to the house"), (file.need.clone(), "Insulin every day")] {
            let goal = json!({ "need_id": need, "text": text });
            let told = app.make(officer, &format!("{plan}/goals"), version, goal).await.expect(200);
            version = told.version();
            let action = json!({
                "goal_id": told.json["goals"][usize::try_from(version / 2 - 1).unwrap()]["id"], "text": "See to it",
                "owner_id": officer.id, "due_on": today.plus_days(1),
            });
            version = app.make(officer, &format!("{plan}/actions"), version, action).await.expect(200).version();
        }
        let phase = json!({ "phase": "intermediate", "reason": "needs_changed" });
        let case = app.get(officer, &file.of_case("")).await.version();
        app.patch(officer, &file.of_case(""), phase).if_match(case).await.expect(200);

        let told = json!({ "outcome": "needs_met", "victim_informed": { "how": "by_telephone", "on": today } });
        let close = |version| app.make(officer, &file.of_case("/close"), version, told.clone());
        let refused = close(case + 1).await.problem(409, "case_not_ready");
        assert_eq!(refused.json["errors"].as_array().unwrap().len(), 4, "two needs and two actions");
        let actions = app.get(officer, &plan).await.expect(200).json["actions"].clone();
        for action in actions.as_array().unwrap() {
            let done = format!("/plan-actions/{}/done", action["id"].as_str().unwrap());
            version = app.make(officer, &done, version, json!({})).await.expect(200).version();
        }
        for need in [protection.location(), file.of_need("")] {
            app.make(officer, &format!("{need}/start"), 1, json!({})).await.expect(200);
            app.make(officer, &format!("{need}/meet"), 2, json!({})).await.expect(200);
        }
        assert_eq!(app.get(officer, &file.of_case("/closure")).await.expect(200).json["is_ready"], true);
        assert_eq!(close(case + 1).await.expect(200).text("state"), "closed");
        let goal = json!({ "need_id": file.need, "text": "Too late" });
        app.make(officer, &format!("{plan}/goals"), version, goal).await.problem(409, "case_not_open");
    }
}
