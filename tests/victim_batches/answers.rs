//! What the recipient answers: row by row, and nothing twice.
use super::Desk;
use crate::kit::*;

async fn import(desk: &Desk, place: &str, rows: Value) -> Answer {
    let key = uuid::Uuid::now_v7().to_string();
    desk.app.post(&desk.builder, &format!("{place}/answers"), json!({ "answers": rows })).key(&key).await
}

fn outcomes(answer: &Answer) -> Vec<&str> {
    answer.json["rows"].as_array().unwrap().iter().map(|row| row["outcome"].as_str().unwrap()).collect()
}

on_both_databases! {
    async fn a_list_goes_from_the_first_victim_to_the_last_answer(app: App) {
        let desk = Desk::new(&app).await;
        desk.victims(&["Zarmina Gul", "Palwasha", "Spogmai"]).await;
        let place = desk.build().await.location();
        desk.make(&desk.builder, &place, "submit", 1).await.expect(200);
        desk.make(&desk.second, &place, "return", 2).await.expect(200);
        desk.make(&desk.builder, &place, "submit", 3).await.expect(200);
        desk.make(&desk.second, &place, "review", 4).await.expect(200);
        desk.make(&desk.builder, &place, "hand-over", 5).await.expect(200);
        let mut names = Vec::new();
        for name in ["Zarmina Gul", "Palwasha", "Spogmai"] {
            names.push(desk.reference(&place, name).await);
        }
        let on = app.now().local_date();
        let row = |at: usize, answer: &str| json!({ "reference": names[at], "answer": answer, "answered_on": on });
        let rows = json!([row(0, "approved"), row(1, "needs_papers"), row(0, "refused")]);
        let first = import(&desk, &place, rows.clone()).await.expect(200);
        assert_eq!(outcomes(&first), ["recorded", "recorded", "repeated"]);
        assert_eq!((&first.json["recorded"], &first.json["waiting"]), (&json!(2), &json!(2)));
        assert_eq!(app.get(&desk.second, &place).await.text("state"), "partly_answered");
        let again = import(&desk, &place, rows).await.expect(200);
        assert_eq!(outcomes(&again), ["unchanged", "unchanged", "repeated"]);

        let csv = format!(
            "\u{feff}reference,answer,answered_on,reason\r\n{},approved,{on},\"Rs 50,000\"\r\n{},not_found,{on},\r\n",
            names[1], names[2].to_lowercase(),
        );
        let ask = || {
            let ask = app.ask(&desk.builder, Method::POST, &format!("{place}/answers")).key("csv");
            ask.header("content-type", "text/csv; charset=utf-8").raw(csv.clone())
        };
        let second = ask().await.expect(200);
        assert_eq!((outcomes(&second), &second.json["waiting"]), (vec!["recorded", "recorded"], &json!(0)));
        assert!(ask().await.expect(200).is_replayed());
        let batch = app.get(&desk.second, &place).await.expect(200);
        assert_eq!((batch.text("state"), &batch.json["counts"]["answered"]), ("answered".into(), &json!(3)));
        let lines = desk.lines(&place, "answer=approved").await;
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().any(|line| line["answer_reason"] == "Rs 50,000"));
        assert_eq!(app.count("trail WHERE action = 'victim_batch.answered' AND case_id IS NOT NULL").await, 4);
        assert_eq!(desk.build().await.json["counts"]["listed"], 3, "who was answered may be named again");
    }

    async fn every_row_that_cannot_be_taken_is_told_and_keeps_no_other_out(app: App) {
        let desk = Desk::new(&app).await;
        let all = desk.victims(&["Zarmina Gul", "Palwasha"]).await;
        let place = desk.reviewed().await;
        let dropped = desk.reference(&place, "Palwasha").await;
        let early = json!([{ "reference": dropped, "answer": "approved", "answered_on": "2026-01-01" }]);
        import(&desk, &place, early).await.problem(409, "illegal_move");
        app.make(&desk.officer, &format!("{}/withdraw", all[1].1), 1, json!({})).await.expect(200);
        desk.make(&desk.builder, &place, "hand-over", 3).await.expect(200);
        let good = desk.reference(&place, "Zarmina Gul").await;
        let on = app.now().local_date();
        let (before, after) = (on.plus_days(-1), on.plus_days(1));
        let rows = json!([
            { "reference": "00000-00000", "answer": "approved", "answered_on": on },
            { "reference": dropped, "answer": "approved", "answered_on": on },
            { "reference": "not one", "answer": "approved", "answered_on": on },
            { "reference": good, "answer": "perhaps", "answered_on": on },
            { "reference": good, "answer": "approved", "answered_on": "yesterday" },
            { "reference": good, "answer": "approved", "answered_on": on, "reason": "x".repeat(501) },
            { "reference": good, "answer": "approved", "answered_on": on, "reason": "At last" },
        ]);
        let told = import(&desk, &place, rows).await.expect(200);
        let expected = ["unknown", "not_handed_over", "invalid", "invalid", "invalid", "invalid", "recorded"];
        assert_eq!(outcomes(&told), expected);
        let cells: Vec<_> = (2..6).map(|at| told.json["rows"][at]["cell"].as_str().unwrap()).collect();
        assert_eq!(cells, ["reference", "answer", "answered_on", "reason"]);
        assert!(!told.body().contains("not one") && !told.body().contains("perhaps"));
        for day in [before, after] {
            let rows = json!([{ "reference": good, "answer": "refused", "answered_on": day }]);
            assert_eq!(outcomes(&import(&desk, &place, rows).await.expect(200)), ["impossible_day"]);
        }
        import(&desk, &place, json!([])).await.fault("/answers", "out_of_range");
        let ask = app.ask(&desk.builder, Method::POST, &format!("{place}/answers")).key("broken");
        let broken = ask.header("content-type", "text/csv").raw("reference;answer\r\na;b\r\n").await;
        broken.fault("/answers/0", "invalid_row");
        let ask = app.ask(&desk.builder, Method::POST, &format!("{place}/answers")).key("xml");
        ask.header("content-type", "text/xml").raw("<a/>").await.problem(415, "unsupported_media_type");
        let narrow = app.actor(Role::Supervisor, "PK510").await;
        let rows = json!({ "answers": [{ "reference": good, "answer": "refused", "answered_on": on }] });
        app.post(&narrow, &format!("{place}/answers"), rows).key("n").await.problem(404, "not_found");
        assert_eq!(app.get(&desk.second, &place).await.text("state"), "answered");
    }

    async fn half_a_file_is_refused_whole_and_a_formula_stays_a_text(app: App) {
        let desk = Desk::new(&app).await;
        desk.victims(&["Zarmina Gul", "Palwasha"]).await;
        let place = desk.handed_over().await;
        let (one, two) = (desk.reference(&place, "Zarmina Gul").await, desk.reference(&place, "Palwasha").await);
        let on = app.now().local_date();
        let titles = "reference,answer,answered_on,reason\r\n";
        let whole = format!("{titles}{one},approved,{on},\"=HYPERLINK(\"\"http://a\"\")\"\r\n{two},refused,{on},\"No\"\r\n");
        let send = async |file: &[u8]| {
            let ask = app.ask(&desk.builder, Method::POST, &format!("{place}/answers"));
            let ask = ask.key(&uuid::Uuid::now_v7().to_string()).header("content-type", "text/csv");
            ask.raw(String::from_utf8(file.to_vec()).unwrap()).await
        };
        let cut = |from_end: usize| whole.as_bytes()[..whole.len() - from_end].to_vec();
        send(&cut(3)).await.fault("/answers", "cut_off");
        send(&cut("efused,2026-11-21,\"No\"\r\n".len())).await.fault("/answers/1", "invalid_row");
        send(titles.as_bytes()).await.fault("/answers", "out_of_range");
        send(b"").await.fault("/answers", "out_of_range");
        assert_eq!(app.count("victim_batch_lines WHERE state = 'answered'").await, 0, "nothing of it was taken");
        let formulas = send(format!("{titles}=1+1,approved,{on},\r\n{one},=A1,{on},\r\n").as_bytes()).await.expect(200);
        assert_eq!(outcomes(&formulas), ["invalid", "invalid"]);
        assert!(!formulas.body().contains("=A1"));
        let told = send(whole.as_bytes()).await.expect(200);
        assert_eq!(outcomes(&told), ["recorded", "recorded"]);
        let lines = desk.lines(&place, "answer=approved").await;
        assert_eq!(lines[0]["answer_reason"], "=HYPERLINK(\"http://a\")");
        // Twice under another key: nothing is recorded again.
        assert_eq!(outcomes(&send(whole.as_bytes()).await.expect(200)), ["unchanged", "unchanged"]);
        assert_eq!(app.count("trail WHERE action = 'victim_batch.answered'").await, 2);
    }

    async fn two_imports_at_once_record_an_answer_once(app: App) {
        let desk = Desk::new(&app).await;
        desk.victims(&["Zarmina Gul"]).await;
        let place = desk.handed_over().await;
        let reference = desk.reference(&place, "Zarmina Gul").await;
        let row = json!([{ "reference": reference, "answer": "approved", "answered_on": app.now().local_date() }]);
        let take = async || import(&desk, &place, row.clone()).await.expect(200);
        let (one, two) = futures_util::join!(take(), take());
        let mut both = [outcomes(&one)[0].to_owned(), outcomes(&two)[0].to_owned()];
        both.sort_unstable();
        assert_eq!(both, ["recorded", "unchanged"]);
        assert_eq!(app.count("trail WHERE action = 'victim_batch.answered'").await, 1);
    }
}
