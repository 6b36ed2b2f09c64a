//! Matching: who is told, in which order, and what it leaves on the trail.
use crate::kit::*;

fn texts(list: &Value, field: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|one| one[field].as_str().unwrap_or("-").to_owned()).collect()
}

async fn service(app: &App, file: &File, change: Value) -> String {
    let mut body = service_body(file.partner.organisation.unwrap());
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    app.post(&file.administrator, "/services", body).await.expect(201).id()
}

/// Rules under which everybody, or nobody whose sex is known, is eligible.
async fn rules(app: &App, file: &File, service: &str, sex: Option<&str>) {
    let rule = |sex| {
        json!([{
            "key": "sex", "kind": "requires", "when": { "fact": "sex", "is": sex }, "reason": "By sex.",
            "source": "A letter", "source_date": "2026-01-01", "confidence": "high",
        }])
    };
    let body = json!({ "supersedes": 0, "book": { "rules": sex.map_or(json!([]), rule) } });
    app.post(&file.administrator, &format!("/services/{service}/rules"), body).await.expect(201);
}

async fn medical(app: &App, file: &File) -> Value {
    let told = app.get(&file.officer, &file.of_case("/matches")).await.expect(200).json;
    assert_eq!(told["needs"].as_array().unwrap().len(), 1);
    told["needs"][0]["matches"].clone()
}

fn place(matches: &Value, service: &str) -> usize {
    let services = texts(matches, "service_id");
    services.iter().position(|one| one == service).unwrap_or_else(|| panic!("{service} is not in {services:?}"))
}

on_both_databases! {
    async fn the_best_comes_first_and_who_is_turned_away_last_with_the_reason(app: App) {
        let file = app.file().await;
        let (open, shut) = (service(&app, &file, json!({})).await, service(&app, &file, json!({})).await);
        rules(&app, &file, &open, None).await;
        rules(&app, &file, &shut, Some("male")).await;
        let near = service(&app, &file, json!({ "areas": ["PK-KP", "PK508"] })).await;
        let slow = service(&app, &file, json!({ "areas": ["PK508"], "urgencies": ["within_two_weeks"] })).await;
        let full = service(&app, &file, json!({ "areas": ["PK508"], "capacity": 0 })).await;
        let elsewhere = service(&app, &file, json!({ "areas": ["PK617"] })).await;
        let other = service(&app, &file, json!({ "domain": "shelter" })).await;
        let gone = service(&app, &file, json!({ "status": "inactive" })).await;

        let matches = medical(&app, &file).await;
        assert_eq!(place(&matches, &open), 0);
        let order: Vec<_> = [&open, &near, &file.service, &full, &slow].map(|one| place(&matches, one)).into();
        assert!(order.is_sorted(), "{order:?}");
        let last = &matches[place(&matches, &shut)];
        assert_eq!((&last["eligibility"]["verdict"], &last["eligibility"]["rules"][0]["reason"]), (&json!("not_eligible"), &json!("By sex.")));
        let verdicts = texts(&json!(matches.as_array().unwrap().iter().map(|one| &one["eligibility"]).collect::<Vec<_>>()), "verdict");
        let turned = verdicts.iter().position(|one| one == "not_eligible").unwrap();
        assert!(verdicts[turned..].iter().all(|one| one == "not_eligible") && verdicts[..turned].iter().all(|one| one != "not_eligible"));
        assert_eq!(matches[place(&matches, &near)]["area"], "PK508");
        assert_eq!(matches[place(&matches, &slow)]["takes_urgency"], false);
        assert_eq!(matches[place(&matches, &full)]["capacity"], json!({ "places": 0, "open_referrals": 0, "is_full": true }));
        for absent in [elsewhere, other, gone] {
            assert!(!texts(&matches, "service_id").contains(&absent));
        }
    }

    async fn open_referrals_take_places_and_ended_ones_give_them_back(app: App) {
        let file = app.file().await;
        let place_of = format!("/services/{}", file.service);
        app.patch(&file.administrator, &place_of, json!({ "capacity": 1 })).if_match(1).await.expect(200);
        app.patch(&file.administrator, &place_of, json!({ "capacity": -1 })).if_match(2).await.fault("/capacity", "out_of_range");
        let capacity = async || {
            let matches = medical(&app, &file).await;
            matches[place(&matches, &file.service)]["capacity"].clone()
        };
        assert_eq!(capacity().await, json!({ "places": 1, "open_referrals": 0, "is_full": false }));
        file.consent(&app, &["name"]).await;
        let referral = file.refer(&app, &["name"]).await.expect(201).location();
        assert_eq!(capacity().await, json!({ "places": 1, "open_referrals": 1, "is_full": true }));
        let body = json!({ "reason": "no_capacity" });
        app.make(&file.partner, &format!("{referral}/decline"), 1, body).await.expect(200);
        assert_eq!(capacity().await["is_full"], false);
    }

    async fn it_is_for_those_who_keep_the_case_and_each_look_is_recorded(app: App) {
        let file = app.file().await;
        let stranger = app.actor(Role::Officer, "PK617").await;
        for path in ["/matches", "/eligibility"] {
            let path = file.of_case(path);
            app.get(&stranger, &path).await.problem(404, "not_found");
            app.get(&file.partner, &path).await.problem(403, "forbidden");
            app.get(&file.administrator, &path).await.problem(403, "forbidden");
            app.get(&file.supervisor, &path).await.expect(200);
            app.get(&file.officer, &format!("{path}?on=yesterday")).await.problem(422, "invalid");
        }
        let viewed = |what: &str| format!("trail WHERE action = 'case.{what}_viewed'");
        assert_eq!(app.count(&viewed("matches")).await, 1);
        assert_eq!(app.count(&viewed("eligibility")).await, 1);
    }

    async fn a_need_that_has_ended_is_not_matched_and_a_list_is_bounded(app: App) {
        let file = app.file().await;
        for _ in 0..25 {
            service(&app, &file, json!({})).await;
        }
        let told = app.get(&file.officer, &file.of_case("/matches")).await.expect(200).json;
        assert_eq!(told["needs"][0]["matches"].as_array().unwrap().len(), 20);
        assert!(told["needs"][0]["left_out"].as_i64().unwrap() >= 6);
        app.make(&file.officer, &file.of_need("/decline"), 1, json!({})).await.expect(200);
        let told = app.get(&file.officer, &file.of_case("/matches")).await.expect(200).json;
        assert_eq!(told["needs"], json!([]));
    }

    async fn one_programme_or_all_of_them_answer_for_the_victim(app: App) {
        let file = app.file().await;
        let all = app.get(&file.officer, &file.of_case("/eligibility?limit=5")).await.expect(200).json;
        assert_eq!(all["items"].as_array().unwrap().len(), 5);
        let rest = format!("/eligibility?after={}", all["next"].as_str().unwrap());
        let rest = app.get(&file.officer, &file.of_case(&rest)).await.expect(200).json;
        assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (8, &Value::Null));
        let one = &all["items"][0];
        let path = format!("/eligibility?programme_id={}", one["id"].as_str().unwrap());
        let told = app.get(&file.officer, &file.of_case(&path)).await.expect(200).json;
        assert_eq!(told["items"], json!([one]));
        let none = file.of_case("/eligibility?programme_id=01890a5d-ac96-774b-bcce-b302099a8057");
        app.get(&file.officer, &none).await.problem(404, "not_found");
    }

    async fn what_takes_nobody_any_more_is_not_told_of_and_rules_that_ended_say_nothing(app: App) {
        let file = app.file().await;
        let mut ended = json!({
            "key": "sex", "kind": "requires", "when": { "fact": "sex", "is": "male" }, "reason": "By sex.",
            "source": "A letter", "source_date": "2026-01-01", "confidence": "high", "valid_until": "2026-01-31",
        });
        let post = async |supersedes: i64, rule: &Value| {
            let body = json!({ "supersedes": supersedes, "book": { "rules": [rule] } });
            app.post(&file.administrator, &format!("/services/{}/rules", file.service), body).await.expect(201);
            let matches = medical(&app, &file).await;
            matches[place(&matches, &file.service)]["eligibility"].clone()
        };
        let told = post(0, &ended).await;
        assert_eq!((&told["verdict"], &told["has_rules"]), (&json!("unknown"), &json!(true)));
        ended["valid_until"] = Value::Null;
        assert_eq!(post(1, &ended).await["verdict"], "not_eligible");

        let all = app.get(&file.officer, &file.of_case("/eligibility?limit=200")).await.expect(200).json;
        let one = all["items"][0]["id"].as_str().unwrap().to_owned();
        let programme = format!("/programmes/{one}");
        let version = app.get(&file.administrator, &programme).await.version();
        app.patch(&file.administrator, &programme, json!({ "status": "defunct" })).if_match(version).await.expect(200);
        let left = app.get(&file.officer, &file.of_case("/eligibility?limit=200")).await.expect(200).json;
        assert_eq!(left["items"].as_array().unwrap().len() + 1, all["items"].as_array().unwrap().len());
        let asked = file.of_case(&format!("/eligibility?programme_id={one}"));
        app.get(&file.officer, &asked).await.fault("programme_id", "not_active");
    }

    async fn new_rules_decide_from_their_day_on_and_the_old_until_then(app: App) {
        let file = app.file().await;
        rules(&app, &file, &file.service, Some("male")).await;
        let open = json!({ "supersedes": 1, "in_force_from": "2027-01-01", "book": { "rules": [] } });
        app.post(&file.administrator, &format!("/services/{}/rules", file.service), open).await.expect(201);
        for (on, verdict) in [("2026-12-31", "not_eligible"), ("2027-01-01", "eligible")] {
            let told = app.get(&file.officer, &file.of_case(&format!("/matches?on={on}"))).await.expect(200).json;
            let matches = &told["needs"][0]["matches"];
            assert_eq!(matches[place(matches, &file.service)]["eligibility"]["verdict"], verdict, "{on}");
        }
    }
}
