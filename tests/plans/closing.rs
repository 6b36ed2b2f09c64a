//! What stands in the way of closing a case.
use super::plan_body;
use crate::kit::*;

fn codes(items: &Value) -> Vec<String> {
    items.as_array().unwrap().iter().map(|item| item["code"].as_str().unwrap().to_owned()).collect()
}

on_both_databases! {
    async fn everything_that_is_open_is_named_at_once_and_a_case_is_closed_when_nothing_is(app: App) {
        let file = app.file().await;
        let (officer, place, today) = (&file.officer, file.of_case("/plan"), app.now().local_date());
        file.consent(&app, &["name"]).await;
        let referral = file.refer(&app, &["name"]).await.expect(201).location();
        app.post(officer, &place, plan_body(&app)).await.expect(201);
        let action = json!({ "text": "Call her", "owner_id": officer.id, "due_on": today });
        let plan = app.make(officer, &format!("{place}/actions"), 1, action).await.expect(200);
        let mut answers: Value = (1..=8).map(|at| (format!("q{at}"), json!(0))).collect::<serde_json::Map<_, _>>().into();
        answers["q9"] = json!(1);
        let screen = json!({ "instrument": "phq-9", "language": "en", "mode": "interview", "answers": answers });
        app.post(officer, &file.of_case("/screenings"), screen).await.expect(201);

        let wanted = ["banner_up", "need_open", "action_open", "referral_open"];
        let closure = app.get(officer, &file.of_case("/closure")).await.expect(200).json;
        assert_eq!((codes(&closure["open"]), &closure["is_ready"]), (wanted.map(str::to_owned).into(), &json!(false)));
        let close = async |informed: Value| {
            let version = app.get(officer, &file.of_case("")).await.version();
            let body = json!({ "outcome": "needs_met", "victim_informed": informed });
            app.make(officer, &file.of_case("/close"), version, body).await
        };
        let told = json!({ "how": "in_person", "on": today });
        let refused = close(told.clone()).await.problem(409, "case_not_ready");
        assert_eq!(codes(&refused.json["errors"]), wanted);
        assert_eq!(refused.json["errors"][1]["pointer"], file.of_need(""));

        let clear = json!({ "reason": "seen_by_clinician" });
        app.make(officer, &file.of_case("/banners/suicide_risk/clear"), 1, clear).await.expect(200);
        app.make(officer, &file.of_need("/start"), 1, json!({})).await.expect(200);
        app.make(officer, &file.of_need("/leave-unmet"), 2, json!({ "reason": "not_eligible" })).await.expect(200);
        let drop = format!("/plan-actions/{}/drop", plan.json["actions"][0]["id"].as_str().unwrap());
        app.make(officer, &drop, 2, json!({ "reason": "done_by_others" })).await.expect(200);
        let closure = app.get(officer, &file.of_case("/closure")).await.expect(200).json;
        assert_eq!(codes(&closure["open"]), ["referral_open"]);
        app.make(officer, &format!("{referral}/withdraw"), 1, json!({ "reason": "no_longer_wanted" })).await.expect(200);
        let closure = app.get(officer, &file.of_case("/closure")).await.expect(200).json;
        assert_eq!((&closure["open"], &closure["is_ready"]), (&json!([]), &json!(true)));

        close(Value::Null).await.fault("/victim_informed", "missing");
        close(json!({ "how": "in_person", "on": today.plus_days(1) })).await.fault("/victim_informed/on", "in_the_future");
        close(json!({ "how": "in_a_dream", "on": today })).await.fault("/victim_informed/how", "unknown_value");
        let closed = close(told.clone()).await.expect(200);
        assert_eq!(closed.json["victim_informed"], told);
        let reopen = |body: Value| app.make(officer, &file.of_case("/reopen"), closed.version(), body);
        reopen(json!({})).await.fault("/reason", "missing");
        let open = reopen(json!({ "reason": "relapse" })).await.expect(200);
        assert!(open.text("state") == "open" && open.json["victim_informed"].is_null());
        let facts = app.rows("SELECT record FROM trail WHERE action = 'case.reopened'").await;
        assert!(facts[0].contains(r#""reason":"relapse""#));
    }

    async fn nobody_need_be_told_when_nobody_can_be(app: App) {
        let file = app.file().await;
        for outcome in ["died", "victim_unreachable", "opened_in_error"] {
            let victim = app.post(&file.officer, "/victims", victim_body(&file.incident)).await.expect(201).id();
            let body = json!({ "victim_id": victim, "incident_id": file.incident });
            let place = app.post(&file.officer, "/cases", body).await.expect(201).location();
            app.make(&file.officer, &format!("{place}/close"), 1, json!({ "outcome": outcome })).await.expect(200);
        }
    }

    async fn a_closure_is_asked_for_by_those_who_keep_the_case_and_leaves_no_record(app: App) {
        let file = app.file().await;
        let before = app.count("trail").await;
        app.get(&file.officer, &file.of_case("/closure")).await.expect(200);
        assert_eq!(app.count("trail").await, before);
        let elsewhere = app.actor(Role::Officer, "PK510").await;
        app.get(&elsewhere, &file.of_case("/closure")).await.problem(404, "not_found");
        app.get(&file.partner, &file.of_case("/closure")).await.problem(403, "forbidden");
    }

    async fn a_phase_is_entered_with_a_reason_that_stays_on_the_trail(app: App) {
        let file = app.file().await;
        let enter = |body: Value| app.patch(&file.officer, &file.of_case(""), body).if_match(1);
        enter(json!({ "phase": "intermediate" })).await.fault("/reason", "missing");
        enter(json!({ "phase": "intermediate", "reason": "bored" })).await.fault("/reason", "unknown_value");
        enter(json!({ "phase": "intermediate", "reason": "time_passed" })).await.expect(200);
        let timeline = app.get(&file.officer, &file.of_case("/timeline")).await.expect(200).json;
        let facts = &timeline["items"][0]["facts"];
        assert_eq!((&facts["from"], &facts["phase"], &facts["reason"]), (&json!("acute"), &json!("intermediate"), &json!("time_passed")));
    }
}
