//! What auditors take along: masked, bounded, and known row by row.
use crate::kit::*;
use crate::payments::Desk;
use crate::reports::formats::{csv_rows, workbook};

/// An export of this kind, as CSV.
fn export(app: &App, who: &Actor, kind: &str, filter: Value) -> Ask {
    let body = json!({ "kind": kind, "format": "csv", "filter": filter });
    app.post(who, "/exports", body).key(&uuid::Uuid::now_v7().to_string())
}

/// The cells under a title.
fn under(rows: &[Vec<String>], title: &str) -> Vec<String> {
    let at = rows[0].iter().position(|one| one == title).unwrap_or_else(|| panic!("no {title} in {:?}", rows[0]));
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

async fn file(app: &App, who: &Actor, export: &Answer) -> Answer {
    app.get(who, &format!("{}/file", export.location())).await.expect(200)
}

fn ids(listed: &Value, field: &str) -> Vec<String> {
    listed["items"].as_array().unwrap().iter().map(|one| one[field].as_str().unwrap().to_owned()).collect()
}

on_both_databases! {
    async fn an_export_of_payments_says_what_each_rests_on_and_names_nobody(app: App) {
        let (desk, auditor) = (Desk::new(&app).await, app.actor(Role::Auditor, "PK").await);
        let award = desk.award(&[1000, 2000, 4000]).await;
        let batch = desk.released().await;
        desk.award(&[8000]).await;
        let all = desk.payments(award).await;
        let row = format!("{},paid,10,PKR,,\n", all[0]["reference"].as_str().unwrap());
        desk.answer(&desk.maker, &batch, &row).await.expect(200);

        let made = export(&app, &auditor, "payments", json!({ "state": "released" })).await.expect(201);
        assert_eq!((&made.json["rows"], &made.json["made_by"]), (&json!(2), &json!(auditor.id)));
        let downloaded = file(&app, &auditor, &made).await;
        assert_eq!(downloaded.header("content-disposition"), format!("attachment; filename=\"payments-{}.csv\"", made.id()));
        assert!(!downloaded.body().contains("Qanarwax") && !downloaded.body().contains(crate::payments::IBAN));
        let rows = csv_rows(&downloaded);
        assert_eq!(under(&rows, "export_id"), [made.id(), made.id()]);
        let listed = app.get(&auditor, "/payments?state=released").await.expect(200).json;
        assert_eq!(under(&rows, "payment_id"), ids(&listed, "id"));
        assert_eq!(under(&rows, "account"), ["PK** SCBL **** **** **** 6702"; 2]);
        assert_eq!(under(&rows, "sanctioned_paisa"), ["4000", "2000"]);
        assert_eq!(under(&rows, "released_paisa"), ["4000", "2000"]);
        assert_eq!(under(&rows, "paid_paisa"), ["0", "0"]);
        assert_eq!(under(&rows, "instrument")[0], "punjab-cvt-act-2016");
        assert_eq!(under(&rows, "batch_built_by")[0], desk.maker.id.to_string());
        assert_eq!(under(&rows, "batch_approved_by")[0], desk.approver.id.to_string());
        assert_eq!(under(&rows, "batch_released_by")[0], desk.releaser.id.to_string());
        assert_eq!(under(&rows, "prepared_by")[0], desk.officer.id.to_string());

        let body = json!({ "kind": "payments", "format": "xlsx" });
        let whole = app.post(&auditor, "/exports", body).key("all").await.expect(201);
        let book = workbook(&file(&app, &auditor, &whole).await);
        assert_eq!((book[0].clone(), under(&book, "payment_id").len()), (rows[0].clone(), 4));
        let again = json!({ "kind": "payments", "format": "xlsx" });
        assert_eq!(app.post(&auditor, "/exports", again).key("all").await.expect(201).id(), whole.id());
        assert_eq!(app.count("exports").await, 2);

        let today = app.now().local_date();
        for filter in [json!({ "to": today.plus_days(-1) }), json!({ "district": "PK508" })] {
            assert_eq!(export(&app, &auditor, "payments", filter).await.expect(201).json["rows"], 0);
        }
        let filter = json!({ "from": today, "to": today, "district": "PK601", "instrument_id": desk.instrument });
        assert_eq!(export(&app, &auditor, "payments", filter).await.expect(201).json["rows"], 4);
    }

    async fn the_register_of_findings_is_taken_along_whole_or_not_at_all(app: App) {
        let (desk, auditor) = (Desk::new(&app).await, app.actor(Role::Auditor, "PK").await);
        desk.award(&[1000]).await;
        let (new, numbers) = if app.is_sqlite() {
            let numbers = "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 10001) SELECT n FROM s";
            ("randomblob(16)", numbers)
        } else {
            ("gen_random_uuid()", "SELECT generate_series(1, 10001) AS n")
        };
        let columns = "id, number, kind, claim_id, case_id, victim_id, district, other_id, found_at, found_how, state, version, cause";
        let state = "CASE n WHEN 10001 THEN 'upheld' ELSE 'open' END";
        let row = format!("{new}, n, 'two_claims', id, case_id, victim_id, district, {new}, prepared_at, 'night', {state}, 1, n");
        let insert = format!("INSERT INTO findings ({columns}) SELECT {row} FROM claims, ({numbers}) numbers");
        app.sql(&insert).await.unwrap();
        export(&app, &auditor, "findings", json!({})).await.fault("/filter", "too_many_rows");
        assert_eq!(app.count("exports").await, 0);
        let made = export(&app, &auditor, "findings", json!({ "state": "open", "district": "PK601" })).await.expect(201);
        assert_eq!(made.json["rows"], 10_000);
        let rows = csv_rows(&file(&app, &auditor, &made).await);
        let page = app.get(&auditor, &format!("{}/rows?limit=200", made.location())).await.expect(200).json;
        assert_eq!(ids(&page, "id"), under(&rows, "finding_id")[..200]);
        let upheld = export(&app, &auditor, "findings", json!({ "state": "upheld" })).await.expect(201);
        assert_eq!(under(&csv_rows(&file(&app, &auditor, &upheld).await), "number"), ["10001"]);
    }

    async fn the_ledger_is_taken_along_entry_by_entry(app: App) {
        let (desk, auditor) = (Desk::new(&app).await, app.actor(Role::Auditor, "PK").await);
        desk.award(&[1000]).await;
        desk.released().await;
        let made = export(&app, &auditor, "ledger_entries", json!({ "instrument_id": desk.instrument })).await.expect(201);
        let rows = csv_rows(&file(&app, &auditor, &made).await);
        assert_eq!(under(&rows, "reason"), ["send", "make_payable", "commit", "allot"]);
        let listed = app.get(&auditor, "/ledger/entries").await.expect(200).json;
        assert_eq!(under(&rows, "entry_id"), ids(&listed, "id"));
        export(&app, &auditor, "ledger_entries", json!({ "state": "paid" })).await.fault("/filter/state", "not_applicable");
        export(&app, &auditor, "payments", json!({ "state": "settled" })).await.fault("/filter/state", "unknown_value");
    }

    async fn an_export_is_for_auditors_of_all_its_districts_and_is_never_changed(app: App) {
        let (desk, auditor) = (Desk::new(&app).await, app.actor(Role::Auditor, "PK").await);
        desk.award(&[1000]).await;
        let made = export(&app, &auditor, "payments", json!({})).await.expect(201);
        let (there, elsewhere) = (app.actor(Role::Auditor, "PK-PB").await, app.actor(Role::Auditor, "PK-SD").await);
        app.get(&there, &made.location()).await.expect(200);
        for rest in ["", "/rows", "/file"] {
            app.get(&elsewhere, &format!("{}{rest}", made.location())).await.problem(404, "not_found");
        }
        assert!(ids(&app.get(&elsewhere, "/exports").await.expect(200).json, "id").is_empty());
        let narrow = export(&app, &elsewhere, "payments", json!({})).await.expect(201);
        assert_eq!(narrow.json["rows"], 0);
        export(&app, &desk.approver, "payments", json!({})).await.problem(403, "forbidden");
        app.get(&desk.approver, "/exports").await.problem(403, "forbidden");
        app.post(&auditor, "/exports", json!({ "kind": "payments", "format": "csv" })).await.problem(400, "idempotency_key_required");
        for sql in ["UPDATE exports SET rows = 0", "DELETE FROM export_rows", "UPDATE export_districts SET district = 'PK508'"] {
            app.sql(sql).await.unwrap_err();
        }
    }
}
