//! What is found when a claim is verified, a kind at a time; the other files have the kinds that are a story of their own.
use uuid::Uuid;

use super::aid::{claim, fund, injured};
use super::*;
use crate::documents;

const ACT: &str = "punjab-cvt-act-2016";

/// The only finding of this kind.
async fn only(app: &App, auditor: &Actor, kind: &str) -> Value {
    let found = findings(app, auditor, &format!("kind={kind}")).await;
    assert_eq!(found.len(), 1, "{kind}: {found:?}");
    found[0].clone()
}

/// A verified claim for the death of somebody who has this card.
async fn of_card(desk: &Desk, cnic: &str, heir: &str) -> String {
    let registrar = desk.app.actor(Role::Officer, &desk.district).await;
    let mut body = victim_body(&desk.incident);
    body["harms"][0]["harm"] = json!("dead");
    body["identity"]["cnic"] = json!(cnic);
    let victim = desk.app.post(&registrar, "/victims", body).await.expect(201).id();
    let case = json!({ "victim_id": victim, "incident_id": desk.incident });
    let case = desk.app.post(&desk.officer, "/cases", case).await.expect(201).id();
    let claim = desk.prepare(&case, ACT, "death").await.expect(201).location();
    desk.add(&claim, payee("spouse", heir)).await.expect(201);
    submit_and_verify(desk, &claim).await;
    claim
}

/// A verified claim whose first information report is this file.
async fn proved_by(desk: &Desk, content: &[u8]) -> String {
    let registrar = desk.app.actor(Role::Supervisor, "PK-PB").await;
    let case = desk.case_of(&registrar, "dead", "civilian").await;
    let claim = desk.prepare(&case, ACT, "death").await.expect(201).location();
    desk.add(&claim, payee("spouse", "Zahra Bibi")).await.expect(201);
    let document = documents::add(&desk.app, &desk.officer, &case, ("a.pdf", content)).await.expect(201);
    let paper = json!({ "kind": "fir", "document_id": document.id(), "sha256": document.text("sha256") });
    desk.does(&desk.officer, &claim, "evidence", paper).await.expect(200);
    submit_and_verify(desk, &claim).await;
    claim
}

on_both_databases! {
    async fn one_person_who_is_registered_as_two_victims_is_paid_for_neither_until_it_is_settled(app: App) {
        let auditor = app.actor(Role::Auditor, "PK").await;
        let (desk, elsewhere) = (Desk::new(&app, "PK-PB", "PK603").await, Desk::new(&app, "PK-PB", "PK604").await);
        let first = of_card(&desk, "3520212345672", "Zahra Bibi").await;
        of_card(&desk, "3520212345694", "Gul Bibi").await;
        assert!(findings(&app, &auditor, "").await.is_empty());
        let second = of_card(&elsewhere, "3520212345672", "Nasreen Akhtar").await;
        let found = only(&app, &auditor, "same_victim").await;
        let other = app.get(&desk.officer, &first).await.text("id");
        assert_eq!((&found["other_claim_id"], &found["stops"]), (&json!(other), &json!(true)));
        desk.approve(&desk.approver, &first).await.problem(409, "finding_open");
        elsewhere.approve(&elsewhere.approver, &second).await.problem(409, "finding_open");
        let finding = format!("/findings/{}", found["id"].as_str().unwrap());
        desk.does(&auditor, &finding, "settle", json!({ "text": "One card was typed wrong" })).await.expect(200);
        desk.approve(&desk.approver, &first).await.expect(200);
    }

    async fn two_claims_of_one_victim_for_one_attack_are_told_and_both_paid(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        fund(&desk, 5_000_000).await;
        let case = injured(&desk).await;
        let first = claim(&desk, &case, ACT).await;
        let second = claim(&desk, &case, "a-fund").await;
        let found = only(&app, &auditor, "two_claims").await;
        let first = app.get(&desk.officer, &first).await.text("id");
        assert_eq!((&found["other_claim_id"], &found["stops"]), (&json!(first), &json!(false)));
        desk.approve(&desk.approver, &second).await.expect(200);
    }

    async fn one_mobile_number_of_two_people_is_told(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        let mut claims = Vec::new();
        for (name, cnic) in [("Zahra Bibi", "3520212345672"), ("Nasreen Akhtar", "3520212345694")] {
            let mut heir = payee("spouse", name);
            heir["person"]["cnic"] = json!(cnic);
            heir["person"]["mobile"] = json!("03451234567");
            claims.push(verified(&desk, heir).await);
        }
        let found = only(&app, &auditor, "same_mobile").await;
        assert_eq!((&found["stops"], &found["found_how"]), (&json!(false), &json!("verification")));
        desk.approve(&desk.approver, &claims[1]).await.expect(200);
    }

    async fn an_award_of_another_amount_than_its_line_is_found_at_night(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        let claim = desk.verified().await;
        let claim = app.get(&desk.officer, &claim).await.expect(200);
        // No route makes such an award, so it is written behind the back of the claims.
        desk.award_unseen(Uuid::now_v7(), &claim, 100_000_001).await;
        assert_eq!(umeed::findings::search_all(app.work()).await.unwrap(), 1);
        let found = only(&app, &auditor, "amount_off_tariff").await;
        assert_eq!((&found["stops"], &found["found_how"]), (&json!(true), &json!("night")));
    }

    async fn an_amount_just_below_one_that_takes_another_approver_is_told(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        fund(&desk, 475_000_000).await;
        let case = injured(&desk).await;
        let claim = claim(&desk, &case, "a-fund").await;
        assert_eq!(only(&app, &auditor, "below_tier").await["stops"], json!(false));
        desk.approve(&desk.approver, &claim).await.expect(200);
    }

    async fn a_document_that_proves_the_claims_of_two_victims_stops_both(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        let claims = [proved_by(&desk, documents::PDF).await, proved_by(&desk, documents::PDF).await];
        proved_by(&desk, b"%PDF-1.7\n1\n%%EOF").await;
        assert_eq!(only(&app, &auditor, "document_reused").await["stops"], json!(true));
        for claim in &claims {
            desk.approve(&desk.approver, claim).await.problem(409, "finding_open");
        }
    }
}
