//! Signing in, and what is told to those who cannot.
use crate::kit::*;

/// A problem without what differs every time.
fn told(answer: Answer) -> Value {
    let mut problem = answer.problem(401, "bad_credentials").json;
    problem.as_object_mut().unwrap().remove("request_id");
    problem
}

on_both_databases! {
    async fn a_sign_in_gives_tokens_that_open_doors(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let signed_in = app.sign_in(&officer.email).await;
        assert_eq!((&signed_in.json["token_type"], &signed_in.json["expires_in"]), (&json!("Bearer"), &json!(600)));
        let me = app.get(&signed_in.text("access_token"), "/me").await.expect(200);
        assert_eq!((me.text("email"), me.text("role"), me.text("area")), (officer.email, "officer".into(), "PK508".into()));
        assert!(me.json.get("epoch").is_none() && me.json.get("password").is_none());
    }

    async fn an_address_is_known_in_any_case(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        app.sign_in(&officer.email.to_uppercase()).await;
    }

    async fn wrong_unknown_disabled_and_uninvited_are_answered_alike(app: App) {
        let (officer, admin) = (app.actor(Role::Officer, "PK508").await, app.actor(Role::Administrator, "PK").await);
        let disabled = app.actor(Role::Officer, "PK508").await;
        app.post(&admin, &format!("/users/{}/disable", disabled.id), json!({})).if_match(1).await.expect(200);
        let new = json!({ "email": "new@example.org", "name": "New", "role": "officer", "area": "PK508" });
        app.post(&admin, "/users", new).await.expect(201);
        let try_it = |email: &str, password: &str| {
            app.post(&NOBODY, "/session", json!({ "email": email, "password": password }))
        };
        let wrong = told(try_it(&officer.email, "not my password at all").await);
        for (email, password) in [
            (officer.email.as_str(), ""),
            ("unknown@example.org", PASSWORD),
            (&disabled.email, PASSWORD),
            ("new@example.org", PASSWORD),
            ("new@example.org", ""),
        ] {
            assert_eq!(told(try_it(email, password).await), wrong, "{email}");
        }
    }

    async fn a_known_and_an_unknown_address_take_alike(app: App) {
        const ROUNDS: usize = 60;
        let officer = app.actor(Role::Officer, "PK508").await;
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            // In turn, so that a slow moment of the machine meets both.
            for (email, took) in [(officer.email.clone(), &mut known), (format!("no{round}@example.org"), &mut unknown)] {
                let started = std::time::Instant::now();
                told(app.post(&NOBODY, "/session", json!({ "email": email, "password": "a wrong password" })).await);
                took.push(started.elapsed());
            }
        }
        known.sort();
        unknown.sort();
        let apart = known[ROUNDS / 2].abs_diff(unknown[ROUNDS / 2]);
        assert!(apart < std::time::Duration::from_millis(5), "the medians are {apart:?} apart");
    }
}
