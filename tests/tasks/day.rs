//! The officer's day as one call.
use uuid::Uuid;

use super::{happens, tasks, told};
use crate::kit::*;

on_both_databases! {
    async fn a_day_holds_what_is_due_and_overdue_with_the_urgent_first(app: App) {
        let file = app.file().await;
        let today = app.now().local_date();
        let remind = async |days: i64| {
            let body = json!({ "case_id": file.case, "due_on": today.plus_days(days).to_string() });
            app.post(&file.officer, "/tasks", body).await.expect(201)
        };
        for days in [0, 1, 6, 7] {
            remind(days).await;
        }
        happens(&app, &file.officer, &file.case, ("screening.risk_raised", Uuid::now_v7()), &[]).await;
        let mine = tasks(&app, &file.officer, "for=me&due=today").await;
        assert_eq!(told(&mine), [("risk", "due"), ("reminder", "due")]);
        assert_eq!(mine[0]["is_overdue"], true, "danger is due at once");
        assert_eq!(told(&tasks(&app, &file.officer, "for=me&due=overdue").await), [("risk", "due")]);
        let week = tasks(&app, &file.officer, "due=week").await;
        assert_eq!(week.iter().filter(|task| task["kind"] == "reminder").count(), 3);
        assert_eq!(tasks(&app, &file.officer, "due=all").await.len(), 7);
        app.pass_days(1);
        let officer = app.again(&file.officer).await;
        assert_eq!(told(&tasks(&app, &officer, "for=me&due=today").await).len(), 3, "what was not done stays");
    }

    async fn one_s_own_tasks_are_those_of_one_s_own_cases_and_of_the_area_those_of_all(app: App) {
        let file = app.file().await;
        let colleague = app.actor(Role::Officer, "PK508").await;
        let stranger = app.actor(Role::Officer, "PK510").await;
        assert_eq!(tasks(&app, &colleague, "for=me").await.len(), 0);
        assert_eq!(tasks(&app, &colleague, "for=area").await.len(), 2);
        assert_eq!(tasks(&app, &stranger, "for=area").await.len(), 0);
        app.get(&file.partner, "/tasks").await.problem(403, "forbidden");
        for (query, found) in [
            (format!("case_id={}", file.case), 2), (format!("case_id={}", file.need), 0),
            ("district=PK508".into(), 2), ("district=PK510".into(), 0), ("kind=anniversary".into(), 1),
            ("state=due".into(), 2), ("state=done".into(), 0),
            (format!("assignee_id={}", file.officer.id), 2), (format!("assignee_id={}", colleague.id), 0),
        ] {
            assert_eq!(tasks(&app, &colleague, &query).await.len(), found, "{query}");
        }
        app.get(&colleague, "/tasks?due=tomorrow").await.fault("due", "unknown_value");
        let body = json!({ "officer_id": colleague.id });
        app.make(&file.supervisor, &file.of_case("/assign"), 1, body).await.expect(200);
        assert_eq!(tasks(&app, &colleague, "for=me").await.len(), 2, "tasks follow the case");
    }

    async fn pages_of_tasks_keep_the_order_and_have_no_doubles(app: App) {
        let file = app.file().await;
        let today = app.now().local_date();
        for number in 0..9 {
            let day = today.plus_days(number % 3).to_string();
            let body = json!({ "case_id": file.case, "due_on": day, "urgent": number % 2 == 0 });
            app.post(&file.officer, "/tasks", body).await.expect(201);
        }
        let whole: Vec<_> = tasks(&app, &file.officer, "").await.iter().map(|task| task["id"].clone()).collect();
        let (mut paged, mut path) = (Vec::new(), "/tasks?limit=2".to_owned());
        loop {
            let page = app.get(&file.officer, &path).await.expect(200).json;
            paged.extend(page["items"].as_array().unwrap().iter().map(|task| task["id"].clone()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/tasks?limit=2&after={next}");
        }
        assert_eq!((paged.len(), paged), (11, whole));
    }

    async fn tasks_go_with_a_case_to_another_district(app: App) {
        let file = app.file().await;
        let (taker, next) = (app.actor(Role::Supervisor, "PK603").await, app.actor(Role::Officer, "PK603").await);
        let offer = file.offer(&app, "PK603").await.expect(201).location();
        assert_eq!(tasks(&app, &next, "").await.len(), 0);
        app.make(&taker, &format!("{offer}/accept"), 1, json!({})).await.expect(200);
        let moved = tasks(&app, &next, "").await;
        assert!(moved.len() == 2 && moved.iter().all(|task| task["assignee_id"].is_null()), "{moved:?}");
        assert_eq!(tasks(&app, &file.officer, "").await.len(), 0);
        assert_eq!(tasks(&app, &taker, "for=me").await.len(), 2, "what nobody has to do is a supervisor's");
        let version = app.get(&taker, &file.of_case("")).await.version();
        app.make(&taker, &file.of_case("/assign"), version, json!({ "officer_id": next.id })).await.expect(200);
        assert_eq!(tasks(&app, &next, "for=me").await.len(), 2);
        assert_eq!(tasks(&app, &taker, "for=me").await.len(), 0);
    }
}
