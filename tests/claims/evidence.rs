//! Papers: attached by whoever prepares, waived by somebody else, and all of them there before a claim is submitted.
use super::{Desk, certificate, fir, payee};
use crate::documents;
use crate::kit::*;
use uuid::Uuid;

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

    async fn a_document_proves_a_claim_of_its_own_case_by_its_own_digest_and_stays(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let (case, other) = (desk.case("dead").await, desk.case("dead").await);
        let claim = desk.prepare(&case, "punjab-cvt-act-2016", "death").await.expect(201).location();
        let add = async |case: &str| documents::add(&app, &desk.officer, case, ("a.pdf", documents::PDF)).await.expect(201);
        let (document, of_other) = (add(&case).await, add(&other).await);
        let digest = document.text("sha256");
        let paper = |id: &str, sha256: &str| json!({ "kind": "fir", "document_id": id, "sha256": sha256 });
        let attach = async |body: Value| desk.does(&desk.officer, &claim, "evidence", body).await;
        for unknown in [of_other.id(), Uuid::now_v7().to_string()] {
            attach(paper(&unknown, &digest)).await.fault("/document_id", "unknown_reference");
        }
        attach(paper(&document.id(), &"0".repeat(64))).await.fault("/sha256", "wrong_digest");
        let told = attach(paper(&document.id(), &digest)).await.expect(200);
        assert_eq!(told.json["evidence"][0]["document_id"], document.id());
        assert_eq!(told.json["evidence"][0]["sha256"], digest);
        app.sql("DELETE FROM documents").await.unwrap_err();
        assert_eq!(app.count("documents").await, 2);
    }

    async fn whoever_may_not_read_a_document_proves_nothing_by_it(app: App) {
        let desk = Desk::new(&app, "PK-PB", "PK601").await;
        let case = desk.case("dead").await;
        let claim = desk.prepare(&case, "punjab-cvt-act-2016", "death").await.expect(201).location();
        let document = documents::add(&app, &desk.officer, &case, ("a.pdf", documents::PDF)).await.expect(201);
        let victim = app.get(&desk.officer, &format!("/cases/{case}")).await.expect(200).text("victim_id");
        let named = app.actor(Role::Officer, "PK601").await;
        let body = json!({ "reason": "threatened", "readers": [named.id] });
        app.make(&desk.supervisor, &format!("/victims/{victim}/protect"), 0, body).await.expect(200);
        let paper = json!({ "kind": "fir", "document_id": document.id(), "sha256": document.text("sha256") });
        desk.does(&desk.officer, &claim, "evidence", paper.clone()).await.problem(403, "person_protected");
        desk.does(&named, &claim, "evidence", paper).await.expect(200);
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
        let halved = json!({ "kind": "mlc", "document_id": Uuid::now_v7() });
        desk.does(&desk.officer, &claim, "evidence", halved).await.fault("/sha256", "one_of");
        let told = desk.does(&desk.officer, &claim, "evidence", fir("PK601")).await.expect(200);
        assert_eq!(told.json["evidence"][0]["reference"]["serial"], 412);
        let auditor = app.actor(Role::Auditor, "PK").await;
        let masked = app.get(&auditor, &claim).await.expect(200).json;
        assert_eq!(masked["evidence"][0]["reference"], Value::Null);
        assert_eq!(app.count("claim_evidence WHERE CAST(reference AS text) LIKE '%Civil Lines%'").await, 0);
    }
}
