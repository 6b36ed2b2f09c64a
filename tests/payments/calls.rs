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
        for table in ["payment_samples SET size = 1", "payment_sample_items SET place = 9", "payment_calls SET verdict = 'open'"] {
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
}
