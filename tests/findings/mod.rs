//! What speaks against paying: found before an approval and at night, answered, settled and upheld.
mod aid;
mod bank;
mod kinds;
mod late;
mod outliers;
mod staff;

use crate::claims::{Desk, account, cheque, payee};
use crate::kit::*;

/// The findings of these kinds that the auditor sees.
async fn findings(app: &App, auditor: &Actor, query: &str) -> Vec<Value> {
    app.get(auditor, &format!("/findings?{query}")).await.expect(200).json["items"].as_array().unwrap().clone()
}

/// A claim for a death with this payee, verified.
async fn verified(desk: &Desk, payee: Value) -> String {
    let registrar = desk.app.actor(Role::Supervisor, "PK-PB").await;
    let case = desk.case_of(&registrar, "dead", "civilian").await;
    let claim = desk.prepare(&case, "punjab-cvt-act-2016", "death").await.expect(201).location();
    desk.add(&claim, payee).await.expect(201);
    submit_and_verify(desk, &claim).await;
    claim
}

async fn submit_and_verify(desk: &Desk, claim: &str) {
    desk.attach_all(claim).await;
    desk.does(&desk.officer, claim, "submit", json!({})).await.expect(200);
    desk.does(&desk.assessor, claim, "verify", json!({})).await.expect(200);
}

fn paid_by_account(name: &str, cnic: &str) -> Value {
    json!({ "class": "spouse", "person": { "name": name, "cnic": cnic }, "account": account(name) })
}

on_both_databases! {
    async fn one_account_of_two_people_stops_the_second_claim_until_the_auditor_settles_it(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        let first = verified(&desk, paid_by_account("Zahra Bibi", "3520212345672")).await;
        desk.approve(&desk.approver, &first).await.expect(200);
        assert!(findings(&app, &auditor, "").await.is_empty());

        let second = verified(&desk, paid_by_account("Nasreen Akhtar", "3520212345694")).await;
        let found = findings(&app, &auditor, "kind=same_account").await;
        assert_eq!((found.len(), &found[0]["number"], &found[0]["stops"]), (1, &json!(1), &json!(true)));
        let other = app.get(&desk.officer, &first).await.text("id");
        assert_eq!(found[0]["other_claim_id"], other);
        let refused = desk.approve(&desk.approver, &second).await.problem(409, "finding_open");
        let finding = format!("/findings/{}", found[0]["id"].as_str().unwrap());
        assert_eq!(refused.json["conflicts_with"], found[0]["id"]);

        let text = json!({ "text": "Two widows of one house have one account" });
        app.make(&desk.officer, &format!("{finding}/answer"), 1, text.clone()).await.problem(403, "forbidden");
        desk.does(&desk.assessor, &finding, "answer", text.clone()).await.expect(200);
        desk.does(&desk.assessor, &finding, "settle", text).await.problem(403, "forbidden");
        desk.approve(&desk.approver, &second).await.problem(409, "finding_open");
        let settled = desk.does(&auditor, &finding, "settle", json!({ "text": "Seen the passbook" })).await.expect(200);
        assert_eq!(settled.json["replies"].as_array().unwrap().len(), 2);
        assert_eq!(settled.json["replies"][0]["text"], "Two widows of one house have one account");
        desk.approve(&desk.approver, &second).await.expect(200);
    }

    async fn a_payee_who_is_recorded_dead_is_not_paid(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        let mut dead = victim_body(&desk.incident);
        dead["harms"][0]["harm"] = json!("dead");
        dead["identity"]["cnic"] = json!("3520212345672");
        app.post(&desk.officer, "/victims", dead).await.expect(201);
        let claim = verified(&desk, json!({
            "class": "spouse", "person": { "name": "Zahra Bibi", "cnic": "3520212345672" }, "account": { "method": "cheque" },
        })).await;
        let found = findings(&app, &auditor, "").await;
        assert_eq!((found.len(), &found[0]["kind"]), (1, &json!("payee_dead")));
        let finding = format!("/findings/{}", found[0]["id"].as_str().unwrap());
        desk.does(&auditor, &finding, "uphold", json!({ "text": "The certificate is genuine" })).await.expect(200);
        desk.approve(&desk.approver, &claim).await.problem(409, "finding_open");
        desk.does(&auditor, &finding, "settle", json!({ "text": "On second thoughts" })).await.problem(409, "illegal_move");
    }

    async fn an_heir_of_two_victims_is_paid_for_both_when_the_auditor_has_settled_it(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        verified(&desk, paid_by_account("Zahra Bibi", "3520212345672")).await;
        let second = verified(&desk, paid_by_account("Zahra Bibi", "3520212345672")).await;
        let found = findings(&app, &auditor, "").await;
        assert_eq!((found.len(), &found[0]["kind"], &found[0]["stops"]), (1, &json!("same_cnic"), &json!(true)));
        desk.approve(&desk.approver, &second).await.problem(409, "finding_open");
        let finding = format!("/findings/{}", found[0]["id"].as_str().unwrap());
        desk.does(&auditor, &finding, "settle", json!({ "text": "Both were her sons" })).await.expect(200);
        desk.approve(&desk.approver, &second).await.expect(200);
    }

    async fn what_comes_to_light_after_the_approval_is_found_at_night_and_once(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        let claim = verified(&desk, paid_by_account("Zahra Bibi", "3520212345672")).await;
        desk.approve(&desk.approver, &claim).await.expect(200);
        assert_eq!(umeed::findings::search_all(app.work()).await.unwrap(), 0);
        let mut dead = victim_body(&desk.incident);
        dead["harms"][0]["harm"] = json!("dead");
        dead["identity"]["cnic"] = json!("3520212345672");
        app.post(&desk.officer, "/victims", dead).await.expect(201);
        assert_eq!(umeed::findings::search_all(app.work()).await.unwrap(), 1);
        assert_eq!(umeed::findings::search_all(app.work()).await.unwrap(), 0, "each is found once");
        let found = findings(&app, &auditor, "").await;
        assert_eq!((&found[0]["kind"], &found[0]["found_how"]), (&json!("payee_dead"), &json!("night")));
    }

    async fn an_account_that_was_moved_after_the_verification_is_looked_at_before_the_approval(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        let first = verified(&desk, paid_by_account("Zahra Bibi", "3520212345672")).await;
        let second = verified(&desk, payee("spouse", "Nasreen Akhtar")).await;
        assert!(findings(&app, &auditor, "").await.is_empty());
        let payees = app.get(&desk.officer, &format!("{second}/payees")).await.expect(200).json;
        let path = format!("/payees/{}/account", payees[0]["id"].as_str().unwrap());
        app.make(&desk.officer, &path, 1, account("Nasreen Akhtar")).await.expect(200);
        desk.approve(&desk.approver, &second).await.problem(409, "finding_open");
        let kinds: Vec<_> = findings(&app, &auditor, "").await.iter().map(|one| one["kind"].clone()).collect();
        assert_eq!(kinds, [json!("account_changed"), json!("same_account")]);
        let first = app.get(&desk.officer, &first).await.text("id");
        assert_eq!(findings(&app, &auditor, &format!("claim_id={first}")).await.len(), 1, "it is about both claims");

        // Nobody who prepared the claim is warned.
        let case = app.get(&desk.officer, &second).await.text("case_id");
        let timeline = app.get(&desk.officer, &format!("/cases/{case}/timeline")).await.expect(200).json;
        let told = timeline["items"].as_array().unwrap().iter();
        assert!(told.clone().count() > 3 && !told.clone().any(|one| one["action"] == "finding.recorded"));
    }

    async fn what_was_settled_stays_settled_and_another_cause_of_it_is_found(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        verified(&desk, paid_by_account("Zahra Bibi", "3520212345672")).await;
        let second = verified(&desk, payee("spouse", "Nasreen Akhtar")).await;
        let moved = async |to: Value| {
            let payees = app.get(&desk.officer, &format!("{second}/payees")).await.expect(200).json;
            let path = format!("/payees/{}/account", payees[0]["id"].as_str().unwrap());
            app.make(&desk.officer, &path, payees[0]["version"].as_i64().unwrap(), to).await.expect(200);
            (findings(&app, &auditor, "kind=same_account").await.len(), findings(&app, &auditor, "kind=account_changed").await.len())
        };
        let settled = async || for one in findings(&app, &auditor, "state=open").await {
            let finding = format!("/findings/{}", one["id"].as_str().unwrap());
            desk.does(&auditor, &finding, "settle", json!({ "text": "She has moved it" })).await.expect(200);
        };
        assert_eq!(moved(account("Nasreen Akhtar")).await, (1, 1));
        settled().await;
        assert_eq!(moved(cheque()).await, (1, 2), "what is known of the former account is known");
        settled().await;
        desk.approve(&desk.approver, &second).await.expect(200);
        assert_eq!(umeed::findings::search_all(app.work()).await.unwrap(), 0);
        assert_eq!(moved(account("Nasreen Akhtar")).await, (2, 3), "it is moved back");
        settled().await;
        assert_eq!(umeed::findings::search_all(app.work()).await.unwrap(), 0);
        app.sql("UPDATE findings SET cause = 'one'").await.expect_err("two findings of one cause");
    }

    async fn findings_go_with_their_case_to_another_district(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK603").await;
        verified(&desk, paid_by_account("Zahra Bibi", "3520212345672")).await;
        let second = verified(&desk, paid_by_account("Nasreen Akhtar", "3520212345694")).await;
        let case = app.get(&desk.officer, &second).await.text("case_id");
        let taker = app.actor(Role::Supervisor, "PK701").await;
        let offer = json!({ "district": "PK701", "reason": "victim_moved" });
        let offer = desk.does(&desk.supervisor, &format!("/cases/{case}"), "transfer", offer).await.expect(201).location();
        app.make(&taker, &format!("{offer}/accept"), 1, json!({})).await.expect(200);
        let there = app.actor(Role::Approver, "PK701").await;
        let found = findings(&app, &there, "").await;
        assert_eq!((found.len(), &found[0]["district"]), (1, &json!("PK701")));
        assert!(findings(&app, &desk.approver, "").await.is_empty());
        let finding = format!("/findings/{}", found[0]["id"].as_str().unwrap());
        desk.does(&there, &finding, "answer", json!({ "text": "Asked the family" })).await.expect(200);
    }

    async fn the_register_is_for_those_who_decide_over_money_in_their_own_area(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK603").await;
        verified(&desk, paid_by_account("Zahra Bibi", "3520212345672")).await;
        verified(&desk, paid_by_account("Nasreen Akhtar", "3520212345694")).await;
        let (elsewhere, officer) = (app.actor(Role::Approver, "PK-SD").await, app.actor(Role::Officer, "PK603").await);
        assert!(findings(&app, &elsewhere, "").await.is_empty());
        assert_eq!(findings(&app, &desk.approver, "state=open").await.len(), 1);
        app.get(&officer, "/findings").await.problem(403, "forbidden");
    }
}
