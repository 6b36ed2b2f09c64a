//! Registered victims beside official figures, each source by itself.
use super::formats::{column, in_all_formats};
use crate::kit::*;

const MARCH: &str = "/reports/coverage?from=2026-03-01&to=2026-03-31";

/// One registered injured civilian in PK508, and two sources.
async fn counted(app: &App) -> File {
    let file = app.file().await;
    let country = app.actor(Role::Supervisor, "PK").await;
    for (source, area, killed, injured) in
        [("MoI", "PK", 9, 10), ("MoI", "PK-KP", 5, 4), ("PICSS", "PK508", 1, 2), ("PICSS", "PK701", 0, 3)]
    {
        let body = json!({
            "source": source, "period_start": "2026-03-01", "period_end": "2026-03-31", "area": area, "killed": killed,
            "civilians_injured": injured,
        });
        app.post(&country, "/casualty-figures", body).await.expect(201);
    }
    file
}

/// What a report says of one source, area and measure.
fn line<'a>(report: &'a Value, source: &str, area: &str, measure: &str) -> &'a Value {
    let of = report["sources"].as_array().unwrap().iter().find(|of| of["source"] == source).unwrap();
    let is_it = |line: &&Value| line["area"] == area && line["measure"] == measure;
    of["lines"].as_array().unwrap().iter().find(is_it).unwrap()
}

on_both_databases! {
    async fn every_source_stands_beside_the_register_by_itself(app: App) {
        counted(&app).await;
        let reader = app.actor(Role::Supervisor, "PK").await;
        let (report, rows) = in_all_formats(&app, &reader, MARCH, "coverage").await;
        for (source, area, official, registered, percent) in
            [("MoI", "PK", 10, 1, 10), ("MoI", "PK-KP", 4, 1, 25), ("PICSS", "PK508", 2, 1, 50), ("PICSS", "PK701", 3, 0, 0)]
        {
            let line = line(&report, source, area, "civilians_injured");
            let told = [&line["official"], &line["registered"], &line["coverage_percent"]];
            assert_eq!(told, [&json!(official), &json!(registered), &json!(percent)], "{source} of {area}");
        }
        assert_eq!(line(&report, "PICSS", "PK701", "killed")["coverage_percent"], Value::Null);
        let ministry = report["sources"].as_array().unwrap().iter().find(|of| of["source"] == "MoI").unwrap();
        let rest = json!([{ "measure": "killed", "official": 4 }, { "measure": "civilians_injured", "official": 6 }]);
        assert_eq!(ministry["unallocated"], rest);
        assert_eq!((&report["registered"][0]["area"], &report["registered"][0]["injured"]), (&json!("PK"), &json!(1)));
        assert!(column(&rows, "#loc+type").contains(&"unallocated".to_owned()));
        assert!(column(&rows, "#affected+category").contains(&"law_enforcement".to_owned()));
    }

    async fn elsewhere_districts_and_small_counts_are_withheld_and_months_are_whole(app: App) {
        let file = counted(&app).await;
        let reader = app.actor(Role::Auditor, "PK").await;
        let report = app.get(&reader, MARCH).await.expect(200).json;
        for (source, area) in [("MoI", "PK"), ("MoI", "PK-KP"), ("PICSS", "PK508"), ("PICSS", "PK701")] {
            let line = line(&report, source, area, "civilians_injured");
            assert_eq!((&line["registered"], &line["coverage_percent"]), (&Value::Null, &Value::Null), "{source} of {area}");
        }
        let days = MARCH.replace("03-31", "03-30");
        app.get(&reader, &days).await.fault("from", "not_whole_months");
        let own = app.get(&file.supervisor, MARCH).await.expect(200).json;
        assert_eq!(line(&own, "PICSS", "PK508", "civilians_injured")["registered"], 1);
        assert_eq!(line(&own, "PICSS", "PK701", "civilians_injured")["registered"], Value::Null);
        app.get(&file.partner, MARCH).await.problem(403, "forbidden");
    }
}
