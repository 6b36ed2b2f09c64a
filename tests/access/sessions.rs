//! The life of a session: refreshed, listed, ended.
use crate::kit::*;

fn refresh(app: &App, token: &str) -> Ask {
    app.post(&NOBODY, "/session/refresh", json!({ "refresh_token": token }))
}

on_both_databases! {
    async fn a_refresh_token_is_good_once(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let second = refresh(&app, &officer.refresh_token).await.expect(200);
        assert_ne!(second.text("refresh_token"), officer.refresh_token);
        app.get(&second.text("access_token"), "/me").await.expect(200);
        refresh(&app, &second.text("refresh_token")).await.expect(200);
        assert_eq!(app.count("sessions").await, 1);
    }

    async fn a_refresh_token_that_comes_twice_ends_its_whole_family(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let elsewhere = app.sign_in(&officer.email).await;
        let second = refresh(&app, &officer.refresh_token).await.expect(200);
        refresh(&app, &officer.refresh_token).await.problem(401, "unauthenticated");
        app.get(&second.text("access_token"), "/me").await.problem(401, "unauthenticated");
        app.get(&officer, "/me").await.problem(401, "unauthenticated");
        refresh(&app, &second.text("refresh_token")).await.problem(401, "unauthenticated");
        app.get(&elsewhere.text("access_token"), "/me").await.expect(200);
        assert_eq!(app.rows("SELECT ended_because FROM sessions WHERE ended_at IS NOT NULL").await, ["token_reused"]);
    }

    async fn a_token_nobody_gave_out_is_refused(app: App) {
        for token in ["", "garbage", &"A".repeat(43), &"A".repeat(10_000)] {
            refresh(&app, token).await.problem(401, "unauthenticated");
        }
    }

    async fn a_session_left_alone_ends(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        app.pass_minutes(14);
        let token = refresh(&app, &officer.refresh_token).await.expect(200).text("refresh_token");
        app.pass_minutes(15);
        refresh(&app, &token).await.problem(401, "unauthenticated");
    }

    async fn a_session_ends_after_eight_hours_however_busy(app: App) {
        let mut token = app.actor(Role::Officer, "PK508").await.refresh_token;
        let mut access = String::new();
        for _ in 0..34 {
            app.pass_minutes(14);
            let pair = refresh(&app, &token).await.expect(200);
            (token, access) = (pair.text("refresh_token"), pair.text("access_token"));
        }
        app.get(&access, "/me").await.expect(200);
        app.pass_minutes(480 - 34 * 14);
        app.get(&access, "/me").await.problem(401, "unauthenticated");
        refresh(&app, &token).await.problem(401, "unauthenticated");
    }

    async fn signing_out_ends_the_session_and_its_tokens(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let elsewhere = app.sign_in(&officer.email).await.text("access_token");
        app.delete(&officer, "/session").await.expect(204);
        app.get(&officer, "/me").await.problem(401, "unauthenticated");
        app.delete(&officer, "/session").await.problem(401, "unauthenticated");
        refresh(&app, &officer.refresh_token).await.problem(401, "unauthenticated");
        app.get(&elsewhere, "/me").await.expect(200);
    }

    async fn ones_own_sessions_are_listed_and_can_be_ended(app: App) {
        let (officer, other) = (app.actor(Role::Officer, "PK508").await, app.actor(Role::Officer, "PK508").await);
        let elsewhere = app.sign_in(&officer.email).await.text("access_token");
        let listed = app.get(&officer, "/me/sessions").await.expect(200).json;
        assert_eq!(listed.as_array().unwrap().len(), 2);
        assert_eq!((&listed[0]["is_current"], &listed[1]["is_current"]), (&json!(false), &json!(true)));
        let path = format!("/me/sessions/{}", listed[0]["id"].as_str().unwrap());
        app.delete(&other, &path).await.problem(404, "not_found");
        app.get(&elsewhere, "/me").await.expect(200);
        app.delete(&officer, &path).await.expect(204);
        app.get(&elsewhere, "/me").await.problem(401, "unauthenticated");
        app.delete(&officer, &path).await.problem(404, "not_found");
        assert_eq!(app.get(&officer, "/me/sessions").await.expect(200).json.as_array().unwrap().len(), 1);
    }

    async fn a_new_password_needs_the_old_one_and_ends_every_session(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let elsewhere = app.sign_in(&officer.email).await.text("access_token");
        let change = |old: &str, new: &str| {
            app.post(&officer, "/me/password", json!({ "old_password": old, "password": new }))
        };
        change("not my password at all", "another long password").await.fault("/old_password", "wrong_password");
        change(PASSWORD, "too short").await.fault("/password", "password_length");
        change(PASSWORD, &"x".repeat(129)).await.fault("/password", "password_length");
        app.get(&officer, "/me").await.expect(200);
        change(PASSWORD, "ایک لمبا سا پاس ورڈ").await.expect(204);
        for token in [&officer.token, &elsewhere] {
            app.get(token, "/me").await.problem(401, "unauthenticated");
        }
        refresh(&app, &officer.refresh_token).await.problem(401, "unauthenticated");
        let sign_in = |password: &str| {
            app.post(&NOBODY, "/session", json!({ "email": officer.email, "password": password }))
        };
        sign_in(PASSWORD).await.problem(401, "bad_credentials");
        sign_in("ایک لمبا سا پاس ورڈ").await.expect(200);
    }
}
