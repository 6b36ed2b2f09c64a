//! Whether it lives and is ready.
use crate::kit::*;

on_both_databases! {
    async fn health_is_public_and_tells_nothing_else(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        assert_eq!(app.get(&NOBODY, "/health/live").await.expect(200).json, json!({ "status": "live" }));
        assert_eq!(app.get(&NOBODY, "/health/ready").await.expect(200).json, json!({ "status": "ready" }));
        app.get(&NOBODY, "/health/else").await.problem(404, "not_found");
        app.incident(&officer, "PK508").await;
        let server = app.listen();
        let live = server.ask("GET", "/health/live", "", "").await;
        assert_eq!((live.status, live.body.as_str()), (200, r#"{"status":"live"}"#));
    }
}
