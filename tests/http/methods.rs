//! Addresses and methods that are not there, and the id of a request.
use std::collections::BTreeSet;

use crate::kit::*;

on_both_databases! {
    async fn an_unknown_address_is_not_found(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        for path in ["/nothing", "/incidents/", "/incidents//", "/incidents/x/y/z", "/../etc/passwd", "/%00", "/Incidents"] {
            app.get(&officer, path).await.problem(404, "not_found");
            app.get(&NOBODY, path).await.problem(404, "not_found");
        }
    }

    async fn an_id_that_is_none_is_not_found(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        for id in ["x", "0", "00000000-0000-0000-0000-000000000000", "%F0%9F%92%A9", "01890a5d-ac96-774b-bcce-b302099a8057"] {
            app.get(&officer, &format!("/incidents/{id}")).await.problem(404, "not_found");
        }
    }

    async fn a_method_that_is_not_known_names_those_that_are(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        for (method, path, known) in [
            (Method::DELETE, "/incidents", "GET, POST"),
            (Method::PUT, "/incidents/01890a5d-ac96-774b-bcce-b302099a8057", "GET, PATCH"),
            (Method::GET, "/session", "DELETE, POST"),
            (Method::POST, "/health/live", "GET"),
            (Method::TRACE, "/me", "GET"),
        ] {
            let answer = app.ask(&officer, method, path).await.problem(405, "method_not_allowed");
            let told: BTreeSet<_> = answer.header("allow").split(", ").collect();
            assert_eq!(told, known.split(", ").collect(), "{path}");
        }
    }

    async fn each_request_has_an_id_of_its_own_that_clients_cannot_choose(app: App) {
        let ask = || app.get(&NOBODY, "/health/live").header("x-request-id", "chosen");
        let (one, two) = (ask().await, ask().await);
        assert_ne!(one.header("x-request-id"), "chosen");
        assert_ne!(one.header("x-request-id"), two.header("x-request-id"));
    }

    async fn no_answer_is_for_other_origins(app: App) {
        let answer = app.get(&NOBODY, "/health/live").header("origin", "https://elsewhere.example").await.expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), "");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
    }
}
