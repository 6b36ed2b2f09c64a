//! Who keeps a case, where, and whether it is open.
use std::future::IntoFuture;
use std::time::Duration;

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};

use crate::kit::*;

const STATES: [(&str, &[&str], &[&str]); 3] = [
    ("open", &[], &["assign", "transfer", "hold", "close"]),
    ("on_hold", &["hold"], &["assign", "transfer", "resume", "close"]),
    ("closed", &["close"], &["reopen"]),
];

on_both_databases! {
    async fn every_move_does_what_the_table_says_in_every_state(app: App) {
        let file = app.file().await;
        app.actor(Role::Officer, "PK510").await;
        let offer = json!({ "district": "PK510", "reason": "victim_asked" });
        let bodies = [
            ("assign", json!({ "officer_id": file.officer.id })), ("transfer", offer),
            ("hold", json!({ "reason": "awaiting_court" })), ("resume", json!({})),
            ("close", json!({ "outcome": "opened_in_error" })), ("reopen", json!({ "reason": "closed_in_error" })),
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
                if allowed.contains(verb) && *verb == "transfer" {
                    // An offer leaves the case where and as it is.
                    assert!(answer.expect(201).location().starts_with("/api/v1/transfers/"));
                    assert_eq!(app.get(&file.supervisor, &place).await.version(), version);
                } else if allowed.contains(verb) {
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
        let taker = app.actor(Role::Supervisor, "PK510").await;
        let offer = file.offer(&app, "PK510").await.expect(201).location();
        for somebody in [&next, &taker] {
            app.get(somebody, &file.of_victim("")).await.problem(404, "not_found");
            app.get(somebody, &file.of_case("")).await.problem(404, "not_found");
        }
        app.get(&file.officer, &file.of_victim("")).await.expect(200);
        app.make(&taker, &format!("{offer}/accept"), 1, json!({})).await.expect(200);
        let moved = app.get(&next, &file.of_case("")).await.expect(200);
        assert!(moved.text("district") == "PK510" && moved.json["officer_id"].is_null());
        for path in [file.of_victim(""), file.of_case(""), file.of_need("")] {
            app.get(&next, &path).await.expect(200);
            app.get(&file.officer, &path).await.problem(404, "not_found");
        }
    }

    async fn a_reopened_case_lets_its_district_see_the_victim_again(app: App) {
        let file = app.file().await;
        let body = json!({ "victim_id": file.victim, "harm": "bereaved" });
        let other = app.incident(&file.officer, "PK508").await.id();
        app.post(&file.officer, &format!("/incidents/{other}/victims"), body).await.expect(201);
        let body = json!({ "victim_id": file.victim, "incident_id": other });
        let second = app.post(&file.officer, "/cases", body).await.expect(201).location();
        app.make(&file.officer, &format!("{second}/close"), 1, json!({ "outcome": "opened_in_error" })).await.expect(200);
        file.hand_over(&app, "PK510").await;
        app.get(&file.officer, &file.of_victim("")).await.problem(404, "not_found");
        app.make(&file.officer, &format!("{second}/reopen"), 2, json!({ "reason": "closed_in_error" })).await.expect(200);
        app.get(&file.officer, &file.of_victim("")).await.expect(200);
    }

    async fn a_case_is_not_closed_over_an_open_referral_and_takes_nothing_when_closed(app: App) {
        let file = app.file().await;
        file.consent(&app, &["name"]).await;
        let referral = file.refer(&app, &["name"]).await.expect(201).location();
        let close = async || {
            let version = app.get(&file.officer, &file.of_case("")).await.version();
            app.make(&file.officer, &file.of_case("/close"), version, json!({ "outcome": "died" })).await
        };
        let refused = close().await.problem(409, "case_not_ready");
        let codes: Vec<_> = refused.json["errors"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect();
        assert_eq!(codes, ["need_open", "referral_open"]);
        app.make(&file.officer, &file.of_need("/decline"), 1, json!({})).await.expect(200);
        let reason = json!({ "reason": "no_longer_wanted" });
        app.make(&file.officer, &format!("{referral}/withdraw"), 1, reason).await.expect(200);
        close().await.expect(200);
        let body = json!({ "domain": "legal", "urgency": "within_24_hours" });
        app.post(&file.officer, &file.of_case("/needs"), body).await.problem(409, "case_not_open");
        file.refer(&app, &["name"]).await.problem(409, "case_not_open");
    }

    async fn a_contact_is_recorded_and_a_case_without_one_is_found(app: App) {
        let file = app.file().await;
        let silent = async |days: i64| {
            let list = app.get(&app.again(&file.officer).await, &format!("/cases?without_contact_days={days}")).await;
            list.expect(200).json["items"].as_array().unwrap().len()
        };
        assert_eq!(silent(1).await, 0, "a case just opened is no silent one");
        app.pass_days(10);
        assert_eq!((silent(10).await, silent(11).await), (1, 0));
        let officer = app.again(&file.officer).await;
        let contact = |body: Value| app.post(&officer, &file.of_case("/contacts"), body);
        contact(json!({ "mode": "telephone", "reached": false })).await.expect(201);
        assert_eq!(silent(10).await, 1, "whoever was not reached was not contacted");
        let yesterday = app.now().plus_days(-1).to_string();
        contact(json!({ "mode": "home_visit", "reached": true, "at": yesterday })).await.expect(201);
        assert_eq!((silent(1).await, silent(2).await), (1, 0));
        contact(json!({ "mode": "telephone", "reached": true })).await.expect(201);
        contact(json!({ "mode": "at_office", "reached": true, "at": app.now().plus_days(-5).to_string() })).await.expect(201);
        assert_eq!(silent(1).await, 0, "an older contact told later does not hide a newer one");
        let tomorrow = json!({ "mode": "telephone", "reached": true, "at": app.now().plus_days(1).to_string() });
        contact(tomorrow).await.fault("/at", "in_the_future");
        let too_old = json!({ "mode": "telephone", "reached": true, "at": "2026-02-28T12:00:00Z" });
        contact(too_old).await.fault("/at", "before_incident");
        for days in ["0", "3651", "-1"] {
            let path = format!("/cases?without_contact_days={days}");
            app.get(&officer, &path).await.fault("without_contact_days", "out_of_range");
        }
        let version = app.get(&officer, &file.of_case("")).await.version();
        app.pass_days(9);
        let officer = app.again(&file.officer).await;
        app.make(&officer, &file.of_need("/decline"), 1, json!({})).await.expect(200);
        let ended = json!({ "outcome": "victim_unreachable" });
        app.make(&officer, &file.of_case("/close"), version, ended).await.expect(200);
        assert_eq!(silent(1).await, 0, "a closed case waits for nobody");
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

    async fn who_writes_while_the_case_goes_to_another_district_is_asked_again(app: App) {
        if app.is_sqlite() {
            // One writer at a time: nothing can happen between finding and holding.
            return;
        }
        let file = app.file().await;
        file.consent(&app, &["name"]).await;
        let need = json!({ "domain": "legal", "urgency": "within_24_hours" });
        let refer = json!({ "service_id": file.service, "need_ids": [file.need], "fields": ["name"] });
        let asks = [
            app.post(&file.officer, &file.of_case("/notes"), json!({ "body": "Late" })),
            app.post(&file.officer, &file.of_case("/needs"), need),
            app.make(&file.officer, &file.of_need("/start"), 1, json!({})),
            app.post(&file.officer, &file.of_case("/referrals"), refer).key("late"),
        ];
        for ask in asks {
            let mut other = AsyncPgConnection::establish(&app.database.url()).await.unwrap();
            let moved = "BEGIN; UPDATE cases SET district = 'PK510', version = version + 1";
            other.batch_execute(moved).await.unwrap();
            let commit = async {
                tokio::time::sleep(Duration::from_millis(300)).await;
                other.batch_execute("COMMIT").await.unwrap();
            };
            let (answer, ()) = futures_util::join!(ask.into_future(), commit);
            answer.problem(404, "not_found");
            app.sql("UPDATE cases SET district = 'PK508'").await.unwrap();
        }
        assert_eq!((app.count("notes").await, app.count("needs").await, app.count("referrals").await), (0, 1, 0));
    }
}
