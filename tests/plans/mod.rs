//! Plans: goals, actions, reviews, and what stands in the way of closing a case.
mod closing;

use crate::kit::*;

/// What an officer sends to make a plan, to be looked at in thirty days.
pub fn plan_body(app: &App) -> Value {
    json!({ "review_on": app.now().local_date().plus_days(30) })
}

fn action_body(app: &App, file: &File) -> Value {
    json!({ "text": "Take her to the burns ward", "owner_id": file.officer.id, "due_on": app.now().local_date().plus_days(3) })
}

on_both_databases! {
    async fn a_plan_has_goals_for_needs_and_actions_with_owner_and_day(app: App) {
        let file = app.file().await;
        let (officer, place) = (&file.officer, file.of_case("/plan"));
        app.get(officer, &place).await.problem(404, "not_found");
        let made = app.post(officer, &place, plan_body(&app)).key("plan").await.expect(201);
        assert!(app.post(officer, &place, plan_body(&app)).key("plan").await.expect(201).is_replayed());
        app.post(officer, &place, plan_body(&app)).await.problem(409, "already_exists");
        assert_eq!((made.location(), made.json["agreement"]["victim"].clone()), (format!("/api/v1{place}"), json!("not_asked")));
        let goal = json!({ "need_id": file.need, "text": "Insulin every day" });
        let plan = app.make(officer, &format!("{place}/goals"), 1, goal).await.expect(200);
        let mut action = action_body(&app, &file);
        action["goal_id"] = plan.json["goals"][0]["id"].clone();
        let plan = app.make(officer, &format!("{place}/actions"), 2, action.clone()).await.expect(200);
        app.make(officer, &format!("{place}/actions"), 2, action).await.problem(412, "stale");
        app.post(officer, &format!("{place}/actions"), json!({})).await.problem(428, "precondition_required");
        assert_eq!((plan.version(), plan.json["actions"][0]["state"].clone()), (3, json!("open")));
        let id = plan.json["actions"][0]["id"].as_str().unwrap().to_owned();
        let seen = app.get(&file.supervisor, &place).await.expect(200);
        assert_eq!(seen.json, plan.json);
        let done = format!("/plan-actions/{id}/done");
        app.make(officer, &done, 2, json!({})).await.problem(412, "stale");
        let plan = app.make(officer, &done, 3, json!({})).await.expect(200);
        assert_eq!((plan.version(), plan.json["actions"][0]["state"].clone()), (4, json!("done")));
        let again = app.make(officer, &format!("/plan-actions/{id}/drop"), 4, json!({ "reason": "not_possible" })).await;
        assert_eq!(again.problem(409, "illegal_move").json["allowed"], json!([]));
    }

    async fn what_others_wait_for_is_told_by_events_without_a_word_of_the_plan(app: App) {
        let file = app.file().await;
        let place = file.of_case("/plan");
        app.post(&file.officer, &place, plan_body(&app)).await.expect(201);
        let plan = app.make(&file.officer, &format!("{place}/actions"), 1, action_body(&app, &file)).await.expect(200);
        let facts = async |action: &str| {
            let rows = app.rows(&format!("SELECT record FROM trail WHERE action = '{action}'")).await;
            let record: Value = serde_json::from_str(&rows[0]).unwrap();
            assert!(!rows[0].contains("burns"));
            (record["facts"].clone(), record["subject"].clone())
        };
        let review = app.now().local_date().plus_days(30);
        assert_eq!(facts("plan.review_set").await.0, json!({ "district": "PK508", "review_on": review }));
        let (set, subject) = facts("plan.action_set").await;
        let due = app.now().local_date().plus_days(3);
        assert_eq!(set, json!({ "district": "PK508", "due_on": due, "owner": file.officer.id }));
        assert_eq!(subject, plan.json["actions"][0]["id"]);
        let id = plan.json["actions"][0]["id"].as_str().unwrap();
        app.make(&file.officer, &format!("/plan-actions/{id}/done"), 2, json!({})).await.expect(200);
        assert_eq!(facts("plan.action_done").await.1, json!(id));
        let later = json!({ "review_on": review.plus_days(30) });
        app.patch(&file.officer, &place, later).if_match(3).await.expect(200);
        assert_eq!(app.count("trail WHERE action = 'plan.review_set'").await, 2);
        assert_eq!(app.count("trail WHERE action = 'plan.viewed'").await, 0);
        app.get(&file.officer, &place).await.expect(200);
        assert_eq!(app.count("trail WHERE action = 'plan.viewed'").await, 1);
    }

    async fn a_goal_for_a_need_that_was_declined_has_ended_or_is_of_another_case_is_refused(app: App) {
        let file = app.file().await;
        let place = file.of_case("/plan");
        app.post(&file.officer, &place, plan_body(&app)).await.expect(201);
        let goal = |need: &str| {
            let body = json!({ "need_id": need, "text": "A goal" });
            app.make(&file.officer, &format!("{place}/goals"), 1, body)
        };
        goal(&umeed::needs::NeedId::new().to_string()).await.problem(409, "need_ended");
        let victim = app.post(&file.officer, "/victims", victim_body(&file.incident)).await.expect(201).id();
        let body = json!({ "victim_id": victim, "incident_id": file.incident, "needs": [{ "domain": "legal", "urgency": "within_24_hours" }] });
        let other = app.post(&file.officer, "/cases", body).await.expect(201);
        goal(other.json["needs"][0]["id"].as_str().unwrap()).await.problem(409, "need_ended");
        app.make(&file.officer, &file.of_need("/decline"), 1, json!({})).await.expect(200);
        goal(&file.need).await.problem(409, "need_ended");
        assert_eq!(app.count("plan_goals").await, 0);
    }

    async fn what_the_victim_says_is_taken_down_with_how_and_when(app: App) {
        let file = app.file().await;
        let (place, today) = (file.of_case("/plan"), app.now().local_date());
        app.post(&file.officer, &place, plan_body(&app)).await.expect(201);
        let say = |agreement: Value| app.patch(&file.officer, &place, json!({ "agreement": agreement })).if_match(1);
        say(json!({ "victim": "agreed", "on": today })).await.fault("/agreement/recorded", "missing");
        say(json!({ "victim": "agreed", "recorded": "signed" })).await.fault("/agreement/on", "missing");
        let ahead = json!({ "victim": "agreed", "recorded": "signed", "on": today.plus_days(1) });
        say(ahead).await.fault("/agreement/on", "in_the_future");
        say(json!({ "victim": "not_asked", "on": today })).await.fault("/agreement/on", "contradiction");
        let told = say(json!({ "victim": "not_agreed", "recorded": "spoken", "on": today })).await.expect(200);
        assert_eq!(told.json["agreement"]["victim"], "not_agreed");
        let past = json!({ "review_on": today.plus_days(-1) });
        app.patch(&file.officer, &place, past).if_match(2).await.fault("/review_on", "in_the_past");
        app.pass_days(40);
        let officer = app.again(&file.officer).await;
        let agreed = json!({ "agreement": { "victim": "agreed", "recorded": "by_telephone", "on": today } });
        app.patch(&officer, &place, agreed).if_match(2).await.expect(200);
    }

    async fn an_action_is_for_an_officer_of_the_district_and_lies_ahead(app: App) {
        let file = app.file().await;
        let place = file.of_case("/plan");
        app.post(&file.officer, &place, plan_body(&app)).await.expect(201);
        let set = |field: &str, value: Value| {
            let mut body = action_body(&app, &file);
            body[field] = value;
            app.make(&file.officer, &format!("{place}/actions"), 1, body)
        };
        set("owner_id", json!(file.partner.id)).await.fault("/owner_id", "not_an_officer");
        set("owner_id", json!(file.need)).await.fault("/owner_id", "unknown_reference");
        set("due_on", json!(app.now().local_date().plus_days(-1))).await.fault("/due_on", "in_the_past");
        set("goal_id", json!(file.need)).await.fault("/goal_id", "unknown_reference");
        set("done", json!(true)).await.fault("/done", "unknown_field");
    }

    async fn only_those_who_keep_the_case_see_and_change_its_plan_and_it_goes_with_the_case(app: App) {
        let file = app.file().await;
        let place = file.of_case("/plan");
        app.post(&file.partner, &place, plan_body(&app)).await.problem(403, "forbidden");
        app.post(&file.officer, &place, plan_body(&app)).await.expect(201);
        let plan = app.make(&file.officer, &format!("{place}/actions"), 1, action_body(&app, &file)).await.expect(200);
        let done = format!("/plan-actions/{}/done", plan.json["actions"][0]["id"].as_str().unwrap());
        let elsewhere = app.actor(Role::Officer, "PK510").await;
        app.get(&elsewhere, &place).await.problem(404, "not_found");
        app.make(&elsewhere, &done, 2, json!({})).await.problem(404, "not_found");
        app.make(&file.partner, &done, 2, json!({})).await.problem(403, "forbidden");
        let text = app.database.hex("text");
        let kept = app.rows(&format!("SELECT {text} FROM plan_actions")).await;
        assert!(!kept[0].contains(&data_encoding::HEXLOWER.encode(b"burns")), "the text is sealed");
    }
}
