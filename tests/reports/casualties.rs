//! The casualties report on the rows of the demonstration: what the press and the Ministry printed.
use crate::kit::*;

const CSV: &str = include_str!("../../config/demo/casualties.csv");

/// Enters every row over HTTP, as an supervisor.
async fn enter_all(app: &App) -> Actor {
    let supervisor = app.actor(Role::Supervisor, "PK").await;
    let mut reader = csv::Reader::from_reader(CSV.as_bytes());
    for row in reader.deserialize::<std::collections::BTreeMap<String, String>>() {
        let field = |(name, text): (String, String)| match text.parse::<i32>() {
            _ if text.is_empty() => (name, Value::Null),
            Ok(count) => (name, json!(count)),
            Err(_) => (name, json!(text)),
        };
        let body: serde_json::Map<_, _> = row.unwrap().into_iter().map(field).collect();
        app.post(&supervisor, "/casualty-figures", body.into()).await.expect(201);
    }
    supervisor
}

on_both_databases! {
    async fn september_2023_is_as_the_press_printed_it(app: App) {
        enter_all(&app).await;
        let anybody = app.actor(Role::Partner, "PK508").await;
        let report = app.get(&anybody, "/reports/casualties?from=2023-09-01&to=2023-09-30").await.expect(200).json;
        assert_eq!(report["before"], json!({ "from": "2023-08-01", "to": "2023-08-31" }));
        let source = &report["sources"][0];
        let change = json!({ "value": 65, "before": 99, "change_percent": -34 });
        assert_eq!(source["total"]["incidents"], change);
        let change = json!({ "value": 84, "before": 45, "change_percent": 87 });
        assert_eq!(source["total"]["civilians_killed"], change);
        assert_eq!(source["unallocated"]["injured"], 5);
        assert_eq!(source["unallocated"]["killed"], Value::Null);
        let areas = source["areas"].as_array().unwrap().iter();
        let names: Vec<_> = areas.map(|area| area["area_name"].as_str().unwrap()).collect();
        let printed = [
            "Balochistan",
            "Azad Kashmir",
            "Khyber Pakhtunkhwa, mainland",
            "Khyber Pakhtunkhwa, erstwhile tribal districts",
            "Sindh",
        ];
        assert_eq!(names, printed);
    }

    async fn the_ministry_has_a_rest_and_no_period_before(app: App) {
        let supervisor = enter_all(&app).await;
        let path = "/reports/casualties?source=MoI&from=2024-01-01&to=2024-10-31";
        let report = app.get(&supervisor, path).await.expect(200).json;
        let ministry = &report["sources"][0];
        assert_eq!(ministry["total"]["killed"], json!({ "value": 924, "before": null, "change_percent": null }));
        let rest = ["incidents", "killed", "injured"].map(|figure| ministry["unallocated"][figure].as_i64());
        assert_eq!(rest, [Some(12), Some(17), Some(64)]);
        let nobody = app.get(&supervisor, &path.replace("MoI", "nobody")).await.expect(200).json;
        assert_eq!(nobody["sources"], json!([]));
    }

    async fn a_district_is_called_by_its_name(app: App) {
        let supervisor = app.actor(Role::Supervisor, "PK").await;
        let body = json!({
            "source": "CTD", "period_start": "2025-01-01", "period_end": "2025-12-31", "area": "PK508", "killed": 1,
        });
        app.post(&supervisor, "/casualty-figures", body).await.expect(201);
        let report = app.get(&supervisor, "/reports/casualties?from=2025-01-01&to=2025-12-31").await.expect(200).json;
        let area = &report["sources"][0]["areas"][0];
        let name = app.rows("SELECT name FROM districts WHERE pcode = 'PK508'").await;
        assert_eq!((&area["area_kind"], &area["area_name"]), (&json!("district"), &json!(name[0])));
        assert_eq!(report["sources"][0]["total"], Value::Null);
    }

    async fn a_question_that_cannot_be_meant_is_refused(app: App) {
        let supervisor = app.actor(Role::Supervisor, "PK").await;
        for (query, pointer, code) in [
            ("from=2023-09-01", "to", "missing"),
            ("from=2023-09-02&to=2023-09-01", "to", "before_start"),
            ("from=2023-09-31&to=2023-10-01", "from", "invalid_date"),
            ("from=2023-09-01&to=2023-09-30&limit=5", "limit", "unknown_field"),
            ("from=2023-09-01&to=2023-09-30&source=", "source", "empty"),
        ] {
            app.get(&supervisor, &format!("/reports/casualties?{query}")).await.fault(pointer, code);
        }
        app.get(&NOBODY, "/reports/casualties?from=2023-09-01&to=2023-09-30").await.problem(401, "unauthenticated");
    }
}
