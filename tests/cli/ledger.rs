//! `umeed ledger verify`: true books pass, and the first thing that is wrong is named.
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};

use super::{refusal, text, umeed};

#[test]
fn true_books_pass_and_a_balance_that_nobody_booked_is_named() {
    let folder = tempfile::tempdir().unwrap();
    assert!(refusal(&umeed(folder.path(), "ledger verify").output().unwrap()).contains("no database"));
    assert!(umeed(folder.path(), "migrate").output().unwrap().status.success());
    let verify = || umeed(folder.path(), "ledger verify").output().unwrap();
    let passed = verify();
    assert!(text(&passed.stdout).starts_with("The ledger is true: 0 funds, 0 entries"), "{}", text(&passed.stderr));
    let mut conn = SqliteConnection::establish(folder.path().join("data/umeed.db").to_str().unwrap()).unwrap();
    let fund = "x'00000000000000000000000000000001'";
    conn.batch_execute(&format!(
        "PRAGMA foreign_keys = OFF;
         INSERT INTO funds VALUES ({fund}, {fund}, '2026-27', 0, {fund});
         INSERT INTO ledger_accounts VALUES ({fund}, 'available', 5);"
    ))
    .unwrap();
    assert!(refusal(&verify()).contains("holds 5 paisa, and 0 were booked"));
}
