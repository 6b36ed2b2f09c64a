//! How much each officer keeps.
use super::moving::open_case;
use crate::kit::*;

on_both_databases! {
    async fn open_held_urgent_overdue_and_silent_cases_are_counted_by_officer(app: App) {
        let file = app.file().await;
        let idle = app.actor(Role::Officer, "PK508").await;
        let elsewhere = app.actor(Role::Officer, "PK603").await;
        let urgent = open_case(&app, &file.officer, &file.incident).await;
        let need = json!({ "domain": "medical", "urgency": "within_24_hours" });
        app.post(&file.officer, &format!("/cases/{urgent}/needs"), need).await.expect(201);
        let held = open_case(&app, &file.officer, &file.incident).await;
        app.make(&file.officer, &format!("/cases/{held}/hold"), 1, json!({ "reason": "security" })).await.expect(200);
        let closed = open_case(&app, &file.officer, &file.incident).await;
        let outcome = json!({ "outcome": "needs_met" });
        app.make(&file.officer, &format!("/cases/{closed}/close"), 1, outcome).await.expect(200);
        let loose = open_case(&app, &file.supervisor, &file.incident).await;
        app.pass_days(31);
        let supervisor = app.again(&file.supervisor).await;
        let contact = json!({ "mode": "telephone", "reached": true });
        app.post(&supervisor, &format!("/cases/{loose}/contacts"), contact).await.expect(201);

        let told = app.get(&supervisor, "/caseload").await.expect(200).json;
        let officers = told["officers"].as_array().unwrap();
        let of = |who: &Actor| officers.iter().find(|one| one["officer_id"] == json!(who.id)).cloned();
        let busy = of(&file.officer).unwrap();
        let counts = ["open", "on_hold", "urgent", "overdue_needs", "without_contact"].map(|count| busy[count].as_i64());
        assert_eq!(counts, [2, 1, 1, 2, 3].map(Some));
        assert_eq!(officers[0]["officer_id"], json!(file.officer.id), "who keeps most comes first");
        assert_eq!(of(&idle).unwrap()["open"], 0);
        assert!(of(&elsewhere).is_none());
        assert_eq!((&told["unassigned"]["open"], &told["unassigned"]["without_contact"]), (&json!(1), &json!(0)));
        let all = app.get(&supervisor, "/caseload?without_contact_days=40").await.expect(200).json;
        assert_eq!(all["officers"][0]["without_contact"], 0);
        let none = app.get(&supervisor, "/caseload?district=PK510").await.expect(200).json;
        assert!(none["officers"].as_array().unwrap().iter().all(|one| one["open"] == 0));
        app.get(&supervisor, "/caseload?without_contact_days=0").await.fault("without_contact_days", "out_of_range");
    }
}
