//! One victim, one incident, one case, one number.
use umeed::kernel::numbers::CaseNumber;

use crate::kit::*;

on_both_databases! {
    async fn numbers_run_without_a_gap_and_check_themselves(app: App) {
        let file = app.file().await;
        let mut serials = Vec::new();
        for _ in 0..3 {
            let victim = app.post(&file.officer, "/victims", victim_body(&file.incident)).await.expect(201).id();
            let body = json!({ "victim_id": victim, "incident_id": file.incident });
            let case = app.post(&file.officer, "/cases", body.clone()).await.expect(201);
            app.post(&file.officer, "/cases", body).await.problem(409, "already_exists");
            let number: CaseNumber = case.text("number").parse().unwrap();
            assert!(number.to_string() == case.text("number") && case.text("number").starts_with("KP-"));
            serials.push(number.serial());
        }
        assert_eq!(serials, [2, 3, 4]);
    }

    async fn a_case_is_of_an_incident_that_harmed_the_victim(app: App) {
        let file = app.file().await;
        let other = app.incident(&file.officer, "PK508").await.id();
        let body = json!({ "victim_id": file.victim, "incident_id": other });
        app.post(&file.officer, "/cases", body.clone()).await.fault("/incident_id", "not_harmed");
        let harm = json!({ "victim_id": file.victim, "harm": "bereaved" });
        app.post(&file.officer, &format!("/incidents/{other}/victims"), harm).await.expect(201);
        app.post(&file.officer, "/cases", body).await.expect(201);
        let body = json!({ "victim_id": file.need, "incident_id": file.incident });
        app.post(&file.officer, "/cases", body).await.fault("/victim_id", "unknown_reference");
    }
}
