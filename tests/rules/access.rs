//! Who may do what, as text: a change of it is a visible change.
use std::fmt::Write as _;

use umeed::access::policy;
use umeed::http::server;

use super::same_as_snapshot;
use crate::kit::*;

#[test]
fn the_table_of_permissions_is_the_one_that_was_agreed() {
    let mut text = String::from(
        "# Action, then the tie that each role needs. UPDATE_SNAPSHOTS=1 tests/run rules writes this file.\n",
    );
    for (action, row) in policy::table() {
        writeln!(text, "\n{}", action.word()).unwrap();
        for (role, tie) in row.iter().filter(|(_, tie)| *tie != "-") {
            writeln!(text, "  {role}: {tie}").unwrap();
        }
    }
    same_as_snapshot("tests/rules/access.txt", &text);
}

/// Knocks at every door as everybody: 401 and 403 are shut, anything else is open.
#[actix_web::test]
async fn every_door_opens_to_those_it_names_and_to_nobody_else() {
    let app = App::sqlite().await;
    let everybody = app.everybody("PK").await;
    let routes = server::routes();
    let mut operations: Vec<_> = routes.operations().iter().collect();
    // Who signs out cannot go on.
    let signs_out = |path: &str, method: &Method| method == Method::DELETE && path.ends_with("/session");
    operations.sort_by_key(|one| (signs_out(&one.path, &one.method), one.path.clone(), one.method.to_string()));
    let mut text =
        String::from("# Route, then who gets through its door. UPDATE_SNAPSHOTS=1 tests/run rules writes this file.\n");
    for operation in operations {
        let start = operation.path.split('{').next().unwrap();
        let end = operation.path.split_once('}').map(|(_, end)| end).unwrap_or_default();
        let id = if operation.path.contains('{') { "01890a5d-ac96-774b-bcce-b302099a8057" } else { "" };
        let path = format!("{start}{id}{end}");
        let nobody = app.ask(&NOBODY, operation.method.clone(), &path).json(&json!({})).await;
        // Sign-in itself answers 401 to a wrong password, so only the door's own code counts.
        let mut open = Vec::new();
        if nobody.json["code"] != "unauthenticated" || operation.path.ends_with("/session/refresh") {
            open.push("nobody");
        }
        for actor in &everybody {
            let answer = app.ask(actor, operation.method.clone(), &path).json(&json!({})).await;
            assert_ne!(answer.status, 500, "{answer:?}");
            if answer.status != 403 {
                open.push(actor.role.word());
            }
        }
        let all = open.len() == everybody.len() + 1;
        let signed_in = open.len() == everybody.len() && open[0] != "nobody";
        let who = if all {
            "everybody".into()
        } else if signed_in {
            "signed in".into()
        } else {
            open.join(" ")
        };
        writeln!(text, "{} {}: {who}", operation.method, operation.path).unwrap();
    }
    app.end().await;
    same_as_snapshot("tests/rules/doors.txt", &text);
}
