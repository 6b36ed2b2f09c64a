//! What the trail keeps, and that it keeps it.
use futures_util::future::join_all;
use umeed::kernel::ids::Id;
use umeed::work::{Done, Event, Tx};

use crate::kit::*;

on_both_databases! {
    async fn a_record_cannot_be_changed_or_removed(app: App) {
        app.actor(Role::Officer, "PK508").await;
        let before = app.rows("SELECT record FROM trail ORDER BY id").await;
        assert!(!before.is_empty());
        for sql in ["UPDATE trail SET action = 'x'", "UPDATE trail SET record = '{}'", "DELETE FROM trail"] {
            let refused = app.sql(sql).await.unwrap_err();
            assert!(refused.contains("records of the trail are never changed"), "{refused}");
        }
        if !app.is_sqlite() {
            app.sql("TRUNCATE trail").await.unwrap_err();
        }
        assert_eq!(app.rows("SELECT record FROM trail ORDER BY id").await, before);
    }

    async fn a_refusal_is_recorded_although_its_transaction_is_not(app: App) {
        let (officer, supervisor) =
            (app.actor(Role::Officer, "PK508").await, app.actor(Role::Supervisor, "PK508").await);
        let refused = async || {
            app.rows("SELECT record FROM trail WHERE outcome = 'refused' ORDER BY id DESC LIMIT 1").await
        };
        let incident = app.incident(&officer, "PK508").await;
        // At the door.
        let verify = format!("{}/verify", incident.location());
        let answer = app.post(&officer, &verify, json!({})).if_match(1).await.problem(403, "forbidden");
        let record: Value = serde_json::from_str(&refused().await[0]).unwrap();
        assert_eq!((&record["facts"]["code"], &record["facts"]["wanted"]), (&json!("forbidden"), &json!("incidents.decide")));
        assert_eq!((&record["request"], &record["role"]), (&answer.json["request_id"], &json!("officer")));
        // Out of the area.
        app.post(&officer, "/incidents", incident_body("PK701")).await.fault("/district", "outside_area");
        // An illegal move.
        app.post(&supervisor, &verify, json!({})).if_match(1).await.expect(200);
        app.post(&supervisor, &verify, json!({})).if_match(2).await.problem(409, "illegal_move");
        let record: Value = serde_json::from_str(&refused().await[0]).unwrap();
        assert_eq!(record["facts"]["wanted"], "verify");
        assert_eq!((&record["actor"], &record["subject"]), (&json!(supervisor.id), &json!(incident.id())));
    }

    async fn being_refused_out_of_the_area_is_recorded(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        app.post(&officer, "/incidents", incident_body("PK701")).await.fault("/district", "outside_area");
        assert_eq!(app.count("trail WHERE outcome = 'refused'").await, 1);
    }

    async fn a_refusal_names_what_was_asked_about_as_far_as_the_address_does(app: App) {
        let file = app.file().await;
        let elsewhere = app.actor(Role::Officer, "PK510").await;
        app.make(&file.officer, &file.of_need("/decline"), 1, json!({})).await.expect(200);
        let closed = json!({ "outcome": "died" });
        app.make(&file.officer, &file.of_case("/close"), 1, closed).await.expect(200);
        for (who, path, subject, status) in [
            (&elsewhere, file.of_victim(""), &file.victim, 404),
            (&elsewhere, file.of_case("/notes"), &file.case, 404),
            (&file.partner, file.of_case(""), &file.case, 403),
            (&file.officer, file.of_case("/needs"), &file.case, 409),
        ] {
            if status == 409 {
                let body = json!({ "domain": "legal", "urgency": "within_24_hours" });
                app.post(who, &path, body).await.expect(status);
            } else {
                app.get(who, &path).await.expect(status);
            }
            let last = app.rows("SELECT record FROM trail WHERE outcome = 'refused' ORDER BY id DESC LIMIT 1").await;
            let record: Value = serde_json::from_str(&last[0]).unwrap();
            assert_eq!(record["subject"], json!(subject), "{path}");
        }
    }

    async fn a_sign_in_and_a_failed_one_leave_a_record(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        assert_eq!(app.count("trail WHERE action = 'session.started'").await, 1);
        let wrong = json!({ "email": officer.email, "password": "something else entirely" });
        app.post(&NOBODY, "/session", wrong).await.problem(401, "bad_credentials");
        let records = app.rows("SELECT record FROM trail WHERE outcome = 'refused'").await;
        assert_eq!(records.len(), 1);
        assert!(records[0].contains(r#""role":"nobody""#) && !records[0].contains("example.org"), "{}", records[0]);
    }

    async fn each_view_leaves_a_record_and_many_share_a_flush(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await.staff();
        let view = async || {
            let seen = app.work().view(&officer, async |_: &mut Tx| {
                Ok(Done::new(7, Event::new("test.seen", Id::<()>::new())))
            });
            seen.await.unwrap()
        };
        assert_eq!(join_all((0..50).map(|_| view())).await, [7; 50]);
        assert_eq!(app.count("trail WHERE action = 'test.seen' AND outcome = 'viewed'").await, 50);
    }

    async fn a_view_that_cannot_be_recorded_is_not_answered(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await.staff();
        app.sql("ALTER TABLE trail RENAME TO trail_away").await.unwrap();
        let seen = app.work().view(&officer, async |_: &mut Tx| {
            Ok(Done::new(7, Event::new("test.seen", Id::<()>::new())))
        });
        assert!(seen.await.is_err());
        app.sql("ALTER TABLE trail_away RENAME TO trail").await.unwrap();
        let seen = app.work().view(&officer, async |_: &mut Tx| {
            Ok(Done::new(7, Event::new("test.seen", Id::<()>::new())))
        });
        assert_eq!(seen.await.unwrap(), 7);
    }
}
