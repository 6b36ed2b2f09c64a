//! An officer who keeps 250 cases leaves the service.
use std::collections::BTreeMap;

use crate::kit::*;

on_both_databases! {
    async fn two_hundred_and_fifty_cases_find_new_officers_and_none_is_lost(app: App) {
        let supervisor = app.actor(Role::Supervisor, "PK-KP").await;
        let leaver = app.actor(Role::Officer, "PK508").await;
        let mut officers = Vec::new();
        for _ in 0..3 {
            officers.push(app.actor(Role::Officer, "PK508").await);
        }
        let incident = app.incident(&leaver, "PK508").await.id();
        for _ in 0..250 {
            crate::caseload::moving::open_case(&app, &leaver, &incident).await;
        }
        let admin = app.actor(Role::Administrator, "PK").await;
        let user = format!("/users/{}", leaver.id);
        let version = app.get(&admin, &user).await.version();
        app.make(&admin, &format!("{user}/disable"), version, json!({})).await.expect(200);
        let load = app.get(&supervisor, "/caseload").await.expect(200).json;
        let first = &load["officers"][0];
        assert_eq!((&first["officer_id"], &first["open"], &first["is_active"]), (&json!(leaver.id), &json!(250), &json!(false)));

        let ids: Vec<_> = officers.iter().map(|officer| officer.id).collect();
        let body = json!({ "from_officer_id": leaver.id, "to_officer_ids": ids });
        let moved = app.post(&supervisor, "/caseload/move", body).key("leave").await.expect(200).json;
        assert_eq!((&moved["moved"], &moved["kept"]), (&json!(250), &json!(0)));
        let mut told: BTreeMap<&str, usize> = BTreeMap::new();
        for case in moved["cases"].as_array().unwrap() {
            *told.entry(case["officer_id"].as_str().unwrap()).or_default() += 1;
        }
        let mut shares: Vec<_> = told.values().copied().collect();
        shares.sort_unstable();
        assert_eq!(shares, [83, 83, 84]);
        let load = app.get(&supervisor, "/caseload").await.expect(200).json;
        let open: i64 = load["officers"].as_array().unwrap().iter().map(|one| one["open"].as_i64().unwrap()).sum();
        assert_eq!((open, &load["unassigned"]["open"]), (250, &json!(0)));
    }
}
