//! What would once have been forgotten: a referral that nobody answers.
use umeed::tasks::escalate;

use crate::kit::*;
use crate::tasks::{make, tasks};

on_both_databases! {
    async fn an_unanswered_referral_is_chased_goes_up_and_is_settled(app: App) {
        let file = app.file().await;
        file.consent(&app, &["name"]).await;
        file.refer(&app, &["name"]).await.expect(201);
        assert_eq!(tasks(&app, &file.officer, "for=me&due=overdue").await, Vec::<Value>::new());
        app.pass_minutes(37 * 60);
        let officer = app.again(&file.officer).await;
        let late = tasks(&app, &officer, "for=me&due=overdue").await;
        assert_eq!((late.len(), &late[0]["kind"]), (1, &json!("chase_referral")));
        escalate(app.work()).await.unwrap();
        let supervisor = app.again(&file.supervisor).await;
        assert_eq!(tasks(&app, &supervisor, "for=me").await, Vec::<Value>::new(), "there is time yet");
        app.pass_minutes(24 * 60);
        assert_eq!(escalate(app.work()).await.unwrap(), 1);
        let supervisor = app.again(&supervisor).await;
        let raised = tasks(&app, &supervisor, "for=me&due=today").await;
        assert_eq!((raised.len(), &raised[0]["kind"]), (1, &json!("chase_referral")));
        make(&app, &supervisor, &raised[0], "complete", json!({ "outcome": "arranged" })).await.expect(200);
        assert_eq!(tasks(&app, &supervisor, "for=me&due=today").await, Vec::<Value>::new());
        app.pass_minutes(12 * 60);
        umeed::referrals::expire(app.work()).await.unwrap();
        let officer = app.again(&officer).await;
        let next = tasks(&app, &officer, "for=me&kind=next_step").await;
        assert_eq!((next.len(), &next[0]["state"]), (1, &json!("due")), "what was chased in vain has a next step");
        let timeline = app.get(&officer, &file.of_case("/timeline?limit=200")).await.expect(200);
        for action in ["task.made", "task.escalated", "task.completed"] {
            assert!(timeline.body().contains(action), "{action}");
        }
    }
}
