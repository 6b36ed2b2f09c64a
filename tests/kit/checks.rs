//! What must hold at the end of every story.
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::app::App;

pub async fn everything_holds(app: &App) {
    records_are_canonical_and_hashed(app).await;
    every_message_has_its_record(app).await;
    assert_eq!(app.count("replies WHERE answer IS NULL").await, 0, "a key without its answer");
}

/// Each leaf is SHA-256 of a zero byte and the record (RFC 6962), each record canonical JSON.
async fn records_are_canonical_and_hashed(app: &App) {
    let leaf = app.database.hex("leaf");
    for row in app.rows(&format!("SELECT {leaf} || ' ' || record FROM trail")).await {
        let (leaf, record) = row.split_once(' ').unwrap();
        let mut hash = Sha256::new_with_prefix([0]);
        hash.update(record);
        assert_eq!(leaf, data_encoding::HEXLOWER.encode(&hash.finalize()), "the leaf of {record}");
        let parsed: Value = serde_json::from_str(record).unwrap();
        assert_sorted(&parsed);
        assert_eq!(parsed.to_string(), record, "a record that is not canonical");
    }
}

fn assert_sorted(value: &Value) {
    if let Value::Object(fields) = value {
        assert!(fields.keys().is_sorted(), "keys out of order in {value}");
        fields.values().for_each(assert_sorted);
    }
}

/// As many messages of a topic as records of that action: neither is ever there without the other.
async fn every_message_has_its_record(app: &App) {
    let records = "(SELECT count(*) FROM trail WHERE trail.action = outbox.topic AND trail.outcome = 'done')";
    let sql = format!("SELECT topic FROM outbox GROUP BY topic HAVING count(*) <> {records}");
    assert_eq!(app.rows(&sql).await, Vec::<String>::new(), "messages and records differ in number");
}
