//! From a plan to the bank's hands: who may do what, in which order, and that it happens once.
use super::{Desk, IBAN, key};
use crate::kit::*;

const VERBS: [&str; 4] = ["submit", "approve", "release", "cancel"];

/// The verbs that lead to each state, and those that lead on; results come by another door.
const STATES: [(&str, &[&str], &[&str]); 5] = [
    ("draft", &[], &["submit", "cancel"]),
    ("submitted", &["submit"], &["approve", "cancel"]),
    ("approved", &["submit", "approve"], &["release", "cancel"]),
    ("released", &["submit", "approve", "release"], &["results"]),
    ("cancelled", &["cancel"], &[]),
];

async fn make(desk: &Desk, place: &str, verb: &str, version: i64) -> Answer {
    match verb {
        "approve" => desk.approve_as(&desk.approver, place, version).await,
        "release" => desk.make(&desk.releaser, place, verb, version).await,
        _ => desk.make(&desk.maker, place, verb, version).await,
    }
}

on_both_databases! {
    async fn a_batch_is_made_approved_and_released_by_three_people_and_each_rupee_is_somewhere(app: App) {
        let desk = Desk::with(&app, 1000).await;
        let award = desk.award(&[300, 200]).await;
        assert_eq!(desk.balances().await, [500, 500, 0, 0, 0, 0]);
        let built = desk.build().await.expect(201);
        assert_eq!((&built.json["payments"], &built.json["total_paisa"]), (&json!(2), &json!(500)));
        let place = built.location();
        desk.make(&desk.maker, &place, "submit", 1).await.expect(200);
        let approved = desk.approve_as(&desk.approver, &place, 2).await.expect(200);
        assert_eq!(approved.json["votes"][0]["digest"], approved.json["digest"]);
        assert_eq!(desk.balances().await, [500, 0, 500, 0, 0, 0]);
        desk.make(&desk.maker, &place, "release", 3).await.problem(409, "second_person");
        let released = desk.make(&desk.releaser, &place, "release", 3).await.expect(200);
        assert_eq!(desk.balances().await, [500, 0, 0, 500, 0, 0]);
        assert_eq!(released.json["files"][0]["format"], "csv");
        let file = app.get(&desk.releaser, &format!("{place}/file?format=csv")).await.expect(200);
        let digest = data_encoding::HEXLOWER.encode(&<sha2::Sha256 as sha2::Digest>::digest(&file.body));
        assert_eq!(released.json["files"][0]["sha256"], digest);
        for payment in desk.payments(award).await {
            assert_eq!(payment["state"], "released");
            assert!(file.body().contains(payment["reference"].as_str().unwrap()));
        }
        assert_eq!(file.body().matches("Qanarwaxname").count(), 2);
        assert_eq!(app.count("trail WHERE action = 'payment_batch.downloaded'").await, 1);
        desk.is_true().await;
    }

    async fn every_move_does_what_the_table_says_in_every_state(app: App) {
        let desk = Desk::new(&app).await;
        for (state, way, allowed) in STATES {
            for verb in VERBS {
                desk.award(&[100]).await;
                let place = desk.build().await.expect(201).location();
                let mut version = 1;
                for step in way {
                    version = make(&desk, &place, step, version).await.expect(200).version();
                }
                assert_eq!(app.get(&desk.approver, &place).await.text("state"), state);
                let answer = make(&desk, &place, verb, version).await;
                if allowed.contains(&verb) {
                    version = answer.expect(200).version();
                } else {
                    assert_eq!(answer.problem(409, "illegal_move").json["allowed"], json!(allowed), "{verb} when {state}");
                }
                // What is planned again would be in the next batch, which does no harm.
                _ = version;
            }
        }
        desk.is_true().await;
    }

    async fn an_approval_is_of_the_content_that_was_read_and_of_no_other(app: App) {
        let desk = Desk::new(&app).await;
        desk.award(&[300]).await;
        let place = desk.build().await.expect(201).location();
        desk.make(&desk.maker, &place, "submit", 1).await.expect(200);
        let approve = async |digest: &str| {
            app.make(&desk.approver, &format!("{place}/approve"), 2, json!({ "digest": digest })).await
        };
        approve(&"0".repeat(64)).await.problem(409, "content_changed");
        app.sql("UPDATE payments SET amount_paisa = 301").await.unwrap();
        desk.approve_as(&desk.approver, &place, 2).await.problem(409, "content_changed");
        app.sql("UPDATE payments SET amount_paisa = 300").await.unwrap();
        desk.approve_as(&desk.approver, &place, 2).await.expect(200);
        app.sql("UPDATE payments SET amount_paisa = 299").await.unwrap();
        desk.make(&desk.releaser, &place, "release", 3).await.problem(409, "content_changed");
        assert_eq!(app.count("payment_batch_files").await, 0);
    }

    async fn what_the_fund_does_not_hold_is_planned_and_not_approved(app: App) {
        let desk = Desk::with(&app, 250).await;
        let award = desk.award(&[300]).await;
        assert_eq!(desk.payments(award).await[0]["fund_id"], Value::Null);
        let place = desk.build().await.expect(201).location();
        desk.make(&desk.maker, &place, "submit", 1).await.expect(200);
        desk.approve_as(&desk.approver, &place, 2).await.problem(409, "fund_exhausted");
        assert_eq!(app.count("payment_batch_votes").await, 0);
        let administrator = app.actor(Role::Administrator, "PK").await;
        let more = json!({ "kind": "allotted", "amount_paisa": 50, "order_number": "FD/2", "ordered_on": "2026-07-15" });
        app.post(&administrator, &format!("/funds/{}/allotments", desk.fund), more).key("m").await.expect(200);
        desk.approve_as(&desk.approver, &place, 2).await.expect(200);
        assert_eq!(desk.balances().await, [0, 0, 300, 0, 0, 0]);
        desk.make(&desk.maker, &place, "cancel", 3).await.expect(200);
        assert_eq!(desk.balances().await, [0, 300, 0, 0, 0, 0]);
        desk.is_true().await;
    }

    async fn a_large_batch_needs_two_who_approve(app: App) {
        let desk = Desk::new(&app).await;
        desk.award(&[5_000_000_000]).await;
        let place = desk.build().await.expect(201).location();
        let submitted = desk.make(&desk.maker, &place, "submit", 1).await.expect(200);
        assert_eq!(submitted.json["approvals_needed"], 2);
        let first = desk.approve_as(&desk.approver, &place, 2).await.expect(200);
        assert_eq!(first.json["state"], "submitted");
        desk.make(&desk.releaser, &place, "release", 3).await.problem(409, "illegal_move");
        desk.approve_as(&desk.approver, &place, 3).await.problem(409, "already_exists");
        assert_eq!(desk.approve_as(&desk.second, &place, 3).await.expect(200).json["state"], "approved");
        desk.is_true().await;
    }

    async fn a_changed_account_voids_what_was_approved_and_waits_three_days(app: App) {
        let desk = Desk::new(&app).await;
        let award = desk.award(&[300]).await;
        let place = desk.approved().await;
        let payment = desk.payments(award).await.remove(0);
        desk.move_account(&payment, "Another title").await.await.expect(200);
        let moved = desk.payments(award).await.remove(0);
        assert_ne!(moved["account_id"], payment["account_id"]);
        desk.make(&desk.releaser, &place, "release", 3).await.problem(409, "content_changed");
        desk.make(&desk.maker, &place, "cancel", 3).await.expect(200);
        desk.build().await.problem(409, "batch_empty");
        desk.is_true().await;
        app.pass_minutes(72 * 60 + 1);
        let maker = app.again(&desk.maker).await;
        let body = json!({ "instrument_id": desk.instrument, "method": "ibft" });
        app.post(&maker, "/payment-batches", body).key(&key()).await.expect(201);
    }

    async fn an_award_that_is_made_is_planned_at_once_and_on_the_timeline(app: App) {
        let desk = Desk::new(&app).await;
        let claim = desk.claims.verified().await;
        desk.claims.approve(&desk.claims.approver, &claim).await.expect(200);
        assert_eq!(desk.balances().await[1], 100_000_000);
        let planned = app.get(&desk.officer, "/payments").await.expect(200).json["items"].clone();
        assert_eq!((&planned[0]["method"], &planned[0]["amount_paisa"]), (&json!("cheque"), &json!(100_000_000)));
        let case = planned[0]["case_id"].as_str().unwrap();
        let timeline = app.get(&desk.officer, &format!("/cases/{case}/timeline")).await.expect(200).body();
        assert!(timeline.contains("payment.planned"), "{timeline}");
        desk.is_true().await;
    }

    async fn a_payment_in_a_batch_is_not_cancelled_and_a_cancelled_one_is_in_no_batch(app: App) {
        let desk = Desk::new(&app).await;
        let award = desk.award(&[300, 200]).await;
        let payments = desk.payments(award).await;
        let place = |payment: &Value| format!("/payments/{}", payment["id"].as_str().unwrap());
        let cancel = async |payment: &Value, version: i64| {
            let body = json!({ "reason": "paid_otherwise" });
            app.make(&desk.maker, &format!("{}/cancel", place(payment)), version, body).await
        };
        cancel(&payments[0], 1).await.expect(200);
        assert_eq!(desk.balances().await[1], 200);
        let batch = desk.build().await.expect(201);
        assert_eq!(batch.json["payments"], 1);
        cancel(&payments[1], 2).await.problem(409, "illegal_move");
        desk.make(&desk.maker, &batch.location(), "cancel", 1).await.expect(200);
        cancel(&payments[1], 3).await.expect(200);
        assert_eq!(desk.balances().await[1], 0);
        desk.is_true().await;
    }

    async fn what_was_given_up_is_planned_again_once_by_a_second_person(app: App) {
        let desk = Desk::with(&app, 300).await;
        let award = desk.award(&[300]).await;
        let old = format!("/payments/{}", desk.payments(award).await[0]["id"].as_str().unwrap());
        let again = async |who: &Actor, place: &str, version| {
            app.make(who, &format!("{place}/plan-again"), version, json!({})).await
        };
        again(&desk.releaser, &old, 1).await.problem(409, "illegal_move");
        let body = json!({ "reason": "planned_in_error" });
        app.make(&desk.maker, &format!("{old}/cancel"), 1, body.clone()).await.expect(200);
        assert_eq!(desk.balances().await[0], 300);
        again(&desk.maker, &old, 2).await.problem(409, "second_person");
        again(&desk.officer, &old, 2).await.problem(403, "forbidden");
        let new = again(&desk.releaser, &old, 2).await.expect(201);
        assert_eq!((new.text("state"), &new.json["amount_paisa"]), ("planned".into(), &json!(300)));
        assert_eq!(old, format!("/payments/{}", new.text("reissue_of")));
        assert_ne!(new.text("reference"), app.get(&desk.maker, &old).await.text("reference"));
        assert_eq!(desk.balances().await[..2], [0, 300]);
        again(&desk.releaser, &old, 2).await.problem(409, "already_exists");

        app.make(&desk.releaser, &format!("{}/cancel", new.location()), 1, body).await.expect(200);
        again(&desk.releaser, &old, 2).await.problem(409, "already_exists");
        again(&desk.maker, &new.location(), 2).await.expect(201);
        desk.released().await;
        assert_eq!(desk.balances().await, [0, 0, 0, 300, 0, 0]);
        desk.is_true().await;
    }

    async fn what_was_given_up_because_it_was_paid_otherwise_is_not_planned_again(app: App) {
        let desk = Desk::with(&app, 300).await;
        let award = desk.award(&[300]).await;
        let payment = format!("/payments/{}", desk.payments(award).await[0]["id"].as_str().unwrap());
        let body = json!({ "reason": "paid_otherwise" });
        app.make(&desk.maker, &format!("{payment}/cancel"), 1, body).await.expect(200);
        let again = app.make(&desk.releaser, &format!("{payment}/plan-again"), 2, json!({})).await;
        again.problem(409, "paid_otherwise");
        assert_eq!((desk.payments(award).await.len(), desk.balances().await[..2].to_vec()), (1, vec![300, 0]));
        let refused = "trail WHERE action = 'request.refused' AND record LIKE '%paid_otherwise%'";
        assert_eq!(app.count(refused).await, 1);
        desk.is_true().await;
    }

    async fn a_release_that_breaks_before_its_file_is_made_leaves_nothing_and_can_be_made_again(app: App) {
        let desk = Desk::new(&app).await;
        desk.award(&[300]).await;
        let place = desk.approved().await;
        app.sql("CREATE TABLE kept AS SELECT * FROM person_keys").await.unwrap();
        let broken = if app.is_sqlite() { "x'00'" } else { "'\\x00'::bytea" };
        app.sql(&format!("UPDATE person_keys SET wrapped = {broken}")).await.unwrap();
        desk.make(&desk.releaser, &place, "release", 3).await.expect(500);
        assert_eq!(app.get(&desk.approver, &place).await.text("state"), "approved");
        assert_eq!((app.count("payment_batch_files").await, desk.balances().await[2]), (0, 300));
        let whole = "(SELECT wrapped FROM kept WHERE kept.victim_id = person_keys.victim_id)";
        app.sql(&format!("UPDATE person_keys SET wrapped = {whole}; DROP TABLE kept")).await.unwrap();
        desk.make(&desk.releaser, &place, "release", 3).await.expect(200);
        desk.is_true().await;
    }

    async fn the_database_itself_refuses_two_roles_in_one_hand(app: App) {
        let desk = Desk::new(&app).await;
        desk.award(&[300]).await;
        let place = desk.build().await.expect(201).location();
        desk.make(&desk.maker, &place, "submit", 1).await.expect(200);
        let (batch, maker) = (place.rsplit('/').next().unwrap().parse().unwrap(), app.database.id(desk.maker.id.uuid()));
        let (batch, at) = (app.database.id(batch), if app.is_sqlite() { "0" } else { "now()" });
        let vote = format!("INSERT INTO payment_batch_votes SELECT {batch}, {maker}, digest, {at} FROM payment_batches");
        app.sql(&vote).await.unwrap_err();
        for sql in [
            "UPDATE payment_batches SET state = 'approved', approved_at = submitted_at",
            "UPDATE payment_batches SET released_by = built_by",
            "UPDATE payments SET state = 'released'",
            "DELETE FROM payments",
        ] {
            assert!(app.sql(sql).await.is_err(), "{sql}");
        }
        desk.approve_as(&desk.approver, &place, 2).await.expect(200);
        let approver = app.database.id(desk.approver.id.uuid());
        let release = format!("UPDATE payment_batches SET state = 'released', released_at = {at}, released_by = {approver}");
        app.sql(&release).await.unwrap_err();
        app.sql("UPDATE payment_batch_votes SET digest = ''").await.unwrap_err();
        app.sql("DELETE FROM payment_batch_votes").await.unwrap_err();
    }

    async fn who_does_not_pay_does_not_pay_and_who_is_elsewhere_sees_nothing(app: App) {
        let desk = Desk::new(&app).await;
        desk.award(&[300]).await;
        let place = desk.build().await.expect(201).location();
        for role in [Role::Officer, Role::Supervisor, Role::Assessor, Role::Auditor, Role::Administrator, Role::Partner] {
            let other = app.actor(role, "PK").await;
            desk.make(&other, &place, "submit", 1).await.problem(403, "forbidden");
            desk.make(&other, &place, "release", 1).await.problem(403, "forbidden");
            app.get(&other, &format!("{place}/file?format=csv")).await.problem(403, "forbidden");
        }
        desk.make(&desk.approver, &place, "submit", 1).await.problem(403, "forbidden");
        let elsewhere = app.actor(Role::Payer, "PK-SD").await;
        desk.make(&elsewhere, &place, "submit", 1).await.problem(404, "not_found");
        assert_eq!(app.get(&elsewhere, "/payments").await.expect(200).json["items"], json!([]));
        let body = json!({ "instrument_id": desk.instrument, "method": "ibft", "districts": ["PK601"] });
        app.post(&elsewhere, "/payment-batches", body).key(&key()).await.fault("/districts", "outside_area");
        app.post(&desk.maker, "/payment-batches", json!({})).await.problem(400, "idempotency_key_required");
    }

    async fn the_approver_sees_whom_the_money_reaches_and_no_account_that_can_be_used(app: App) {
        let desk = Desk::new(&app).await;
        desk.award(&[300]).await;
        let place = desk.build().await.expect(201).location();
        let shown = app.get(&desk.approver, &format!("{place}/payments")).await.expect(200);
        assert_eq!(shown.json["items"][0]["payee_name"], "Qanarwaxname");
        // What else the State was asked for the same victim, and this claim itself.
        assert_eq!(shown.json["items"][0]["claims"].as_array().unwrap().len(), 1);
        assert!(!shown.body().contains(IBAN) && shown.body().contains("6702"));
        assert_eq!(app.count("trail WHERE action = 'payment.viewed'").await, 1);
        app.get(&desk.maker, &format!("{place}/payments")).await.problem(403, "forbidden");
        for (table, column) in [("trail", "record"), ("outbox", "payload")] {
            let kept = app.rows(&format!("SELECT {column} FROM {table}")).await.join("\n");
            assert!(!kept.contains("Qanarwax") && !kept.contains(IBAN), "{table}");
        }
    }

    async fn a_payment_that_is_left_out_or_has_no_money_stays_planned(app: App) {
        let desk = Desk::with(&app, 1500).await;
        let (funded, short) = (desk.award(&[1000]).await, desk.award(&[2000]).await);
        let build = |more: Value| {
            let mut body = json!({ "instrument_id": desk.instrument, "method": "ibft" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            app.post(&desk.maker, "/payment-batches", body).key(&key())
        };
        let batch = build(json!({ "only_funded": true })).await.expect(201);
        assert_eq!((&batch.json["payments"], &batch.json["total_paisa"]), (&json!(1), &json!(1000)));
        desk.make(&desk.maker, &batch.location(), "cancel", 1).await.expect(200);
        let id = desk.payments(short).await[0]["id"].clone();
        let batch = build(json!({ "leave_out": [id] })).await.expect(201);
        assert_eq!(batch.json["total_paisa"], 1000);
        assert_eq!(desk.payments(short).await[0]["state"], "planned");
        assert_eq!(desk.payments(funded).await[0]["state"], "batched");
        let many: Vec<_> = (0..1001).map(|_| uuid::Uuid::now_v7()).collect();
        build(json!({ "leave_out": many })).await.fault("/leave_out", "too_many");
        desk.is_true().await;
    }
}
