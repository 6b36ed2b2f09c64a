//! Users, and who may see and change them.
use crate::kit::*;

fn body(email: &str) -> Value {
    json!({ "email": email, "name": "Somebody", "role": "officer", "area": "PK508" })
}

on_both_databases! {
    async fn users_are_for_administrators_alone(app: App) {
        for actor in app.everybody("PK").await {
            let is_admin = actor.role == Role::Administrator;
            app.get(&actor, "/users").await.expect(if is_admin { 200 } else { 403 });
            app.get(&actor, &format!("/users/{}", actor.id)).await.expect(if is_admin { 200 } else { 403 });
            let email = format!("by-{}@example.org", actor.role.word());
            app.post(&actor, "/users", body(&email)).await.expect(if is_admin { 201 } else { 403 });
        }
        app.get(&NOBODY, "/users").await.problem(401, "unauthenticated");
    }

    async fn users_are_listed_by_role_and_by_page(app: App) {
        let all = app.everybody("PK").await;
        let admin = all.iter().find(|actor| actor.role == Role::Administrator).unwrap();
        let officers = app.get(admin, "/users?role=officer").await.expect(200).json;
        assert_eq!(officers["items"].as_array().unwrap().len(), 1);
        assert_eq!(officers["items"][0]["role"], "officer");
        let (mut seen, mut path) = (Vec::new(), "/users?limit=3".to_owned());
        loop {
            let page = app.get(admin, &path).await.expect(200).json;
            seen.extend(page["items"].as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/users?limit=3&after={next}");
        }
        let mut expected: Vec<_> = all.iter().map(|actor| actor.id.to_string()).collect();
        expected.reverse();
        assert_eq!(seen, expected);
    }

    async fn a_second_user_of_one_address_is_refused(app: App) {
        let admin = app.actor(Role::Administrator, "PK").await;
        app.post(&admin, "/users", body("one@example.org")).await.expect(201);
        app.post(&admin, "/users", body("ONE@example.org")).await.fault("/email", "already_exists");
        app.post(&admin, "/users", body("no address")).await.fault("/email", "invalid");
    }

    async fn a_partner_belongs_to_an_organisation_that_is_there(app: App) {
        let admin = app.actor(Role::Administrator, "PK").await;
        let organisation = app.organisation("A partner").await;
        let ask = |organisation: Value| {
            let mut body = body("partner@example.org");
            body["role"] = json!("partner");
            body["organisation_id"] = organisation;
            app.post(&admin, "/users", body)
        };
        ask(Value::Null).await.fault("/organisation_id", "missing");
        ask(json!(admin.id)).await.fault("/organisation_id", "unknown_reference");
        ask(json!(organisation)).await.expect(201);
    }

    async fn disabling_a_user_works_at_once(app: App) {
        let admin = app.actor(Role::Administrator, "PK").await;
        let officer = app.actor(Role::Officer, "PK508").await;
        app.get(&officer, "/me").await.expect(200);
        let path = format!("/users/{}/disable", officer.id);
        app.post(&admin, &path, json!({})).await.problem(428, "precondition_required");
        app.post(&admin, &path, json!({})).if_match(7).await.problem(412, "stale");
        app.get(&officer, "/me").await.expect(200);
        let disabled = app.post(&admin, &path, json!({})).if_match(1).await.expect(200);
        assert!(disabled.json["disabled_at"].is_string());
        app.get(&officer, "/me").await.problem(401, "unauthenticated");
        let token = json!({ "refresh_token": officer.refresh_token });
        app.post(&NOBODY, "/session/refresh", token).await.problem(401, "unauthenticated");
    }

    async fn the_last_administrator_stays(app: App) {
        let admin = app.actor(Role::Administrator, "PK").await;
        let path = format!("/users/{}/disable", admin.id);
        app.post(&admin, &path, json!({})).if_match(1).await.problem(409, "last_administrator");
        let other = app.actor(Role::Administrator, "PK").await;
        app.post(&other, &path, json!({})).if_match(1).await.expect(200);
        let path = format!("/users/{}/disable", other.id);
        app.post(&other, &path, json!({})).if_match(1).await.problem(409, "last_administrator");
    }

    async fn a_user_who_is_changed_signs_in_anew_with_the_new_area(app: App) {
        let (admin, officer) = (app.actor(Role::Administrator, "PK").await, app.actor(Role::Officer, "PK508").await);
        let path = format!("/users/{}", officer.id);
        app.patch(&admin, &path, json!({ "area": "PK510" })).await.problem(428, "precondition_required");
        let changed = app.patch(&admin, &path, json!({ "area": "PK510" })).if_match(1).await.expect(200);
        assert_eq!((changed.text("area"), changed.version()), ("PK510".into(), 2));
        app.get(&officer, "/me").await.problem(401, "unauthenticated");
        app.sign_in(&officer.email).await.expect(200);
        app.patch(&admin, &path, json!({ "role": "partner" })).if_match(2).await.fault("/organisation_id", "missing");
        let own = format!("/users/{}", admin.id);
        app.patch(&admin, &own, json!({ "role": "auditor" })).if_match(1).await.problem(409, "last_administrator");
    }

    async fn an_area_is_made_of_districts_that_there_are(app: App) {
        let (admin, officer) = (app.actor(Role::Administrator, "PK").await, app.actor(Role::Officer, "PK508").await);
        let path = format!("/users/{}", officer.id);
        for area in ["PK599", "PK508,PK599"] {
            let mut new = body("two@example.org");
            new["area"] = json!(area);
            app.post(&admin, "/users", new).await.fault("/area", "unknown_district");
            app.patch(&admin, &path, json!({ "area": area })).if_match(1).await.fault("/area", "unknown_district");
        }
        for (version, area) in [(1, "PK510,PK508"), (2, "PK-KP"), (3, "PK")] {
            app.patch(&admin, &path, json!({ "area": area })).if_match(version).await.expect(200);
        }
    }
}
