//! Who sees a victim, and how one is found.
use crate::kit::*;

on_both_databases! {
    async fn an_officer_of_another_district_sees_nothing_of_a_victim(app: App) {
        let file = app.file().await;
        let consent = file.consent(&app, &["name"]).await;
        let elsewhere = app.actor(Role::Officer, "PK510").await;
        for path in ["", "/relations", "/consents"].map(|rest| file.of_victim(rest)) {
            app.get(&elsewhere, &path).await.problem(404, "not_found");
        }
        for path in ["", "/notes", "/timeline", "/needs", "/referrals"].map(|rest| file.of_case(rest)) {
            app.get(&elsewhere, &path).await.problem(404, "not_found");
        }
        app.get(&elsewhere, &file.of_need("")).await.problem(404, "not_found");
        app.get(&elsewhere, &consent.location()).await.problem(404, "not_found");
        let change = json!({ "sex": "male" });
        app.patch(&elsewhere, &file.of_victim(""), change).if_match(1).await.problem(404, "not_found");
        app.make(&elsewhere, &file.of_need("/start"), 1, json!({})).await.problem(404, "not_found");
        app.make(&elsewhere, &format!("{}/withdraw", consent.location()), 1, json!({})).await.problem(404, "not_found");
        for list in ["/victims", "/cases", "/referrals"] {
            assert_eq!(app.get(&elsewhere, list).await.expect(200).json["items"], json!([]), "{list}");
        }
        let found = app.post(&elsewhere, "/victims/search", json!({ "mobile": "03001234567" })).await.expect(200);
        assert_eq!(found.json, json!([]));
    }

    async fn a_victim_is_found_by_cnic_or_mobile_in_any_written_form(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let incident = app.incident(&officer, "PK508").await.id();
        let mut body = victim_body(&incident);
        body["identity"]["cnic"] = json!("17301-1234567-2");
        let id = app.post(&officer, "/victims", body).await.expect(201).id();
        for wanted in [
            json!({ "cnic": "1730112345672" }), json!({ "cnic": "17301-1234567-2" }),
            json!({ "cnic": "۱۷۳۰۱-۱۲۳۴۵۶۷-۲" }), json!({ "mobile": "+92 300 1234567" }),
            json!({ "mobile": "0300-1234567" }), json!({ "mobile": "۰۳۰۰۱۲۳۴۵۶۷" }),
        ] {
            let found = app.post(&officer, "/victims/search", wanted).await.expect(200).json;
            assert_eq!(found.as_array().unwrap().iter().map(|one| &one["id"]).collect::<Vec<_>>(), [id.as_str()]);
        }
        assert_eq!(app.post(&officer, "/victims/search", json!({ "cnic": "1730112345673" })).await.json, json!([]));
        app.post(&officer, "/victims/search", json!({})).await.fault("/cnic", "one_of");
        assert_eq!(app.count("trail WHERE action = 'victim.searched'").await, 7);
    }

    async fn a_list_of_victims_names_nobody(app: App) {
        let file = app.file().await;
        for path in ["/victims".to_owned(), format!("/incidents/{}/victims", file.incident)] {
            let list = app.get(&file.officer, &path).await.expect(200);
            assert_eq!(list.json["items"][0]["id"], file.victim);
            assert!(!list.body().contains("Zarmina") && !list.body().contains("300123"), "{list:?}");
            assert!(list.json["items"][0].get("identity").is_none());
        }
        for (query, found) in [("category=civilian", 1), ("category=police", 0), ("harm=injured", 1), ("harm=dead", 0)] {
            let list = app.get(&file.officer, &format!("/victims?{query}")).await.expect(200).json;
            assert_eq!(list["items"].as_array().unwrap().len(), found, "{query}");
        }
    }
}
