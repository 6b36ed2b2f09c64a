//! Bodies that cannot be taken: each is told where it is wrong, and none of it is repeated.
use tokio::io::AsyncWriteExt;

use crate::kit::*;

/// Stands for what a victim may have written; must never come back.
const SECRET: &str = "35202-1234567-1";

fn changed(name: &str, value: Value) -> Value {
    let mut body = incident_body("PK508");
    body[name] = value;
    body
}

on_both_databases! {
    async fn a_field_that_cannot_be_accepted_is_named_and_not_repeated(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        for (body, pointer, code) in [
            (changed("colour", json!(SECRET)), "/colour", "unknown_field"),
            (changed("place", json!(35202)), "/place", "invalid_type"),
            (changed("place", json!([SECRET])), "/place", "invalid_type"),
            (changed("place", json!("")), "/place", "empty"),
            (changed("place", json!(SECRET.repeat(20))), "/place", "too_long"),
            (changed("place", json!(format!("{SECRET}\u{202e}"))), "/place", "bidi_control"),
            (changed("place", json!(format!("{SECRET}\u{0}"))), "/place", "control_character"),
            (changed("is_suicide", json!(SECRET)), "/is_suicide", "wrong_type"),
            (changed("is_suicide", json!(1)), "/is_suicide", "wrong_type"),
            (changed("attack_type", json!(SECRET)), "/attack_type", "unknown_value"),
            (changed("district", json!(SECRET)), "/district", "invalid_pcode"),
            (changed("occurred_on", json!(SECRET)), "/occurred_on", "invalid_date"),
            (changed("occurred_on", json!("1066-01-01")), "/occurred_on", "date_out_of_range"),
            (changed("occurred_on", json!(20_260_301)), "/occurred_on", "invalid_type"),
            (changed("occurred_on", json!("2100-01-01")), "/occurred_on", "in_the_future"),
            (json!({}), "/occurred_on", "missing"),
        ] {
            let answer = app.post(&officer, "/incidents", body.clone()).await;
            assert!(!answer.body().contains("35202"), "{answer:?}");
            let fault = &answer.json["errors"][0];
            assert_eq!((&fault["pointer"], &fault["code"]), (&json!(pointer), &json!(code)), "{body}: {answer:?}");
            answer.problem(422, "invalid");
        }
        assert_eq!(app.count("incidents").await, 0);
    }

    async fn a_field_given_twice_is_refused(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let body = incident_body("PK508").to_string().replacen('{', &format!(r#"{{"place":"{SECRET}","#), 1);
        let answer = app.ask(&officer, Method::POST, "/incidents").text(&body).await.fault("/place", "duplicate_field");
        assert!(!answer.body().contains(SECRET));
    }

    async fn what_is_not_json_is_malformed(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let whole = incident_body("PK508").to_string();
        let deep = format!(r#"{{"place":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        let bodies: Vec<Vec<u8>> = vec![
            b"{".to_vec(),
            b" ".to_vec(),
            format!("{whole} {SECRET}").into(),
            format!("{whole}{whole}").into(),
            format!(r#"{{"place": {SECRET}}}"#).into(),
            b"{\"place\": NaN}".to_vec(),
            b"\xff\xfe\x00".to_vec(),
            b"{\"place\":\"\xc3\x28\"}".to_vec(),
            b"{\"place\":\"\\ud800\"}".to_vec(),
            b"\xef\xbb\xbf{}".to_vec(),
            deep.into(),
        ];
        for body in bodies {
            let shown = String::from_utf8_lossy(&body).chars().take(60).collect::<String>();
            let ask = app.ask(&officer, Method::POST, "/incidents").header("content-type", "application/json");
            let answer = ask.raw(body).await;
            assert!(!answer.body().contains(SECRET));
            assert!([400, 422].contains(&answer.status), "{shown}: {answer:?}");
            if answer.status == 400 {
                answer.problem(400, "malformed_json");
            }
        }
        for body in ["[]", "null", "7", "\"35202-1234567-1\""] {
            let answer = app.ask(&officer, Method::POST, "/incidents").text(body).await.problem(422, "invalid");
            assert!(!answer.body().contains(SECRET));
        }
        assert_eq!(app.count("incidents").await, 0);
    }

    async fn only_plain_json_in_utf_8_is_taken(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let body = incident_body("PK508").to_string();
        let ask = || app.ask(&officer, Method::POST, "/incidents").raw(body.clone());
        for kind in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "json", ""] {
            ask().header("content-type", kind).await.problem(415, "unsupported_media_type");
        }
        ask().await.problem(415, "unsupported_media_type");
        for encoding in ["gzip", "br", "identity, gzip"] {
            let ask = ask().header("content-type", "application/json").header("content-encoding", encoding);
            ask.await.problem(415, "unsupported_media_type");
        }
        for kind in ["application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\""] {
            ask().header("content-type", kind).await.expect(201);
        }
    }

    async fn a_body_of_ten_megabytes_is_refused_before_it_is_read(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let server = app.listen();
        let body = json!({ "place": "x".repeat(10_000_000) }).to_string();
        let announced = server.ask("POST", "/api/v1/incidents", &officer.token, &body).await;
        assert_eq!(announced.status, 413, "{announced:?}");
        assert!(announced.head.contains("content-type: application/problem+json"));
        assert!(announced.body.contains(r#""code":"too_large""#));
        let head = format!(
            "POST /api/v1/incidents HTTP/1.1\r\nhost: umeed\r\nauthorization: Bearer {}\r\nconnection: close\r\n\
             content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
            officer.token
        );
        let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
        let chunked = server.exchange(format!("{head}{}0\r\n\r\n", chunk.repeat(160)).as_bytes()).await;
        assert_eq!(chunked.status, 413, "{chunked:?}");
        assert!(chunked.body.contains(r#""code":"too_large""#));
        assert_eq!(server.ask("GET", "/health/live", "", "").await.status, 200);
    }

    async fn a_body_just_small_enough_is_read(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let pad = |length: usize| {
            let body = incident_body("PK508").to_string();
            format!("{body}{}", " ".repeat(length - body.len()))
        };
        let limit = 1024 * 1024;
        app.ask(&officer, Method::POST, "/incidents").text(&pad(limit)).await.expect(201);
        app.ask(&officer, Method::POST, "/incidents").text(&pad(limit + 1)).await.problem(413, "too_large");
    }

    async fn what_is_not_http_is_refused_and_the_server_lives(app: App) {
        let server = app.listen();
        for bytes in [
            &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc"[..],
            b"GET / HTTP/9.9\r\n\r\n",
            b"GET /health/live HTTP/1.1\r\nhost: umeed\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            b"GET /\x00 HTTP/1.1\r\nhost: umeed\r\n\r\n",
        ] {
            let mut socket = server.connect().await;
            socket.write_all(bytes).await.unwrap();
            socket.shutdown().await.unwrap();
            let mut answer = Vec::new();
            _ = tokio::io::AsyncReadExt::read_to_end(&mut socket, &mut answer).await;
            let answer = String::from_utf8_lossy(&answer);
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.0 4"), "{answer}");
        }
        assert_eq!(server.ask("GET", "/health/live", "", "").await.status, 200);
    }
}
