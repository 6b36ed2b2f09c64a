//! `demo` and `serve` while they run, and how they end.
use std::io::Write;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use super::{Running, text, umeed};

#[test]
fn a_demonstration_serves_with_a_sign_in_for_each_role_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    for signal in ["-INT", "-TERM"] {
        let mut demo = Running::start(umeed(folder.path(), "demo --listen 127.0.0.1:0"));
        let said = demo.said("/health/ready");
        assert!(demo.get("/health/ready").starts_with("HTTP/1.1 200"));
        assert!(said.matches("@demo.example.org").count() == 9 && said.contains("invented"), "{said}");
        assert_ne!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        assert_eq!(demo.end(signal).0, Some(0));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn a_service_makes_its_folder_and_keys_for_itself_alone_and_tells_the_first_step_while_it_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut serve = Running::start(umeed(folder.path(), "serve --listen 127.0.0.1:0"));
    serve.said("--role administrator --password-stdin");
    for (file, mode) in [("data", 0o700), ("data/keys.json", 0o600), ("data/umeed.db", 0o600)] {
        let found = std::fs::metadata(folder.path().join(file)).unwrap().permissions().mode();
        assert_eq!(found & 0o777, mode, "{file}");
    }
    assert!(serve.get("/health/ready").starts_with("HTTP/1.1 200"));
    assert_eq!(serve.end("-TERM").0, Some(0));
}

#[test]
fn a_stopping_service_does_not_wait_for_idle_connections() {
    let folder = tempfile::tempdir().unwrap();
    let mut serve = Running::start(umeed(folder.path(), "serve --listen 127.0.0.1:0"));
    let mut idle = TcpStream::connect(&serve.address).unwrap();
    idle.write_all(b"GET /health/live HTTP/1.1\r\nHost: umeed\r\n\r\n").unwrap();
    idle.peek(&mut [0]).unwrap();
    let (code, took) = serve.end("-TERM");
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn metrics_have_a_port_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut command = umeed(folder.path(), "serve --listen 127.0.0.1:0");
    command.env("UMEED__METRICS__LISTEN", &free);
    let mut serve = Running::start(command);
    serve.get("/health/ready");
    assert!(serve.get("/metrics").starts_with("HTTP/1.1 404"));
    serve.address = free;
    let metrics = serve.get("/metrics");
    for name in ["umeed_build_info{", "umeed_http_request_seconds_bucket{", "umeed_http_requests_total{"] {
        assert!(metrics.contains(name), "{metrics}");
    }
}

#[test]
fn the_description_of_the_api_is_json() {
    let folder = tempfile::tempdir().unwrap();
    let output = umeed(folder.path(), "openapi").output().unwrap();
    let document: serde_json::Value = serde_json::from_str(&text(&output.stdout)).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
}

#[test]
fn a_stopping_service_finishes_the_request_that_runs() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = umeed(folder.path(), "serve --listen 127.0.0.1:0");
    // A hash that takes long enough for the signal to come in the middle of it.
    command.env("UMEED__ACCESS__PASSWORD__MEMORY_KIB", "262144").env("UMEED__ACCESS__PASSWORD__PASSES", "3");
    let mut serve = Running::start(command);
    assert!(serve.get("/health/ready").starts_with("HTTP/1.1 200"));
    let mut asking = TcpStream::connect(&serve.address).unwrap();
    let body = r#"{"email":"nobody@example.org","password":"a long wrong password"}"#;
    let head = "POST /api/v1/session HTTP/1.1\r\nHost: umeed\r\nContent-Type: application/json";
    write!(asking, "{head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(serve.end("-TERM").0, Some(0));
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut asking, &mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("bad_credentials"), "{answer}");
}
