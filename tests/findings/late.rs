//! What comes to light after a claim was verified: it is looked at again before money is approved.
use super::aid::{claim, fund, injured};
use super::*;

const CNIC: &str = "3520212345672";

/// Somebody with this card is registered as dead.
async fn dies(desk: &Desk) {
    let mut dead = victim_body(&desk.incident);
    dead["harms"][0]["harm"] = json!("dead");
    dead["identity"]["cnic"] = json!(CNIC);
    desk.app.post(&desk.officer, "/victims", dead).await.expect(201);
}

on_both_databases! {
    async fn what_comes_to_light_after_the_verification_stops_the_approval_and_is_in_the_register_the_next_day(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        let claim = verified(&desk, paid_by_account("Zahra Bibi", CNIC)).await;
        dies(&desk).await;
        let refused = desk.approve(&desk.approver, &claim).await.problem(409, "finding_open");
        assert!(refused.json["conflicts_with"].is_null() && findings(&app, &auditor, "").await.is_empty());
        assert_eq!(app.count("claim_votes").await + app.count("awards").await, 0);
        assert_eq!(umeed::findings::search_all(app.work()).await.unwrap(), 1);
        let found = findings(&app, &auditor, "kind=payee_dead").await;
        let refused = desk.approve(&desk.approver, &claim).await.problem(409, "finding_open");
        assert_eq!(refused.json["conflicts_with"], found[0]["id"]);
        let finding = format!("/findings/{}", found[0]["id"].as_str().unwrap());
        desk.does(&auditor, &finding, "settle", json!({ "text": "The card was typed wrong" })).await.expect(200);
        desk.approve(&desk.approver, &claim).await.expect(200);
    }

    async fn what_comes_to_light_after_the_approval_keeps_a_batch_from_being_approved(app: App) {
        let (desk, auditor) = (crate::payments::Desk::new(&app).await, app.actor(Role::Auditor, "PK").await);
        let claim = verified(&desk.claims, paid_by_account("Zahra Bibi", CNIC)).await;
        desk.claims.approve(&desk.claims.approver, &claim).await.expect(200);
        dies(&desk.claims).await;
        let batch = desk.build().await.expect(201).location();
        desk.make(&desk.maker, &batch, "submit", 1).await.expect(200);
        let found = findings(&app, &auditor, "").await;
        let told = (found.len(), &found[0]["kind"], &found[0]["found_how"]);
        assert_eq!(told, (1, &json!("payee_dead"), &json!("approval")));
        let refused = desk.approve_as(&desk.approver, &batch, 2).await.problem(409, "finding_open");
        assert_eq!(refused.json["conflicts_with"], found[0]["id"]);
        desk.is_true().await;
    }

    async fn a_second_batch_just_below_a_total_that_takes_another_approver_is_told(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        let (maker, second) = (app.actor(Role::Payer, "PK").await, app.actor(Role::Approver, "PK-PB").await);
        fund(&desk, 4_800_000_000).await;
        let body = json!({ "instrument_id": desk.instrument("a-fund").await, "method": "cheque" });
        for count in [0, 1] {
            let claim = claim(&desk, &injured(&desk).await, "a-fund").await;
            for approver in [&desk.approver, &second] {
                desk.approve(approver, &claim).await.expect(200);
            }
            let batch = desk.keyed(&maker, "/payment-batches", body.clone()).await.expect(201).location();
            app.make(&maker, &format!("{batch}/submit"), 1, json!({})).await.expect(200);
            let found = findings(&app, &auditor, "kind=split_batches").await;
            assert_eq!(found.len(), count);
            assert!(found.iter().all(|one| one["user_id"] == json!(maker.id) && one["stops"] == json!(false)));
        }
    }
}
