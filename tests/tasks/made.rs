//! Tasks are made by what happens, once for each cause, and end with it.
use umeed::kernel::time::Time;
use uuid::Uuid;

use super::{close, happens, make, tasks, the, told};
use crate::kit::*;

on_both_databases! {
    async fn a_new_case_is_followed_up_and_its_anniversary_remembered(app: App) {
        let file = app.file().await;
        let made = tasks(&app, &file.officer, "for=me").await;
        assert_eq!(told(&made), [("follow_up", "due"), ("anniversary", "due")]);
        for task in &made {
            assert_eq!((&task["case_id"], &task["subject_id"]), (&json!(file.case), &json!(file.case)));
            assert_eq!((&task["assignee_id"], &task["made_by"]), (&json!(file.officer.id), &Value::Null));
            assert!(task["case_number"].as_str().unwrap().starts_with("KP-"));
        }
        let due = app.now().plus_hours(72).to_string();
        assert_eq!(made[0]["due_at"].as_str().unwrap()[..13], due[..13]);
        // The attack was on 1 March; a week before, the day ends in Pakistan at 19:00 in UTC.
        assert!(made[1]["due_at"].as_str().unwrap().contains("-02-22T19:00:00"), "{}", made[1]);
    }

    async fn a_follow_up_and_an_anniversary_come_again_until_the_case_is_closed(app: App) {
        let file = app.file().await;
        enter(&app, &file, "long_term").await;
        let first = the(&app, &file.officer, "follow_up").await;
        let done = make(&app, &file.officer, &first, "complete", json!({ "outcome": "reached" })).await.expect(200);
        assert_eq!((done.text("state"), done.text("outcome")), ("done".into(), "reached".into()));
        assert!(app.get(&file.officer, &file.of_case("")).await.json["last_contact_at"].is_string());
        let next = open(&app, &file, "follow_up").await;
        assert_eq!((next.len(), to_the_hour(&next[0])), (1, hour(app.now().plus_days(60))));
        let anniversary = the(&app, &file.officer, "anniversary").await;
        make(&app, &file.officer, &anniversary, "drop", json!({ "reason": "victim_asked" })).await.expect(200);
        let again = open(&app, &file, "anniversary").await;
        let year = |task: &Value| task["due_at"].as_str().unwrap()[..4].parse::<i32>().unwrap();
        assert_eq!((again.len(), year(&again[0])), (1, year(&anniversary) + 1));

        let version = close(&app, &file).await;
        assert_eq!(tasks(&app, &file.officer, "state=due").await, Vec::<Value>::new());
        let dropped = tasks(&app, &file.officer, "state=dropped").await;
        assert!(dropped.iter().filter(|task| task["reason"] == "case_closed").count() == 2, "{dropped:?}");
        happens(&app, &file.officer, &file.case, ("screening.risk_raised", Uuid::now_v7()), &[]).await;
        assert_eq!(tasks(&app, &file.officer, "state=due").await, Vec::<Value>::new(), "a closed case gets none");
        let reopen = json!({ "reason": "closed_in_error" });
        app.make(&file.officer, &file.of_case("/reopen"), version, reopen).await.expect(200);
        assert_eq!(told(&tasks(&app, &file.officer, "state=due").await).len(), 2);
    }

    async fn whoever_is_reached_is_followed_up_and_a_worse_phase_does_not_wait(app: App) {
        let file = app.file().await;
        let contact = async |body: Value| {
            app.post(&file.officer, &file.of_case("/contacts"), body).await.expect(201);
            tasks(&app, &file.officer, "kind=follow_up&state=done").await.len()
        };
        enter(&app, &file, "long_term").await;
        assert_eq!(contact(json!({ "mode": "telephone", "reached": false })).await, 0);
        let before = app.now().plus_days(-1).to_string();
        assert_eq!(contact(json!({ "mode": "telephone", "reached": true, "at": before })).await, 0, "that was before");
        assert_eq!(contact(json!({ "mode": "home_visit", "reached": true })).await, 1);
        assert_eq!(to_the_hour(&open(&app, &file, "follow_up").await[0]), hour(app.now().plus_days(60)));
        enter(&app, &file, "acute").await;
        assert_eq!(to_the_hour(&open(&app, &file, "follow_up").await[0]), hour(app.now().plus_hours(72)));
        enter(&app, &file, "intermediate").await;
        let waits = open(&app, &file, "follow_up").await;
        assert_eq!((waits.len(), to_the_hour(&waits[0])), (1, hour(app.now().plus_hours(72))), "never put off");
    }

    async fn a_need_within_a_day_is_a_task_until_somebody_sees_to_it(app: App) {
        let file = app.file().await;
        let mut needs = Vec::new();
        for _ in 0..2 {
            let body = json!({ "domain": "medical", "urgency": "within_24_hours" });
            needs.push(app.post(&file.officer, &file.of_case("/needs"), body).await.expect(201).location());
        }
        assert_eq!(tasks(&app, &file.officer, "kind=start_need&state=due").await.len(), 2);
        app.make(&file.officer, &format!("{}/start", needs[0]), 1, json!({})).await.expect(200);
        app.make(&file.officer, &format!("{}/decline", needs[1]), 1, json!({})).await.expect(200);
        let mut all = tasks(&app, &file.officer, "kind=start_need").await;
        all.sort_by_key(|task| task["state"].to_string());
        assert_eq!(told(&all), [("start_need", "done"), ("start_need", "dropped")]);
        assert_eq!(all[1]["reason"], "victim_asked");
    }

    async fn a_need_that_becomes_urgent_has_waited_since_it_was_identified(app: App) {
        let file = app.file().await;
        app.pass_minutes(20 * 60);
        let officer = app.again(&file.officer).await;
        let assess = async |version: i64, urgency: &str| {
            app.patch(&officer, &file.of_need(""), json!({ "urgency": urgency })).if_match(version).await.expect(200)
        };
        let need = assess(1, "within_24_hours").await;
        let start = the(&app, &officer, "start_need").await;
        assert_eq!((&start["due_at"], &start["subject_id"]), (&need.json["due_at"], &json!(file.need)));
        assess(2, "within_two_weeks").await;
        assert_eq!(the(&app, &officer, "start_need").await["reason"], "superseded");
        assess(3, "within_24_hours").await;
        assert_eq!(tasks(&app, &officer, "kind=start_need&state=due").await.len(), 1, "and again");
    }

    async fn a_referral_is_chased_until_it_is_answered_and_its_end_has_a_next_step(app: App) {
        let file = app.file().await;
        let consent = file.consent(&app, &["name"]).await.location();
        let taken = file.refer(&app, &["name"]).await.expect(201).location();
        let chase = the(&app, &file.officer, "chase_referral").await;
        assert_eq!(chase["due_at"].as_str().unwrap()[..13], app.now().plus_hours(36).to_string()[..13]);
        app.make(&file.partner, &format!("{taken}/accept"), 1, json!({})).await.expect(200);
        assert_eq!(the(&app, &file.officer, "chase_referral").await["state"], "done");
        app.make(&file.partner, &format!("{taken}/complete"), 2, json!({ "outcome": "helped" })).await.expect(200);
        assert_eq!(the(&app, &file.officer, "check_help").await["state"], "due");

        let declined = file.refer_anew(&app, &["name"]).await.expect(201).location();
        let reason = json!({ "reason": "no_capacity" });
        app.make(&file.partner, &format!("{declined}/decline"), 1, reason).await.expect(200);
        assert_eq!(tasks(&app, &file.officer, "kind=chase_referral&state=dropped").await[0]["reason"], "superseded");
        assert_eq!(the(&app, &file.officer, "next_step").await["due_at"].as_str().unwrap()[..13],
            app.now().plus_hours(24).to_string()[..13]);

        let withdrawn = file.refer_anew(&app, &["name"]).await.expect(201).location();
        let reason = json!({ "reason": "no_longer_wanted" });
        app.make(&file.officer, &format!("{withdrawn}/withdraw"), 1, reason).await.expect(200);
        assert_eq!(tasks(&app, &file.officer, "kind=next_step").await.len(), 1, "whoever took it back knows why");
        assert_eq!(tasks(&app, &file.officer, "kind=chase_referral&state=due").await.len(), 0);

        file.refer_anew(&app, &["name"]).await.expect(201);
        app.pass_days(4);
        assert_eq!(umeed::referrals::expire(app.work()).await.unwrap(), 1);
        let officer = app.again(&file.officer).await;
        assert_eq!(tasks(&app, &officer, "kind=next_step&state=due").await.len(), 2);
        assert_eq!(tasks(&app, &officer, "kind=chase_referral&state=due").await.len(), 0);

        let need = app.post(&officer, &file.of_case("/needs"), json!({ "domain": "medical", "urgency": "within_72_hours" }));
        let body = json!({ "service_id": file.service, "need_ids": [need.await.expect(201).id()], "fields": ["name"] });
        app.post(&officer, &file.of_case("/referrals"), body).key("last").await.expect(201);
        app.make(&officer, &format!("{consent}/withdraw"), 1, json!({})).await.expect(200);
        assert_eq!(tasks(&app, &officer, "kind=next_step&state=due").await.len(), 3, "who helps now?");
        assert_eq!(tasks(&app, &officer, "kind=chase_referral&state=due").await.len(), 0);
    }

    async fn leave_to_refer_without_consent_is_for_any_supervisor_to_answer(app: App) {
        let file = app.file().await;
        let ask = async |key: &str| {
            let body = json!({ "service_id": file.service, "fields": ["name"], "reason": "life_in_danger", "detail": "Qanarwaxcoma" });
            app.post(&file.officer, &file.of_case("/consent-overrides"), body).key(key).await.expect(201).location()
        };
        let refused = ask("one").await;
        let asked = tasks(&app, &file.supervisor, "for=me&due=today").await;
        assert_eq!((told(&asked), &asked[0]["assignee_id"]), (vec![("answer_override", "due")], &Value::Null));
        for (verb, body) in [("complete", json!({})), ("drop", json!({ "reason": "not_needed" }))] {
            make(&app, &file.officer, &asked[0], verb, body).await.problem(403, "forbidden");
        }
        make(&app, &file.supervisor, &asked[0], "complete", json!({})).await.problem(409, "task_waits");
        app.make(&file.supervisor, &format!("{refused}/refuse"), 1, json!({})).await.expect(200);
        assert_eq!(the(&app, &file.officer, "answer_override").await["state"], "done");
        assert_eq!(tasks(&app, &file.officer, "for=me&kind=next_step").await.len(), 1, "asked in vain");
        let agreed = ask("two").await;
        app.make(&file.supervisor, &format!("{agreed}/agree"), 1, json!({})).await.expect(200);
        ask("three").await;
        assert_eq!(open(&app, &file, "answer_override").await.len(), 1);
        app.pass_days(4);
        assert_eq!(umeed::referrals::overrides::expire(app.work()).await.unwrap(), 2);
        let officer = app.again(&file.officer).await;
        assert_eq!(tasks(&app, &officer, "kind=answer_override&state=due").await.len(), 0);
        assert_eq!(tasks(&app, &officer, "for=me&kind=next_step").await.len(), 2, "one that was agreed to leaves nothing");
    }

    async fn whoever_is_reached_about_something_else_is_followed_up_too(app: App) {
        let file = app.file().await;
        file.consent(&app, &["name"]).await;
        file.refer(&app, &["name"]).await.expect(201);
        let chase = the(&app, &file.officer, "chase_referral").await;
        make(&app, &file.officer, &chase, "complete", json!({ "outcome": "reached" })).await.expect(200);
        assert_eq!(tasks(&app, &file.officer, "kind=follow_up&state=done").await.len(), 1);
        assert_eq!(open(&app, &file, "follow_up").await.len(), 1, "the next one");
    }

    async fn the_same_cause_makes_one_task(app: App) {
        let file = app.file().await;
        let screening = Uuid::now_v7();
        for _ in 0..2 {
            happens(&app, &file.officer, &file.case, ("screening.risk_raised", screening), &[]).await;
        }
        assert_eq!(the(&app, &file.officer, "risk").await["subject_id"], json!(screening));
        assert_eq!(app.count("trail WHERE action = 'task.made' AND record LIKE '%\"risk\"%'").await, 1);
    }

    async fn what_a_plan_says_is_due_on_its_day_and_moves_with_it(app: App) {
        let file = app.file().await;
        let (officer, place, today) = (&file.officer, file.of_case("/plan"), app.now().local_date());
        let body = json!({ "review_on": today.plus_days(30) });
        app.post(officer, &place, body).await.expect(201);
        let later = today.plus_days(60);
        app.patch(officer, &place, json!({ "review_on": later })).if_match(1).await.expect(200);
        let review = the(&app, officer, "plan_review").await;
        assert!(review["due_at"].as_str().unwrap().starts_with(&format!("{later}T19:00:00")), "{review}");
        let mut ids = Vec::new();
        for version in [2, 3] {
            let action = json!({ "text": "Call her", "owner_id": file.supervisor.id, "due_on": today.plus_days(3) });
            let plan = app.make(officer, &format!("{place}/actions"), version, action).await.expect(200);
            let action = plan.json["actions"].as_array().unwrap().last().unwrap()["id"].clone();
            ids.push(action.as_str().unwrap().to_owned());
        }
        let owned = tasks(&app, &file.supervisor, "for=me&kind=plan_action").await;
        assert_eq!((owned.len(), tasks(&app, officer, "for=me&kind=plan_action").await.len()), (2, 0));
        app.make(officer, &format!("/plan-actions/{}/done", ids[0]), 4, json!({})).await.expect(200);
        let drop = json!({ "reason": "not_possible" });
        app.make(officer, &format!("/plan-actions/{}/drop", ids[1]), 5, drop).await.expect(200);
        let mut ended = tasks(&app, officer, "kind=plan_action").await;
        ended.sort_by_key(|task| task["state"].to_string());
        assert_eq!(told(&ended), [("plan_action", "done"), ("plan_action", "dropped")]);

        let version = close(&app, &file).await;
        assert_eq!(the(&app, officer, "plan_review").await["reason"], "case_closed");
        app.make(officer, &file.of_case("/reopen"), version, json!({ "reason": "relapse" })).await.expect(200);
        let again = open(&app, &file, "plan_review").await;
        assert_eq!((again.len(), &again[0]["due_at"]), (1, &review["due_at"]), "the plan is still to be reviewed");
    }
}

async fn open(app: &App, file: &File, kind: &str) -> Vec<Value> {
    tasks(app, &file.officer, &format!("kind={kind}&state=due")).await
}

async fn enter(app: &App, file: &File, phase: &str) {
    let version = app.get(&file.officer, &file.of_case("")).await.version();
    let body = json!({ "phase": phase, "reason": "needs_changed" });
    app.patch(&file.officer, &file.of_case(""), body).if_match(version).await.expect(200);
}

/// When a task is due, and a time, to the hour.
fn to_the_hour(task: &Value) -> String {
    task["due_at"].as_str().unwrap()[..13].to_owned()
}

fn hour(time: Time) -> String {
    time.to_string()[..13].to_owned()
}
