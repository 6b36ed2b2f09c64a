//! What may be said of an incident, which everybody who keeps cases reads.
use crate::kit::*;

on_both_databases! {
    async fn a_summary_holds_no_number_of_a_person(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let report = |summary: &str| {
            let mut body = incident_body("PK508");
            body["summary"] = json!(summary);
            app.post(&officer, "/incidents", body)
        };
        for summary in ["The man with CNIC 17301-1234567-2", "ask at 0300 1234567", "۰۳۰۰-۱۲۳۴۵۶۷"] {
            report(summary).await.fault("/summary", "personal_number");
        }
        let incident = report("45 killed and 87 injured on 2026-03-01, FIR 123/2026").await.expect(201).location();
        let change = json!({ "summary": "ask at 0300 1234567" });
        app.patch(&officer, &incident, change).if_match(1).await.fault("/summary", "personal_number");
        assert_eq!(app.count("incidents").await, 1);
    }
}
