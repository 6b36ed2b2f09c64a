//! Figures of incidents and of periods, side by side and never added.
use crate::kit::*;

fn said(source: &str, as_of: &str, killed: i32) -> Value {
    json!({ "source": source, "as_of": as_of, "killed": killed })
}

fn printed(area: &str) -> Value {
    json!({ "source": "PICSS", "period_start": "2023-09-01", "period_end": "2023-09-30", "area": area, "killed": 3 })
}

on_both_databases! {
    async fn sources_stand_side_by_side_under_an_incident(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let path = format!("/incidents/{}/casualties", app.incident(&officer, "PK508").await.id());
        let first = app.post(&officer, &path, said("Hospital", "2026-03-01", 52)).key("a").await.expect(201);
        let again = app.post(&officer, &path, said("Hospital", "2026-03-01", 52)).key("a").await.expect(201);
        assert!(again.is_replayed() && again.json == first.json);
        app.post(&officer, &path, said("Hospital", "2026-03-02", 60)).await.expect(201);
        app.post(&officer, &path, said("Police", "2026-03-01", 59)).await.expect(201);
        app.post(&officer, &path, said("Police", "2026-03-01", 58)).await.problem(409, "already_exists");
        let list = app.get(&officer, &path).await.expect(200).json;
        let killed: Vec<_> = list["items"].as_array().unwrap().iter().map(|item| item["killed"].as_i64()).collect();
        assert_eq!(killed, [Some(59), Some(60), Some(52)]);
        assert_eq!(list["items"][0]["injured"], Value::Null);
        let page = app.get(&officer, &format!("{path}?limit=2")).await.expect(200).json;
        let next = format!("{path}?after={}", page["next"].as_str().unwrap());
        let rest = app.get(&officer, &next).await.expect(200).json;
        assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    }

    async fn figures_of_an_incident_are_for_those_of_its_district(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let id = app.incident(&officer, "PK508").await.id();
        let path = format!("/incidents/{id}/casualties");
        let elsewhere = app.actor(Role::Officer, "PK510").await;
        app.post(&elsewhere, &path, said("Police", "2026-03-01", 1)).await.problem(404, "not_found");
        app.get(&elsewhere, &path).await.expect(200);
        let partner = app.actor(Role::Partner, "PK").await;
        app.get(&partner, &path).await.problem(403, "forbidden");
        app.get(&officer, "/incidents/01890000-0000-7000-8000-000000000000/casualties").await.problem(404, "not_found");
        app.post(&officer, &path, json!({ "source": "x", "as_of": "2026-03-01" })).await.fault("", "no_figure");
        app.post(&officer, &path, said("x", "2026-02-28", 1)).await.fault("/as_of", "before_incident");
        app.post(&officer, &path, said("x", "2026-03-01", -1)).await.fault("/killed", "out_of_range");
    }

    async fn figures_of_periods_are_listed_by_source_area_and_time(app: App) {
        let supervisor = app.actor(Role::Supervisor, "PK").await;
        let officer = app.actor(Role::Officer, "PK508").await;
        for area in ["PK", "PK-KP", "PK-KP-tribal"] {
            app.post(&supervisor, "/casualty-figures", printed(area)).await.expect(201);
        }
        app.post(&supervisor, "/casualty-figures", printed("PK-KP-TRIBAL")).await.problem(409, "already_exists");
        app.post(&officer, "/casualty-figures", printed("PK-BA")).await.problem(403, "forbidden");
        for (query, found) in [
            ("", 3),
            ("?source=PICSS", 3),
            ("?source=MoI", 0),
            ("?area=PK-KP-tribal", 1),
            ("?from=2023-09-01&to=2023-09-30", 3),
            ("?from=2023-09-02", 0),
            ("?to=2023-09-29", 0),
        ] {
            let list = app.get(&officer, &format!("/casualty-figures{query}")).await.expect(200).json;
            assert_eq!(list["items"].as_array().unwrap().len(), found, "{query}");
        }
        let tribal = app.get(&officer, "/casualty-figures?area=PK-KP-tribal").await.expect(200).json;
        assert_eq!(tribal["items"][0]["area_kind"], "reporting_area");
        app.get(&officer, "/casualty-figures?area=PK-XX").await.fault("area", "invalid_area");
    }

    async fn everything_wrong_with_a_figure_is_said_at_once(app: App) {
        let supervisor = app.actor(Role::Supervisor, "PK").await;
        let body = json!({
            "source": "PICSS", "period_start": "2023-09-02", "period_end": "2023-09-01", "area": "PK", "killed": -1,
            "injured": 1_000_001,
        });
        let refused = app.post(&supervisor, "/casualty-figures", body).await.problem(422, "invalid").json;
        let pointers: Vec<_> = refused["errors"].as_array().unwrap().iter().map(|fault| &fault["pointer"]).collect();
        assert_eq!(pointers, ["/killed", "/injured", "/period_end"]);
        let mut body = printed("PK-KP");
        body["area_kind"] = json!("country");
        app.post(&supervisor, "/casualty-figures", body).await.fault("/area_kind", "mismatch");
        app.post(&supervisor, "/casualty-figures", json!({ "source": "PICSS" })).await.fault("/period_start", "missing");
        app.post(&supervisor, "/casualty-figures", printed("PK5")).await.fault("/area", "invalid_area");
    }
}
