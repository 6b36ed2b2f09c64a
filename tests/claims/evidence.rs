//! Papers: attached by whoever prepares, waived by somebody else, and all of them there before a claim is submitted.
use super::{Desk, certificate, fir, payee};
use crate::kit::*;

on_both_databases! {
    async fn a_claim_is_submitted_when_every_paper_is_there_or_waived_by_a_second_person(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let case = desk.case("dead").await;
        let claim = desk.prepare(&case, "punjab-cvt-act-2016", "death").await.expect(201).location();
        let told = desk.does(&desk.officer, &claim, "submit", json!({})).await.problem(409, "claim_not_ready");
        let places: Vec<_> = told.json["errors"].as_array().unwrap().iter().map(|one| one["pointer"].clone()).collect();
        assert_eq!(places, ["/evidence/fir", "/evidence/death_cert", "/evidence/cnic", "/evidence/frc", "/payees"]);
        desk.add(&claim, payee("spouse", "Zahra Bibi")).await.expect(201);
        for body in [fir("PK601"), certificate("death_cert"), certificate("cnic")] {
            desk.does(&desk.officer, &claim, "evidence", body).await.expect(200);
        }
        let waiver = json!({ "kind": "frc", "reason": "lost_in_attack" });
        desk.does(&desk.officer, &claim, "waive", waiver.clone()).await.problem(403, "forbidden");
        let without = desk.does(&desk.supervisor, &claim, "waive", waiver).await.expect(200);
        assert_eq!(without.json["missing"], json!([]));
        desk.does(&desk.officer, &claim, "submit", json!({})).await.expect(200);
        desk.does(&desk.officer, &claim, "evidence", certificate("affidavit")).await.problem(409, "illegal_move");
    }

    async fn whoever_prepared_a_claim_waives_nothing_and_whoever_waived_prepares_nothing(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let case = desk.case("dead").await;
        let body = desk.body("punjab-cvt-act-2016", "death").await;
        let claim = desk.keyed(&desk.supervisor, &format!("/cases/{case}/claims"), body).await.expect(201).location();
        let waiver = json!({ "kind": "frc", "reason": "not_issued" });
        desk.does(&desk.supervisor, &claim, "waive", waiver.clone()).await.problem(409, "second_person");
        let second = app.actor(Role::Supervisor, "PK-PB").await;
        desk.does(&second, &claim, "waive", waiver).await.expect(200);
        let body = certificate("cnic");
        desk.does(&second, &claim, "evidence", body).await.problem(409, "second_person");
    }

    async fn a_reference_is_of_its_paper_and_sealed(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let case = desk.case("dead").await;
        let claim = desk.prepare(&case, "punjab-cvt-act-2016", "death").await.expect(201).location();
        let mut elsewhere = fir("PK601");
        elsewhere["reference"]["district"] = json!("PK701");
        desk.does(&desk.officer, &claim, "evidence", elsewhere).await.fault("/reference", "contradiction");
        let bare = json!({ "kind": "fir" });
        desk.does(&desk.officer, &claim, "evidence", bare).await.fault("/reference", "missing");
        let halved = json!({ "kind": "mlc", "document_id": uuid::Uuid::now_v7() });
        desk.does(&desk.officer, &claim, "evidence", halved).await.fault("/sha256", "one_of");
        let told = desk.does(&desk.officer, &claim, "evidence", fir("PK601")).await.expect(200);
        assert_eq!(told.json["evidence"][0]["reference"]["serial"], 412);
        let auditor = app.actor(Role::Auditor, "PK").await;
        let masked = app.get(&auditor, &claim).await.expect(200).json;
        assert_eq!(masked["evidence"][0]["reference"], Value::Null);
        assert_eq!(app.count("claim_evidence WHERE CAST(reference AS text) LIKE '%Civil Lines%'").await, 0);
    }
}
