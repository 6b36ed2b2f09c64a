//! Several starts on one database at the same time.
use super::{Running, text, umeed};

#[test]
fn services_that_start_together_on_a_fresh_database_agree_on_keys_and_schema() {
    let folder = tempfile::tempdir().unwrap();
    let start = || Running::start(umeed(folder.path(), "serve --listen 127.0.0.1:0"));
    let services: Vec<_> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    for service in services {
        assert!(service.get("/health/ready").starts_with("HTTP/1.1 200"));
    }
}

#[test]
fn migrations_run_once() {
    let folder = tempfile::tempdir().unwrap();
    let migrate = || text(&umeed(folder.path(), "migrate").output().unwrap().stdout);
    assert!(migrate().contains("ran"));
    assert_eq!(migrate(), "The database is up to date.\n");
}
