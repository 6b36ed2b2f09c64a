//! An officer leaves, and none of their cases is lost.
use crate::kit::*;

/// Opens a case of a new victim in the officer's name.
pub async fn open_case(app: &App, officer: &Actor, incident: &str) -> String {
    let victim = app.post(officer, "/victims", victim_body(incident)).await.expect(201).id();
    app.post(officer, "/cases", json!({ "victim_id": victim, "incident_id": incident })).await.expect(201).id()
}

on_both_databases! {
    async fn each_case_goes_to_whoever_may_keep_it_and_has_least(app: App) {
        let supervisor = app.actor(Role::Supervisor, "PK-KP").await;
        let leaver = app.actor(Role::Officer, "PK508,PK510").await;
        let (here, there) = (app.actor(Role::Officer, "PK508").await, app.actor(Role::Officer, "PK508").await);
        let incident = app.incident(&leaver, "PK508").await.id();
        let other = app.incident(&leaver, "PK510").await.id();
        for _ in 0..5 {
            open_case(&app, &leaver, &incident).await;
        }
        let kept = open_case(&app, &leaver, &other).await;
        let closed = open_case(&app, &leaver, &incident).await;
        let outcome = json!({ "outcome": "needs_met" });
        app.make(&leaver, &format!("/cases/{closed}/close"), 1, outcome).await.expect(200);
        let held = open_case(&app, &leaver, &incident).await;
        app.make(&leaver, &format!("/cases/{held}/hold"), 1, json!({ "reason": "security" })).await.expect(200);

        let body = json!({ "from_officer_id": leaver.id, "to_officer_ids": [here.id, there.id] });
        let moving = || app.post(&supervisor, "/caseload/move", body.clone());
        moving().await.problem(400, "idempotency_key_required");
        let moved = moving().key("leave").await.expect(200);
        assert_eq!((&moved.json["moved"], &moved.json["kept"]), (&json!(6), &json!(1)));
        let cases = moved.json["cases"].as_array().unwrap();
        let left: Vec<_> = cases.iter().filter(|case| case["outcome"] == "kept").collect();
        assert_eq!(left.len(), 1);
        assert_eq!((&left[0]["case_id"], &left[0]["reason"]), (&json!(kept), &json!("no_officer_of_district")));
        for officer in [&here, &there] {
            let list = app.get(&supervisor, &format!("/cases?officer_id={}", officer.id)).await.expect(200).json;
            assert_eq!(list["items"].as_array().unwrap().len(), 3);
        }
        let again = moving().key("leave").await.expect(200);
        assert!(again.is_replayed() && again.json == moved.json, "{again:?}");
        assert_eq!(app.count("trail WHERE action = 'case.assigned'").await, 6);
        let rest = moving().key("later").await.expect(200);
        assert_eq!((&rest.json["moved"], &rest.json["kept"]), (&json!(0), &json!(1)));
    }

    async fn whoever_takes_over_must_be_fit_and_asked_for_by_a_supervisor(app: App) {
        let file = app.file().await;
        let second = app.actor(Role::Officer, "PK508").await;
        let (from, supervisor) = (file.officer.id, &file.supervisor);
        let moving = |from: Value, to: Value| {
            let body = json!({ "from_officer_id": from, "to_officer_ids": to });
            app.post(supervisor, "/caseload/move", body).key(&uuid::Uuid::now_v7().to_string())
        };
        moving(json!(from), json!([])).await.fault("/to_officer_ids", "out_of_range");
        moving(json!(from), json!([second.id, second.id])).await.fault("/to_officer_ids", "repeated");
        moving(json!(from), json!([from])).await.fault("/to_officer_ids", "contradiction");
        moving(json!(from), json!([second.id, file.partner.id])).await.fault("/to_officer_ids/1", "not_an_officer");
        moving(json!(from), json!([file.victim])).await.fault("/to_officer_ids/0", "unknown_reference");
        moving(json!(file.victim), json!([second.id])).await.fault("/from_officer_id", "unknown_reference");
        let body = json!({ "from_officer_id": from, "to_officer_ids": [second.id] });
        app.post(&file.officer, "/caseload/move", body.clone()).key("x").await.problem(403, "forbidden");
        let stranger = app.actor(Role::Supervisor, "PK-PB").await;
        let none = app.post(&stranger, "/caseload/move", body).key("y").await.expect(200);
        assert_eq!(none.json, json!({ "moved": 0, "kept": 0, "cases": [] }));
        assert_eq!(app.get(supervisor, &file.of_case("")).await.text("officer_id"), from.to_string());
    }

    async fn a_move_that_was_cut_off_goes_on_where_it_had_come_to(app: App) {
        let supervisor = app.actor(Role::Supervisor, "PK-KP").await;
        let (leaver, next) = (app.actor(Role::Officer, "PK508").await, app.actor(Role::Officer, "PK508").await);
        let incident = app.incident(&leaver, "PK508").await.id();
        open_case(&app, &leaver, &incident).await;
        multiply(&app, 449).await;
        let body = json!({ "from_officer_id": leaver.id, "to_officer_ids": [next.id] });
        let moving = || app.post(&supervisor, "/caseload/move", body.clone()).key("leave");
        let first = moving().await.expect(200);
        assert_eq!((first.json["moved"].as_i64(), first.json["cases"].as_array().unwrap().len()), (Some(450), 450));
        // As if the service had died before its third part.
        app.sql("DELETE FROM replies WHERE key = 'leave 2'").await.unwrap();
        let left = "id IN (SELECT id FROM cases ORDER BY id DESC LIMIT 50)";
        let officer = app.database.id(leaver.id.uuid());
        app.sql(&format!("UPDATE cases SET officer_id = {officer} WHERE {left}")).await.unwrap();
        let second = moving().await.expect(200);
        assert_eq!(second.json, first.json);
        assert!(!second.is_replayed());
        assert_eq!(app.count(&format!("cases WHERE officer_id = {officer}")).await, 0);
    }
}

/// So many more cases like the only one there is, each of a victim and with a number that are good for nothing else.
pub async fn multiply(app: &App, count: usize) {
    let columns = "incident_id, district, phase, officer_id, urgency, state, opened_at, opened_by, changed_at, version";
    let victim = "category, identity_state, sex, birth_year, is_child, home_district, identity, registered_at, registered_by, version";
    let province = umeed::kernel::places::Province::KhyberPakhtunkhwa;
    let mut all = String::new();
    for serial in 0..count {
        let (case, person) = (uuid::Uuid::now_v7(), uuid::Uuid::now_v7());
        let (case, person) = (app.database.id(case), app.database.id(person));
        let serial = u32::try_from(serial).unwrap() + 2;
        let number = umeed::kernel::numbers::CaseNumber::new(province, 2025, serial).unwrap();
        let sql = format!(
            "INSERT INTO victims (id, {victim}) SELECT {person}, {victim} FROM victims ORDER BY id LIMIT 1;
             INSERT INTO cases (id, number, victim_id, {columns})
             SELECT {case}, '{number}', {person}, {columns} FROM cases ORDER BY id LIMIT 1;"
        );
        all.push_str(&sql);
    }
    app.sql(&all).await.unwrap();
}
