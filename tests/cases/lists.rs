//! Cases by filter and by page.
use std::collections::BTreeSet;

use crate::kit::*;

on_both_databases! {
    async fn each_filter_narrows_the_list(app: App) {
        let file = app.file().await;
        app.patch(&file.officer, &file.of_case(""), json!({ "phase": "intermediate", "reason": "time_passed" })).if_match(1).await.expect(200);
        let (officer, since) = (file.officer.id, app.now().plus_hours(1));
        let since = serde_json::to_value(since).unwrap().as_str().unwrap().replace('+', "%2B");
        for (query, found) in [
            (String::new(), 1),
            ("state=open".into(), 1), ("state=closed".into(), 0),
            ("phase=intermediate".into(), 1), ("phase=acute".into(), 0),
            ("district=PK508".into(), 1), ("district=PK510".into(), 0),
            (format!("officer_id={officer}"), 1), (format!("officer_id={}", file.supervisor.id), 0),
            (format!("incident_id={}", file.incident), 1), (format!("incident_id={}", file.need), 0),
            (format!("victim_id={}", file.victim), 1), (format!("victim_id={}", file.need), 0),
            ("urgency=within_72_hours".into(), 1), ("urgency=within_24_hours".into(), 0),
            ("changed_since=2020-01-01T00:00:00Z".into(), 1), (format!("changed_since={since}"), 0),
        ] {
            let list = app.get(&file.supervisor, &format!("/cases?{query}")).await.expect(200).json;
            assert_eq!(list["items"].as_array().unwrap().len(), found, "{query}");
        }
    }

    async fn pages_of_a_hundred_and_twenty_cases_have_no_doubles(app: App) {
        let file = app.file().await;
        for _ in 0..119 {
            let victim = app.post(&file.officer, "/victims", victim_body(&file.incident)).await.expect(201).id();
            let body = json!({ "victim_id": victim, "incident_id": file.incident });
            app.post(&file.officer, "/cases", body).await.expect(201);
        }
        let (mut seen, mut pages, mut path) = (BTreeSet::new(), Vec::new(), "/cases?limit=50".to_owned());
        loop {
            let page = app.get(&file.officer, &path).await.expect(200).json;
            let items = page["items"].as_array().unwrap();
            pages.push(items.len());
            assert!(items.iter().all(|case| seen.insert(case["id"].as_str().unwrap().to_owned())));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/cases?limit=50&after={next}");
        }
        assert_eq!((seen.len(), pages), (120, vec![50, 50, 20]));
    }
}
