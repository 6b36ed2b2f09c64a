//! Several starts on one database at the same time.
use actix_web::rt::System;

use super::{Running, refusal, text, umeed};
use crate::kit::{Database, Kind};

#[test]
fn services_that_start_together_on_a_fresh_database_agree_on_keys_and_schema() {
    let (folder, system) = (tempfile::tempdir().unwrap(), System::new());
    let database = system.block_on(Database::empty(Kind::Postgres));
    let start = || {
        let arguments = format!("serve --listen 127.0.0.1:0 --database {}", database.url());
        Running::start(umeed(folder.path(), &arguments))
    };
    let services: Vec<_> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    for service in services {
        assert!(service.get("/health/ready").starts_with("HTTP/1.1 200"));
    }
    system.block_on(database.discard());
}

#[test]
fn one_process_serves_a_file_until_it_ends_however_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let serve = || umeed(folder.path(), "serve --listen 127.0.0.1:0");
    let mut first = Running::start(serve());
    let told = refusal(&serve().output().unwrap());
    assert!(told.contains("umeed.db is served by another process already"), "{told}");
    assert!(first.get("/health/ready").starts_with("HTTP/1.1 200"));
    assert!(umeed(folder.path(), "user list").output().unwrap().status.success(), "other commands still work");
    first.end("-KILL");
    assert!(Running::start(serve()).get("/health/ready").starts_with("HTTP/1.1 200"));
}

#[test]
fn migrations_run_once() {
    let folder = tempfile::tempdir().unwrap();
    let migrate = || text(&umeed(folder.path(), "migrate").output().unwrap().stdout);
    assert!(migrate().contains("ran"));
    assert_eq!(migrate(), "The database is up to date.\n");
}
