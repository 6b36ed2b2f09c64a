//! What is to be done, by whom and until when.
mod day;
mod escalation;
mod made;
mod moves;

use umeed::kernel::ids::Id;
use umeed::work::{Done, Event, Tx};
use uuid::Uuid;

use crate::kit::*;

/// The tasks that somebody finds.
pub async fn tasks(app: &App, who: &Actor, query: &str) -> Vec<Value> {
    app.get(who, &format!("/tasks?limit=200&{query}")).await.expect(200).json["items"].as_array().unwrap().clone()
}

/// The only task of this kind.
pub async fn the(app: &App, who: &Actor, kind: &str) -> Value {
    let mut found = tasks(app, who, &format!("kind={kind}")).await;
    assert_eq!(found.len(), 1, "{kind}: {found:?}");
    found.remove(0)
}

/// Their kinds and states.
pub fn told(tasks: &[Value]) -> Vec<(&str, &str)> {
    tasks.iter().map(|task| (task["kind"].as_str().unwrap(), task["state"].as_str().unwrap())).collect()
}

/// Lets something happen under a case as another slice would tell of it.
pub async fn happens(
    app: &App,
    who: &Actor,
    case: &str,
    (action, subject): (&'static str, Uuid),
    facts: &[(&'static str, String)],
) {
    let (case, facts) = (Id::<()>::from(case.parse::<Uuid>().unwrap()), facts.to_vec());
    let writing = async move |_: &mut Tx| {
        let event = Event::new(action, Id::<()>::from(subject)).of_case(case);
        Ok(Done::new((), facts.iter().cloned().fold(event, |event, (name, fact)| event.with(name, fact))))
    };
    app.work().write(&who.staff(), None, writing).await.unwrap();
}

/// The victim declines what is left of the only need and dies; gives the version of the closed case.
pub async fn close(app: &App, file: &File) -> i64 {
    app.make(&file.officer, &file.of_need("/decline"), 1, json!({})).await.expect(200);
    let version = app.get(&file.officer, &file.of_case("")).await.version();
    app.make(&file.officer, &file.of_case("/close"), version, json!({ "outcome": "died" })).await.expect(200).version()
}

/// A move of a task as it is now.
pub async fn make(app: &App, who: &Actor, task: &Value, verb: &str, body: Value) -> Answer {
    let path = format!("/tasks/{}", task["id"].as_str().unwrap());
    let version = task["version"].as_i64().unwrap();
    app.make(who, &format!("{path}/{verb}"), version, body).await
}
