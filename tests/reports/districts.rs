//! Caseload and needs by district: whole for those who keep the cases, without small counts for everybody else.
use super::formats::{column, in_all_formats};
use crate::kit::*;

on_both_databases! {
    async fn the_caseload_is_told_to_those_who_keep_the_cases(app: App) {
        let file = app.file().await;
        let (report, rows) = in_all_formats(&app, &file.supervisor, "/reports/caseload?area=PK-KP", "caseload").await;
        let district = &report["districts"][0];
        assert_eq!((&report["withheld_below"], &district["district"]), (&Value::Null, &json!("PK508")));
        for (breakdown, word) in [
            ("live_by_state", "open"), ("live_by_phase", "acute"), ("live_by_urgency", "within_72_hours"),
            ("live_by_age", "under_30_days"), ("live_by_officer", "assigned"),
        ] {
            assert_eq!((&district[breakdown]["all"], &district[breakdown][word]), (&json!(1), &json!(1)), "{breakdown}");
        }
        assert_eq!(report["total"]["closed_by_outcome"]["all"], 0);
        assert_eq!(column(&rows, "#adm2+code"), ["", "PK508"]);
        assert_eq!(column(&rows, "#adm1+code"), ["", "PK5"]);
        assert_eq!(column(&rows, "#indicator+cases+age+under_30_days"), ["1", "1"]);
        // The reader's own district is told, whatever the rest of the country has.
        let all = app.get(&file.officer, "/reports/caseload").await.expect(200).json;
        assert_eq!((&all["withheld_below"], &all["total"]["live_by_state"]["open"]), (&json!(5), &json!(1)));
    }

    async fn elsewhere_a_single_case_is_not_told_by_any_question(app: App) {
        app.file().await;
        let auditor = app.actor(Role::Auditor, "PK").await;
        for area in ["", "?area=PK-KP", "?area=PK508", "?area=PK508,PK510"] {
            for name in ["caseload", "needs"] {
                let (report, rows) = in_all_formats(&app, &auditor, &format!("/reports/{name}{area}"), name).await;
                let tag = if name == "needs" { "#inneed+open+all" } else { "#indicator+cases+state+all" };
                assert!(column(&rows, tag).iter().all(|cell| cell == "[c]"), "{name}{area}: {report}");
            }
        }
        let none = app.get(&auditor, "/reports/caseload?area=PK-SD").await.expect(200).json;
        assert_eq!((&none["districts"], &none["total"]["live_by_state"]["all"]), (&json!([]), &json!(0)));
        app.get(&auditor, "/reports/caseload?area=KP").await.fault("area", "invalid_area");
    }

    async fn needs_are_counted_by_domain_until_they_are_met(app: App) {
        let file = app.file().await;
        let needs = async || app.get(&file.officer, "/reports/needs?area=PK508").await.expect(200).json["total"].clone();
        let before = needs().await;
        assert_eq!((&before["open_by_domain"]["medical"], &before["unmet_by_domain"]["all"]), (&json!(1), &json!(0)));
        let reason = json!({ "reason": "no_service_available" });
        app.make(&file.officer, &file.of_need("/start"), 1, json!({})).await.expect(200);
        app.make(&file.officer, &file.of_need("/leave-unmet"), 2, reason).await.expect(200);
        let after = needs().await;
        assert_eq!((&after["open_by_domain"]["all"], &after["unmet_by_domain"]["medical"]), (&json!(0), &json!(1)));
        assert_eq!(after["unmet_by_reason"]["no_service_available"], 1);
    }

    async fn many_needs_of_few_persons_are_not_told_elsewhere(app: App) {
        let file = app.file().await;
        for domain in ["psychosocial", "legal", "financial", "education", "shelter"] {
            let need = json!({ "domain": domain, "urgency": "within_72_hours" });
            app.post(&file.officer, &file.of_case("/needs"), need).await.expect(201);
        }
        let auditor = app.actor(Role::Auditor, "PK").await;
        let own = app.get(&file.officer, "/reports/needs").await.expect(200).json;
        assert_eq!(own["total"]["open_by_domain"]["all"], 6);
        let elsewhere = app.get(&auditor, "/reports/needs").await.expect(200).json;
        assert_eq!(elsewhere["total"]["open_by_domain"]["all"], Value::Null);
    }
}
