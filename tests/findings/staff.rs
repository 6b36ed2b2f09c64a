//! Payees who work with Umeed, or belong to somebody who does.
use super::*;

const CNIC: &str = "3520212345672";

async fn declare(app: &App, who: &Actor, relation: &str) -> Answer {
    app.post(who, "/me/declarations", json!({ "relation": relation, "cnic": CNIC })).await.expect(201)
}

fn paid_by_cheque(cnic: &str) -> Value {
    json!({ "class": "spouse", "person": { "name": "Zahra Bibi", "cnic": cnic }, "account": cheque() })
}

fn place(finding: &Value) -> String {
    format!("/findings/{}", finding["id"].as_str().unwrap())
}

on_both_databases! {
    async fn somebody_who_works_here_is_not_paid_until_the_auditor_who_alone_learns_who_settles_it(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        let leaver = app.actor(Role::Officer, "PK701").await;
        declare(&app, &leaver, "self").await;
        app.make(&desk.administrator, &format!("/users/{}/disable", leaver.id), 1, json!({})).await.expect(200);
        let claim = verified(&desk, paid_by_cheque(CNIC)).await;
        let found = findings(&app, &auditor, "").await;
        assert_eq!((found.len(), &found[0]["kind"], &found[0]["stops"]), (1, &json!("payee_staff"), &json!(true)));
        let finding = place(&found[0]);
        assert_eq!(found[0]["user_id"], json!(leaver.id));
        assert_eq!(app.get(&auditor, &finding).await.expect(200).json["user_id"], json!(leaver.id));
        for officer in [&desk.supervisor, &desk.assessor, &desk.approver] {
            app.get(officer, &finding).await.problem(404, "not_found");
            assert!(findings(&app, officer, "").await.is_empty());
        }
        let text = json!({ "text": "She is the widow, and has left the service" });
        app.make(&desk.approver, &format!("{finding}/answer"), 1, text).await.problem(404, "not_found");
        let records = app.rows("SELECT record FROM trail WHERE action LIKE 'finding.%'").await.join("\n");
        assert!(!records.contains(&leaver.id.to_string()));
        desk.approve(&desk.approver, &claim).await.problem(409, "finding_open");
        desk.does(&auditor, &finding, "settle", json!({ "text": "Seen her papers" })).await.expect(200);
        desk.approve(&desk.approver, &claim).await.expect(200);
    }

    async fn a_relation_of_whoever_decides_in_the_district_or_had_a_part_is_found(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        declare(&app, &app.actor(Role::Payer, "PK-SD").await, "spouse").await;
        declare(&app, &app.actor(Role::Officer, "PK603").await, "spouse").await;
        declare(&app, &app.actor(Role::Assessor, "PK-PB").await, "spouse").await;
        verified(&desk, paid_by_cheque(CNIC)).await;
        assert!(findings(&app, &auditor, "").await.is_empty(), "none of them has anything to do with it");

        let payer = app.actor(Role::Payer, "PK-PB").await;
        declare(&app, &payer, "parent").await;
        declare(&app, &desk.assessor, "sibling").await;
        let guardian = json!({ "name": "Zahra Bibi", "cnic": CNIC, "certificate": "G-12", "court": "Lahore" });
        let minor = json!({
            "class": "child", "is_minor": true, "person": { "name": "Ali", "guardian": guardian }, "account": cheque(),
        });
        let claim = verified(&desk, minor).await;
        let found = findings(&app, &auditor, "").await;
        let mut who: Vec<_> = found.iter().map(|one| (one["kind"].clone(), one["user_id"].clone())).collect();
        who.sort_by_key(|one| one.1.to_string());
        let mut decide = [json!(payer.id), json!(desk.assessor.id)];
        decide.sort_by_key(Value::to_string);
        assert_eq!(who, decide.map(|user| (json!("payee_relation"), user)));
        desk.approve(&desk.approver, &claim).await.problem(409, "finding_open");
    }

    async fn what_is_declared_after_the_approval_is_found_at_night_and_once_and_cannot_be_taken_back(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        let claim = verified(&desk, paid_by_cheque(CNIC)).await;
        desk.approve(&desk.approver, &claim).await.expect(200);
        let search = async || umeed::findings::search_all(app.work()).await.unwrap();
        assert_eq!(search().await, 0);
        let made = declare(&app, &desk.approver, "spouse").await.id();
        app.post(&desk.approver, &format!("/me/declarations/{made}/withdraw"), json!({})).await.expect(204);
        assert_eq!(search().await, 1, "it was in force while the claim was on its way");
        declare(&app, &desk.approver, "spouse").await;
        assert_eq!(search().await, 0, "it is the same person");
        let found = findings(&app, &auditor, "kind=payee_relation").await;
        assert_eq!((found.len(), &found[0]["user_id"]), (1, &json!(desk.approver.id)));
    }

    async fn whoever_declares_a_number_does_not_learn_whether_somebody_is_paid_by_it(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        verified(&desk, paid_by_cheque(CNIC)).await;
        for who in [&desk.supervisor, &desk.approver, &app.actor(Role::Auditor, "PK").await] {
            let mut told = Vec::new();
            for cnic in [CNIC, "3520212345694"] {
                let mut made = app.post(who, "/me/declarations", json!({ "relation": "self", "cnic": cnic })).await.expect(201).json;
                for own in ["id", "declared_at", "cnic"] {
                    made.as_object_mut().unwrap().remove(own).unwrap();
                }
                told.push(made);
            }
            assert_eq!(told[0], told[1]);
            assert_eq!(umeed::findings::search_all(app.work()).await.unwrap(), 1);
            let read = findings(&app, who, "").await;
            assert!(read.iter().all(|one| one["user_id"] != json!(who.id)), "{read:?}");
        }
        assert_eq!(findings(&app, &auditor, "kind=payee_staff").await.len(), 3);
    }

    async fn whoever_a_finding_is_about_neither_reads_it_nor_settles_another_on_its_claim(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        let second = app.actor(Role::Auditor, "PK").await;
        declare(&app, &auditor, "sibling").await;
        verified(&desk, paid_by_account("Nasreen Akhtar", "3520212345694")).await;
        verified(&desk, paid_by_account("Zahra Bibi", CNIC)).await;
        let (read, all) = (findings(&app, &auditor, "").await, findings(&app, &second, "").await);
        assert_eq!((read.len(), &read[0]["kind"], all.len()), (1, &json!("same_account"), 2));
        let own = place(&findings(&app, &second, "kind=payee_relation").await[0]);
        let text = json!({ "text": "All is well" });
        app.get(&auditor, &own).await.problem(404, "not_found");
        app.make(&auditor, &format!("{own}/settle"), 1, text.clone()).await.problem(404, "not_found");
        let register = json!({ "kind": "findings", "format": "csv" });
        let register = app.post(&auditor, "/exports", register).key("one").await.expect(201).location();
        let register = app.get(&auditor, &format!("{register}/file")).await.expect(200).body();
        assert!(register.contains("same_account") && !register.contains("payee_relation"), "{register}");
        for verb in ["settle", "uphold"] {
            desk.does(&auditor, &place(&read[0]), verb, text.clone()).await.problem(409, "second_person");
        }
        for finding in [&own, &place(&read[0])] {
            desk.does(&second, finding, "settle", text.clone()).await.expect(200);
        }
    }

    async fn whoever_had_a_part_in_either_claim_of_a_finding_does_not_settle_it(app: App) {
        let (desk, auditor) = (Desk::new(&app, "PK-PB", "PK603").await, app.actor(Role::Auditor, "PK").await);
        let first = verified(&desk, paid_by_account("Nasreen Akhtar", "3520212345694")).await;
        let second = verified(&desk, paid_by_account("Zahra Bibi", CNIC)).await;
        let (finding, text) = (place(&findings(&app, &auditor, "").await[0]), json!({ "text": "All is well" }));
        let at = if app.is_sqlite() { "0" } else { "now()" };
        for claim in [first, second] {
            // Whoever audits now had another office before.
            let former = app.actor(Role::Auditor, "PK").await;
            let claim = app.get(&desk.officer, &claim).await.expect(200).id();
            let part = (app.database.id(claim.parse().unwrap()), app.database.id(former.id.uuid()));
            let part = format!("INSERT INTO claim_parts VALUES ({}, {}, 'waive', {at})", part.0, part.1);
            app.sql(&part).await.unwrap();
            desk.does(&former, &finding, "settle", text.clone()).await.problem(409, "second_person");
        }
        desk.does(&auditor, &finding, "settle", text).await.expect(200);
    }
}
