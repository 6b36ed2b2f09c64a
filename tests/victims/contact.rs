//! Reaching a victim without harm.
use crate::kit::*;

async fn record(app: &App, file: &File, version: i64, body: Value) -> Answer {
    app.ask(&file.officer, Method::PUT, &file.of_victim("/safe-contact")).json(&body).if_match(version).await
}

on_both_databases! {
    async fn what_is_to_be_heeded_is_told_to_those_who_act(app: App) {
        let file = app.file().await;
        let place = file.of_victim("/safe-contact");
        assert_eq!(app.get(&file.officer, &place).await.expect(200).version(), 0);
        let body = json!({
            "rules": {
                "no_letters": true, "safe_hours": { "from": "10:00", "to": "13:30" }, "safe_days": ["sunday", "friday"],
                "language": "ps", "prefers_female_officer": true, "media_opt_out": true,
            },
            "safe_number": "0345 9876123",
        });
        app.ask(&file.officer, Method::PUT, &place).json(&body).await.problem(428, "precondition_required");
        record(&app, &file, 1, body.clone()).await.problem(412, "stale");
        assert_eq!(record(&app, &file, 0, body.clone()).await.expect(200).version(), 1);
        record(&app, &file, 0, body.clone()).await.problem(412, "stale");
        assert_eq!(record(&app, &file, 1, body).await.expect(200).version(), 2);
        let told = app.get(&file.supervisor, &place).await.expect(200);
        assert_eq!(told.json["rules"]["safe_hours"], json!({ "from": "10:00", "to": "13:30" }));
        assert_eq!(told.json["safe_number"], "+923459876123");
        let opened = app.get(&file.officer, &file.of_case("/file")).await.expect(200).json;
        assert_eq!(opened["contact"]["rules"], told.json["rules"]);
        assert!(!app.rows("SELECT record FROM trail").await.join("\n").contains("9876123"));
        assert!(app.count("trail WHERE action = 'victim.safe_contact_viewed'").await == 2);
    }

    async fn a_partner_who_may_call_is_told_how_and_the_safe_number_alone(app: App) {
        let file = app.file().await;
        file.consent(&app, &["name", "mobile"]).await;
        let named = file.refer(&app, &["name"]).await.expect(201).location();
        app.make(&file.partner, &format!("{named}/accept"), 1, json!({})).await.expect(200);
        app.make(&file.partner, &format!("{named}/complete"), 2, json!({ "outcome": "partly_helped" })).await.expect(200);
        let called = file.refer(&app, &["name", "mobile"]).await.expect(201).location();
        let before = app.get(&file.partner, &called).await.expect(200).json;
        assert_eq!(before["person"], json!({ "name": "Zarmina Gul", "mobiles": ["+923001234567"] }));
        let body = json!({ "rules": { "no_sms": true }, "safe_number": "03459876123" });
        record(&app, &file, 0, body).await.expect(200);
        let told = app.get(&file.partner, &called).await.expect(200).json;
        assert_eq!(told["person"]["mobiles"], json!(["+923459876123"]));
        assert_eq!((&told["person"]["contact"]["no_sms"], &told["person"]["contact"]["no_calls"]), (&json!(true), &json!(false)));
        let told = app.get(&file.partner, &named).await.expect(200).json;
        assert_eq!(told["person"], json!({ "name": "Zarmina Gul" }));
    }

    async fn rules_that_could_not_be_are_refused(app: App) {
        let file = app.file().await;
        for (rules, pointer, code) in [
            (json!({ "safe_days": ["monday", "monday"] }), "/rules/safe_days", "repeated"),
            (json!({ "safe_days": ["someday"] }), "/rules/safe_days/0", "unknown_value"),
            (json!({ "safe_hours": { "from": "10:00", "to": "10:00" } }), "/rules/safe_hours/to", "empty"),
            (json!({ "safe_hours": { "from": "25:00", "to": "10:00" } }), "/rules/safe_hours/from", "invalid_time_of_day"),
            (json!({ "language": "klingon" }), "/rules/language", "unknown_value"),
            (json!({ "no_calls": "perhaps" }), "/rules/no_calls", "wrong_type"),
        ] {
            record(&app, &file, 0, json!({ "rules": rules })).await.fault(pointer, code);
        }
        record(&app, &file, 0, json!({ "safe_number": "091-123" })).await.fault("/safe_number", "invalid_mobile");
        let elsewhere = app.actor(Role::Officer, "PK510").await;
        app.get(&elsewhere, &file.of_victim("/safe-contact")).await.problem(404, "not_found");
        app.get(&file.partner, &file.of_victim("/safe-contact")).await.problem(403, "forbidden");
        assert_eq!(app.count("safe_contacts").await, 0);
    }

    async fn whoever_sends_something_asks_first(app: App) {
        use umeed::access::policy::{self, Action};
        use umeed::victims::{MayContact, Means, safe_contact};
        let file = app.file().await;
        record(&app, &file, 0, json!({ "rules": { "no_calls": true } })).await.expect(200);
        let (keys, now, victim) = (app.work().keys(), app.now(), file.victim.parse().unwrap());
        let asked = app.work().read(async move |tx: &mut umeed::work::Tx| {
            let everybody = policy::scope(&policy::Actor::system(), Action::ReadVictim);
            let rules = safe_contact(tx, &keys, &everybody, victim).await?.rules;
            Ok((rules.allow(Means::Call, now), rules.allow(Means::Letter, now)))
        });
        assert_eq!(asked.await.unwrap(), (MayContact::No, MayContact::Yes));
    }
}
