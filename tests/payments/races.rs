//! Many at once, each on a connection of their own to a real server: one of them wins.
use std::time::Duration;

use futures_util::future::{join, join_all};

use super::{Desk, key};
use crate::kit::*;

const MANY: usize = 100;

/// So many who may all do the same.
async fn many(app: &App, role: Role) -> Vec<Actor> {
    let mut all = Vec::new();
    for _ in 0..MANY {
        all.push(app.actor(role, "PK").await);
    }
    all
}

/// All of these make the same move at once. Each line is open before the first of them speaks.
async fn all_at_once(server: &Server, who: &[Actor], path: &str, version: i64, body: &Value) -> Vec<Wire> {
    let lines = join_all(who.iter().map(|_| server.connect())).await;
    let path = format!("/api/v1{}", path.trim_start_matches("/api/v1"));
    let asked = who.iter().zip(lines).map(|(who, line)| {
        let bytes = command(&path, &who.token, (&key(), version), &body.to_string());
        async move { Wire::over(line, bytes.as_bytes()).await }
    });
    join_all(asked).await
}

/// One was heard; the others were told that it has changed since, or to come again.
fn one_won(answers: &[Wire]) {
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|answer| [200, 412, 503].contains(&answer.status)), "{answers:?}");
    assert!(answers.iter().filter(|answer| answer.status == 412).count() > MANY / 2, "{answers:?}");
}

on_both_databases! {
    async fn of_a_hundred_approvals_at_once_one_counts(app: App) {
        let desk = Desk::new(&app).await;
        desk.award(&[300]).await;
        let place = desk.build().await.expect(201).location();
        desk.make(&desk.maker, &place, "submit", 1).await.expect(200);
        let digest = app.get(&desk.approver, &place).await.json["digest"].clone();
        let approvers = many(&app, Role::Approver).await;
        let body = json!({ "digest": digest });
        one_won(&all_at_once(&app.listen(), &approvers, &format!("{place}/approve"), 2, &body).await);
        assert_eq!(app.count("payment_batch_votes").await, 1);
        assert_eq!(app.count("ledger_transfers WHERE reason = 'make_payable'").await, 1);
        assert_eq!(app.count("trail WHERE action LIKE 'payment_batch.appr%' AND outcome = 'done'").await, 1);
        desk.is_true().await;
    }

    async fn of_a_hundred_releases_at_once_one_sends_the_money(app: App) {
        let desk = Desk::new(&app).await;
        desk.award(&[300]).await;
        let place = desk.approved().await;
        let payers = many(&app, Role::Payer).await;
        one_won(&all_at_once(&app.listen(), &payers, &format!("{place}/release"), 3, &json!({})).await);
        assert_eq!(app.count("payment_batch_files").await, 1);
        assert_eq!(app.count("ledger_transfers WHERE reason = 'send'").await, 1);
        assert_eq!(app.count("trail WHERE action = 'payment_batch.released' AND outcome = 'done'").await, 1);
        desk.is_true().await;
    }

    async fn a_batch_that_is_approved_while_a_payment_in_it_is_cancelled_holds_no_cancelled_payment(app: App) {
        let desk = Desk::new(&app).await;
        let (mut approved, server) = (0, app.listen());
        let ask = async |who: &Actor, path: String, version: i64, body: Value| {
            let path = format!("/api/v1{}", path.trim_start_matches("/api/v1"));
            let line = server.connect().await;
            Wire::over(line, command(&path, &who.token, (&key(), version), &body.to_string()).as_bytes()).await.status
        };
        for round in 0..16 {
            let payment = { let award = desk.award(&[300]).await; desk.payments(award).await.remove(0) };
            let place = desk.build().await.expect(201).location();
            desk.make(&desk.maker, &place, "submit", 1).await.expect(200);
            let digest = app.get(&desk.approver, &place).await.json["digest"].clone();
            let approving = ask(&desk.approver, format!("{place}/approve"), 2, json!({ "digest": digest }));
            // The maker takes the batch back and gives the payment up, which is in a batch, or planned again.
            let giving_up = async {
                // Who comes a little earlier or later wins now and then.
                tokio::time::sleep(Duration::from_micros(300 * (round % 8))).await;
                let gone = ask(&desk.maker, format!("{place}/cancel"), 2, json!({})).await;
                let payment = format!("/payments/{}", payment["id"].as_str().unwrap());
                for version in 2..=3 {
                    ask(&desk.maker, format!("{payment}/cancel"), version, json!({ "reason": "paid_otherwise" })).await;
                }
                gone
            };
            let ends = join(approving, giving_up).await;
            assert!(matches!(ends, (200, 412 | 503) | (412 | 503, 200)), "{ends:?}");
            approved += u32::from(ends.0 == 200);
            let state = app.get(&desk.maker, &format!("/payments/{}", payment["id"].as_str().unwrap())).await.text("state");
            assert_eq!(state, if ends.0 == 200 { "batched" } else { "cancelled" });
            desk.is_true().await;
        }
        assert!(approved > 0, "the approval never won");
        assert_eq!(app.count("payments WHERE state = 'cancelled' AND batch_id IS NOT NULL").await, 0);
    }

    async fn a_payment_that_is_cancelled_while_a_batch_is_built_is_in_it_or_cancelled_and_never_both(app: App) {
        let desk = Desk::new(&app).await;
        let mut built_first = 0;
        for round in 0..16_u64 {
            let award = desk.award(&[300]).await;
            let payment = desk.payments(award).await.remove(0);
            let place = format!("/payments/{}", payment["id"].as_str().unwrap());
            let cancel = async {
                tokio::time::sleep(Duration::from_micros(300 * (round % 8))).await;
                app.make(&desk.maker, &format!("{place}/cancel"), 1, json!({ "reason": "paid_otherwise" })).await
            };
            let (built, cancelled) = join(async { desk.build().await }, cancel).await;
            let state = app.get(&desk.maker, &place).await.expect(200).text("state");
            match (built.status, cancelled.status) {
                (201, 409 | 412) => assert_eq!((state.as_str(), &built.json["payments"]), ("batched", &json!(1))),
                (409, 200) => assert_eq!((state.as_str(), built.text("code").as_str()), ("cancelled", "batch_empty")),
                other => panic!("{other:?}: {built:?} {cancelled:?}"),
            }
            built_first += u32::from(built.status == 201);
            desk.is_true().await;
        }
        assert!(built_first > 0, "the batch never won");
    }
}
