//! Needs: their moves, their time, and the urgency of their case.
use crate::kit::*;

const VERBS: [&str; 4] = ["start", "meet", "leave-unmet", "decline"];
const STATES: [(&str, &[&str], &[&str]); 5] = [
    ("identified", &[], &["start", "decline"]),
    ("in_progress", &["start"], &["meet", "leave-unmet", "decline"]),
    ("met", &["start", "meet"], &[]),
    ("unmet", &["start", "leave-unmet"], &[]),
    ("declined", &["decline"], &[]),
];

async fn make(app: &App, file: &File, need: &str, verb: &str, version: i64) -> Answer {
    let body = if verb == "leave-unmet" { json!({ "reason": "not_eligible" }) } else { json!({}) };
    app.make(&file.officer, &format!("{need}/{verb}"), version, body).await
}

on_both_databases! {
    async fn every_move_does_what_the_table_says_in_every_state(app: App) {
        let file = app.file().await;
        let body = json!({ "domain": "legal", "urgency": "within_two_weeks" });
        for (state, way, allowed) in STATES {
            for verb in VERBS {
                let need = app.post(&file.officer, &file.of_case("/needs"), body.clone()).await.expect(201).location();
                let mut version = 1;
                for step in way {
                    version = make(&app, &file, &need, step, version).await.expect(200).version();
                }
                let answer = make(&app, &file, &need, verb, version).await;
                if allowed.contains(&verb) {
                    assert_eq!(answer.expect(200).version(), version + 1);
                } else {
                    assert_eq!(answer.problem(409, "illegal_move").json["allowed"], json!(allowed), "{verb} when {state}");
                    assert_eq!(app.get(&file.officer, &need).await.text("state"), state);
                }
            }
        }
    }

    async fn a_case_is_as_urgent_as_its_most_urgent_open_need(app: App) {
        let file = app.file().await;
        let urgency = async || app.get(&file.officer, &file.of_case("")).await.json["urgency"].clone();
        assert_eq!(urgency().await, "within_72_hours");
        let body = json!({ "domain": "legal", "urgency": "within_24_hours" });
        let need = app.post(&file.officer, &file.of_case("/needs"), body).await.expect(201);
        assert_eq!(urgency().await, "within_24_hours");
        let told: umeed::kernel::time::Time = need.text("identified_at").parse().unwrap();
        assert_eq!(need.json["due_at"], json!(told.plus_hours(24)));
        let calmer = json!({ "urgency": "within_two_weeks" });
        app.patch(&file.officer, &need.location(), calmer).if_match(1).await.expect(200);
        assert_eq!(urgency().await, "within_72_hours");
        app.make(&file.officer, &file.of_need("/decline"), 1, json!({})).await.expect(200);
        assert_eq!(urgency().await, "within_two_weeks");
        let change = json!({ "urgency": "within_24_hours" });
        app.patch(&file.officer, &file.of_need(""), change).if_match(2).await.problem(409, "need_ended");
    }

    async fn a_need_of_a_closed_case_stays_as_it_is_until_the_case_is_reopened(app: App) {
        let file = app.file().await;
        app.make(&file.officer, &file.of_need("/decline"), 1, json!({})).await.expect(200);
        app.make(&file.officer, &file.of_case("/close"), 1, json!({ "outcome": "died" })).await.expect(200);
        app.make(&file.officer, &file.of_need("/start"), 2, json!({})).await.problem(409, "case_not_open");
        let change = json!({ "urgency": "within_24_hours" });
        app.patch(&file.officer, &file.of_need(""), change).if_match(2).await.problem(409, "case_not_open");
        let reopen = json!({ "reason": "new_need" });
        app.make(&file.officer, &file.of_case("/reopen"), 2, reopen).await.expect(200);
        let body = json!({ "domain": "legal", "urgency": "within_two_weeks" });
        let need = app.post(&file.officer, &file.of_case("/needs"), body).await.expect(201).location();
        app.make(&file.officer, &file.of_case("/hold"), 3, json!({ "reason": "awaiting_court" })).await.expect(200);
        app.make(&file.officer, &format!("{need}/start"), 1, json!({})).await.expect(200);
    }
}
