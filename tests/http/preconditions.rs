//! Versions in headers: `ETag`, `If-None-Match`, `If-Match`.
use crate::kit::*;

on_both_databases! {
    async fn a_read_carries_a_strong_tag_that_spares_the_next_read(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let path = app.incident(&officer, "PK508").await.location();
        assert_eq!(app.get(&officer, &path).await.expect(200).header("etag"), "\"1\"");
        for known in ["\"1\"", "W/\"1\"", "\"7\", \"1\"", "*"] {
            let answer = app.get(&officer, &path).header("if-none-match", known).await.expect(304);
            assert!(answer.body.is_empty() && answer.header("etag") == "\"1\"");
        }
        for other in ["\"2\"", "1", "\"\"", ""] {
            app.get(&officer, &path).header("if-none-match", other).await.expect(200);
        }
    }

    async fn a_change_must_say_which_version_it_changes(app: App) {
        let supervisor = app.actor(Role::Supervisor, "PK508").await;
        let path = app.incident(&supervisor, "PK508").await.location();
        let change = || app.patch(&supervisor, &path, json!({ "place": "Elsewhere" }));
        let verify = || app.post(&supervisor, &format!("{path}/verify"), json!({}));
        change().await.problem(428, "precondition_required");
        verify().await.problem(428, "precondition_required");
        for tag in ["W/\"1\"", "*", "\"2\"", "\"0\"", "\"one\"", "\"1\", \"2\"", "\"99999999999999999999\"", "\"\""] {
            change().header("if-match", tag).await.problem(412, "stale");
            verify().header("if-match", tag).await.problem(412, "stale");
        }
        for tag in ["banana", "1", "", "\"1", "W/1", "w/\"1\"", "\"1\" \"2\"", "\"a b\"", "\"1\","] {
            change().header("if-match", tag).await.problem(400, "malformed_header");
            verify().header("if-match", tag).await.problem(400, "malformed_header");
        }
        change().header("if-match", vec![0xff]).await.problem(400, "malformed_header");
        assert_eq!(change().if_match(1).await.expect(200).version(), 2);
        assert_eq!(verify().if_match(2).await.expect(200).version(), 3);
    }

    async fn a_move_that_the_state_does_not_allow_names_those_it_does(app: App) {
        let supervisor = app.actor(Role::Supervisor, "PK508").await;
        let path = app.incident(&supervisor, "PK508").await.location();
        app.post(&supervisor, &format!("{path}/verify"), json!({})).if_match(1).await.expect(200);
        let reject = app.post(&supervisor, &format!("{path}/reject"), json!({ "reason": "None" })).if_match(2);
        let refused = reject.await.problem(409, "illegal_move");
        assert_eq!(refused.json["allowed"], json!([]));
        assert_eq!(app.get(&supervisor, &path).await.version(), 2);
    }
}
