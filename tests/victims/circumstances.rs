//! Circumstances: sealed, replaced whole, read on the record.
use crate::kit::*;

fn told() -> Value {
    json!({ "told_by": "self", "told_on": "2026-11-01" })
}

on_both_databases! {
    async fn circumstances_begin_unknown_and_are_replaced_whole(app: App) {
        let file = app.file().await;
        let place = file.of_victim("/circumstances");
        let nothing = app.get(&file.officer, &place).await.expect(200);
        assert_eq!((nothing.version(), &nothing.json["religion"], &nothing.json["recorded_at"]), (0, &Value::Null, &Value::Null));
        let put = |body: Value| app.ask(&file.officer, Method::PUT, &place).json(&body);
        put(told()).await.problem(428, "precondition_required");
        let mut body = told();
        body["religion"] = json!("christian");
        body["pmt"] = json!({ "score": "31.9", "source": "SMS from 8171", "reported_on": "2026-10-01" });
        body["aid"] = json!({ "received": ["bisp-benazir-kafaalat", "other-private"], "is_complete": true });
        body["papers_held"] = json!(["cnic"]);
        let first = put(body.clone()).if_match(0).key("first").await.expect(200);
        assert_eq!((first.version(), first.json["pmt"]["score"].as_str()), (1, Some("31.90")));
        assert!(put(body).if_match(0).key("first").await.expect(200).is_replayed());
        put(told()).if_match(0).await.problem(412, "stale");
        let second = put(told()).if_match(1).await.expect(200);
        assert_eq!((second.version(), &second.json["religion"]), (2, &Value::Null));
        assert_eq!(app.get(&file.supervisor, &place).await.expect(200).json, second.json);
        assert_eq!(app.count("trail WHERE action = 'victim.circumstances_viewed'").await, 2);
        assert_eq!(app.count("trail WHERE action = 'victim.circumstances_recorded'").await, 2);
    }

    async fn what_cannot_be_is_refused_with_its_place(app: App) {
        let file = app.file().await;
        let place = file.of_victim("/circumstances");
        let put = async |field: &str, value: Value| {
            let mut body = told();
            body[field] = value;
            app.ask(&file.officer, Method::PUT, &place).json(&body).if_match(0).await
        };
        let pmt = |change: Value| {
            let mut pmt = json!({ "source": "8171", "reported_on": "2026-10-01" });
            pmt.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            pmt
        };
        put("told_by", Value::Null).await.fault("/told_by", "missing");
        put("told_on", json!("2100-01-01")).await.fault("/told_on", "in_the_future");
        put("religion", json!("jedi")).await.fault("/religion", "unknown_value");
        put("household_income_paisa", json!(-1)).await.fault("/household_income_paisa", "out_of_range");
        put("pmt", pmt(json!({}))).await.fault("/pmt", "one_of");
        put("pmt", pmt(json!({ "score": "20", "standing": "below" }))).await.fault("/pmt", "one_of");
        put("pmt", pmt(json!({ "score": "101" }))).await.fault("/pmt/score", "out_of_range");
        put("pmt", pmt(json!({ "standing": "below", "reported_on": "2100-01-01" }))).await.fault("/pmt/reported_on", "in_the_future");
        let aid = json!({ "received": ["other-private", "no-such-programme"] });
        put("aid", aid).await.fault("/aid/received/1", "unknown_reference");
        put("papers_held", json!(["cnic", "cnic"])).await.fault("/papers_held", "repeated");
        put("papers", json!([])).await.fault("/papers", "unknown_field");
        let mut both = told();
        both["papers_held"] = json!(["cnic"]);
        both["papers_missing"] = json!(["cnic"]);
        let answer = app.ask(&file.officer, Method::PUT, &place).json(&both).if_match(0).await;
        answer.fault("/papers_missing", "contradiction");
    }

    async fn they_are_for_those_who_keep_the_file_and_nowhere_in_the_clear(app: App) {
        let file = app.file().await;
        let place = file.of_victim("/circumstances");
        let mut body = told();
        body["pmt"] = json!({ "standing": "below", "source": "Qanarwaxsource", "reported_on": "2026-10-01" });
        let put = |who: &Actor| app.ask(who, Method::PUT, &place).json(&body).if_match(0);
        let stranger = app.actor(Role::Officer, "PK617").await;
        put(&stranger).await.problem(404, "not_found");
        put(&file.partner).await.problem(403, "forbidden");
        put(&file.administrator).await.problem(403, "forbidden");
        put(&file.supervisor).key("sealed").await.expect(200);
        app.get(&stranger, &place).await.problem(404, "not_found");
        app.get(&file.partner, &place).await.problem(403, "forbidden");
        assert!(app.get(&file.officer, &place).await.body().contains("Qanarwaxsource"));
        let records = app.rows("SELECT record FROM trail").await.join("\n");
        assert!(!records.contains("Qanarwax") && !records.contains("below"));
        let document = app.database.hex("document");
        let stored = app.rows(&format!("SELECT {document} FROM circumstances")).await.join("\n");
        assert!(!stored.is_empty() && !stored.contains(&data_encoding::HEXLOWER.encode(b"Qanarwax")));
    }

    async fn two_who_record_at_once_do_not_write_over_each_other(app: App) {
        let file = app.file().await;
        let place = file.of_victim("/circumstances");
        let put = |who: &Actor| app.ask(who, Method::PUT, &place).json(&told()).if_match(0);
        let (one, two) = futures_util::join!(async { put(&file.officer).await }, async { put(&file.supervisor).await });
        let mut both = [one.status, two.status];
        both.sort_unstable();
        assert_eq!(both, [200, 412]);
    }

    async fn those_of_a_protected_person_are_for_those_who_are_named(app: App) {
        let file = app.file().await;
        let place = file.of_victim("/circumstances");
        let mut body = told();
        body["religion"] = json!("christian");
        app.ask(&file.officer, Method::PUT, &place).json(&body).if_match(0).await.expect(200);
        let protect = json!({ "reason": "threatened", "readers": [file.supervisor.id] });
        let protected = app.make(&file.supervisor, &file.of_victim("/protect"), 0, protect).await;
        protected.expect(200);
        app.get(&file.supervisor, &place).await.expect(200);
        app.get(&file.officer, &place).await.problem(403, "person_protected");
        let put = app.ask(&file.officer, Method::PUT, &place).json(&told()).if_match(1);
        put.await.problem(403, "person_protected");
        let zakat = async |who: &Actor| {
            let told = app.get(who, &file.of_case("/eligibility?limit=200")).await.expect(200).json;
            let items = told["items"].as_array().unwrap();
            let zakat = items.iter().find(|one| one["code"] == "zakat-health-care").unwrap();
            zakat["eligibility"]["verdict"].clone()
        };
        assert_eq!(zakat(&file.supervisor).await, "not_eligible");
        assert_eq!(zakat(&file.officer).await, "unknown", "the reason would tell the religion");
    }
}
