//! The lists that a victim is on.
use futures_util::future::join_all;

use crate::kit::*;

fn listed(file: &File, kind: &str, source: &str) -> Value {
    json!({
        "incident_id": file.incident, "kind": kind, "source": source, "reference": "FIR 77/2026",
        "listed_on": "2026-03-02",
    })
}

on_both_databases! {
    async fn every_list_stands_by_itself_and_is_recorded_once(app: App) {
        let file = app.file().await;
        let place = file.of_victim("/recognitions");
        let record = |kind: &str, source: &str| app.post(&file.officer, &place, listed(&file, kind, source));
        let police = record("police_list", "PS Gulbahar").await.expect(201);
        record("hospital_list", "Lady Reading Hospital").await.expect(201);
        record("police_list", "PS Faqirabad").await.expect(201);
        record("police_list", " ps  gulbahar").await.problem(409, "already_exists");
        let withdraw = format!("{}/withdraw", police.location());
        app.make(&file.officer, &withdraw, 1, json!({})).await.fault("/reason", "missing");
        app.make(&file.officer, &withdraw, 2, json!({ "reason": "another_person" })).await.problem(412, "stale");
        let gone = app.make(&file.officer, &withdraw, 1, json!({ "reason": "another_person" })).await.expect(200);
        assert_eq!((gone.text("withdraw_reason"), gone.text("reference")), ("another_person".into(), "FIR 77/2026".into()));
        app.make(&file.officer, &withdraw, 2, json!({ "reason": "another_person" })).await.problem(409, "illegal_move");
        record("police_list", "PS Gulbahar").await.expect(201);
        let all = app.get(&file.supervisor, &place).await.expect(200).json;
        assert_eq!(all["items"].as_array().unwrap().len(), 4);
        assert_eq!(all["items"][0]["reference"], "FIR 77/2026");
        assert!(app.count("trail WHERE action = 'victim.recognitions_viewed'").await == 1);
        assert!(!app.rows("SELECT record FROM trail").await.join("\n").contains("FIR 77"));
    }

    async fn of_two_who_record_the_same_list_at_once_one_does(app: App) {
        let file = app.file().await;
        let place = file.of_victim("/recognitions");
        let record = || async { app.post(&file.officer, &place, listed(&file, "dc_list", "DC Peshawar")).await.status };
        let mut ends = join_all((0..5).map(|_| record())).await;
        ends.sort_unstable();
        assert_eq!(ends, [201, 409, 409, 409, 409]);
    }

    async fn a_list_that_could_not_be_is_refused(app: App) {
        let file = app.file().await;
        let other = app.incident(&file.officer, "PK508").await.id();
        let place = file.of_victim("/recognitions");
        for (field, value, pointer, code) in [
            ("kind", json!("newspaper"), "/kind", "unknown_value"),
            ("source", json!(" "), "/source", "empty"),
            ("listed_on", json!("2026-02-28"), "/listed_on", "before_the_incident"),
            ("listed_on", json!("2199-01-01"), "/listed_on", "in_the_future"),
            ("incident_id", json!(other), "/incident_id", "not_harmed"),
            ("incident_id", json!(file.victim), "/incident_id", "unknown_reference"),
        ] {
            let mut body = listed(&file, "own_application", "DC Peshawar");
            body[field] = value;
            app.post(&file.officer, &place, body).await.fault(pointer, code);
        }
        let elsewhere = app.actor(Role::Officer, "PK510").await;
        let good = listed(&file, "own_application", "DC Peshawar");
        app.post(&elsewhere, &place, good.clone()).await.problem(404, "not_found");
        app.get(&elsewhere, &place).await.problem(404, "not_found");
        let mine = app.post(&file.officer, &place, good.clone()).await.expect(201).location();
        app.get(&elsewhere, &mine).await.problem(404, "not_found");
        app.make(&elsewhere, &format!("{mine}/withdraw"), 1, json!({ "reason": "another_person" })).await.problem(404, "not_found");
        for who in [&file.partner, &file.administrator] {
            app.post(who, &place, good.clone()).await.problem(403, "forbidden");
            app.get(who, &mine).await.problem(403, "forbidden");
        }
    }
}
