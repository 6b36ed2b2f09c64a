//! Access tokens: what is not ours, of now, for us and of a live session opens nothing.
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use umeed::crypto::Keyring;

use crate::kit::*;

fn part(token: &str, at: usize) -> Value {
    let part = token.split('.').nth(at).unwrap();
    serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
}

fn encoded(json: &Value) -> String {
    BASE64URL_NOPAD.encode(json.to_string().as_bytes())
}

on_both_databases! {
    async fn a_token_is_worth_nothing_after_ten_minutes(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        app.pass_minutes(9);
        app.get(&officer, "/me").await.expect(200);
        app.pass_minutes(1);
        app.get(&officer, "/me").await.problem(401, "unauthenticated");
    }

    async fn a_token_that_was_not_signed_here_is_refused(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let (header, claims) = (part(&officer.token, 0), part(&officer.token, 1));
        assert_eq!((&header["alg"], &header["typ"]), (&json!("EdDSA"), &json!("at+jwt")));
        let signature = officer.token.rsplit('.').next().unwrap();
        let mut supervisor = claims.clone();
        supervisor["sub"] = json!(app.actor(Role::Supervisor, "PK508").await.id);
        let unsigned = json!({ "alg": "none", "typ": "at+jwt", "kid": header["kid"] });
        let symmetric = json!({ "alg": "HS256", "typ": "at+jwt", "kid": header["kid"] });
        let none = format!("{}.{}.", encoded(&unsigned), encoded(&claims));
        let tokens = [
            format!("{}.{}.{signature}", encoded(&header), encoded(&supervisor)),
            none.clone(),
            format!("{none}{signature}"),
            format!("{}.{}.{signature}", encoded(&symmetric), encoded(&claims)),
            format!("{}.{}.", encoded(&header), encoded(&claims)),
            format!("{}x", officer.token),
            officer.token.replace('.', ""),
            "garbage".into(),
            "..".into(),
            String::new(),
        ];
        for token in tokens {
            app.get(&token, "/me").await.problem(401, "unauthenticated");
        }
        app.get(&officer, "/me").await.expect(200);
    }

    async fn a_token_for_others_or_without_its_key_or_of_another_ring_is_refused(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let ours = app.work().keys().signing_keys().unwrap().remove(0);
        let theirs = Keyring::ephemeral().unwrap().signing_keys().unwrap().remove(0);
        let claims = part(&officer.token, 1);
        let header = || {
            let kid = Some(ours.id.clone());
            Header { kid, typ: Some("at+jwt".into()), ..Header::new(Algorithm::EdDSA) }
        };
        let sign = |header: Header, claims: &Value, key: &[u8]| {
            encode(&header, claims, &EncodingKey::from_ed_der(key)).unwrap()
        };
        app.get(&sign(header(), &claims, &ours.pkcs8), "/me").await.expect(200);
        let changed = |name: &str, value: Value| {
            let mut claims = claims.clone();
            claims[name] = value;
            claims
        };
        let mut without = claims.clone();
        without.as_object_mut().unwrap().remove("exp");
        let tokens = [
            sign(header(), &claims, &theirs.pkcs8),
            sign(Header { kid: Some(theirs.id), ..header() }, &claims, &theirs.pkcs8),
            sign(Header { kid: None, ..header() }, &claims, &ours.pkcs8),
            sign(Header { typ: Some("JWT".into()), ..header() }, &claims, &ours.pkcs8),
            sign(Header { typ: None, ..header() }, &claims, &ours.pkcs8),
            sign(header(), &changed("aud", json!("another-api")), &ours.pkcs8),
            sign(header(), &changed("iss", json!("somebody")), &ours.pkcs8),
            sign(header(), &changed("nbf", json!(app.now().utc().timestamp() + 60)), &ours.pkcs8),
            sign(header(), &changed("sid", json!(officer.id)), &ours.pkcs8),
            sign(header(), &changed("epoch", json!(2)), &ours.pkcs8),
            sign(header(), &changed("sub", json!(app.actor(Role::Auditor, "PK").await.id)), &ours.pkcs8),
            sign(header(), &without, &ours.pkcs8),
        ];
        for (place, token) in tokens.iter().enumerate() {
            let answer = app.get(token, "/me").await;
            assert_eq!(answer.status, 401, "token {place}: {answer:?}");
        }
    }

    async fn only_the_bearer_scheme_is_read(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        for (header, status) in [
            (format!("bearer {}", officer.token), 200),
            (format!("Basic {}", officer.token), 401),
            (officer.token.clone(), 401),
            ("Bearer".into(), 401),
        ] {
            app.get(&NOBODY, "/me").header("authorization", header).await.expect(status);
        }
        let refused = app.get(&NOBODY, "/me").await.expect(401);
        assert_eq!(refused.header("www-authenticate"), "Bearer");
    }
}
