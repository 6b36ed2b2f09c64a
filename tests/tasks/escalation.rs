//! What nobody does in time goes up, once.
use uuid::Uuid;

use super::{happens, make, tasks, the};
use crate::kit::*;

on_both_databases! {
    async fn danger_goes_up_within_the_hour_and_to_the_supervisors_of_the_district_alone(app: App) {
        let file = app.file().await;
        let elsewhere = app.actor(Role::Supervisor, "PK-PB").await;
        happens(&app, &file.officer, &file.case, ("screening.risk_raised", Uuid::now_v7()), &[]).await;
        assert_eq!(umeed::tasks::escalate(app.work()).await.unwrap(), 0);
        assert_eq!(tasks(&app, &file.supervisor, "for=me&due=today").await.len(), 0);
        app.pass_minutes(61);
        let (officer, supervisor) = (app.again(&file.officer).await, app.again(&file.supervisor).await);
        assert_eq!(umeed::tasks::escalate(app.work()).await.unwrap(), 1);
        assert_eq!(umeed::tasks::escalate(app.work()).await.unwrap(), 0, "once is enough");
        let mine = tasks(&app, &supervisor, "for=me&due=today").await;
        assert_eq!((mine.len(), &mine[0]["kind"]), (1, &json!("risk")));
        assert!(mine[0]["escalated_at"].is_string());
        assert_eq!(mine[0]["assignee_id"], json!(file.officer.id), "the officer does not lose it");
        assert_eq!(tasks(&app, &app.again(&elsewhere).await, "for=me").await.len(), 0);
        assert_eq!(tasks(&app, &officer, "for=me&due=overdue").await.len(), 1);
        assert_eq!(app.count("outbox WHERE topic = 'task.escalated'").await, 1);
        for (verb, body) in [("complete", json!({ "outcome": "reached" })), ("drop", json!({ "reason": "not_needed" }))] {
            make(&app, &supervisor, &mine[0], verb, body).await.problem(409, "task_waits");
        }
        happens(&app, &supervisor, &file.case, ("case.banner_cleared", Uuid::now_v7()), &[]).await;
        assert_eq!(tasks(&app, &supervisor, "for=me&due=today").await.len(), 0);
    }

    async fn what_is_done_in_time_never_goes_up_and_two_who_look_raise_it_once(app: App) {
        let file = app.file().await;
        for what in ["screening.risk_raised", "case.banner_cleared", "screening.risk_raised", "screening.risk_raised"] {
            happens(&app, &file.officer, &file.case, (what, Uuid::now_v7()), &[]).await;
        }
        assert_eq!(tasks(&app, &file.officer, "kind=risk&state=done").await.len(), 1);
        app.pass_minutes(70);
        let (one, two) = futures_util::join!(umeed::tasks::escalate(app.work()), umeed::tasks::escalate(app.work()));
        assert_eq!(one.unwrap() + two.unwrap(), 2);
        assert_eq!(app.count("trail WHERE action = 'task.escalated'").await, 2);
        let officer = app.again(&file.officer).await;
        assert!(the(&app, &officer, "follow_up").await["escalated_at"].is_null());
    }
}
