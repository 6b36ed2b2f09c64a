//! Every move in every state.
use crate::kit::*;

const VERBS: [(&str, &str); 6] = [
    ("accept", "{}"),
    ("decline", r#"{"reason":"no_capacity"}"#),
    ("start", "{}"),
    ("complete", r#"{"outcome":"partly_helped"}"#),
    ("fail", r#"{"reason":"service_failed"}"#),
    ("withdraw", r#"{"reason":"sent_in_error"}"#),
];

/// The verbs that lead to each state, and those that lead on.
const STATES: [(&str, &[&str], &[&str]); 7] = [
    ("requested", &[], &["accept", "decline", "withdraw"]),
    ("accepted", &["accept"], &["start", "complete", "fail", "withdraw"]),
    ("in_progress", &["accept", "start"], &["complete", "fail", "withdraw"]),
    ("declined", &["decline"], &[]),
    ("completed", &["accept", "complete"], &[]),
    ("failed", &["accept", "fail"], &[]),
    ("withdrawn", &["withdraw"], &[]),
];

async fn make(app: &App, file: &File, place: &str, verb: &str, version: i64) -> Answer {
    let who = if verb == "withdraw" { &file.officer } else { &file.partner };
    let body = VERBS.iter().find(|known| known.0 == verb).unwrap().1;
    app.make(who, &format!("{place}/{verb}"), version, serde_json::from_str(body).unwrap()).await
}

on_both_databases! {
    async fn every_move_does_what_the_table_says_in_every_state(app: App) {
        let file = app.file().await;
        file.consent(&app, &["name"]).await;
        for (state, way, allowed) in STATES {
            for (verb, _) in VERBS {
                let place = file.refer_anew(&app, &["name"]).await.expect(201).location();
                let mut version = 1;
                for step in way {
                    version = make(&app, &file, &place, step, version).await.expect(200).version();
                }
                let answer = make(&app, &file, &place, verb, version).await;
                if allowed.contains(&verb) {
                    assert_eq!(answer.expect(200).version(), version + 1);
                    continue;
                }
                let refused = answer.problem(409, "illegal_move");
                let told: Vec<_> = refused.json["allowed"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
                assert!(allowed.iter().all(|verb| told.contains(verb)), "{verb} when {state}: {told:?}");
                assert_eq!(app.get(&file.officer, &place).await.text("state"), state);
            }
        }
    }

    async fn a_move_needs_key_and_version_and_is_made_once(app: App) {
        let file = app.file().await;
        file.consent(&app, &["name"]).await;
        let accept = format!("{}/accept", file.refer(&app, &["name"]).await.expect(201).location());
        let ask = || app.post(&file.partner, &accept, json!({}));
        ask().if_match(1).await.problem(400, "idempotency_key_required");
        ask().key("k").await.problem(428, "precondition_required");
        ask().key("k").if_match(2).await.problem(412, "stale");
        ask().key("k").if_match(1).await.expect(200);
        assert!(ask().key("k").if_match(1).await.expect(200).is_replayed());
        app.make(&file.officer, &accept, 2, json!({})).await.problem(403, "forbidden");
        assert_eq!(app.count("trail WHERE action = 'referral.accepted'").await, 1);
    }
}
