//! Somebody of Sindh who lost the use of both hands is paid by the cabinet's rate, into her own account.
use crate::claims::{Desk, account};
use crate::kit::*;

on_both_databases! {
    async fn a_permanent_disability_in_sindh_is_awarded_to_the_victim_herself(app: App) {
        let desk = Desk::new(&app, "PK-SD", "PK701").await;
        let registrar = app.actor(Role::Supervisor, "PK-SD").await;
        let case = desk.case_of(&registrar, "injured", "civilian").await;
        let claim = desk.prepare(&case, "sindh-cabinet-2020", "disability_permanent").await.expect(201);
        assert_eq!(claim.json["missing"], json!(["fir", "mlc", "cnic", "disability_cert"]));
        let claim = claim.location();
        desk.attach_all(&claim).await;
        let victim = json!({
            "class": "victim", "person": { "name": "Zarmina Gul", "cnic": "41202-1234567-2" },
            "account": account("ZARMINA GUL"),
        });
        let payee = desk.add(&claim, victim).await.expect(201);
        assert_eq!((&payee.json["title_alike"], &payee.json["method"]), (&json!(100), &json!("ibft")));
        desk.does(&desk.officer, &claim, "submit", json!({})).await.expect(200);
        desk.does(&desk.assessor, &claim, "verify", json!({})).await.expect(200);
        let seen = app.get(&desk.approver, &format!("{claim}/award")).await.expect(200).json;
        assert_eq!(seen["people"][0]["account"]["iban"], "PK36SCBL0000001123456702");
        assert_eq!((&seen["amount_paisa"], &seen["others"]), (&json!(40_000_000), &json!([])));
        desk.approve(&desk.approver, &claim).await.expect(200);

        // The injury itself is another harm with an amount of its own; whoever decides on it sees the first.
        let second = desk.prepare(&case, "sindh-cabinet-2020", "injury_major").await.expect(201);
        let others = second.json["others"].clone();
        assert_eq!((&others[0]["standing"], &others[0]["amount_paisa"]), (&json!("approved"), &json!(40_000_000)));
    }
}
