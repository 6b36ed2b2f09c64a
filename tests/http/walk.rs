//! Every route there is, asked for nonsense.
use umeed::http::server;

use crate::kit::*;

/// What may come where JSON is expected.
fn bodies() -> Vec<Vec<u8>> {
    let texts = ["", "{}", "[]", "null", "{\"x\":1}", "{\"reason\":\"\"}", "{", "\u{feff}", "[[[[[[[["];
    let mut bodies: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    bodies.push(vec![0xff, 0xfe, 0, 1]);
    bodies
}

on_both_databases! {
    async fn nonsense_is_never_an_error_of_ours(app: App) {
        let admin = app.actor(Role::Administrator, "PK").await;
        app.actor(Role::Administrator, "PK").await;
        let supervisor = app.actor(Role::Supervisor, "PK").await;
        let incident = app.incident(&supervisor, "PK508").await.id();
        for operation in server::routes().operations() {
            // What signs the walker out would end the walk.
            if operation.method == Method::DELETE && operation.path.ends_with("/session") {
                continue;
            }
            for id in ["x", "01890a5d-ac96-774b-bcce-b302099a8057", &incident, "%00", "..%2f"] {
                let start = operation.path.split('{').next().unwrap();
                let end = operation.path.split('}').next_back().unwrap();
                let path = if operation.path.contains('{') { format!("{start}{id}{end}") } else { operation.path.clone() };
                for body in bodies() {
                    for actor in [&admin, &supervisor] {
                        let ask = app.ask(actor, operation.method.clone(), &path).raw(body.clone());
                        let ask = ask.header("content-type", "application/json").header("if-match", "\"9\"");
                        let answer = ask.header("idempotency-key", "a b").await;
                        assert!(answer.status < 500, "{} {path}: {answer:?}", operation.method);
                    }
                }
                let answer = app.ask(&admin, operation.method.clone(), &format!("{path}?limit=%ff&after=%00&%zz")).await;
                assert!(answer.status < 500, "{} {path}: {answer:?}", operation.method);
                if !operation.path.contains('{') {
                    break;
                }
            }
        }
    }
}
