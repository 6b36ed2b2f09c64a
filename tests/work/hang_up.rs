//! A client that goes away in the middle of its request.
use std::time::Duration;

use tokio::io::AsyncWriteExt;

use crate::kit::*;

on_both_databases! {
    async fn a_client_that_hangs_up_leaves_a_whole_effect_or_none(app: App) {
        let file = app.file().await;
        let server = app.listen();
        let mut bodies = Vec::new();
        for _ in 0..24 {
            let victim = app.post(&file.officer, "/victims", victim_body(&file.incident)).await.expect(201).id();
            let need = json!({ "domain": "legal", "urgency": "within_24_hours", "detail": "Wants a lawyer" });
            bodies.push(json!({ "victim_id": victim, "incident_id": file.incident, "needs": [need, need] }));
        }
        for (at, body) in bodies.iter().enumerate() {
            let mut stream = server.connect().await;
            stream.set_zero_linger().unwrap();
            let bytes = request("POST", "/api/v1/cases", &file.officer.token, &body.to_string());
            stream.write_all(bytes.as_bytes()).await.unwrap();
            tokio::time::sleep(Duration::from_micros(400 * u64::try_from(at).unwrap())).await;
            drop(stream);
        }
        // What has begun runs to its end, however long a busy machine takes.
        let mut cases = -1;
        while cases != app.count("cases").await - 1 {
            cases = app.count("cases").await - 1;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        assert!(cases > 0, "no request took effect");
        assert_eq!(app.count("needs").await - 1, 2 * cases);
        assert_eq!(app.count("trail WHERE action = 'case.opened'").await - 1, cases);
        assert_eq!(app.count("trail WHERE action = 'need.identified'").await - 1, 2 * cases);
        assert_eq!(app.count("outbox WHERE topic = 'case.opened'").await - 1, cases);
    }
}
