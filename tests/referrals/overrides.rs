//! Referring without consent takes two people, and ends.
use futures_util::future::join_all;
use umeed::referrals::overrides;

use crate::kit::*;

fn body(file: &File, fields: &[&str]) -> Value {
    json!({ "service_id": file.service, "fields": fields, "reason": "cannot_consent", "detail": "Qanarwaxcoma" })
}

async fn ask(app: &App, file: &File, who: &Actor, fields: &[&str]) -> Answer {
    app.post(who, &file.of_case("/consent-overrides"), body(file, fields)).key(&uuid::Uuid::now_v7().to_string()).await
}

async fn refer(app: &App, file: &File, leave: &str, fields: &[&str]) -> Answer {
    let ask = json!({ "service_id": file.service, "need_ids": [file.need], "fields": fields, "override_id": leave });
    file.refer_as(app, ask).await
}

on_both_databases! {
    async fn nothing_goes_without_consent_on_one_person_s_word(app: App) {
        let file = app.file().await;
        let asked = ask(&app, &file, &file.officer, &["name", "need_detail"]).await.expect(201);
        assert_eq!((asked.text("state"), asked.text("detail")), ("asked".into(), "Qanarwaxcoma".into()));
        refer(&app, &file, &asked.id(), &["name"]).await.problem(409, "override_unfit");
        let agree = format!("{}/agree", asked.location());
        app.make(&file.officer, &agree, 1, json!({})).await.problem(403, "forbidden");
        app.post(&file.supervisor, &agree, json!({})).if_match(1).await.problem(400, "idempotency_key_required");
        let agreed = app.make(&file.supervisor, &agree, 1, json!({})).await.expect(200);
        assert_eq!((agreed.text("state"), agreed.version()), ("agreed".into(), 2));
        file.refer(&app, &["name"]).await.problem(409, "consent_missing");
        refer(&app, &file, &asked.id(), &["name", "cnic"]).await.problem(409, "override_unfit");
        refer(&app, &file, &file.case, &["name"]).await.problem(409, "override_unfit");
        let sent = refer(&app, &file, &asked.id(), &["name"]).await.expect(201);
        assert_eq!((&sent.json["override_id"], sent.json.get("consent_id")), (&json!(asked.id()), None));
        let seen = app.get(&file.partner, &sent.location()).await.expect(200).json;
        assert_eq!(seen["person"], json!({ "name": "Zarmina Gul" }));
        let told = app.rows("SELECT record FROM trail").await.join("\n");
        assert!(told.contains("override.agreed") && !told.contains("Qanarwaxcoma"));
    }

    async fn a_supervisor_who_asks_does_not_agree_and_who_agreed_does_not_review(app: App) {
        let file = app.file().await;
        let second = app.actor(Role::Supervisor, "PK508").await;
        let third = app.actor(Role::Supervisor, "PK508").await;
        let place = ask(&app, &file, &file.supervisor, &["name"]).await.expect(201).location();
        let make = async |who: &Actor, verb: &str, version: i64, body: Value| {
            app.make(who, &format!("{place}/{verb}"), version, body).await
        };
        for verb in ["agree", "refuse"] {
            make(&file.supervisor, verb, 1, json!({})).await.problem(409, "second_person");
        }
        let early = make(&third, "review", 1, json!({ "finding": "justified" })).await.problem(409, "illegal_move");
        assert_eq!(early.json["allowed"], json!(["agree", "refuse", "withdraw"]));
        make(&second, "agree", 1, json!({})).await.expect(200);
        let unreviewed = async || {
            let list = app.get(&third, "/consent-overrides?unreviewed=true").await.expect(200).json;
            list["items"].as_array().unwrap().len()
        };
        assert_eq!(unreviewed().await, 1);
        for who in [&file.supervisor, &second] {
            make(who, "review", 2, json!({ "finding": "justified" })).await.problem(409, "second_person");
        }
        let found = make(&third, "review", 2, json!({ "finding": "not_justified" })).await.expect(200);
        assert_eq!((found.text("finding"), unreviewed().await), ("not_justified".into(), 0));
        make(&third, "review", 3, json!({ "finding": "justified" })).await.problem(409, "illegal_move");
    }

    async fn of_two_supervisors_who_agree_at_once_the_second_is_refused(app: App) {
        let file = app.file().await;
        let other = app.actor(Role::Supervisor, "PK508").await;
        let place = ask(&app, &file, &file.officer, &["name"]).await.expect(201).location();
        let agree = format!("{place}/agree");
        let both = [&file.supervisor, &other].map(|who| app.make(who, &agree, 1, json!({})));
        let mut ends: Vec<_> = join_all(both.map(IntoFuture::into_future)).await.iter().map(|one| one.status).collect();
        ends.sort_unstable();
        assert_eq!(ends, [200, 409]);
        assert_eq!(app.count("trail WHERE action = 'override.agreed'").await, 1);
        app.make(&other, &format!("{place}/refuse"), 2, json!({})).await.problem(409, "illegal_move");
    }

    async fn the_victim_s_own_word_ends_it_and_what_rests_on_it(app: App) {
        let file = app.file().await;
        let grant = async |fields: &[&str]| {
            let asked = ask(&app, &file, &file.officer, fields).await.expect(201);
            app.make(&file.supervisor, &format!("{}/agree", asked.location()), 1, json!({})).await.expect(200);
            asked
        };
        let first = grant(&["name"]).await;
        let other = grant(&["name"]).await;
        let sent = refer(&app, &file, &first.id(), &["name"]).await.expect(201).location();
        let no = json!({ "reason": "refused_by_victim" });
        app.make(&file.officer, &format!("{}/withdraw", first.location()), 2, no.clone()).await.expect(200);
        let seen = app.get(&file.partner, &sent).await.expect(200);
        assert_eq!((seen.text("state"), seen.text("reason")), ("withdrawn".into(), "consent_withdrawn".into()));
        assert!(seen.json["person"].is_null());
        for ended in [&first, &other] {
            refer(&app, &file, &ended.id(), &["name"]).await.problem(409, "override_unfit");
        }
        app.make(&file.officer, &format!("{}/withdraw", first.location()), 3, no).await.problem(409, "illegal_move");
        let second = grant(&["name", "cnic"]).await;
        let sent = refer(&app, &file, &second.id(), &["name", "cnic"]).await.expect(201).location();
        let consent = file.consent(&app, &["name"]).await.location();
        assert_eq!(app.get(&file.officer, &second.location()).await.text("state"), "agreed");
        app.make(&file.officer, &format!("{consent}/withdraw"), 1, json!({})).await.expect(200);
        let ended = app.get(&file.officer, &second.location()).await.expect(200);
        assert_eq!((ended.text("state"), ended.text("end_reason")), ("withdrawn".into(), "refused_by_victim".into()));
        assert_eq!(app.get(&file.partner, &sent).await.text("state"), "withdrawn");
    }

    async fn the_victim_s_consent_goes_before_an_override(app: App) {
        let file = app.file().await;
        let asked = ask(&app, &file, &file.officer, &["name"]).await.expect(201);
        app.make(&file.supervisor, &format!("{}/agree", asked.location()), 1, json!({})).await.expect(200);
        let consent = file.consent(&app, &["name"]).await.id();
        assert_eq!(refer(&app, &file, &asked.id(), &["name"]).await.expect(201).json["consent_id"], consent);
    }

    async fn its_time_is_short_and_takes_the_referral_with_it(app: App) {
        let mut file = app.file().await;
        let lost = ask(&app, &file, &file.officer, &["name"]).await.expect(201).location();
        let asked = ask(&app, &file, &file.officer, &["name"]).await.expect(201);
        app.make(&file.supervisor, &format!("{}/agree", asked.location()), 1, json!({})).await.expect(200);
        let sent = refer(&app, &file, &asked.id(), &["name"]).await.expect(201).location();
        app.make(&file.partner, &format!("{sent}/accept"), 1, json!({})).await.expect(200);
        app.pass_minutes(24 * 60 + 1);
        (file.officer, file.supervisor) = (app.again(&file.officer).await, app.again(&file.supervisor).await);
        assert_eq!(app.get(&file.officer, &lost).await.text("state"), "expired");
        app.make(&file.supervisor, &format!("{lost}/agree"), 1, json!({})).await.problem(409, "illegal_move");
        assert_eq!(overrides::expire(app.work()).await.unwrap(), 1);
        app.pass_minutes(48 * 60);
        (file.officer, file.partner) = (app.again(&file.officer).await, app.again(&file.partner).await);
        let expired = app.get(&file.officer, "/consent-overrides?state=expired").await.expect(200).json;
        assert_eq!(expired["items"].as_array().unwrap().len(), 2);
        // Before the job has run, too, the recipient sees nothing more.
        assert!(app.get(&file.partner, &sent).await.expect(200).json["person"].is_null());
        assert_eq!(overrides::expire(app.work()).await.unwrap(), 1);
        assert_eq!(overrides::expire(app.work()).await.unwrap(), 0);
        assert_eq!(app.get(&file.partner, &sent).await.text("state"), "withdrawn");
        file.supervisor = app.again(&file.supervisor).await;
        let unreviewed = app.get(&file.supervisor, "/consent-overrides?unreviewed=true").await.expect(200).json;
        assert_eq!(unreviewed["items"].as_array().unwrap().len(), 1);
    }

    async fn what_is_asked_must_be_possible_and_is_for_those_of_the_area(app: App) {
        let file = app.file().await;
        for (field, value, pointer, code) in [
            ("fields", json!([]), "/fields", "duplicate"),
            ("fields", json!(["name", "name"]), "/fields", "duplicate"),
            ("reason", json!("in_a_hurry"), "/reason", "unknown_value"),
            ("detail", json!(" "), "/detail", "empty"),
            ("service_id", json!(file.case), "/service_id", "unknown_reference"),
        ] {
            let mut wrong = body(&file, &["name"]);
            wrong[field] = value;
            let asked = app.post(&file.officer, &file.of_case("/consent-overrides"), wrong);
            asked.key(&uuid::Uuid::now_v7().to_string()).await.fault(pointer, code);
        }
        let stranger = app.actor(Role::Supervisor, "PK-SD").await;
        ask(&app, &file, &stranger, &["name"]).await.problem(404, "not_found");
        ask(&app, &file, &file.partner, &["name"]).await.problem(403, "forbidden");
        let place = ask(&app, &file, &file.officer, &["name"]).await.expect(201).location();
        app.get(&stranger, &place).await.problem(404, "not_found");
        app.make(&stranger, &format!("{place}/agree"), 1, json!({})).await.problem(404, "not_found");
        assert_eq!(app.get(&stranger, "/consent-overrides").await.json["items"], json!([]));
        app.make(&file.supervisor, &format!("{place}/agree"), 2, json!({})).await.problem(412, "stale");
        assert_eq!(app.count("consent_overrides").await, 1);
    }

    async fn of_a_protected_person_only_those_who_are_named_agree_and_it_ends_like_any_other(app: App) {
        let file = app.file().await;
        let unnamed = app.actor(Role::Supervisor, "PK508").await;
        let third = app.actor(Role::Supervisor, "PK508").await;
        let protect = json!({ "reason": "threatened", "readers": [file.supervisor.id, third.id] });
        app.make(&file.supervisor, &file.of_victim("/protect"), 0, protect).await.expect(200);
        let asked = ask(&app, &file, &file.officer, &["name"]).await.expect(201);
        let place = asked.location();
        assert!(app.get(&unnamed, &place).await.expect(200).json["detail"].is_null());
        app.make(&unnamed, &format!("{place}/agree"), 1, json!({})).await.problem(403, "person_protected");
        app.make(&file.supervisor, &format!("{place}/agree"), 1, json!({})).await.expect(200);
        let sent = refer(&app, &file, &asked.id(), &["name"]).await.expect(201).location();
        let seen = app.get(&file.partner, &sent).await.expect(200);
        assert!(!seen.body().contains("Zarmina"), "{seen:?}");
        let finding = json!({ "finding": "justified" });
        app.make(&unnamed, &format!("{place}/review"), 2, finding.clone()).await.problem(403, "person_protected");
        app.make(&third, &format!("{place}/review"), 2, finding).await.expect(200);
        let no = json!({ "reason": "refused_by_victim" });
        app.make(&file.officer, &format!("{place}/withdraw"), 3, no).await.expect(200);
        assert_eq!(app.get(&file.partner, &sent).await.text("state"), "withdrawn");
    }
}
