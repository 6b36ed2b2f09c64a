//! Nobody sets another's password: an administrator invites, the user chooses.
use crate::kit::*;

async fn invite(app: &App, admin: &Actor, id: &str) -> String {
    let invited = app.post(admin, &format!("/users/{id}/invite"), json!({})).await.expect(200);
    assert_eq!(invited.json["user_id"], id);
    invited.text("token")
}

fn accept(app: &App, token: &str, password: &str) -> Ask {
    app.post(&NOBODY, "/session/invitation", json!({ "token": token, "password": password }))
}

on_both_databases! {
    async fn an_invitation_lets_a_new_user_choose_a_password_once(app: App) {
        let admin = app.actor(Role::Administrator, "PK").await;
        let new = json!({ "email": "New@Example.org", "name": "New", "role": "officer", "area": "PK508" });
        let user = app.post(&admin, "/users", new).await.expect(201);
        assert_eq!(user.text("email"), "new@example.org");
        let token = invite(&app, &admin, &user.id()).await;
        accept(&app, &token, "short").await.fault("/password", "password_length");
        accept(&app, "another token", PASSWORD).await.problem(401, "invitation_void");
        accept(&app, &token, PASSWORD).await.expect(204);
        app.sign_in("new@example.org").await;
        accept(&app, &token, "a password of somebody else").await.problem(401, "invitation_void");
        app.sign_in("new@example.org").await;
        let hash = app.database.hex("hash");
        let kept = app.rows(&format!("SELECT {hash} FROM invitations")).await.remove(0);
        assert_ne!(kept, data_encoding::HEXLOWER.encode(token.as_bytes()));
    }

    async fn an_invitation_expires(app: App) {
        let admin = app.actor(Role::Administrator, "PK").await;
        let officer = app.actor(Role::Officer, "PK508").await;
        let token = invite(&app, &admin, &officer.id.to_string()).await;
        app.pass_minutes(4320);
        accept(&app, &token, "another long password").await.problem(401, "invitation_void");
        app.sign_in(&officer.email).await;
    }

    async fn a_reset_by_invitation_ends_every_session(app: App) {
        let admin = app.actor(Role::Administrator, "PK").await;
        let officer = app.actor(Role::Officer, "PK508").await;
        let token = invite(&app, &admin, &officer.id.to_string()).await;
        app.get(&officer, "/me").await.problem(401, "unauthenticated");
        let officer = app.again(&officer).await;
        accept(&app, &token, PASSWORD).await.expect(204);
        app.get(&officer, "/me").await.problem(401, "unauthenticated");
        app.sign_in(&officer.email).await;
    }

    async fn a_user_hears_of_every_invitation_and_nobody_invites_themselves(app: App) {
        let admin = app.actor(Role::Administrator, "PK").await;
        let new = json!({ "email": "new@example.org", "name": "New", "role": "officer", "area": "PK508" });
        let user = app.post(&admin, "/users", new).await.expect(201).id();
        let token = invite(&app, &admin, &user).await;
        accept(&app, &token, PASSWORD).await.expect(204);
        invite(&app, &admin, &user).await;
        for topic in ["user.invited", "user.password_chosen", "user.invited_anew"] {
            let told = |table: &str, column: &str| format!("{table} WHERE {column} = '{topic}'");
            assert_eq!(app.count(&told("outbox", "topic")).await, 1, "{topic}");
            assert_eq!(app.count(&told("trail", "action")).await, 1, "{topic}");
        }
        let own = format!("/users/{}/invite", admin.id);
        app.post(&admin, &own, json!({})).await.problem(409, "own_account");
        app.get(&admin, "/me").await.expect(200);
        assert_eq!(app.count("trail WHERE outcome = 'refused'").await, 1);
    }

    async fn an_invitation_that_is_asked_for_twice_is_the_same(app: App) {
        let admin = app.actor(Role::Administrator, "PK").await;
        let officer = app.actor(Role::Officer, "PK508").await;
        let ask = || app.post(&admin, &format!("/users/{}/invite", officer.id), json!({})).key("once");
        let first = ask().await.expect(200);
        let second = ask().await.expect(200);
        assert!(!first.is_replayed() && second.is_replayed());
        assert_eq!(first.json, second.json);
        assert_eq!(app.count("invitations").await, 1);
    }

    async fn only_an_administrator_invites(app: App) {
        let (officer, supervisor) = (app.actor(Role::Officer, "PK508").await, app.actor(Role::Supervisor, "PK").await);
        let path = format!("/users/{}/invite", officer.id);
        for actor in [&officer, &supervisor] {
            app.post(actor, &path, json!({})).await.problem(403, "forbidden");
        }
        assert_eq!(app.count("invitations").await, 0);
    }

    async fn an_invitation_for_a_disabled_user_opens_nothing(app: App) {
        let admin = app.actor(Role::Administrator, "PK").await;
        let officer = app.actor(Role::Officer, "PK508").await;
        let token = invite(&app, &admin, &officer.id.to_string()).await;
        app.post(&admin, &format!("/users/{}/disable", officer.id), json!({})).if_match(2).await.expect(200);
        accept(&app, &token, PASSWORD).await;
        let body = json!({ "email": officer.email, "password": PASSWORD });
        app.post(&NOBODY, "/session", body).await.problem(401, "bad_credentials");
    }
}
