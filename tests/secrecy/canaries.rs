//! A victim whose every fact is a word found nowhere else; then the search for those words.
use crate::kit::*;

const CANARIES: [&str; 9] = [
    "Qanarwaxname",
    "Qanarwaxfather",
    "1730198761234",
    "17301-9876123-4",
    "3459876123",
    "Qanarwaxstreet",
    "Qanarwaxdetail",
    "Qanarwaxnote",
    "Qanarwaxguardian",
];
const MESSAGE: &str = "Qanarwaxmessage";

/// All there is in the database, as its own tools see it.
fn everything_stored(app: &App) -> Vec<u8> {
    let url = app.database.url();
    let Some(path) = url.strip_prefix("sqlite:") else {
        let dump = std::process::Command::new(pg_dump()).args(["--inserts", &url]).output().unwrap();
        assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
        return dump.stdout;
    };
    let files = ["", "-wal", "-shm"].map(|ending| std::fs::read(format!("{path}{ending}")).unwrap_or_default());
    files.concat()
}

fn pg_dump() -> std::path::PathBuf {
    let newest =
        std::fs::read_dir("/usr/lib/postgresql").ok().and_then(|all| all.flatten().map(|one| one.path()).max());
    newest.map_or_else(|| "pg_dump".into(), |folder| folder.join("bin/pg_dump"))
}

#[track_caller]
fn assert_silent(what: &str, bytes: &[u8]) {
    for canary in CANARIES.iter().chain([&MESSAGE]) {
        let is_there = bytes.windows(canary.len()).any(|part| part.eq_ignore_ascii_case(canary.as_bytes()));
        assert!(!is_there, "{canary} in {what}");
    }
}

on_both_databases! {
    async fn no_personal_fact_is_stored_in_the_clear_or_told_in_a_problem(app: App) {
        let file = app.file().await;
        let mut body = victim_body(&file.incident);
        body["is_child"] = json!(true);
        body["birth_year"] = Value::Null;
        body["identity"] = json!({
            "name": "Qanarwaxname", "father_or_husband": "Qanarwaxfather", "cnic": "17301-9876123-4",
            "mobiles": ["03459876123"], "address": "Qanarwaxstreet",
        });
        let victim = app.post(&file.officer, "/victims", body.clone()).key("victim").await.expect(201);
        let place = format!("/victims/{}", victim.id());
        let mut problems = vec![app.post(&file.officer, "/victims", body.clone()).await.problem(409, "already_exists")];
        let guardian = json!({
            "relation": "parent", "is_guardian": true, "person": { "name": "Qanarwaxguardian", "mobile": "03459876123" },
        });
        app.post(&file.officer, &format!("{place}/relations"), guardian).key("relation").await.expect(201);
        let body_of_case = json!({
            "victim_id": victim.id(), "incident_id": file.incident,
            "needs": [{ "domain": "medical", "urgency": "within_24_hours", "detail": "Qanarwaxdetail" }],
        });
        let case = app.post(&file.officer, "/cases", body_of_case.clone()).key("case").await.expect(201);
        problems.push(app.post(&file.officer, "/cases", body_of_case).await.problem(409, "already_exists"));
        let note = json!({ "body": "Qanarwaxnote" });
        app.post(&file.officer, &format!("{}/notes", case.location()), note).key("note").await.expect(201);
        let fields = ["name", "cnic", "mobile", "address", "guardian", "need_detail", "message", "father_or_husband"];
        let ask = json!({
            "service_id": file.service, "need_ids": [case.json["needs"][0]["id"]], "fields": fields, "message": MESSAGE,
        });
        let referrals = format!("{}/referrals", case.location());
        let refer = |key: &str| app.post(&file.officer, &referrals, ask.clone()).key(key);
        problems.push(refer("early").await.problem(409, "consent_missing"));
        let consent = json!({
            "purpose": "referral", "recipient_id": file.partner.organisation, "fields": fields, "given_by": "guardian",
        });
        app.post(&file.officer, &format!("{place}/consents"), consent).await.expect(201);
        let referral = refer("refer").await.expect(201).location();
        let seen = app.get(&file.partner, &referral).await.expect(200).body();
        for canary in ["Qanarwaxname", "Qanarwaxdetail", "Qanarwaxguardian", "Qanarwaxstreet", MESSAGE] {
            assert!(seen.contains(canary), "{canary} was shared");
        }
        app.make(&file.partner, &format!("{referral}/accept"), 1, json!({})).await.expect(200);
        problems.push(app.make(&file.partner, &format!("{referral}/accept"), 2, json!({})).await.problem(409, "illegal_move"));
        app.make(&file.partner, &format!("{referral}/complete"), 2, json!({ "outcome": "helped" })).await.expect(200);
        let own = json!({ "relation": "self", "cnic": "17301-9876123-4", "mobile": "03459876123" });
        app.post(&file.officer, "/me/declarations", own).key("declaration").await.expect(201);
        app.post(&file.officer, "/victims/search", json!({ "cnic": "1730198761234" })).await.expect(200);
        app.get(&file.officer, &format!("{}/notes", case.location())).await.expect(200);
        body["category"] = json!("Qanarwaxname");
        body["identity"]["cnic"] = json!("17301-9876123-4x");
        body["identity"]["name"] = json!("Qanarwaxname\u{202e}");
        body["Qanarwaxnote"] = json!("Qanarwaxnote");
        problems.push(app.post(&file.officer, "/victims", body).await.problem(422, "invalid"));
        let broken = app.ask(&file.officer, Method::POST, "/victims").text(r#"{"identity":{"name":"Qanarwaxname""#);
        problems.push(broken.await.problem(400, "malformed_json"));
        // The name of a field that nobody knows may be told; a value never.
        for problem in &problems {
            assert_silent("a problem", problem.body().replace("/Qanarwaxnote", "").as_bytes());
        }
        for (what, sql) in [("the trail", "SELECT record FROM trail"), ("the outbox", "SELECT payload FROM outbox")] {
            assert_silent(what, app.rows(sql).await.join("\n").as_bytes());
        }
        let stored = everything_stored(&app);
        assert!(stored.len() > 10_000 && stored.windows(13).any(|part| part == b"case.opened\",".as_slice()));
        assert_silent("the database", &stored);
    }
}
