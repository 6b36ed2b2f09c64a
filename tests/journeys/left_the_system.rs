//! An auditor takes payments and findings along; another auditor sees later which rows left the system, and with whom.
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::kit::*;
use crate::payments::Desk;

fn export(app: &App, who: &Actor, kind: &str) -> Ask {
    let key = uuid::Uuid::now_v7().to_string();
    app.post(who, "/exports", json!({ "kind": kind, "format": "csv" })).key(&key)
}

on_both_databases! {
    async fn an_auditor_sees_which_rows_another_took_along(app: App) {
        let desk = Desk::new(&app).await;
        let (first, second) = (app.actor(Role::Auditor, "PK-PB").await, app.actor(Role::Auditor, "PK").await);
        let claim = desk.verified("Zahra Bibi", "3520212345672").await;
        desk.claims.approve(&desk.claims.approver, &claim).await.expect(200);
        let listed = app.get(&first, "/payments").await.expect(200).json;
        let payment = listed["items"][0]["id"].as_str().unwrap();
        let payments = export(&app, &first, "payments").await.expect(201);
        let taken = app.get(&first, &format!("{}/file", payments.location())).await.expect(200);

        let doubled = desk.verified("Nasreen Akhtar", "3520212345694").await;
        let finding = app.get(&first, "/findings?kind=same_account").await.expect(200).json["items"][0].clone();
        let finding = finding["id"].as_str().unwrap();
        let text = json!({ "text": "The passbook is of one house" });
        desk.claims.does(&first, &format!("/findings/{finding}"), "settle", text).await.expect(200);
        desk.claims.approve(&desk.claims.approver, &doubled).await.expect(200);
        let findings = export(&app, &first, "findings").await.expect(201);
        let register = app.get(&first, &format!("{}/file", findings.location())).await.expect(200).body();
        for told in [finding, &findings.id(), "same_account,settled", &first.id.to_string()] {
            assert!(register.contains(told), "{told}: {register}");
        }
        for file in [taken.body(), register] {
            for name in ["Zahra", "Nasreen", "3520212345672", "PK36SCBL0000001123456702", "passbook"] {
                assert!(!file.contains(name), "{name}");
            }
        }

        let known = app.get(&second, &format!("/exports?row_id={payment}")).await.expect(200).json["items"].clone();
        assert_eq!((known.as_array().unwrap().len(), &known[0]["id"]), (1, &json!(payments.id())));
        assert_eq!((&known[0]["made_by"], &known[0]["kind"]), (&json!(first.id), &json!("payments")));
        let place = payments.location();
        let rows = app.get(&second, &format!("{place}/rows")).await.expect(200).json;
        assert_eq!(rows["items"], json!([{ "id": payment }]));
        let again = app.get(&second, &format!("{place}/file")).await.expect(200);
        assert_eq!(again.body, taken.body);
        assert_eq!(known[0]["sha256"], HEXLOWER.encode(&Sha256::digest(&again.body)));
        app.get(&second, &place).await.expect(200);
        for (action, times) in [("made", 2), ("viewed", 2), ("downloaded", 3)] {
            let count = app.count(&format!("trail WHERE action = 'export.{action}'")).await;
            assert_eq!(count, times, "{action}");
        }
        let made = app.rows("SELECT record FROM trail WHERE action = 'export.made'").await;
        assert!(made.iter().any(|record| record.contains(known[0]["sha256"].as_str().unwrap())));
    }
}
