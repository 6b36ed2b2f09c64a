//! Pages, cursors and filters.
use crate::kit::*;

on_both_databases! {
    async fn a_list_is_read_page_by_page_without_gaps(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let mut made = Vec::new();
        for _ in 0..7 {
            made.push(app.incident(&officer, "PK508").await.id());
        }
        made.reverse();
        let (mut seen, mut path, mut pages) = (Vec::new(), "/incidents?limit=3".to_owned(), 0);
        loop {
            let page = app.get(&officer, &path).await.expect(200).json;
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
            pages += 1;
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/incidents?limit=3&after={next}");
        }
        assert_eq!((seen, pages), (made, 3));
    }

    async fn a_cursor_that_was_changed_or_is_of_another_list_is_refused(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let admin = app.actor(Role::Administrator, "PK").await;
        app.incident(&officer, "PK508").await;
        app.incident(&officer, "PK508").await;
        let cursor = app.get(&officer, "/incidents?limit=1").await.expect(200).text("next");
        app.get(&officer, &format!("/incidents?after={cursor}")).await.expect(200);
        let users = app.get(&admin, "/users?limit=1").await.expect(200).text("next");
        let flipped = if cursor.starts_with('A') { cursor.replacen('A', "B", 1) } else { format!("A{}", &cursor[1..]) };
        for bad in [flipped, cursor[1..].to_owned(), format!("{cursor}A"), "x".into(), "%00".into(), users, String::new()] {
            app.get(&officer, &format!("/incidents?after={bad}")).await.problem(400, "invalid_cursor");
        }
        app.get(&admin, &format!("/users?after={cursor}")).await.problem(400, "invalid_cursor");
    }

    async fn a_limit_is_one_to_two_hundred(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        for limit in ["0", "201", "abc", "-1", "1.5", "", "99999999999999999999", "%F0%9F%92%A9"] {
            app.get(&officer, &format!("/incidents?limit={limit}")).await.fault("limit", "out_of_range");
        }
        for limit in ["1", "200"] {
            app.get(&officer, &format!("/incidents?limit={limit}")).await.expect(200);
        }
    }

    async fn filters_narrow_and_unknown_ones_are_refused(app: App) {
        let supervisor = app.actor(Role::Supervisor, "PK").await;
        let verified = app.incident(&supervisor, "PK508").await;
        app.incident(&supervisor, "PK701").await;
        app.post(&supervisor, &format!("{}/verify", verified.location()), json!({})).if_match(1).await.expect(200);
        let found = async |query: &str| {
            let answer = app.get(&supervisor, &format!("/incidents?{query}")).await.expect(200);
            answer.json["items"].as_array().unwrap().len()
        };
        assert_eq!(found("").await, 2);
        assert_eq!(found("state=verified").await, 1);
        assert_eq!(found("district=PK701").await, 1);
        assert_eq!(found("district=PK701&state=verified").await, 0);
        assert_eq!(found("from=2026-03-01&to=2026-03-01").await, 2);
        assert_eq!(found("from=2026-03-02").await, 0);
        for (query, pointer, code) in [
            ("state=35202", "state", "unknown_value"),
            ("colour=35202", "colour", "unknown_field"),
            ("district=35202", "district", "invalid_pcode"),
            ("from=35202", "from", "invalid_date"),
            ("state=verified&state=reported", "state", "duplicate_field"),
        ] {
            let answer = app.get(&supervisor, &format!("/incidents?{query}")).await;
            assert!(!answer.body().contains("35202"), "{answer:?}");
            answer.fault(pointer, code);
        }
    }
}
