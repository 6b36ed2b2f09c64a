//! Complaints and suggestions: who hears of them, and who never does.
use futures_util::future::join_all;
use umeed::feedback;

use crate::kit::*;

fn complaint(category: &str) -> Value {
    json!({ "kind": "complaint", "category": category, "district": "PK508", "body": "Qanarwaxcomplaint" })
}

/// Recorded by an officer, about something.
async fn record(app: &App, by: &Actor, about: Value) -> Answer {
    let mut body = complaint("delay");
    body["channel"] = json!("in_person");
    for (field, value) in about.as_object().unwrap() {
        body[field] = value.clone();
    }
    app.post(by, "/feedback/recorded", body).key(&uuid::Uuid::now_v7().to_string()).await
}

/// Where the only one that this supervisor sees is.
async fn place_for(app: &App, who: &Actor) -> String {
    let seen = listed(app, who, "").await;
    assert_eq!(seen.len(), 1, "{seen:?}");
    format!("/feedback/{}", seen[0]["id"].as_str().unwrap())
}

async fn answer(app: &App, who: &Actor, place: &str, version: i64) -> Answer {
    app.make(who, &format!("{place}/answer"), version, json!({ "text": "Qanarwaxanswer" })).await
}

async fn name(app: &App, who: &Actor, place: &str, version: i64, whom: Value) -> Answer {
    app.make(who, &format!("{place}/name"), version, json!({ "user_id": whom })).await
}

async fn listed(app: &App, who: &Actor, query: &str) -> Vec<Value> {
    app.get(who, &format!("/feedback{query}")).await.expect(200).json["items"].as_array().unwrap().clone()
}

on_both_databases! {
    async fn somebody_without_a_name_complains_reads_the_answer_and_appeals(app: App) {
        let one = app.actor(Role::Supervisor, "PK-KP").await;
        let two = app.actor(Role::Supervisor, "PK508").await;
        let given = app.post(&NOBODY, "/feedback", complaint("delay")).await.expect(200);
        let code = given.text("reference_code");
        let status = || app.post(&NOBODY, "/feedback/status", json!({ "reference_code": code.to_lowercase() }));
        let appeal = |text: &str| app.post(&NOBODY, "/feedback/appeal", json!({ "reference_code": code, "text": text }));
        assert_eq!(status().await.expect(200).text("state"), "received");
        appeal("Too early").await.problem(409, "illegal_move");
        let id = listed(&app, &one, "").await[0]["id"].as_str().unwrap().to_owned();
        let place = format!("/feedback/{id}");
        let seen = app.get(&one, &place).await.expect(200);
        assert_eq!((seen.text("body"), &seen.json["received_by"]), ("Qanarwaxcomplaint".into(), &Value::Null));
        let text = json!({ "text": "Qanarwaxanswer" });
        app.make(&one, &format!("{place}/decide"), 1, text.clone()).await.problem(409, "illegal_move");
        app.make(&one, &format!("{place}/answer"), 2, text.clone()).await.problem(412, "stale");
        app.make(&one, &format!("{place}/answer"), 1, text.clone()).await.expect(200);
        assert_eq!(status().await.expect(200).text("answer"), "Qanarwaxanswer");
        assert_eq!(appeal("Not so").await.expect(200).text("state"), "appealed");
        appeal("Again").await.problem(409, "illegal_move");
        let decision = json!({ "text": "Qanarwaxdecision" });
        app.make(&one, &format!("{place}/decide"), 3, decision.clone()).await.problem(409, "second_person");
        app.make(&two, &format!("{place}/decide"), 3, decision).await.expect(200);
        let told = status().await.expect(200);
        assert_eq!((told.text("state"), told.text("decision")), ("decided".into(), "Qanarwaxdecision".into()));
        app.post(&NOBODY, "/feedback/status", json!({ "reference_code": "0000-0000-0000-0000" })).await.problem(404, "not_found");
        for sql in ["SELECT record FROM trail", "SELECT payload FROM outbox"] {
            let kept = app.rows(sql).await.join("\n");
            assert!(!kept.contains("Qanarwax") && !kept.contains(&code), "{kept}");
        }
        assert_eq!(app.count("feedback WHERE received_by IS NULL").await, 1);
    }

    async fn whoever_it_is_about_never_learns_of_it(app: App) {
        let file = app.file().await;
        let about_me = app.actor(Role::Supervisor, "PK508").await;
        let country = app.actor(Role::Supervisor, "PK").await;
        record(&app, &file.officer, json!({ "user_id": about_me.id })).await.expect(201);
        assert_eq!((listed(&app, &about_me, "").await.len(), listed(&app, &country, "").await.len()), (0, 1));
        let id = listed(&app, &file.supervisor, "").await[0]["id"].as_str().unwrap().to_owned();
        let place = format!("/feedback/{id}");
        app.get(&about_me, &place).await.problem(404, "not_found");
        app.make(&about_me, &format!("{place}/answer"), 1, json!({ "text": "All well" })).await.problem(404, "not_found");
        assert!(listed(&app, &about_me, "?overdue=false").await.is_empty());
        // A supervisor who keeps the case that it is about is such a one, too.
        let body = json!({ "officer_id": about_me.id });
        app.make(&file.supervisor, &file.of_case("/assign"), 1, body).await.expect(200);
        record(&app, &file.officer, json!({ "case_id": file.case })).await.expect(201);
        assert_eq!((listed(&app, &about_me, "").await.len(), listed(&app, &country, "").await.len()), (0, 2));
        for who in [&file.officer, &about_me] {
            let timeline = app.get(who, &file.of_case("/timeline")).await.expect(200);
            assert!(!timeline.body().contains("feedback"), "{timeline:?}");
        }
        // One of theirs reads nothing about the organisation.
        let inside = app.actor_of(Role::Supervisor, "PK", file.partner.organisation).await;
        record(&app, &file.officer, json!({ "organisation_id": file.partner.organisation })).await.expect(201);
        assert_eq!((listed(&app, &inside, "").await.len(), listed(&app, &country, "").await.len()), (2, 3));
    }

    async fn a_complaint_about_staff_that_names_nobody_leaves_the_district(app: App) {
        let district = app.actor(Role::Supervisor, "PK508").await;
        let province = app.actor(Role::Supervisor, "PK-KP").await;
        app.post(&NOBODY, "/feedback", complaint("staff_conduct")).await.expect(200);
        assert_eq!((listed(&app, &district, "").await.len(), listed(&app, &province, "").await.len()), (0, 1));
        let elsewhere = app.actor(Role::Supervisor, "PK-SD").await;
        let id = listed(&app, &province, "").await[0]["id"].as_str().unwrap().to_owned();
        assert!(listed(&app, &elsewhere, "").await.is_empty());
        app.get(&elsewhere, &format!("/feedback/{id}")).await.problem(404, "not_found");
        let officer = app.actor(Role::Officer, "PK508").await;
        app.get(&officer, "/feedback").await.problem(403, "forbidden");
        app.get(&NOBODY, "/feedback").await.problem(401, "unauthenticated");
    }

    async fn who_keeps_the_case_is_not_taken_for_whom_it_is_about(app: App) {
        let file = app.file().await;
        let (district, province) = (app.actor(Role::Supervisor, "PK508").await, app.actor(Role::Supervisor, "PK-KP").await);
        let colleague = app.actor(Role::Officer, "PK508").await;
        record(&app, &colleague, json!({ "category": "money_asked", "case_id": file.case })).await.expect(201);
        app.post(&NOBODY, "/feedback", complaint("refusal")).await.expect(200);
        assert_eq!(listed(&app, &district, "").await, Vec::<Value>::new(), "it may be about the supervisor");
        assert_eq!(listed(&app, &province, "").await.len(), 2);
        let suggestion = json!({ "kind": "suggestion", "category": "delay", "district": "PK508", "body": "A chair" });
        app.post(&NOBODY, "/feedback", suggestion).await.expect(200);
        assert_eq!(listed(&app, &district, "").await.len(), 1);
    }

    async fn guessing_codes_leaves_nothing_on_the_trail(app: App) {
        let guess = json!({ "reference_code": "0000-0000-0000-0000" });
        app.post(&NOBODY, "/feedback/status", guess).await.problem(404, "not_found");
        assert_eq!(app.count("trail WHERE outcome = 'refused'").await, 0);
    }

    async fn what_waits_too_long_is_overdue(app: App) {
        let mut one = app.actor(Role::Supervisor, "PK508").await;
        app.post(&NOBODY, "/feedback", complaint("delay")).await.expect(200);
        assert!(listed(&app, &one, "?overdue=true").await.is_empty());
        app.pass_days(16);
        one = app.again(&one).await;
        assert_eq!((listed(&app, &one, "?overdue=true").await.len(), listed(&app, &one, "?overdue=false").await.len()), (1, 0));
    }

    async fn a_flood_without_a_name_is_stopped_and_officers_are_not(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        for _ in 0..30 {
            app.post(&NOBODY, "/feedback", complaint("other")).await.expect(200);
        }
        app.post(&NOBODY, "/feedback", complaint("other")).await.problem(429, "too_many_requests");
        record(&app, &officer, json!({})).await.expect(201);
        app.pass_minutes(2);
        app.post(&NOBODY, "/feedback", complaint("other")).await.expect(200);
    }

    async fn what_could_not_be_is_refused(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        for (field, value, pointer, code) in [
            ("kind", json!("praise"), "/kind", "unknown_value"),
            ("category", json!("weather"), "/category", "unknown_value"),
            ("district", json!("PK999"), "/district", "unknown_district"),
            ("body", json!("  "), "/body", "empty"),
            ("body", json!("x".repeat(4001)), "/body", "too_long"),
            ("name", json!("Ann"), "/name", "unknown_field"),
        ] {
            let mut body = complaint("delay");
            body[field] = value;
            app.post(&NOBODY, "/feedback", body).await.fault(pointer, code);
        }
        let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
        for field in ["user_id", "organisation_id", "case_id"] {
            record(&app, &officer, json!({ field: nobody })).await.fault(&format!("/{field}"), "unknown_reference");
        }
        record(&app, &officer, json!({ "user_id": officer.id })).await.fault("/user_id", "own_person");
        let code = json!({ "reference_code": "0".repeat(41) });
        app.post(&NOBODY, "/feedback/status", code).await.fault("/reference_code", "too_long");
        app.post(&officer, "/feedback/recorded", complaint("delay")).await.problem(400, "idempotency_key_required");
        let partner = app.actor(Role::Partner, "PK").await;
        record(&app, &partner, json!({})).await.problem(403, "forbidden");
        record(&app, &officer, json!({ "channel": "pigeon" })).await.fault("/channel", "unknown_value");
        assert_eq!(app.count("feedback").await, 0);
    }

    async fn what_is_about_the_only_supervisor_goes_to_another_area_and_its_appeal_to_a_third(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let only = app.actor(Role::Supervisor, "PK508").await;
        let said = record(&app, &officer, json!({ "user_id": only.id })).await.expect(201);
        assert!(listed(&app, &only, "").await.is_empty());
        // There is nobody else yet; whoever comes gets it.
        assert_eq!(feedback::send_on(app.work()).await.unwrap(), 0);
        let far = app.actor(Role::Supervisor, "PK-SD").await;
        assert_eq!(feedback::send_on(app.work()).await.unwrap(), 1);
        assert_eq!(feedback::send_on(app.work()).await.unwrap(), 0);
        let third = app.actor(Role::Supervisor, "PK-PB").await;
        let place = place_for(&app, &far).await;
        app.get(&only, &place).await.problem(404, "not_found");
        app.get(&third, &place).await.problem(404, "not_found");
        let seen = app.get(&far, &place).await.expect(200);
        assert_eq!((&seen.json["sent_to"], &seen.json["about"]), (&json!(far.id), &json!([only.id])));
        answer(&app, &third, &place, 2).await.problem(404, "not_found");
        answer(&app, &only, &place, 2).await.problem(404, "not_found");
        answer(&app, &far, &place, 2).await.expect(200);
        let appeal = json!({ "reference_code": said.text("reference_code"), "text": "Not so" });
        app.post(&NOBODY, "/feedback/appeal", appeal).await.expect(200);
        let decision = json!({ "text": "Qanarwaxdecision" });
        app.make(&far, &format!("{place}/decide"), 4, decision.clone()).await.problem(404, "not_found");
        assert_eq!(place_for(&app, &third).await, place);
        app.make(&third, &format!("{place}/decide"), 4, decision).await.expect(200);
        let administrator = app.actor(Role::Administrator, "PK").await;
        app.get(&administrator, "/feedback").await.problem(403, "forbidden");
        assert!(!app.rows("SELECT record FROM trail WHERE action LIKE 'feedback.%'").await.join("").contains(&only.id.to_string()));
    }

    async fn what_waits_for_somebody_who_left_goes_on(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let administrator = app.actor(Role::Administrator, "PK").await;
        let only = app.actor(Role::Supervisor, "PK508").await;
        let (near, far) = (app.actor(Role::Supervisor, "PK510").await, app.actor(Role::Supervisor, "PK-SD").await);
        record(&app, &officer, json!({ "user_id": only.id })).await.expect(201);
        assert_eq!((listed(&app, &near, "").await.len(), listed(&app, &far, "").await.len()), (1, 0));
        let gone = format!("/users/{}/disable", near.id);
        app.post(&administrator, &gone, json!({})).if_match(1).await.expect(200);
        assert_eq!(feedback::send_on(app.work()).await.unwrap(), 1);
        place_for(&app, &far).await;
        // As soon as one of the area may see it, nobody else does.
        let province = app.actor(Role::Supervisor, "PK-KP").await;
        assert_eq!(feedback::send_on(app.work()).await.unwrap(), 1);
        place_for(&app, &province).await;
        assert!(listed(&app, &far, "").await.is_empty() && listed(&app, &only, "").await.is_empty());
    }

    async fn whoever_is_found_in_the_text_is_named_and_sees_it_no_more(app: App) {
        let (reader, found) = (app.actor(Role::Supervisor, "PK-KP").await, app.actor(Role::Supervisor, "PK-KP").await);
        app.post(&NOBODY, "/feedback", complaint("delay")).await.expect(200);
        let place = place_for(&app, &found).await;
        name(&app, &reader, &place, 1, json!("01890a5d-ac96-774b-bcce-b302099a8057")).await.fault("/user_id", "unknown_reference");
        name(&app, &reader, &place, 2, json!(found.id)).await.problem(412, "stale");
        name(&app, &reader, &place, 1, json!(found.id)).await.problem(409, "second_person");
        let third = app.actor(Role::Supervisor, "PK-SD").await;
        let named = name(&app, &reader, &place, 1, json!(found.id)).await.expect(200);
        let about = json!([found.id, reader.id]);
        assert_eq!((&named.json["about"], named.text("state"), named.version()), (&about, "received".into(), 2));
        app.get(&reader, &place).await.problem(404, "not_found");
        name(&app, &third, &place, 2, json!(found.id)).await.problem(409, "already_exists");
        let officer = app.actor(Role::Officer, "PK508").await;
        name(&app, &third, &place, 2, json!(officer.id)).await.expect(200);
        assert!(listed(&app, &found, "").await.is_empty() && listed(&app, &found, "?state=received&limit=1").await.is_empty());
        app.get(&found, &place).await.problem(404, "not_found");
        for verb in ["answer", "decide", "name"] {
            let body = if verb == "name" { json!({ "user_id": reader.id }) } else { json!({ "text": "All well" }) };
            app.make(&found, &format!("{place}/{verb}"), 2, body).await.problem(404, "not_found");
        }
        answer(&app, &third, &place, 3).await.expect(200);
    }

    async fn pages_of_a_list_leave_no_gap_where_something_is_about_the_reader(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let reader = app.actor(Role::Supervisor, "PK508").await;
        let other = app.actor(Role::Supervisor, "PK508").await;
        for about in [json!({}), json!({ "user_id": reader.id }), json!({}), json!({ "user_id": reader.id })] {
            record(&app, &officer, about).await.expect(201);
        }
        let first = app.get(&reader, "/feedback?limit=1").await.expect(200).json;
        let next = first["next"].as_str().unwrap();
        let second = app.get(&reader, &format!("/feedback?limit=1&after={next}")).await.expect(200).json;
        assert_eq!((first["items"].as_array().unwrap().len(), second["items"].as_array().unwrap().len()), (1, 1));
        assert!(second["next"].is_null());
        assert_eq!(listed(&app, &other, "").await.len(), 4);
    }

    async fn of_two_who_answer_at_once_one_does_and_a_key_gives_the_same_code_again(app: App) {
        let officer = app.actor(Role::Officer, "PK508").await;
        let one = app.actor(Role::Supervisor, "PK508").await;
        let two = app.actor(Role::Supervisor, "PK508").await;
        let mut body = complaint("quality");
        body["channel"] = json!("phone");
        let again = || app.post(&officer, "/feedback/recorded", body.clone()).key("the-same");
        let code = again().await.expect(201).text("reference_code");
        let replayed = again().await.expect(201);
        assert!(replayed.is_replayed() && replayed.text("reference_code") == code);
        let place = place_for(&app, &one).await;
        let ends = join_all([&one, &two].map(|who| answer(&app, who, &place, 1))).await;
        let mut ends: Vec<_> = ends.iter().map(|answer| answer.status).collect();
        ends.sort_unstable();
        assert_eq!(ends, [200, 412]);
        assert_eq!(app.count("trail WHERE action = 'feedback.answered'").await, 1);
        let refused = answer(&app, &one, &place, 2).await.problem(409, "illegal_move");
        assert_eq!(refused.json["allowed"], json!(["appeal", "name"]));
    }

    async fn what_a_protected_person_says_is_read_by_those_who_are_named(app: App) {
        let file = app.file().await;
        let unnamed = app.actor(Role::Supervisor, "PK508").await;
        let body = json!({ "reason": "threatened", "readers": [file.supervisor.id] });
        app.make(&file.supervisor, &file.of_victim("/protect"), 0, body).await.expect(200);
        let said = record(&app, &file.officer, json!({ "case_id": file.case })).await.expect(201);
        let place = place_for(&app, &unnamed).await;
        let masked = app.get(&unnamed, &place).await.expect(200);
        assert!(masked.json["body"].is_null() && !masked.body().contains("Qanarwax"));
        answer(&app, &unnamed, &place, 1).await.problem(403, "person_protected");
        name(&app, &unnamed, &place, 1, json!(file.officer.id)).await.problem(403, "person_protected");
        assert_eq!(app.get(&file.supervisor, &place).await.expect(200).text("body"), "Qanarwaxcomplaint");
        answer(&app, &file.supervisor, &place, 1).await.expect(200);
        let code = json!({ "reference_code": said.text("reference_code") });
        assert_eq!(app.post(&NOBODY, "/feedback/status", code).await.expect(200).text("answer"), "Qanarwaxanswer");
        assert_eq!(app.count("trail WHERE action = 'feedback.viewed' AND record LIKE '%\"masked\":true%'").await, 1);
    }
}
