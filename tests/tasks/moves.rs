//! What can be done to a task, and by whom.
use futures_util::future::join_all;

use super::{close, make, tasks, the};
use crate::kit::*;

on_both_databases! {
    async fn a_task_ends_once_and_names_nobody_until_it_is_opened(app: App) {
        let file = app.file().await;
        let today = app.now().local_date().to_string();
        let body = json!({ "case_id": file.case, "due_on": today, "note": "Ask Zarmina about the insulin" });
        let made = app.post(&file.officer, "/tasks", body).key("remind").await.expect(201);
        assert_eq!((made.text("note"), made.text("made_by")), ("Ask Zarmina about the insulin".into(), file.officer.id.to_string()));
        let list = app.get(&file.officer, "/tasks?kind=reminder").await.expect(200);
        assert!(!list.body().contains("insulin") && !list.body().contains(&file.victim), "{list:?}");
        let whole = app.get(&file.officer, &made.location()).await.expect(200);
        assert_eq!(whole.text("note"), "Ask Zarmina about the insulin");
        assert_eq!(app.count("trail WHERE action = 'task.viewed'").await, 1);
        assert_eq!(app.count("trail WHERE record LIKE '%insulin%'").await, 0);

        let task = &list.json["items"][0];
        make(&app, &file.officer, task, "complete", json!({ "outcome": "perfect" })).await.fault("/outcome", "unknown_value");
        make(&app, &file.officer, task, "drop", json!({})).await.fault("/reason", "missing");
        for ours in ["superseded", "case_closed"] {
            make(&app, &file.officer, task, "drop", json!({ "reason": ours })).await.fault("/reason", "not_yours_to_say");
        }
        make(&app, &file.officer, task, "complete", json!({ "outcome": "arranged" })).await.expect(200);
        make(&app, &file.officer, task, "complete", json!({})).await.problem(412, "stale");
        let done = the(&app, &file.officer, "reminder").await;
        for (verb, body) in [
            ("complete", json!({})), ("drop", json!({ "reason": "duplicate" })),
            ("reassign", json!({ "officer_id": file.officer.id })),
        ] {
            assert_eq!(make(&app, &file.officer, &done, verb, body).await.problem(409, "illegal_move").json["allowed"], json!([]));
        }
    }

    async fn a_reminder_is_for_a_day_to_come_and_a_case_that_is_not_closed(app: App) {
        let file = app.file().await;
        let today = app.now().local_date();
        let remind = async |who: &Actor, case: &str, days: i64| {
            let body = json!({ "case_id": case, "due_on": today.plus_days(days).to_string() });
            app.post(who, "/tasks", body).await
        };
        remind(&file.officer, &file.case, -1).await.fault("/due_on", "in_the_past");
        remind(&file.officer, &file.case, 3000).await.fault("/due_on", "out_of_range");
        remind(&file.officer, &file.need, 1).await.fault("/case_id", "unknown_reference");
        let stranger = app.actor(Role::Officer, "PK510").await;
        remind(&stranger, &file.case, 1).await.fault("/case_id", "unknown_reference");
        remind(&file.partner, &file.case, 1).await.problem(403, "forbidden");
        close(&app, &file).await;
        remind(&file.officer, &file.case, 1).await.problem(409, "case_not_open");
    }

    async fn a_task_is_given_to_an_officer_of_the_district_by_those_who_see_it(app: App) {
        let file = app.file().await;
        let (colleague, stranger) = (app.actor(Role::Officer, "PK508").await, app.actor(Role::Officer, "PK510").await);
        let task = the(&app, &file.officer, "anniversary").await;
        let path = format!("/tasks/{}", task["id"].as_str().unwrap());
        app.get(&stranger, &path).await.problem(404, "not_found");
        let to = |who: &Actor| json!({ "officer_id": who.id });
        make(&app, &stranger, &task, "reassign", to(&stranger)).await.problem(404, "not_found");
        make(&app, &file.officer, &task, "reassign", to(&stranger)).await.fault("/officer_id", "not_an_officer");
        make(&app, &file.officer, &task, "reassign", to(&file.partner)).await.fault("/officer_id", "not_an_officer");
        make(&app, &file.officer, &task, "reassign", to(&colleague)).await.expect(200);
        assert_eq!(tasks(&app, &colleague, "for=me").await.len(), 1);
        assert_eq!(tasks(&app, &file.officer, "for=me").await.len(), 1);
    }

    async fn what_a_leaver_had_to_do_goes_to_whoever_keeps_the_case(app: App) {
        let file = app.file().await;
        let (colleague, third) = (app.actor(Role::Officer, "PK508").await, app.actor(Role::Officer, "PK508").await);
        let task = the(&app, &file.officer, "anniversary").await;
        make(&app, &file.officer, &task, "reassign", json!({ "officer_id": colleague.id })).await.expect(200);
        let leave = async |from: &Actor, to: &Actor, key: &str| {
            let body = json!({ "from_officer_id": from.id, "to_officer_ids": [to.id] });
            app.post(&file.supervisor, "/caseload/move", body).key(key).await.expect(200);
        };
        leave(&file.officer, &third, "one").await;
        let mine = tasks(&app, &third, "for=me").await;
        assert_eq!((mine.len(), &mine[0]["kind"]), (1, &json!("follow_up")), "what a colleague was asked for stays theirs");
        leave(&colleague, &file.officer, "two").await;
        assert_eq!(tasks(&app, &third, "for=me").await.len(), 2, "not to whoever takes the cases over");
        assert_eq!(tasks(&app, &colleague, "for=me").await.len() + tasks(&app, &file.officer, "for=me").await.len(), 0);
    }

    async fn a_note_about_a_protected_person_is_for_those_who_are_named(app: App) {
        let file = app.file().await;
        let today = app.now().local_date().to_string();
        let body = json!({ "case_id": file.case, "due_on": today, "note": "Ask Zarmina about the insulin" });
        let place = app.post(&file.officer, "/tasks", body).await.expect(201).location();
        let body = json!({ "reason": "threatened", "readers": [file.officer.id] });
        app.make(&file.supervisor, &file.of_victim("/protect"), 0, body).await.expect(200);
        let colleague = app.actor(Role::Officer, "PK508").await;
        assert_eq!(app.get(&colleague, &place).await.expect(200).json["note"], Value::Null);
        assert_eq!(app.get(&file.officer, &place).await.expect(200).text("note"), "Ask Zarmina about the insulin");
        assert_eq!(app.count("trail WHERE action = 'task.viewed' AND record LIKE '%masked%'").await, 1);
    }

    async fn of_two_who_complete_a_follow_up_at_once_one_does_and_the_next_is_made_once(app: App) {
        let file = app.file().await;
        let task = the(&app, &file.officer, "follow_up").await;
        let path = format!("/tasks/{}/complete", task["id"].as_str().unwrap());
        let both = [&file.officer, &file.supervisor].map(|who| app.make(who, &path, 1, json!({})).into_future());
        let mut ends: Vec<_> = join_all(both).await.iter().map(|one| one.status).collect();
        ends.sort_unstable();
        assert_eq!(ends, [200, 412]);
        assert_eq!(tasks(&app, &file.officer, "kind=follow_up&state=due").await.len(), 1);
    }
}
