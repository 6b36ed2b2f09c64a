//! A request that comes twice is answered twice and done once.
use futures_util::future::join_all;

use crate::kit::*;

on_both_databases! {
    async fn a_key_replays_its_answer_and_the_effect_is_there_once(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let ask = || app.post(&officer, "/incidents", incident_body("PK508")).key("first");
        let (first, again) = (ask().await.expect(201), ask().await.expect(201));
        assert!(!first.is_replayed() && again.is_replayed());
        assert_eq!((&first.json, first.location(), first.version()), (&again.json, again.location(), again.version()));
        assert_eq!(app.count("incidents").await, 1);
        assert_eq!(app.count("trail WHERE action = 'incident.reported'").await, 1);
    }

    async fn a_key_is_refused_for_another_body_path_or_precondition(app: App) {
        let supervisor = app.actor(Role::Supervisor, "PK508").await;
        let incident = app.post(&supervisor, "/incidents", incident_body("PK508")).key("k").await.expect(201);
        let mut other = incident_body("PK508");
        other["place"] = json!("Another market");
        app.post(&supervisor, "/incidents", other).key("k").await.problem(422, "idempotency_key_reused");
        let verify = format!("{}/verify", incident.location());
        let verifying = || app.post(&supervisor, &verify, json!({})).key("v");
        app.post(&supervisor, &verify, json!({})).key("k").if_match(1).await.problem(422, "idempotency_key_reused");
        verifying().if_match(1).await.expect(200);
        assert!(verifying().if_match(1).await.expect(200).is_replayed());
        verifying().if_match(2).await.problem(422, "idempotency_key_reused");
        assert_eq!(app.count("incidents").await, 1);
    }

    async fn white_space_is_no_difference_between_two_bodies(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let ask = |text: &str| app.ask(&officer, Method::POST, "/incidents").text(text).key("k");
        let body = incident_body("PK508");
        ask(&body.to_string()).await.expect(201);
        assert!(ask(&serde_json::to_string_pretty(&body).unwrap()).await.expect(201).is_replayed());
    }

    async fn users_do_not_share_their_keys(app: App) {
        let (one, two) = (app.actor(Role::Officer, "PK508").await, app.actor(Role::Officer, "PK508").await);
        for officer in [&one, &two] {
            let answer = app.post(officer, "/incidents", incident_body("PK508")).key("k").await.expect(201);
            assert!(!answer.is_replayed());
        }
        assert_eq!(app.count("incidents").await, 2);
    }

    async fn eight_at_once_under_one_key_have_one_effect(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let ask = async || app.post(&officer, "/incidents", incident_body("PK508")).key("k").await;
        let answers = join_all((0..8).map(|_| ask())).await;
        for answer in &answers {
            assert!(answer.status == 201 || answer.json["code"] == "idempotency_key_busy", "{answer:?}");
        }
        assert_eq!(answers.iter().filter(|answer| answer.status == 201 && !answer.is_replayed()).count(), 1);
        assert_eq!(app.count("incidents").await, 1);
    }

    async fn a_refused_request_leaves_its_key_free(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let ask = |district| app.post(&officer, "/incidents", incident_body(district)).key("k");
        ask("PK701").await.fault("/district", "outside_area");
        assert_eq!(app.count("replies").await, 0);
        ask("PK508").await.expect(201);
    }

    async fn a_key_that_is_none_is_refused(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        for key in ["", " ", "two words", "ü", &"k".repeat(256)] {
            let ask = app.post(&officer, "/incidents", incident_body("PK508"));
            ask.header("idempotency-key", key).await.problem(400, "malformed_header");
        }
        let ask = app.post(&officer, "/incidents", incident_body("PK508")).key(&"k".repeat(255));
        ask.await.expect(201);
    }

    async fn a_kept_answer_is_sealed(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        app.post(&officer, "/incidents", incident_body("PK508")).key("k").await.expect(201);
        let answer = app.database.hex("answer");
        let kept = app.rows(&format!("SELECT {answer} FROM replies")).await.remove(0);
        assert!(!kept.contains(&data_encoding::HEXLOWER.encode(b"A market")));
    }
}
