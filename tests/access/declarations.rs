//! What those who work with Umeed declare of themselves and of their relations.
use crate::kit::*;

fn sister() -> Value {
    json!({ "relation": "sibling", "cnic": "35202-1234567-2" })
}

on_both_databases! {
    async fn everybody_declares_for_themselves_and_nobody_reads_it_for_another(app: App) {
        let everybody = app.everybody("PK").await;
        for actor in &everybody {
            let made = app.post(actor, "/me/declarations", sister()).await.expect(201);
            assert_eq!((&made.json["cnic"], &made.json["iban"]), (&json!("35202-1234567-2"), &Value::Null));
            let own = app.get(actor, "/me/declarations").await.expect(200).json;
            assert_eq!((own.as_array().unwrap().len(), &own[0]["id"]), (1, &made.json["id"]));
        }
        app.get(&NOBODY, "/me/declarations").await.problem(401, "unauthenticated");
        app.post(&NOBODY, "/me/declarations", sister()).await.problem(401, "unauthenticated");
        assert_eq!(app.count("trail WHERE action = 'declarations.viewed'").await, 8);
        let records = app.rows("SELECT record FROM trail WHERE action = 'declaration.made'").await;
        assert!(records.len() == 8 && !records.iter().any(|record| record.contains("sibling")));
    }

    async fn an_administrator_sees_who_declared_and_when_and_not_what(app: App) {
        let admin = app.actor(Role::Administrator, "PK").await;
        let (officer, approver) = (app.actor(Role::Officer, "PK508").await, app.actor(Role::Approver, "PK-KP").await);
        app.actor(Role::Payer, "PK").await;
        let first = app.post(&officer, "/me/declarations", sister()).await.expect(201).id();
        app.post(&approver, "/me/declarations", sister()).await.expect(201);
        let mobile = json!({ "relation": "self", "mobile": "03001234567" });
        app.post(&officer, "/me/declarations", mobile).await.expect(201);
        app.post(&officer, &format!("/me/declarations/{first}/withdraw"), json!({})).await.expect(204);
        let page = app.get(&admin, "/declarations?limit=1").await.expect(200).json;
        assert_eq!((&page["items"][0]["user_id"], &page["items"][0]["in_force"]), (&json!(approver.id), &json!(1)));
        let next = format!("/declarations?limit=1&after={}", page["next"].as_str().unwrap());
        let page = app.get(&admin, &next).await.expect(200);
        let (one, next) = (&page.json["items"][0], &page.json["next"]);
        assert_eq!((&one["user_id"], &one["in_force"], next), (&json!(officer.id), &json!(1), &Value::Null));
        assert!(one["declared_at"].is_string() && one["withdrawn_at"].is_string());
        assert!(!page.body().contains("35202"));
        for actor in [&officer, &app.actor(Role::Auditor, "PK").await] {
            app.get(actor, "/declarations").await.problem(403, "forbidden");
        }
    }

    async fn a_declaration_is_withdrawn_once_by_whoever_made_it_and_stays_on_their_list(app: App) {
        let (officer, other) = (app.actor(Role::Officer, "PK508").await, app.actor(Role::Officer, "PK508").await);
        let made = app.post(&officer, "/me/declarations", sister()).key("one").await.expect(201).id();
        assert!(app.post(&officer, "/me/declarations", sister()).key("one").await.expect(201).is_replayed());
        let withdraw = format!("/me/declarations/{made}/withdraw");
        app.post(&other, &withdraw, json!({})).await.problem(404, "not_found");
        app.post(&officer, &withdraw, json!({})).await.expect(204);
        app.post(&officer, &withdraw, json!({})).await.problem(404, "not_found");
        let own = app.get(&officer, "/me/declarations").await.expect(200).json;
        assert!(own.as_array().unwrap().len() == 1 && own[0]["withdrawn_at"].is_string());
    }

    async fn what_was_withdrawn_counts_among_the_fifty_for_a_year(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        for _ in 0..50 {
            let made = app.post(&officer, "/me/declarations", sister()).await.expect(201).id();
            app.post(&officer, &format!("/me/declarations/{made}/withdraw"), json!({})).await.expect(204);
        }
        app.post(&officer, "/me/declarations", sister()).await.fault("", "too_many");
        app.pass_days(366);
        app.post(&app.again(&officer).await, "/me/declarations", sister()).await.expect(201);
    }

    async fn a_declaration_has_a_number_that_can_be_one(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let declare = |body: Value| app.post(&officer, "/me/declarations", body);
        declare(json!({ "relation": "self" })).await.fault("/cnic", "missing");
        declare(json!({ "relation": "cousin", "cnic": "35202-1234567-2" })).await.fault("/relation", "unknown_value");
        declare(json!({ "relation": "self", "iban": "PK27MPBL1181017140122674" })).await.fault("/iban", "invalid_iban");
        declare(json!({ "relation": "self", "name": "Sher Khan" })).await.fault("/name", "unknown_field");
        for _ in 0..50 {
            declare(json!({ "relation": "other", "iban": "PK36SCBL0000001123456702" })).await.expect(201);
        }
        declare(sister()).await.fault("", "too_many");
        assert_eq!(app.count("declarations").await, 50);
    }
}
