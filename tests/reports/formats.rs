//! Every report in every format: the same counts as JSON, as CSV and as a workbook.
use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};

use crate::kit::*;

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const MONTH: &str = "from=2026-11-01&to=2026-11-30";

/// The rows of the first page, as text.
pub fn workbook(answer: &Answer) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.body.clone())).unwrap();
    let page = book.worksheet_range_at(0).unwrap().unwrap();
    let text = |cell: &Data| match cell {
        Data::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year}-{month:02}-{day:02}")
        }
        Data::Float(number) => number.to_string(),
        other => other.to_string(),
    };
    page.rows().map(|row| row.iter().map(text).collect()).collect()
}

/// The rows of a CSV, as text; all of them are of one length.
pub fn csv_rows(answer: &Answer) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&answer.body[..]);
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The column under a tag, without its head.
pub fn column(rows: &[Vec<String>], tag: &str) -> Vec<String> {
    let at = rows[1].iter().position(|one| one == tag).unwrap_or_else(|| panic!("no {tag} in {:?}", rows[1]));
    rows[2..].iter().map(|row| row[at].clone()).collect()
}

/// Asks for a report in all three formats, holds the table against each other, and hands back JSON and table.
pub async fn in_all_formats(app: &App, reader: &Actor, path: &str, name: &str) -> (Value, Vec<Vec<String>>) {
    let json = app.get(reader, path).await.expect(200);
    let sign = if path.contains('?') { '&' } else { '?' };
    let csv = app.get(reader, &format!("{path}{sign}format=csv")).await.expect(200);
    let xlsx = app.get(reader, &format!("{path}{sign}format=xlsx")).await.expect(200);
    assert_eq!(json.header("content-type"), "application/json");
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(csv.header("content-disposition"), format!("attachment; filename=\"{name}.csv\""));
    assert_eq!(xlsx.header("content-type"), WORKBOOK);
    assert_eq!(xlsx.header("content-disposition"), format!("attachment; filename=\"{name}.xlsx\""));
    let rows = csv_rows(&csv);
    assert_eq!(workbook(&xlsx), rows);
    assert!(rows[1].iter().all(|tag| tag.is_empty() || tag.starts_with('#')), "{:?}", rows[1]);
    (json.json, rows)
}

on_both_databases! {
    async fn the_casualties_report_is_a_table_of_what_its_json_says(app: App) {
        let supervisor = app.actor(Role::Supervisor, "PK").await;
        let body = json!({
            "source": "=PICSS", "period_start": "2026-09-01", "period_end": "2026-09-30", "area": "PK", "killed": 7,
        });
        app.post(&supervisor, "/casualty-figures", body).await.expect(201);
        let path = "/reports/casualties?from=2026-09-01&to=2026-09-30";
        let (json, _) = {
            let json = app.get(&supervisor, path).await.expect(200).json;
            let rows = csv_rows(&app.get(&supervisor, &format!("{path}&format=csv")).await.expect(200));
            // A name that begins like a formula is told as text.
            assert_eq!(column(&rows, "#meta+source"), ["'=PICSS"]);
            assert_eq!(column(&rows, "#affected+num"), ["7"]);
            assert_eq!(column(&rows, "#date+start"), ["2026-09-01"]);
            (json, rows)
        };
        assert_eq!(json["sources"][0]["total"]["killed"]["value"], 7);
        let xlsx = workbook(&app.get(&supervisor, &format!("{path}&format=xlsx")).await.expect(200));
        assert_eq!(column(&xlsx, "#meta+source"), ["=PICSS"]);
    }

    async fn the_format_is_that_of_the_query_or_else_of_the_header(app: App) {
        let supervisor = app.actor(Role::Supervisor, "PK").await;
        let path = format!("/reports/referral-loop?{MONTH}");
        for (accept, kind) in [
            ("text/csv", "text/csv; charset=utf-8; header=present"),
            (WORKBOOK, WORKBOOK),
            ("text/html, */*;q=0.1", "application/json"),
        ] {
            let answer = app.get(&supervisor, &path).header("accept", accept).await.expect(200);
            assert_eq!(answer.header("content-type"), kind);
            assert_eq!(answer.header("vary"), "Accept");
        }
        let asked = app.get(&supervisor, &format!("{path}&format=json")).header("accept", "text/csv").await.expect(200);
        assert_eq!(asked.header("content-type"), "application/json");
        app.get(&supervisor, &format!("{path}&format=pdf")).await.fault("format", "unknown_value");
        app.get(&supervisor, &format!("{path}&format=csv&format=csv")).await.fault("format", "duplicate_field");
        app.get(&supervisor, &format!("{path}&limit=5")).await.fault("limit", "unknown_field");
    }

    async fn a_day_before_any_spreadsheet_s_calendar_is_text(app: App) {
        let supervisor = app.actor(Role::Supervisor, "PK").await;
        let path = "/reports/referral-loop?from=1850-01-01&to=1850-12-31&format=xlsx";
        app.get(&supervisor, path).await.expect(200);
    }

    async fn reports_are_for_staff_and_not_for_partners(app: App) {
        for actor in app.everybody("PK-KP").await {
            let answer = app.get(&actor, "/reports/referral-loop?from=2026-07-01&to=2026-09-30&format=xlsx").await;
            if actor.role == Role::Partner {
                answer.problem(403, "forbidden");
            } else {
                answer.expect(200);
            }
        }
        app.get(&NOBODY, &format!("/reports/referral-loop?{MONTH}")).await.problem(401, "unauthenticated");
    }
}
