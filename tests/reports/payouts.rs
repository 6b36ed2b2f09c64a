//! Payouts by instrument, district, month and status: five figures, none of them another.
use super::formats::{column, in_all_formats};
use crate::kit::*;
use crate::payments::Desk;

const SUMS: [&str; 5] = ["sanctioned_paisa", "released_paisa", "paid_paisa", "confirmed_paisa", "returned_paisa"];

on_both_databases! {
    async fn what_was_sanctioned_sent_paid_and_confirmed_are_four_figures(app: App) {
        let desk = Desk::new(&app).await;
        let award = desk.award(&[1000, 2000, 4000, 8000]).await;
        let place = desk.released().await;
        desk.award(&[16000]).await;
        let all = desk.payments(award).await;
        let reference = |at: usize| all[at]["reference"].as_str().unwrap().to_owned();
        let rows = format!(
            "{},paid,10,PKR,,\n{},paid,20,PKR,,\n{},returned,40,PKR,,AC01\n", reference(0), reference(1), reference(2),
        );
        desk.answer(&desk.maker, &place, &rows).await.expect(200);
        let payment = format!("/payments/{}", all[0]["id"].as_str().unwrap());
        let version = app.get(&desk.caller, &payment).await.version();
        app.make(&desk.caller, &format!("{payment}/confirm"), version, json!({ "how": "in_person" })).await.expect(200);

        let today = app.now().local_date();
        let asked = format!("/reports/payouts?from={today}&to={today}&area=PK601");
        let (report, rows) = in_all_formats(&app, &desk.approver, &asked, "payouts").await;
        let told = SUMS.map(|sum| report["total"][sum].as_i64().unwrap());
        assert_eq!(told, [31_000, 15_000, 3000, 1000, 4000]);
        let states: Vec<_> = report["lines"].as_array().unwrap().iter().map(|line| line["state"].clone()).collect();
        assert_eq!(states, ["paid", "planned", "released", "returned"]);
        assert_eq!(column(&rows, "#status"), ["paid", "planned", "released", "returned"]);
        let month = today.to_string()[..7].to_owned();
        assert!(report["lines"].as_array().unwrap().iter().all(|line| line["month"] == month && line["district"] == "PK601"));

        // What came back and is sent again is sanctioned once, and no longer returned.
        let old = format!("/payments/{}", all[2]["id"].as_str().unwrap());
        let version = app.get(&desk.maker, &old).await.version();
        app.make(&desk.maker, &format!("{old}/reissue"), version, json!({})).await.expect(201);
        let report = app.get(&desk.approver, &asked).await.expect(200).json;
        let told = SUMS.map(|sum| report["total"][sum].as_i64().unwrap());
        assert_eq!(told, [31_000, 11_000, 3000, 1000, 0]);
    }

    async fn what_was_announced_for_an_attack_is_a_figure_of_its_own_whether_or_not_anybody_claims_it(app: App) {
        let desk = crate::claims::Desk::new(&app, "PK-KP", "PK508").await;
        let package = desk.instrument("kp-kucha-risaldar-package-2022").await;
        let asked = "/reports/payouts?from=2026-03-01&to=2026-03-31&area=PK508";
        let announced = async || {
            let report = app.get(&desk.approver, asked).await.expect(200).json;
            let lines = report["lines"].as_array().unwrap().clone();
            let of = |line: &&Value| line["instrument"] == "kp-kucha-risaldar-package-2022";
            (lines.iter().find(of).cloned(), report["total"].clone(), lines)
        };
        desk.case("dead").await;
        assert_eq!(announced().await.0, None, "the package is for another attack");
        let to = json!({ "incident_id": desk.incident });
        app.patch(&desk.administrator, &format!("/tariffs/{package}"), to).if_match(1).await.expect(200);
        let registrar = app.actor(Role::Supervisor, "PK-KP").await;
        desk.case_of(&registrar, "dead", "civilian").await;
        let (line, total, lines) = announced().await;
        let line = line.unwrap();
        let lines_of = app.get(&desk.approver, &format!("/tariffs/{package}/lines")).await.expect(200).json;
        let death = lines_of["items"].as_array().unwrap().iter().find(|line| line["harm"] == "death").unwrap().clone();
        let promised = 2 * death["amount_paisa"].as_i64().unwrap();
        assert_eq!((&line["announced_paisa"], &line["payments"]), (&json!(promised), &json!(2)));
        assert_eq!((&line["state"], &line["month"], &line["district"]), (&json!("announced"), &json!("2026-03"), &json!("PK508")));
        assert_eq!(line["sanctioned_paisa"], 0);
        let sum: i64 = lines.iter().map(|line| line["announced_paisa"].as_i64().unwrap()).sum();
        assert_eq!((&total["announced_paisa"], &total["sanctioned_paisa"]), (&json!(sum), &json!(0)));
        let elsewhere = app.actor(Role::Approver, "PK-SD").await;
        assert_eq!(app.get(&elsewhere, "/reports/payouts?from=2026-03-01&to=2026-03-31").await.json["lines"], json!([]));
    }

    async fn payouts_are_told_to_those_who_see_the_payments_and_the_telling_is_recorded(app: App) {
        let desk = Desk::new(&app).await;
        desk.award(&[1000]).await;
        let today = app.now().local_date();
        let asked = format!("/reports/payouts?from={today}&to={today}");
        let elsewhere = app.actor(Role::Approver, "PK-SD").await;
        assert_eq!(app.get(&elsewhere, &asked).await.expect(200).json["lines"], json!([]));
        app.get(&app.actor(Role::Assessor, "PK").await, &asked).await.problem(403, "forbidden");
        app.get(&desk.approver, "/reports/payouts?from=2024-01-01&to=2026-11-01").await.fault("to", "too_long");
        let told = app.rows("SELECT action FROM trail WHERE action = 'payouts.told'").await;
        assert_eq!(told.len(), 1);
    }
}
