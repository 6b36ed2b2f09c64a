//! What leaves the house, and who is not in it any more.
use data_encoding::{BASE64, HEXLOWER};
use sha2::{Digest, Sha256};

use super::{Desk, FIELDS};
use crate::kit::*;

async fn file(desk: &Desk, place: &str, format: &str) -> Answer {
    desk.app.get(&desk.builder, &format!("{place}/file?format={format}")).await
}

on_both_databases! {
    async fn a_list_is_handed_over_once_as_csv_and_json_and_every_disclosure_is_on_the_trail(app: App) {
        let desk = Desk::new(&app).await;
        desk.victims(&["Zarmina Gul", "Palwasha"]).await;
        let place = desk.reviewed().await;
        file(&desk, &place, "csv").await.problem(404, "not_found");
        let handed = desk.make(&desk.builder, &place, "hand-over", 3).await.expect(200);
        assert_eq!((handed.text("state"), &handed.json["counts"]["handed_over"]), ("handed_over".into(), &json!(2)));
        for (format, media) in [("csv", "text/csv; charset=utf-8; header=present"), ("json", "application/json")] {
            let got = file(&desk, &place, format).await.expect(200);
            assert_eq!(got.header("content-type"), media);
            assert!(got.header("content-disposition").starts_with("attachment; filename=\"victims-"));
            let digest = Sha256::digest(&got.body);
            assert_eq!(got.header("repr-digest"), format!("sha-256=:{}:", BASE64.encode(&digest)));
            let told = handed.json["files"].as_array().unwrap().iter().find(|file| file["format"] == format).unwrap();
            assert_eq!((&told["sha256"], &told["bytes"]), (&json!(HEXLOWER.encode(&digest)), &json!(got.body.len())));
            assert!(["Zarmina Gul", "Palwasha", "17301-0000001-2"].iter().all(|fact| got.body().contains(fact)));
            assert!(!got.body().contains("House 7"), "what was not shared is not in the file");
            assert_eq!(file(&desk, &place, format).await.body, got.body, "made once");
        }
        let csv = file(&desk, &place, "csv").await.body();
        assert!(csv.starts_with("reference,name,name_ur,cnic,mobiles,no_calls,no_sms,safe_hours\r\n") && csv.lines().count() == 3, "{csv}");
        file(&desk, &place, "xml").await.problem(422, "invalid");
        assert_eq!(app.count("trail WHERE action = 'victim_batch.disclosed' AND case_id IS NOT NULL").await, 2);
        assert_eq!(app.count("trail WHERE action = 'victim_batch.downloaded' AND outcome = 'viewed'").await, 5);
        assert_eq!(app.count("outbox WHERE topic = 'victim_batch.handed_over'").await, 1);
        let case = desk.lines(&place, "").await[0]["case_id"].as_str().unwrap().to_owned();
        let timeline = app.get(&desk.officer, &format!("/cases/{case}/timeline")).await.expect(200);
        assert!(timeline.body().contains("victim_batch.disclosed") && !timeline.body().contains("Palwasha"));
        desk.make(&desk.builder, &place, "hand-over", 4).await.problem(409, "illegal_move");
    }

    async fn who_lost_consent_or_went_elsewhere_is_dropped_before_the_list_is_handed_over(app: App) {
        let mut desk = Desk::new(&app).await;
        let all = desk.victims(&["Zarmina Gul", "Palwasha", "Spogmai"]).await;
        let (victim, _) = desk.victim("Gulalai", 9).await;
        let short = json!({
            "purpose": "verification", "recipient_id": desk.recipient, "fields": FIELDS, "given_by": "self",
            "expires_at": app.now().plus_hours(2),
        });
        app.post(&desk.officer, &format!("{victim}/consents"), short).await.expect(201);
        let (hidden, _) = desk.victim("Wagma", 10).await;
        desk.consent(&hidden, &FIELDS).await;
        let place = desk.reviewed().await;
        assert_eq!(app.get(&desk.second, &place).await.json["counts"]["listed"], 5);
        app.make(&desk.officer, &format!("{}/withdraw", all[0].1), 1, json!({})).await.expect(200);
        let gone = desk.lines(&place, "reason=consent_ended").await;
        assert!(gone.len() == 1 && gone[0]["person"].is_null() && gone[0]["reference"].is_string());
        let lines = desk.lines(&place, "state=listed").await;
        let second = all[1].0.rsplit('/').next().unwrap();
        let case = lines.iter().find(|line| line["victim_id"] == second).unwrap()["case_id"].as_str().unwrap();
        let away = json!({ "district": "PK510", "reason": "victim_moved" });
        let offer = app.make(&desk.builder, &format!("/cases/{case}/transfer"), 1, away).await.expect(201).location();
        let taker = app.actor(Role::Supervisor, "PK510").await;
        app.make(&taker, &format!("{offer}/accept"), 1, json!({})).await.expect(200);
        let witness = json!({ "reason": "witness", "readers": [desk.builder.id] });
        app.make(&desk.builder, &format!("{hidden}/protect"), 0, witness).await.expect(200);
        assert_eq!(desk.lines(&place, "reason=protected").await.len(), 1);
        app.pass_minutes(121);
        desk.builder = app.again(&desk.builder).await;
        desk.second = app.again(&desk.second).await;
        desk.officer = app.again(&desk.officer).await;
        let handed = desk.make(&desk.builder, &place, "hand-over", 3).await.expect(200);
        assert_eq!((&handed.json["counts"]["handed_over"], &handed.json["counts"]["dropped"]), (&json!(1), &json!(4)));
        let csv = file(&desk, &place, "csv").await.body();
        assert!(csv.contains("Spogmai") && ["Zarmina", "Palwasha", "Gulalai", "Wagma"].iter().all(|name| !csv.contains(name)));
        assert_eq!(app.count("trail WHERE action = 'victim_batch.dropped'").await, 4);
        app.make(&desk.officer, &format!("{}/withdraw", all[2].1), 1, json!({})).await.expect(200);
        assert_eq!(app.count("outbox WHERE topic = 'victim_batch.recall_due'").await, 1);
        assert_eq!(app.get(&desk.second, &place).await.json["counts"]["handed_over"], 1);
        let next = desk.build().await.location();
        assert_eq!(desk.lines(&next, "reason=protected").await.len(), 1, "who is protected is on no list");
    }

    async fn whose_case_was_closed_meanwhile_is_dropped(app: App) {
        let desk = Desk::new(&app).await;
        desk.victims(&["Zarmina Gul"]).await;
        let (victim, case) = desk.victim("Palwasha", 2).await;
        desk.consent(&victim, &FIELDS).await;
        let place = desk.reviewed().await;
        let close = json!({ "outcome": "opened_in_error" });
        app.make(&desk.officer, &format!("/cases/{case}/close"), 1, close).await.expect(200);
        let handed = desk.make(&desk.builder, &place, "hand-over", 3).await.expect(200);
        assert_eq!((&handed.json["counts"]["handed_over"], &handed.json["counts"]["dropped"]), (&json!(1), &json!(1)));
        assert_eq!(desk.lines(&place, "reason=case_closed").await.len(), 1);
        assert!(!file(&desk, &place, "json").await.body().contains("Palwasha"));
    }

    async fn a_list_is_handed_over_once_however_often_it_is_asked(app: App) {
        let desk = Desk::new(&app).await;
        desk.victims(&["Zarmina Gul"]).await;
        let place = desk.reviewed().await;
        let hand = async || {
            app.post(&desk.builder, &format!("{place}/hand-over"), json!({})).key("once").if_match(3).await
        };
        let first = hand().await.expect(200);
        assert!(!first.is_replayed() && hand().await.expect(200).is_replayed());
        desk.make(&desk.second, &place, "hand-over", 3).await.problem(412, "stale");
        desk.make(&desk.second, &place, "hand-over", 4).await.problem(409, "illegal_move");
        assert_eq!(app.count("victim_batch_files").await, 2);
        assert_eq!(app.count("trail WHERE action = 'victim_batch.disclosed'").await, 1);

        let next = desk.victim("Palwasha", 2).await.0;
        desk.consent(&next, &FIELDS).await;
        let place = desk.reviewed().await;
        let hand = async |who: &Actor| desk.make(who, &place, "hand-over", 3).await.status;
        let mut both: [u16; 2] = futures_util::join!(hand(&desk.builder), hand(&desk.second)).into();
        both.sort_unstable();
        assert!(both[0] == 200 && [409, 412].contains(&both[1]), "{both:?}");
        assert_eq!(app.count("trail WHERE action = 'victim_batch.disclosed'").await, 2);
    }

    async fn whom_the_recipient_may_no_longer_know_is_not_in_a_file_given_out_later(app: App) {
        let desk = Desk::new(&app).await;
        let all = desk.victims(&["Zarmina Gul", "Palwasha", "Spogmai"]).await;
        let place = desk.handed_over().await;
        let whole = file(&desk, &place, "csv").await.expect(200);
        app.make(&desk.officer, &format!("{}/withdraw", all[0].1), 1, json!({})).await.expect(200);
        let witness = json!({ "reason": "witness", "readers": [desk.second.id] });
        app.make(&desk.second, &format!("{}/protect", all[1].0), 0, witness).await.expect(200);
        assert_eq!(app.count("outbox WHERE topic = 'victim_batch.recall_due'").await, 2);
        for who in [&desk.builder, &desk.second] {
            for format in ["csv", "json"] {
                let got = app.get(who, &format!("{place}/file?format={format}")).await.expect(200);
                assert!(got.body().contains("Spogmai") && !got.body().contains("Zarmina") && !got.body().contains("Palwasha"));
                let digest = BASE64.encode(&Sha256::digest(&got.body));
                assert_eq!(got.header("repr-digest"), format!("sha-256=:{digest}:"), "of what is given");
            }
        }
        let kept = app.get(&desk.second, &place).await.json;
        let kept = kept["files"].as_array().unwrap().iter().find(|file| file["format"] == "csv").unwrap()["sha256"].clone();
        assert_eq!(kept, HEXLOWER.encode(&Sha256::digest(&whole.body)), "the digest of the hand-over stays");
        // Of a protected person those who are not named learn no more here either.
        let shown = app.get(&desk.builder, &format!("{place}/lines?limit=200")).await.expect(200);
        assert!(!shown.body().contains("Palwasha") && !shown.body().contains("17301-0000002-2"));
        app.make(&desk.officer, &format!("{}/withdraw", all[2].1), 1, json!({})).await.expect(200);
        file(&desk, &place, "csv").await.problem(409, "batch_empty");
        assert_eq!(app.count("trail WHERE action = 'victim_batch.line_downloaded' AND case_id IS NOT NULL").await, 7);
    }

    async fn what_follows_a_hand_over_reaches_who_was_answered_and_who_moved(app: App) {
        let desk = Desk::new(&app).await;
        let all = desk.victims(&["Zarmina Gul", "Palwasha"]).await;
        let place = desk.handed_over().await;
        let (answered, moved) = (desk.reference(&place, "Zarmina Gul").await, desk.reference(&place, "Palwasha").await);
        let row = |reference: &str| {
            let on = app.now().local_date();
            json!({ "answers": [{ "reference": reference, "answer": "approved", "answered_on": on, "reason": "Paid" }] })
        };
        app.post(&desk.builder, &format!("{place}/answers"), row(&answered)).key("a").await.expect(200);
        app.make(&desk.officer, &format!("{}/withdraw", all[0].1), 1, json!({})).await.expect(200);
        assert_eq!(app.count("outbox WHERE topic = 'victim_batch.recall_due'").await, 1);
        let lines = desk.lines(&place, "").await;
        let case = lines.iter().find(|line| line["reference"] == moved).unwrap()["case_id"].as_str().unwrap();
        let away = json!({ "district": "PK617", "reason": "victim_moved" });
        let taker = app.actor(Role::Supervisor, "PK617").await;
        let offer = app.make(&desk.builder, &format!("/cases/{case}/transfer"), 1, away).await.expect(201).location();
        app.make(&taker, &format!("{offer}/accept"), 1, json!({})).await.expect(200);
        // The list is still answered where it was made.
        let answer = app.post(&desk.builder, &format!("{place}/answers"), row(&moved)).key("b").await.expect(200);
        assert_eq!((&answer.json["recorded"], &answer.json["waiting"]), (&json!(1), &json!(0)));
        assert_eq!(desk.lines(&place, "answer=approved").await.len(), 2);
    }

    async fn a_list_of_nobody_is_not_submitted_and_not_handed_over(app: App) {
        let desk = Desk::new(&app).await;
        let all = desk.victims(&["Zarmina Gul"]).await;
        let place = desk.reviewed().await;
        app.make(&desk.officer, &format!("{}/withdraw", all[0].1), 1, json!({})).await.expect(200);
        desk.make(&desk.builder, &place, "hand-over", 3).await.problem(409, "batch_empty");
        let empty = desk.build().await;
        assert_eq!(empty.json["counts"]["left_out"], 1);
        desk.make(&desk.builder, &empty.location(), "submit", 1).await.problem(409, "batch_empty");
    }

    async fn a_consent_withdrawn_at_the_moment_of_the_hand_over_counts_before_or_is_told_after(app: App) {
        let desk = Desk::new(&app).await;
        for serial in 1..6 {
            let (victim, case) = desk.victim("Zarmina Gul", serial).await;
            let consent = desk.consent(&victim, &FIELDS).await;
            let place = desk.reviewed().await;
            let withdraw = async || app.make(&desk.officer, &format!("{consent}/withdraw"), 1, json!({})).await;
            let hand = async || desk.make(&desk.builder, &place, "hand-over", 3).await;
            let (withdrawn, handed) = futures_util::join!(withdraw(), hand());
            withdrawn.expect(200);
            let told = app.count("outbox WHERE topic = 'victim_batch.recall_due'").await;
            match handed.status {
                200 => assert_eq!(told, 1),
                409 => assert_eq!((handed.json["code"].as_str(), told), (Some("batch_empty"), 0)),
                _ => panic!("{handed:?}"),
            }
            app.sql("DELETE FROM outbox WHERE topic = 'victim_batch.recall_due'").await.unwrap();
            let close = json!({ "outcome": "opened_in_error" });
            app.make(&desk.officer, &format!("/cases/{case}/close"), 1, close).await.expect(200);
        }
    }

    async fn nothing_of_a_person_is_kept_in_the_clear(app: App) {
        let desk = Desk::new(&app).await;
        desk.victims(&["Qanarwaxname"]).await;
        let place = desk.handed_over().await;
        let reference = desk.reference(&place, "Qanarwaxname").await;
        let on = app.now().local_date();
        let answers = json!({ "answers": [
            { "reference": reference, "answer": "refused", "answered_on": on, "reason": "Qanarwaxreason" },
        ] });
        app.post(&desk.builder, &format!("{place}/answers"), answers).key("a").await.expect(200);
        let line = desk.lines(&place, "").await.remove(0);
        assert_eq!(line["answer_reason"], "Qanarwaxreason");
        for (table, columns) in [
            ("victim_batch_lines", vec!["person", "answer_reason", "reference"]), ("victim_batch_files", vec!["content"]),
            ("trail", vec!["record"]), ("outbox", vec!["payload"]),
        ] {
            for column in columns {
                let column = if ["person", "answer_reason", "content"].contains(&column) {
                    app.database.hex(column)
                } else {
                    column.to_owned()
                };
                let kept = app.rows(&format!("SELECT {column} FROM {table}")).await.join("\n");
                assert!(!kept.contains("Qanarwax") && !kept.contains(&HEXLOWER.encode(b"Qanarwax")), "{table}.{column}");
            }
        }
    }
}
