//! Rules of programmes and services: superseded by an administrator, readable for ever.
use crate::kit::*;

fn book(key: &str) -> Value {
    json!({
        "rules": [{
            "key": key, "kind": "requires", "when": { "fact": "has_disability", "is": true },
            "reason": "For persons with disability.", "source": "A letter", "source_date": "2026-01-01",
            "confidence": "high", "papers": ["disability_cert"],
        }],
    })
}

async fn programme(app: &App, who: &Actor, code: &str) -> String {
    let list = app.get(who, "/programmes?limit=200").await.expect(200).json;
    let found = list["items"].as_array().unwrap().iter().find(|one| one["code"] == code).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

on_both_databases! {
    async fn rules_come_with_the_programmes_are_superseded_and_stay_readable(app: App) {
        let admin = app.actor(Role::Administrator, "PK").await;
        let officer = app.actor(Role::Officer, "PK508").await;
        let place = format!("/programmes/{}/rules", programme(&app, &admin, "zakat-guzara-allowance").await);
        let first = app.get(&officer, &place).await.expect(200).json;
        assert_eq!(first["items"].as_array().unwrap().len(), 1);
        assert_eq!((&first["items"][0]["version"], &first["items"][0]["in_force_from"]), (&json!(1), &Value::Null));
        assert_eq!(first["items"][0]["book"]["rules"][1]["key"], "muslim");

        let new = json!({ "supersedes": 1, "in_force_from": "2027-01-01", "book": book("disabled") });
        app.post(&officer, &place, new.clone()).await.problem(403, "forbidden");
        let second = app.post(&admin, &place, new.clone()).key("two").await.expect(201);
        assert_eq!((second.version(), second.json["book"]["rules"][0]["key"].as_str()), (2, Some("disabled")));
        app.post(&admin, &place, new.clone()).key("two").await.expect(201);
        app.post(&admin, &place, new).await.problem(412, "stale");
        let read = app.get(&officer, &second.location()).await.expect(200);
        assert_eq!((read.json.clone(), read.version()), (second.json.clone(), 2));
        let all = app.get(&officer, &place).await.expect(200).json;
        let versions: Vec<_> = all["items"].as_array().unwrap().iter().map(|one| one["version"].clone()).collect();
        assert_eq!(versions, [json!(2), json!(1)]);
        assert_eq!(all["items"][1], first["items"][0], "the old version is as it was");
        assert_eq!(app.count("trail WHERE action = 'rules.recorded'").await, 1);
    }

    async fn a_service_may_have_rules_of_its_own(app: App) {
        let file = app.file().await;
        let place = format!("/services/{}/rules", file.service);
        assert_eq!(app.get(&file.officer, &place).await.expect(200).json["items"], json!([]));
        let new = json!({ "supersedes": 0, "book": book("disabled") });
        let made = app.post(&file.administrator, &place, new).await.expect(201);
        assert_eq!(made.text("service_id"), file.service);
        app.get(&file.officer, "/services/01890a5d-ac96-774b-bcce-b302099a8057/rules").await.problem(404, "not_found");
    }

    async fn rules_with_a_flaw_are_refused_with_the_place_of_it(app: App) {
        let admin = app.actor(Role::Administrator, "PK").await;
        let place = format!("/programmes/{}/rules", programme(&app, &admin, "wafaqi-mohtasib").await);
        let post = async |book: Value| app.post(&admin, &place, json!({ "supersedes": 1, "book": book })).await;
        let with = |field: &str, value: Value| {
            let mut book = book("one");
            book["rules"][0][field] = value;
            book
        };
        post(with("when", json!({ "fact": "shoe_size", "is": true }))).await.fault("/book/rules/0/when/fact", "unknown_value");
        post(with("when", json!({ "fact": "age", "is": true }))).await.fault("/book/rules/0/when", "wrong_type");
        post(with("when", json!({ "fact": "sex", "is": "both" }))).await.fault("/book/rules/0/when", "unknown_value");
        for beyond in [
            json!({ "fact": "pmt_score", "above": 100 }), json!({ "fact": "pmt_score", "below": "0" }),
            json!({ "fact": "age", "below": 0 }), json!({ "fact": "age", "above": i64::MAX }),
        ] {
            post(with("when", beyond)).await.fault("/book/rules/0/when", "wrong_type");
        }
        post(with("when", json!({ "condition": "poor" }))).await.fault("/book/rules/0", "unknown_condition");
        post(with("routes", json!(["no-such"]))).await.fault("/book/rules/0", "unknown_programme");
        let aid = json!({ "fact": "aid_received", "one_of": ["no-such", "other-private"] });
        post(with("when", aid)).await.fault("/book/rules/0", "unknown_programme");
        let mut circle = with("when", json!({ "condition": "a" }));
        circle["conditions"] = json!({ "a": { "not": { "condition": "b" } }, "b": { "any": [{ "condition": "a" }] } });
        let told = post(circle).await.problem(422, "invalid");
        let pointers: Vec<_> = told.json["errors"].as_array().unwrap().iter().map(|one| &one["pointer"]).collect();
        assert_eq!(pointers, ["/book/conditions/a", "/book/conditions/b"]);
        let mut twice = book("one");
        let mut again = twice["rules"][0].clone();
        twice["rules"][0]["valid_until"] = json!("2026-06-30");
        again["valid_from"] = json!("2026-06-30");
        twice["rules"].as_array_mut().unwrap().push(again);
        post(twice.clone()).await.fault("/book/rules/1", "overlap");
        twice["rules"][1]["valid_from"] = json!("2026-07-01");
        post(twice).await.expect(201);
    }

    async fn rules_that_would_take_for_ever_to_weigh_are_refused(app: App) {
        let admin = app.actor(Role::Administrator, "PK").await;
        let place = format!("/programmes/{}/rules", programme(&app, &admin, "wafaqi-mohtasib").await);
        let mut book = book("one");
        book["conditions"]["c0"] = json!({ "fact": "orphan", "is": true });
        for at in 1..40 {
            let before = json!({ "condition": format!("c{}", at - 1) });
            book["conditions"][format!("c{at}")] = json!({ "all": [before, before] });
        }
        let told = app.post(&admin, &place, json!({ "supersedes": 1, "book": book })).await.problem(422, "invalid");
        assert_eq!(told.json["errors"][0]["code"], "too_large");
    }
}
