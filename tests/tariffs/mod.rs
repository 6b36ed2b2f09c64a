//! What the State pays for a harm: who may read it, who may set it, and that no amount is ever edited.
use crate::kit::*;

/// The instrument of this code, as it is listed.
pub async fn instrument(app: &App, who: &Actor, code: &str) -> Value {
    let list = app.get(who, "/tariffs?limit=200").await.expect(200).json;
    list["items"].as_array().unwrap().iter().find(|one| one["code"] == code).unwrap().clone()
}

fn line(harm: &str, amount: Value, from: &str, supersedes: Value) -> Value {
    json!({
        "harm": harm, "amount_paisa": amount, "valid_from": from, "status": "in_force", "confidence": "high",
        "source": "A gazette", "supersedes": supersedes,
    })
}

fn act(code: &str) -> Value {
    json!({
        "code": code, "title": "An Act", "jurisdiction": "PK-SD", "track": "civilian", "kind": "incident_package",
        "status": "announced", "confidence": "medium", "source": "A gazette",
        "heirs": { "rule": "shares", "source": "A gazette", "confidence": "low" },
    })
}

on_both_databases! {
    async fn what_was_found_is_there_from_the_start_for_all_staff_to_read(app: App) {
        let partner = app.actor(Role::Partner, "PK").await;
        let list = app.get(&partner, "/tariffs?limit=200").await.expect(200).json;
        assert_eq!(list["items"].as_array().unwrap().len(), 16);
        assert_eq!(app.count("tariff_lines").await, 63);
        let punjab = instrument(&app, &partner, "punjab-cvt-act-2016").await;
        assert_eq!(punjab["heirs"]["order"][0], "spouse");
        assert_eq!((&punjab["clocks"]["appeal"], &punjab["status"]), (&Value::Null, &json!("in_force")));
        let place = format!("/tariffs/{}", punjab["id"].as_str().unwrap());
        assert_eq!(app.get(&partner, &place).await.expect(200).json, punjab);
        let lines = app.get(&partner, &format!("{place}/lines?harm=death")).await.expect(200).json;
        assert_eq!(lines["items"][0]["amount_paisa"], 100_000_000);
        assert_eq!((lines["items"].as_array().unwrap().len(), &lines["items"][0]["valid_to"]), (1, &Value::Null));
        app.get(&partner, "/tariffs/01890a5d-ac96-774b-bcce-b302099a8057/lines").await.problem(404, "not_found");
    }

    async fn an_amount_is_superseded_by_an_administrator_and_never_edited(app: App) {
        let administrator = app.actor(Role::Administrator, "PK").await;
        let sindh = instrument(&app, &administrator, "sindh-cabinet-2020").await;
        let place = format!("/tariffs/{}/lines", sindh["id"].as_str().unwrap());
        let old = app.get(&administrator, &format!("{place}?harm=death")).await.json["items"][0].clone();
        let new = |amount: Value, from: &str| line("death", amount, from, old["id"].clone());
        for role in [Role::Officer, Role::Supervisor, Role::Assessor, Role::Approver, Role::Payer, Role::Auditor] {
            let other = app.actor(role, "PK").await;
            app.post(&other, &place, new(json!(200_000_000), "2027-01-01")).await.problem(403, "forbidden");
        }
        for amount in [json!(0), json!(-1), json!(100_000_000_001_i64), json!(i64::MAX)] {
            app.post(&administrator, &place, new(amount, "2027-01-01")).await.fault("/amount_paisa", "out_of_range");
        }
        for amount in [json!(9_223_372_036_854_775_808_u64), json!(1.5), json!("1")] {
            let told = app.post(&administrator, &place, new(amount, "2027-01-01")).await.problem(422, "invalid");
            assert_eq!(told.json["errors"][0]["pointer"], "/amount_paisa");
        }
        app.post(&administrator, &place, new(json!(1), "2020-07-21")).await.fault("/valid_from", "overlap");
        let free = line("death", json!(1), "2027-01-01", Value::Null);
        app.post(&administrator, &place, free).await.problem(412, "stale");
        app.post(&administrator, &place, new(json!(250_000_000), "2027-01-01")).await.expect(201);
        app.post(&administrator, &place, new(json!(250_000_000), "2027-06-01")).await.problem(412, "stale");
        let lines = app.get(&administrator, &format!("{place}?harm=death")).await.json["items"].clone();
        let ends: Vec<_> = lines.as_array().unwrap().iter().map(|line| line["valid_to"].clone()).collect();
        assert_eq!(ends, [Value::Null, json!("2026-12-31")]);
        assert_eq!(lines[1]["amount_paisa"], old["amount_paisa"]);
        app.sql("UPDATE tariff_lines SET amount_paisa = 1").await.unwrap_err();
        app.sql("DELETE FROM tariff_lines").await.unwrap_err();
    }

    async fn a_package_is_linked_to_an_incident_that_is_there_once(app: App) {
        let administrator = app.actor(Role::Administrator, "PK").await;
        let officer = app.actor(Role::Officer, "PK508").await;
        let package = app.post(&administrator, "/tariffs", act("a-package")).await.expect(201);
        app.post(&administrator, "/tariffs", act("a-package")).await.problem(409, "already_exists");
        app.post(&officer, "/tariffs", act("another")).await.problem(403, "forbidden");
        let link = |incident: &str, version: i64| {
            app.patch(&administrator, &package.location(), json!({ "incident_id": incident })).if_match(version)
        };
        link("01890a5d-ac96-774b-bcce-b302099a8057", 1).await.fault("/incident_id", "unknown_reference");
        let (one, other) = (app.incident(&officer, "PK508").await.id(), app.incident(&officer, "PK508").await.id());
        assert_eq!(link(&one, 1).await.expect(200).text("incident_id"), one);
        link(&other, 1).await.problem(412, "stale");
        link(&other, 2).await.problem(409, "already_exists");
        let approved = json!({ "status": "approved" });
        let approved = app.patch(&administrator, &package.location(), approved).if_match(2).await.expect(200);
        assert_eq!((approved.text("incident_id"), approved.text("status")), (one, "approved".into()));
    }

    async fn two_who_supersede_the_same_line_at_once_are_told_apart(app: App) {
        let administrator = app.actor(Role::Administrator, "PK").await;
        let sindh = instrument(&app, &administrator, "sindh-cabinet-2020").await;
        let place = format!("/tariffs/{}/lines", sindh["id"].as_str().unwrap());
        let old = app.get(&administrator, &format!("{place}?harm=death")).await.json["items"][0]["id"].clone();
        let body = line("death", json!(5), "2027-01-01", old);
        let asked = (0..8).map(|_| IntoFuture::into_future(app.post(&administrator, &place, body.clone())));
        let answers = futures_util::future::join_all(asked).await;
        let made = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!((made, answers.iter().filter(|answer| answer.status == 412).count()), (1, 7));
    }
}
