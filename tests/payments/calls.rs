//! Receipts followed up by calls about a sample: who may call, what is written down, and what the auditor sees of it.
use super::Desk;
use crate::kit::*;

async fn sample(app: &App, auditor: &Actor) -> Value {
    let today = app.now().local_date();
    let body = json!({ "from": today, "to": today, "size": 100 });
    app.post(auditor, "/payments/samples", body).key(&uuid::Uuid::now_v7().to_string()).await.expect(200).json
}

/// What somebody writes down of a call.
fn call(app: &App, who: &Actor, payment: &Value, sample: &Value, outcome: &str, paisa: Option<i64>) -> Ask {
    let body = json!({ "sample_id": sample["id"], "outcome": outcome, "received_paisa": paisa });
    let path = format!("/payments/{}/calls", payment["id"].as_str().unwrap());
    app.post(who, &path, body).key(&uuid::Uuid::now_v7().to_string())
}

/// The bank has paid this payment, or sent it back.
async fn answer(desk: &Desk, batch: &str, payment: &Value, word: &str) {
    let rupees = payment["amount_paisa"].as_i64().unwrap() / 100;
    let row = format!("{},{word},{rupees},PKR,,\n", payment["reference"].as_str().unwrap());
    desk.answer(&desk.maker, batch, &row).await.expect(200);
}

/// Somebody without a part in the payments of this victim has written down where to call.
async fn reachable(desk: &Desk, payment: &Value) {
    let supervisor = desk.app.actor(Role::Supervisor, "PK-PB").await;
    let contact = format!("/victims/{}/safe-contact", payment["victim_id"].as_str().unwrap());
    let body = json!({ "rules": {}, "safe_number": "03459876123" });
    desk.app.ask(&supervisor, Method::PUT, &contact).json(&body).if_match(0).await.expect(200);
}

async fn confirm(app: &App, who: &Actor, payment: &Value) -> Answer {
    let place = format!("/payments/{}", payment["id"].as_str().unwrap());
    let version = app.get(who, &place).await.expect(200).version();
    app.make(who, &format!("{place}/confirm"), version, json!({ "how": "in_person" })).await
}

/// Settles or upholds the newest finding.
async fn judge(app: &App, auditor: &Actor, verb: &str) {
    let found = app.get(auditor, "/findings?kind=receipt_denied&state=open").await.expect(200).json["items"].clone();
    assert_eq!(found.as_array().unwrap().len(), 1);
    let place = format!("/findings/{}/{verb}", found[0]["id"].as_str().unwrap());
    app.make(auditor, &place, 1, json!({ "text": "Asked at the branch of the bank" })).await.expect(200);
}

/// What the auditor reads of a payment in a sample: its verdict and those of the calls.
async fn read(app: &App, auditor: &Actor, sample: &Value, payment: &Value) -> (Value, Vec<Value>, Value) {
    let seen = app.get(auditor, &place(sample)).await.expect(200).json;
    let item = seen["items"].as_array().unwrap().iter().find(|item| item["id"] == payment["id"]).unwrap();
    let calls = item["calls"].as_array().unwrap().iter().map(|one| one["verdict"].clone()).collect();
    (item["verdict"].clone(), calls, seen["figures"].clone())
}

fn place(sample: &Value) -> String {
    format!("/payments/samples/{}", sample["id"].as_str().unwrap())
}

on_both_databases! {
    async fn receipts_are_followed_up_by_calls_about_a_sample_that_is_kept(app: App) {
        let (desk, auditor) = (Desk::new(&app).await, app.actor(Role::Auditor, "PK").await);
        let caller = app.actor(Role::Officer, "PK601").await;
        let award = desk.award(&[1000, 2000, 4000, 8000]).await;
        let batch = desk.released().await;
        let all = desk.payments(award).await;
        let reference = |at: usize| all[at]["reference"].as_str().unwrap().to_owned();
        let rows = format!("{},paid,10,PKR,,\n{},paid,20,PKR,,\n{},paid,40,PKR,,\n", reference(0), reference(1), reference(2));
        desk.answer(&desk.maker, &batch, &rows).await.expect(200);
        reachable(&desk, &all[0]).await;

        let drawn = sample(&app, &auditor).await;
        assert_eq!(drawn["figures"], json!({ "drawn": 4, "reached": 0, "confirmed": 0, "contradicted": 0, "to_call": 4 }));
        let told = call(&app, &caller, &all[0], &drawn, "reached_and_received", Some(1000)).await.expect(200).json;
        assert_eq!((&told["verdict"], &told["called_by"]), (&json!("confirms"), &json!(caller.id)));
        let confirmed = app.get(&caller, &format!("/payments/{}", all[0]["id"].as_str().unwrap())).await.json;
        assert_eq!(confirmed["confirmed"]["confirmed_how"], "sampled_call");
        let less = call(&app, &caller, &all[1], &drawn, "reached_less_received", Some(500)).await.expect(200);
        assert_eq!(less.json["verdict"], "contradicts");
        call(&app, &caller, &all[2], &drawn, "not_reached", None).await.expect(200);
        let seen = app.get(&auditor, &place(&drawn)).await.expect(200).json;
        assert_eq!(seen["figures"], json!({ "drawn": 4, "reached": 2, "confirmed": 1, "contradicted": 1, "to_call": 2 }));
        call(&app, &caller, &all[2], &drawn, "reached_not_received", None).await.expect(200);
        let waiting = call(&app, &caller, &all[3], &drawn, "reached_not_received", None).await.expect(200);
        assert_eq!(waiting.json["verdict"], "open", "the bank has not said that it paid");

        let seen = app.get(&auditor, &place(&drawn)).await.expect(200).json;
        assert_eq!(seen["figures"], json!({ "drawn": 4, "reached": 4, "confirmed": 1, "contradicted": 2, "to_call": 0 }));
        let item = seen["items"].as_array().unwrap().iter().find(|item| item["id"] == all[2]["id"]).unwrap();
        let outcomes: Vec<_> = item["calls"].as_array().unwrap().iter().map(|one| one["outcome"].clone()).collect();
        assert_eq!(outcomes, ["not_reached", "reached_not_received"]);
        let listed = app.get(&auditor, "/payments/samples").await.expect(200).json["items"].clone();
        assert_eq!((&listed[0]["id"], &listed[0]["size"]), (&drawn["id"], &json!(4)));

        // What the payees say is another figure than what the bank says.
        let today = app.now().local_date();
        let report = app.get(&auditor, &format!("/reports/payouts?from={today}&to={today}")).await.expect(200).json;
        let sums = ["sanctioned", "released", "paid", "confirmed"].map(|sum| report["total"][format!("{sum}_paisa")].clone());
        assert_eq!(sums, [15_000, 15_000, 7000, 1000].map(Value::from));
        assert_eq!(app.count("trail WHERE action = 'payment.called'").await, 5);
        assert_eq!(app.count("trail WHERE action = 'payment.receipt_denied' AND case_id IS NULL").await, 2);
        for table in ["payment_samples SET size = 1", "payment_sample_items SET place = 9", "payment_calls SET outcome = 'refused'"] {
            app.sql(&format!("UPDATE {table}")).await.unwrap_err();
        }
        desk.is_true().await;
    }

    async fn nobody_calls_about_their_own_work_nor_out_of_their_district(app: App) {
        let (desk, auditor) = (Desk::new(&app).await, app.actor(Role::Auditor, "PK").await);
        let award = desk.award(&[1000]).await;
        desk.released().await;
        let (payment, drawn) = (desk.payments(award).await[0].clone(), sample(&app, &auditor).await);
        let says = |who: &Actor| call(&app, who, &payment, &drawn, "reached_not_received", None);
        let sheet = format!("/payments/{}/call", payment["id"].as_str().unwrap());
        says(&desk.officer).await.problem(409, "second_person");
        app.get(&desk.officer, &sheet).await.problem(409, "second_person");
        let elsewhere = app.actor(Role::Officer, "PK701").await;
        says(&elsewhere).await.problem(404, "not_found");
        app.get(&elsewhere, &sheet).await.problem(404, "not_found");
        app.get(&elsewhere, &place(&drawn)).await.problem(404, "not_found");
        assert_eq!(app.get(&elsewhere, "/payments/samples").await.expect(200).json["items"], json!([]));
        says(&auditor).await.problem(403, "forbidden");
        says(&desk.maker).await.problem(403, "forbidden");
        let caller = app.actor(Role::Supervisor, "PK-PB").await;
        assert_eq!(app.get(&caller, &place(&drawn)).await.expect(200).json["items"][0]["id"], payment["id"]);
        says(&caller).await.expect(200);
        assert_eq!(app.count("payment_calls").await, 1);
    }

    async fn what_a_call_says_fits_the_payment_and_what_a_sample_drew(app: App) {
        let (desk, auditor) = (Desk::new(&app).await, app.actor(Role::Auditor, "PK").await);
        let caller = app.actor(Role::Officer, "PK601").await;
        let award = desk.award(&[1000]).await;
        desk.released().await;
        let (payment, drawn) = (desk.payments(award).await[0].clone(), sample(&app, &auditor).await);
        for (outcome, paisa, code) in [
            ("reached_and_received", None, "missing"),
            ("reached_and_received", Some(999), "contradiction"),
            ("reached_less_received", Some(1000), "out_of_range"),
            ("refused", Some(1), "contradiction"),
        ] {
            call(&app, &caller, &payment, &drawn, outcome, paisa).await.fault("/received_paisa", code);
        }
        let other = json!({ "id": payment["id"] });
        call(&app, &caller, &payment, &other, "not_reached", None).await.fault("/sample_id", "unknown_reference");
        let path = format!("/payments/{}/calls", payment["id"].as_str().unwrap());
        for at in [app.now().plus_days(1), app.now().plus_days(-1)] {
            let body = json!({ "sample_id": drawn["id"], "outcome": "not_reached", "called_at": at });
            app.post(&caller, &path, body).key(&at.to_string()).await.fault("/called_at", "out_of_range");
        }
        assert_eq!(app.count("payment_calls").await, 0);
    }

    async fn no_call_is_made_that_the_victim_does_not_want(app: App) {
        let (desk, auditor) = (Desk::new(&app).await, app.actor(Role::Auditor, "PK").await);
        let caller = app.actor(Role::Officer, "PK601").await;
        let award = desk.award(&[1000]).await;
        desk.released().await;
        let (payment, drawn) = (desk.payments(award).await[0].clone(), sample(&app, &auditor).await);
        let sheet = format!("/payments/{}/call", payment["id"].as_str().unwrap());
        let victim = format!("/victims/{}/safe-contact", payment["victim_id"].as_str().unwrap());
        let wish = |version: i64, rules: Value| {
            let body = json!({ "rules": rules, "safe_number": "03459876123" });
            app.ask(&desk.officer, Method::PUT, &victim).json(&body).if_match(version)
        };
        wish(0, json!({ "language": "ps" })).await.expect(200);
        let told = app.get(&caller, &sheet).await.expect(200).json;
        assert_eq!((&told["may_call"], &told["mobile"]), (&json!("yes"), &json!("+923459876123")));
        assert_eq!((&told["rules"]["language"], &told["payee_name"]), (&json!("ps"), &json!("Qanarwaxname")));
        wish(1, json!({ "no_calls": true })).await.expect(200);
        let told = app.get(&caller, &sheet).await.expect(200).json;
        assert_eq!((&told["may_call"], &told["mobile"]), (&json!("no"), &json!(null)));
        call(&app, &caller, &payment, &drawn, "not_reached", None).await.problem(409, "call_unsafe");
        assert_eq!(app.count("payment_calls").await, 0);
        assert_eq!(app.count("trail WHERE action = 'payment.call_prepared'").await, 2);
    }
    async fn what_a_payee_denies_is_confirmed_by_nobody_before_the_auditor_has_settled_it(app: App) {
        let (desk, auditor) = (Desk::new(&app).await, app.actor(Role::Auditor, "PK").await);
        let award = desk.award(&[1000, 2000]).await;
        let batch = desk.released().await;
        let all = desk.payments(award).await;
        for payment in &all {
            answer(&desk, &batch, payment, "paid").await;
        }
        reachable(&desk, &all[0]).await;
        let drawn = sample(&app, &auditor).await;
        let says = async |payment: &Value, outcome: &str, paisa: Option<i64>| {
            call(&app, &desk.caller, payment, &drawn, outcome, paisa).await.expect(200).text("verdict")
        };
        let confirmed = async || app.count("payments WHERE confirmed_at IS NOT NULL").await;

        // Confirmed first and denied later, or the other way round: the denial counts.
        assert_eq!(says(&all[0], "reached_and_received", Some(1000)).await, "confirms");
        assert_eq!(confirmed().await, 1);
        assert_eq!(says(&all[0], "reached_not_received", None).await, "contradicts");
        assert_eq!(confirmed().await, 0);
        assert_eq!(says(&all[0], "reached_and_received", Some(1000)).await, "confirms");
        assert_eq!(confirmed().await, 0);
        let (verdict, calls, figures) = read(&app, &auditor, &drawn, &all[0]).await;
        assert_eq!((verdict, calls), (json!("contradicts"), ["confirms", "contradicts", "confirms"].map(Value::from).to_vec()));
        assert_eq!(figures, json!({ "drawn": 2, "reached": 1, "confirmed": 0, "contradicted": 1, "to_call": 1 }));
        confirm(&app, &desk.caller, &all[0]).await.problem(409, "finding_open");
        judge(&app, &auditor, "settle").await;
        confirm(&app, &desk.officer, &all[0]).await.problem(409, "second_person");
        confirm(&app, &desk.caller, &all[0]).await.expect(200);
        assert_eq!(read(&app, &auditor, &drawn, &all[0]).await.0, "confirms");

        assert_eq!(says(&all[1], "reached_less_received", Some(500)).await, "contradicts");
        assert_eq!(says(&all[1], "reached_and_received", Some(2000)).await, "confirms");
        // Another sample does not forget what was said for this one.
        let again = sample(&app, &auditor).await;
        let (verdict, _, figures) = read(&app, &auditor, &again, &all[1]).await;
        assert_eq!(verdict, "contradicts");
        assert_eq!(figures, json!({ "drawn": 2, "reached": 2, "confirmed": 1, "contradicted": 1, "to_call": 0 }));
        judge(&app, &auditor, "uphold").await;
        confirm(&app, &desk.caller, &all[1]).await.problem(409, "finding_open");
        assert_eq!(confirmed().await, 1);
        desk.is_true().await;
    }

    async fn what_was_said_before_the_bank_spoke_is_held_against_what_it_says_then(app: App) {
        let (desk, auditor) = (Desk::new(&app).await, app.actor(Role::Auditor, "PK").await);
        let award = desk.award(&[1000, 2000, 4000, 8000]).await;
        let batch = desk.released().await;
        let (all, drawn) = (desk.payments(award).await, sample(&app, &auditor).await);
        reachable(&desk, &all[0]).await;
        for (payment, outcome, paisa) in [
            (&all[0], "reached_and_received", Some(1000)),
            (&all[1], "reached_and_received", Some(2000)),
            (&all[2], "reached_not_received", None),
            (&all[3], "wrong_number", None),
            (&all[3], "not_reached", None),
        ] {
            let told = call(&app, &desk.caller, payment, &drawn, outcome, paisa).await.expect(200);
            assert_eq!(told.text("verdict"), "open");
        }
        answer(&desk, &batch, &all[1], "returned").await;
        for payment in [&all[0], &all[2], &all[3]] {
            answer(&desk, &batch, payment, "paid").await;
        }
        for (payment, verdict) in all.iter().zip(["confirms", "contradicts", "open", "open"]) {
            assert_eq!(read(&app, &auditor, &drawn, payment).await.0, verdict);
        }
        let figures = read(&app, &auditor, &drawn, &all[3]).await.2;
        assert_eq!(figures, json!({ "drawn": 4, "reached": 3, "confirmed": 1, "contradicted": 1, "to_call": 1 }));
    }

    async fn a_number_that_somebody_with_a_part_recorded_confirms_nothing(app: App) {
        let (desk, auditor) = (Desk::new(&app).await, app.actor(Role::Auditor, "PK").await);
        let award = desk.award(&[1000]).await;
        let batch = desk.released().await;
        let payment = desk.payments(award).await.remove(0);
        answer(&desk, &batch, &payment, "paid").await;
        let drawn = sample(&app, &auditor).await;
        let victim = format!("/victims/{}/safe-contact", payment["victim_id"].as_str().unwrap());
        let sheet = format!("/payments/{}/call", payment["id"].as_str().unwrap());
        // The payee's own number was written down by whoever prepared the claim.
        let told = call(&app, &desk.caller, &payment, &drawn, "reached_and_received", Some(1000)).await.expect(200).json;
        assert_eq!((&told["verdict"], &told["is_independent"]), (&json!("open"), &json!(false)));
        let supervisor = app.actor(Role::Supervisor, "PK-PB").await;
        for (version, who, is_independent, verdict) in [(0, &desk.officer, false, "open"), (1, &supervisor, true, "confirms")] {
            let body = json!({ "rules": {}, "safe_number": "03459876123" });
            app.ask(who, Method::PUT, &victim).json(&body).if_match(version).await.expect(200);
            let sheet = app.get(&desk.caller, &sheet).await.expect(200).json;
            let told = call(&app, &desk.caller, &payment, &drawn, "reached_and_received", Some(1000)).await.expect(200).json;
            assert_eq!(told["verdict"], verdict);
            for told in [&sheet, &told] {
                assert_eq!((&told["contact_recorded_by"], &told["is_independent"]), (&json!(who.id), &json!(is_independent)));
                assert!(told["contact_recorded_at"].is_string());
            }
            assert_eq!(app.count("payments WHERE confirmed_at IS NOT NULL").await, i64::from(is_independent));
        }
        assert_eq!(read(&app, &auditor, &drawn, &payment).await.1, ["open", "open", "confirms"]);
    }

    async fn whoever_had_a_part_in_a_payment_does_not_learn_that_it_was_drawn(app: App) {
        let (mut desk, auditor) = (Desk::new(&app).await, app.actor(Role::Auditor, "PK").await);
        let own = desk.award(&[1000, 2000]).await;
        desk.released().await;
        let first = sample(&app, &auditor).await;
        app.get(&desk.officer, &place(&first)).await.problem(404, "not_found");
        assert_eq!(app.get(&desk.officer, "/payments/samples").await.expect(200).json["items"], json!([]));
        desk.claims.officer = desk.caller.clone();
        let other = desk.award(&[4000]).await;
        desk.released().await;
        let second = sample(&app, &auditor).await;
        for (who, award, count) in [(&desk.officer, other, 1), (&desk.caller, own, 2)] {
            let seen = app.get(who, &place(&second)).await.expect(200).json;
            let items = seen["items"].as_array().unwrap();
            assert!(items.len() == count && items.iter().all(|item| item["award_id"] == json!(award)));
            assert_eq!(seen["figures"]["drawn"], count);
        }
        assert_eq!(app.get(&auditor, &place(&second)).await.expect(200).json["items"].as_array().unwrap().len(), 3);
    }

    async fn nobody_is_called_without_end(app: App) {
        let (desk, auditor) = (Desk::new(&app).await, app.actor(Role::Auditor, "PK").await);
        let award = desk.award(&[1000]).await;
        desk.released().await;
        let (payment, drawn) = (desk.payments(award).await[0].clone(), sample(&app, &auditor).await);
        for _ in 0..10 {
            call(&app, &desk.caller, &payment, &drawn, "not_reached", None).await.expect(200);
        }
        let again = sample(&app, &auditor).await;
        call(&app, &desk.caller, &payment, &again, "not_reached", None).await.problem(409, "calls_exhausted");
        let sheet = format!("/payments/{}/call", payment["id"].as_str().unwrap());
        app.get(&desk.caller, &sheet).await.problem(409, "calls_exhausted");
        assert_eq!(app.count("payment_calls").await, 10);
    }
}
