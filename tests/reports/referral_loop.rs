//! The referral loop: time to answer, ends, outcomes, and what readers from elsewhere are not told.
use umeed::kernel::time::Date;

use super::formats::{column, in_all_formats};
use crate::kit::*;

/// The month in which it is now, in Pakistan.
fn this_quarter(app: &App) -> String {
    let today = app.now().local_date();
    let month: u32 = today.to_string()[5..7].parse().unwrap();
    let quarter = ["01-01&to=Y-03-31", "04-01&to=Y-06-30", "07-01&to=Y-09-30", "10-01&to=Y-12-31"];
    let quarter = quarter[usize::try_from((month - 1) / 3).unwrap()];
    format!("from=Y-{quarter}").replace('Y', &today.year().to_string())
}

fn this_month(app: &App) -> String {
    let today = app.now().local_date();
    let first: Date = format!("{}-01", &today.to_string()[..7]).parse().unwrap();
    let next: Date = format!("{}-01", &first.plus_days(31).to_string()[..7]).parse().unwrap();
    format!("from={first}&to={}", next.plus_days(-1))
}

/// Three referrals: helped within the hour, declined after two, and one that nobody answers.
async fn three(app: &App) -> File {
    let mut file = app.file().await;
    file.consent(app, &["name"]).await;
    let helped = file.refer(app, &[]).await.expect(201);
    app.make(&file.partner, &format!("{}/accept", helped.location()), 1, json!({})).await.expect(200);
    let outcome = json!({ "outcome": "helped" });
    app.make(&file.partner, &format!("{}/complete", helped.location()), 2, outcome).await.expect(200);
    let declined = file.refer(app, &[]).await.expect(201);
    app.pass_minutes(80);
    file.partner = app.again(&file.partner).await;
    file.officer = app.again(&file.officer).await;
    file.supervisor = app.again(&file.supervisor).await;
    let reason = json!({ "reason": "no_capacity" });
    app.make(&file.partner, &format!("{}/decline", declined.location()), 1, reason).await.expect(200);
    file.refer(app, &[]).await.expect(201);
    file
}

on_both_databases! {
    async fn those_who_keep_the_cases_see_every_count(app: App) {
        let path = format!("/reports/referral-loop?{}&area=PK508", this_month(&app));
        let file = three(&app).await;
        let (report, rows) = in_all_formats(&app, &file.officer, &path, "referral-loop").await;
        assert_eq!((&report["withheld_below"], &report["together"]), (&Value::Null, &Value::Null));
        let total = &report["total"];
        for (name, count) in [
            ("requested", 3), ("answered", 2), ("answered_in_time", 2), ("answered_in_time_percent", 67),
            ("median_hours", 1), ("p90_hours", 2), ("open", 1), ("closed", 2), ("closed_percent", 67), ("declined", 1),
            ("failed", 0),
        ] {
            assert_eq!(total[name], count, "{name}");
        }
        assert_eq!(total["outcomes"]["helped"], 1);
        let organisation = &report["organisations"][0];
        assert_eq!((&organisation["organisation"], &organisation["requested"]), (&json!("A partner"), &json!(3)));
        assert_eq!(organisation["programmes"][0]["programme_id"], Value::Null);
        assert_eq!(organisation["programmes"][0]["requested"], 3);
        assert_eq!(column(&rows, "#meta+level"), ["total", "organisation", "programme"]);
        assert_eq!(column(&rows, "#indicator+num+requested"), ["3", "3", "3"]);
        assert_eq!(column(&rows, "#indicator+num+outcome+helped"), ["1", "1", "1"]);
    }

    async fn elsewhere_small_counts_are_withheld(app: App) {
        let path = format!("/reports/referral-loop?{}", this_quarter(&app));
        three(&app).await;
        for role in [Role::Auditor, Role::Administrator, Role::Officer] {
            let reader = app.actor(role, "PK-SD").await;
            let (report, rows) = in_all_formats(&app, &reader, &path, "referral-loop").await;
            assert_eq!(report["withheld_below"], 5);
            for told in [&report["total"], &report["organisations"][0]] {
                for name in ["requested", "answered", "open", "closed", "closed_percent", "median_hours"] {
                    assert_eq!(told[name], Value::Null, "{name} in {told}");
                }
            }
            assert!(column(&rows, "#indicator+num+requested").iter().all(|cell| cell == "[c]"));
        }
    }

    async fn elsewhere_neither_days_nor_districts_can_be_chosen(app: App) {
        let reader = app.actor(Role::Officer, "PK701").await;
        let ask = |rest: &str| app.get(&reader, &format!("/reports/referral-loop?{rest}"));
        for period in ["from=2026-07-01&to=2026-09-29", "from=2026-07-01&to=2026-07-31", "from=2026-01-01&to=2026-12-31"] {
            ask(period).await.fault("from", "not_one_quarter");
        }
        ask("from=2026-07-01&to=2026-09-30&area=PK508").await.fault("area", "outside_own_area");
        ask("from=2026-07-01&to=2026-09-30&area=PK-SD").await.fault("area", "outside_own_area");
        ask("from=2026-07-01&to=2026-09-30&area=nowhere").await.fault("area", "invalid_area");
        ask("from=2026-10-05&to=2026-10-04").await.fault("to", "before_start");
        let own = ask("from=2026-10-05&to=2026-10-05&area=PK701").await.expect(200).json;
        assert_eq!((&own["total"]["requested"], &own["total"]["median_hours"]), (&json!(0), &Value::Null));
        let all = ask("from=2026-07-01&to=2026-09-30").await.expect(200).json;
        assert_eq!((&all["total"]["requested"], &all["organisations"]), (&json!(0), &json!([])));
    }
}
