//! Every move in every state, and who may make it.
use futures_util::future::join_all;

use super::{Desk, FIELDS};
use crate::kit::*;

const VERBS: [&str; 6] = ["submit", "review", "return", "hand-over", "cancel", "drop"];

/// The verbs that lead to each state, and those that lead on; answers come by another door.
const STATES: [(&str, &[&str], &[&str]); 6] = [
    ("draft", &[], &["drop", "submit", "cancel"]),
    ("submitted", &["submit"], &["review", "return", "cancel"]),
    ("returned", &["submit", "return"], &["drop", "submit", "cancel"]),
    ("reviewed", &["submit", "review"], &["hand-over", "cancel"]),
    ("handed_over", &["submit", "review", "hand-over"], &["answers"]),
    ("cancelled", &["cancel"], &[]),
];

async fn make(desk: &Desk, place: &str, verb: &str, version: i64) -> Answer {
    let who = if ["review", "return"].contains(&verb) { &desk.second } else { &desk.builder };
    if verb != "drop" {
        return desk.make(who, place, verb, version).await;
    }
    let line = desk.lines(place, "").await[0]["id"].clone();
    desk.app.make(who, &format!("{place}/drop"), version, json!({ "line_ids": [line] })).await
}

on_both_databases! {
    async fn every_move_does_what_the_table_says_in_every_state(app: App) {
        let desk = Desk::new(&app).await;
        let mut serial = 0;
        for (state, way, allowed) in STATES {
            for verb in VERBS {
                serial += 1;
                let (victim, case) = desk.victim("Zarmina Gul", serial).await;
                desk.consent(&victim, &FIELDS).await;
                let place = desk.build().await.location();
                let mut version = 1;
                for step in way {
                    version = make(&desk, &place, step, version).await.expect(200).version();
                }
                assert_eq!(app.get(&desk.second, &place).await.text("state"), state);
                let answer = make(&desk, &place, verb, version).await;
                if allowed.contains(&verb) {
                    assert_eq!(answer.expect(200).version(), version + 1, "{verb} when {state}");
                } else {
                    assert_eq!(answer.problem(409, "illegal_move").json["allowed"], json!(allowed), "{verb} when {state}");
                }
                // Nobody of this round is looked at in the next.
                let close = json!({ "outcome": "opened_in_error" });
                app.make(&desk.officer, &format!("/cases/{case}/close"), 1, close).await.expect(200);
            }
        }
    }

    async fn a_second_person_reviews_and_the_database_holds_it_too(app: App) {
        let desk = Desk::new(&app).await;
        desk.victims(&["Zarmina Gul"]).await;
        let place = desk.build().await.location();
        desk.make(&desk.second, &place, "submit", 1).await.expect(200);
        for own in [&desk.builder, &desk.second] {
            desk.make(own, &place, "review", 2).await.problem(409, "second_person");
            desk.make(own, &place, "return", 2).await.problem(409, "second_person");
        }
        assert_eq!(app.count("trail WHERE outcome = 'refused'").await, 4);
        for own in ["built_by", "submitted_by"] {
            let refused = app.sql(&format!("UPDATE victim_batches SET reviewed_by = {own}")).await.unwrap_err();
            assert!(refused.to_lowercase().contains("check"), "{refused}");
        }
        let third = app.actor(Role::Supervisor, "PK").await;
        desk.make(&third, &place, "review", 2).await.expect(200);
    }

    async fn of_several_reviewers_at_once_one_decides(app: App) {
        let desk = Desk::new(&app).await;
        desk.victims(&["Zarmina Gul"]).await;
        let place = desk.build().await.location();
        desk.make(&desk.builder, &place, "submit", 1).await.expect(200);
        let judge = async |verb: &'static str| desk.make(&desk.second, &place, verb, 2).await;
        let answers = join_all(["review", "return", "review", "return"].map(judge)).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| answer.status == 412).count(), 3, "{answers:?}");
        let decided = "trail WHERE action IN ('victim_batch.reviewed', 'victim_batch.returned') AND outcome = 'done'";
        assert_eq!(app.count(decided).await, 1);
    }

    async fn of_two_lists_built_at_once_one_has_the_victim(app: App) {
        let desk = Desk::new(&app).await;
        desk.victims(&["Zarmina Gul"]).await;
        let build = async |who: &Actor| {
            desk.build_as(who, json!({ "programme_id": desk.programme, "fields": FIELDS })).await
        };
        let answers = join_all([build(&desk.builder), build(&desk.second), build(&desk.builder)]).await;
        assert!(answers.iter().all(|answer| [201, 412].contains(&answer.status)), "{answers:?}");
        assert_eq!(app.count("victim_batch_lines WHERE state = 'listed'").await, 1);
    }

    async fn who_is_taken_off_or_on_a_cancelled_list_is_free_for_the_next(app: App) {
        let desk = Desk::new(&app).await;
        desk.victims(&["Zarmina Gul", "Palwasha"]).await;
        let place = desk.build().await.location();
        let line = desk.lines(&place, "").await[0]["id"].clone();
        let drop = |ids: Value| app.make(&desk.builder, &format!("{place}/drop"), 1, json!({ "line_ids": ids }));
        drop(json!([])).await.fault("/line_ids", "out_of_range");
        drop(json!([line, desk.incident])).await.fault("/line_ids/1", "unknown_reference");
        let shorter = drop(json!([line])).await.expect(200);
        assert_eq!((&shorter.json["counts"]["listed"], &shorter.json["counts"]["dropped"]), (&json!(1), &json!(1)));
        assert_eq!(desk.lines(&place, "reason=taken_off").await[0]["person"], Value::Null);
        desk.make(&desk.builder, &place, "cancel", 2).await.expect(200);
        assert_eq!(desk.lines(&place, "reason=batch_cancelled").await.len(), 1);
        assert_eq!(desk.build().await.json["counts"]["listed"], 2);
    }
}
