//! Who keeps a case, where, and whether it is open.
use crate::kit::*;

const STATES: [(&str, &[&str], &[&str]); 3] = [
    ("open", &[], &["assign", "transfer", "hold", "close"]),
    ("on_hold", &["hold"], &["assign", "transfer", "resume", "close"]),
    ("closed", &["close"], &["reopen"]),
];

on_both_databases! {
    async fn every_move_does_what_the_table_says_in_every_state(app: App) {
        let file = app.file().await;
        let bodies = [
            ("assign", json!({ "officer_id": file.officer.id })), ("transfer", json!({ "district": "PK510" })),
            ("hold", json!({ "reason": "awaiting_court" })), ("resume", json!({})),
            ("close", json!({ "outcome": "needs_met" })), ("reopen", json!({})),
        ];
        let make = |place: &str, verb: &str, version: i64| {
            let body = bodies.iter().find(|known| known.0 == verb).unwrap().1.clone();
            app.make(&file.supervisor, &format!("{place}/{verb}"), version, body)
        };
        for (state, way, allowed) in STATES {
            for (verb, _) in &bodies {
                let victim = app.post(&file.officer, "/victims", victim_body(&file.incident)).await.expect(201).id();
                let body = json!({ "victim_id": victim, "incident_id": file.incident });
                let place = app.post(&file.officer, "/cases", body).await.expect(201).location();
                let mut version = 1;
                for step in way {
                    version = make(&place, step, version).await.expect(200).version();
                }
                let answer = make(&place, verb, version).await;
                if allowed.contains(verb) {
                    assert_eq!(answer.expect(200).version(), version + 1);
                } else {
                    assert_eq!(answer.problem(409, "illegal_move").json["allowed"], json!(allowed), "{verb} {state}");
                }
            }
        }
    }

    async fn a_case_is_assigned_to_an_officer_of_its_district(app: App) {
        let file = app.file().await;
        let elsewhere = app.actor(Role::Officer, "PK510").await;
        for unfit in [&elsewhere, &file.partner, &file.administrator] {
            let body = json!({ "officer_id": unfit.id });
            app.make(&file.supervisor, &file.of_case("/assign"), 1, body).await.fault("/officer_id", "not_an_officer");
        }
        let body = json!({ "officer_id": file.victim });
        app.make(&file.supervisor, &file.of_case("/assign"), 1, body).await.fault("/officer_id", "unknown_reference");
        let body = json!({ "officer_id": file.officer.id });
        app.make(&file.officer, &file.of_case("/assign"), 1, body).await.problem(403, "forbidden");
    }

    async fn sight_of_a_victim_follows_a_transferred_case(app: App) {
        let file = app.file().await;
        let next = app.actor(Role::Officer, "PK510").await;
        app.get(&next, &file.of_victim("")).await.problem(404, "not_found");
        let body = json!({ "district": "PK510" });
        let moved = app.make(&file.supervisor, &file.of_case("/transfer"), 1, body).await.expect(200);
        assert!(moved.text("district") == "PK510" && moved.json["officer_id"].is_null());
        for path in [file.of_victim(""), file.of_case(""), file.of_need("")] {
            app.get(&next, &path).await.expect(200);
            app.get(&file.officer, &path).await.problem(404, "not_found");
        }
    }

    async fn a_case_is_not_closed_over_an_open_referral_and_takes_nothing_when_closed(app: App) {
        let file = app.file().await;
        file.consent(&app, &["name"]).await;
        let referral = file.refer(&app, &["name"]).await.expect(201).location();
        let close = async || {
            let version = app.get(&file.officer, &file.of_case("")).await.version();
            app.make(&file.officer, &file.of_case("/close"), version, json!({ "outcome": "died" })).await
        };
        close().await.problem(409, "referrals_open");
        let reason = json!({ "reason": "no_longer_wanted" });
        app.make(&file.officer, &format!("{referral}/withdraw"), 1, reason).await.expect(200);
        close().await.expect(200);
        let body = json!({ "domain": "legal", "urgency": "within_24_hours" });
        app.post(&file.officer, &file.of_case("/needs"), body).await.problem(409, "case_not_open");
        file.refer(&app, &["name"]).await.problem(409, "case_not_open");
    }

    async fn notes_are_sealed_and_reading_them_is_recorded(app: App) {
        let file = app.file().await;
        for body in ["First visit", "Second visit"] {
            app.post(&file.officer, &file.of_case("/notes"), json!({ "body": body })).await.expect(201);
        }
        let list = app.get(&file.officer, &file.of_case("/notes")).await.expect(200).json;
        let told: Vec<_> = list["items"].as_array().unwrap().iter().map(|note| &note["body"]).collect();
        assert_eq!(told, ["Second visit", "First visit"]);
        assert_eq!(app.count("trail WHERE action = 'case.notes_viewed'").await, 1);
    }
}
