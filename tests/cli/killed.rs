//! The process is killed in the middle of a release, and right after it: the money and its file went out together or not at
//! all, and the same request asked again of another process sends it once.
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::time::sleep;
use umeed::crypto::Keyring;

use super::{Running, text, umeed};
use crate::kit::*;
use crate::payments::Desk;

/// Holds up whoever keeps the file of a batch: the rest of the release is written by then.
const STALL_ON_POSTGRES: &str = "
CREATE FUNCTION stall() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(2); RETURN NEW; END $$;
CREATE TRIGGER stalls BEFORE INSERT ON payment_batch_files FOR EACH ROW EXECUTE FUNCTION stall()";
const STALL_ON_SQLITE: &str = "
CREATE VIEW without_end (one) AS WITH RECURSIVE up (one) AS (SELECT 1 UNION ALL SELECT one + 1 FROM up) SELECT one FROM up;
CREATE TRIGGER stalls BEFORE INSERT ON payment_batch_files BEGIN SELECT max(one) FROM without_end; END";

fn serve(folder: &Path, app: &App) -> Running {
    Running::start(umeed(folder, &format!("serve --listen 127.0.0.1:0 --database {}", app.database.url())))
}

fn send(service: &Running, bytes: &str) -> TcpStream {
    let mut line = TcpStream::connect(&service.address).unwrap();
    line.write_all(bytes.as_bytes()).unwrap();
    line
}

/// The body of an answer of 200.
fn answer(service: &Running, bytes: &str) -> Value {
    let mut answer = String::new();
    send(service, bytes).read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

/// Waits until somebody holds what the release has to write.
async fn until_it_stalls(app: &App) {
    for _ in 0..400 {
        let is_held = if app.is_sqlite() {
            app.sql("PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; ROLLBACK").await.is_err()
        } else {
            app.count("pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()").await > 0
        };
        if is_held {
            return sleep(Duration::from_millis(100)).await;
        }
        sleep(Duration::from_millis(25)).await;
    }
    panic!("the release never came to its file");
}

async fn story(kind: Kind) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    let keys = || Keyring::open_or_create(&folder.path().join("data/keys.json")).unwrap();
    let app = App::sealed_by(Database::fresh(kind).await, keys()).await;
    let desk = Desk::new(&app).await;
    let release = |place: &str| {
        let (path, token) = (format!("{place}/release"), &desk.releaser.token);
        command(&path, token, (&uuid::Uuid::now_v7().to_string(), 3), "{}")
    };
    desk.award(&[300]).await;
    let place = desk.approved().await;
    let asked = release(&place);

    app.sql(if app.is_sqlite() { STALL_ON_SQLITE } else { STALL_ON_POSTGRES }).await.unwrap();
    let mut service = serve(folder.path(), &app);
    let line = send(&service, &asked);
    until_it_stalls(&app).await;
    assert_eq!(service.end("-KILL").0, None);
    drop(line);
    app.sql(&format!("DROP TRIGGER stalls{}", if app.is_sqlite() { "" } else { " ON payment_batch_files" }))
        .await
        .unwrap();
    assert_eq!(app.get(&desk.approver, &place).await.text("state"), "approved");
    assert_eq!((desk.balances().await[2..4].to_vec(), app.count("payment_batch_files").await), (vec![300, 0], 0));
    desk.is_true().await;

    let mut service = serve(folder.path(), &app);
    let released = answer(&service, &asked);
    assert_eq!(service.end("-KILL").0, None);
    let mut service = serve(folder.path(), &app);
    assert_eq!(answer(&service, &asked), released);
    assert_eq!((desk.balances().await[2..4].to_vec(), app.count("payment_batch_files").await), (vec![0, 300], 1));
    let file = app.get(&desk.releaser, &format!("{place}/file?format=csv")).await.expect(200).body;
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(&file));
    assert_eq!(released["files"][0]["sha256"], digest);

    // Whenever it comes: the state and the file agree.
    for round in 0..6 {
        desk.award(&[300]).await;
        let place = desk.approved().await;
        let asked = release(&place);
        let line = send(&service, &asked);
        sleep(Duration::from_millis(round * 8)).await;
        service.end("-KILL");
        drop(line);
        service = serve(folder.path(), &app);
        let batch = app.get(&desk.approver, &place).await.expect(200).json;
        let is_released = batch["state"] == "released";
        assert_eq!(batch["files"].as_array().unwrap().len(), usize::from(is_released), "{batch}");
        desk.is_true().await;
        assert_eq!(answer(&service, &asked)["state"], "released");
        assert_eq!(app.count("payment_batch_files").await, i64::try_from(round).unwrap() + 2);
    }
    drop(service);
    let verify = format!("ledger verify --database {}", app.database.url());
    let verified = umeed(folder.path(), &verify).output().unwrap();
    assert!(text(&verified.stdout).starts_with("The ledger is true"), "{}", text(&verified.stderr));
    drop(desk);
    app.end().await;
}

#[actix_web::test]
async fn a_process_that_is_killed_between_release_and_file_leaves_neither_on_sqlite() {
    story(Kind::Sqlite).await;
}

#[actix_web::test]
async fn a_process_that_is_killed_between_release_and_file_leaves_neither_on_postgres() {
    story(Kind::Postgres).await;
}
